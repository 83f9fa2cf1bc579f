/** `backup`: a copy of a SQLite ledger that is whole, also while its server works. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dbOption } from './options/db-option.js';
import { isQuancunError, QuancunError } from '../errors.js';
import { BACKUP_BY_POSTGRES, BACKUP_NOT_ANSWERED } from './errors.js';
import { needed } from './options/needed.js';
import { sqliteFile } from './options/sqlite-file.js';
import { type CommonOptions, UsageError } from './output.js';
import { configure } from './run.js';

interface BackupOptions extends CommonOptions {
  readonly db: string;
  readonly to: string;
}

/** Adds `backup`. */
export function registerBackup(program: Command): void {
  const command = program
    .command('backup')
    .description('a copy of a SQLite ledger, whole also while its server works')
    .addOption(dbOption('sqlite:FILE'))
    .requiredOption('--to <file>', 'a file that is not there yet');
  const example = 'backup --db sqlite:orders.db --to orders-2026-11-24.db';
  configure<BackupOptions>(command, example, async (_args, options, output) => {
    const file = sqliteFile(options.db);
    if (file === undefined) throw new UsageError(new QuancunError(BACKUP_BY_POSTGRES));
    const to = resolve(options.to);
    const { askForCopy } = await import('../server/files.js');
    const byServer = await askForCopy(file, to);
    if (!byServer) await copyUnserved(file, to);
    output.line({
      en: `${options.to} is a whole copy. Check it: npx quancun verify --db sqlite:${options.to} --copy`,
      zh: `${options.to} 为完整备份。核对：npx quancun verify --db sqlite:${options.to} --copy`,
    });
    output.event('copied', { to, by: byServer ? 'server' : 'command' });
    return true;
  });
}

/** Nobody serves it: it is held for as long as the copy takes. */
async function copyUnserved(file: string, to: string): Promise<void> {
  const sqlite = (await needed('node-sqlite3-wasm', () => import('node-sqlite3-wasm'))).default;
  const { copySqlite, holdFile } = await import('../server/files.js');
  const held = await holdFile(file).catch((error: unknown) => {
    if (!isQuancunError(error, 'LEDGER_IN_USE')) throw error;
    throw new QuancunError(BACKUP_NOT_ANSWERED, { details: { file }, cause: error });
  });
  try {
    const database = new sqlite.Database(file, { fileMustExist: true });
    try {
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('PRAGMA journal_mode = WAL');
      await copySqlite(database, to);
    } finally {
      database.close();
    }
  } finally {
    await held.release();
  }
}
