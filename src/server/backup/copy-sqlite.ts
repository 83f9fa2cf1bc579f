/**
 * A copy of a SQLite ledger while its server works. The log is written back into the file, and
 * until the file is copied nothing is written back any more: the file stands still, and what is
 * committed meanwhile goes into the log, which is not copied. So the copy is the ledger of one
 * moment, and nobody waits for it.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, constants, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { QuancunError } from '../../errors.js';
import { createTurns, type InTurn } from '../../turns.js';
import { BACKUP_EXISTS, BACKUP_FAILED } from './errors.js';
import { syncFolder } from '../journal/segments.js';
import type { SqliteDatabase } from '../ledger/sqlite.js';

/** The part of a database of `node-sqlite3-wasm` that a copy takes. */
export interface CopiedDatabase extends SqliteDatabase {
  readonly inTransaction: boolean;
}

/** One copy of a database at a time: the second would let the log be written back too early. */
const turns = new WeakMap<object, InTurn>();

/** How often a moment between two transactions is waited for. */
const MAX_WAITS = 10_000;

/**
 * Copies the ledger that this process has open into a new file, for its owner alone. Close the
 * database only after it is done.
 * 在线一致性备份 SQLite 账本（不阻塞写入，不覆盖已有文件）。
 * @throws BACKUP_EXISTS when there is a file of that name
 * @throws BACKUP_FAILED when it cannot be written; nothing is left of it
 * @example
 * import type { CopiedDatabase } from 'quancun/server/files';
 * declare const database: CopiedDatabase; // the one that the ledger was opened on
 * await copySqlite(database, 'orders-2026-11-24.db');
 */
export async function copySqlite(database: CopiedDatabase, to: string): Promise<void> {
  const inTurn = turns.get(database) ?? createTurns();
  turns.set(database, inTurn);
  const file = resolve(to);
  return inTurn(async () => {
    if (existsSync(file)) throw exists(to);
    const part = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
    try {
      await whileStandingStill(database, (source) => copyTo(source, part));
      nameIt(part, file, to);
    } catch (error) {
      if (error instanceof QuancunError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      const details = { file: to, reason: code ?? message };
      throw new QuancunError(BACKUP_FAILED, { details, cause: error });
    } finally {
      rmSync(part, { force: true });
    }
  });
}

async function whileStandingStill(
  database: CopiedDatabase,
  work: (source: string) => Promise<void>,
): Promise<void> {
  const [list] = ask(database, 'PRAGMA database_list');
  const [before] = ask(database, 'PRAGMA wal_autocheckpoint');
  // Transactions begin and end within one turn of the loop.
  for (let waits = 0; database.inTransaction; waits += 1) {
    if (waits === MAX_WAITS) throw new Error('a transaction does not end');
    await new Promise((done) => setImmediate(done));
  }
  const [written] = ask(database, 'PRAGMA wal_checkpoint(TRUNCATE)');
  if (Number(written?.busy ?? 1) !== 0) throw new Error('the log could not be written back');
  database.exec('PRAGMA wal_autocheckpoint = 0');
  try {
    await work(String(list?.file));
  } finally {
    database.exec(`PRAGMA wal_autocheckpoint = ${String(Number(before?.wal_autocheckpoint))}`);
  }
}

function ask(database: SqliteDatabase, text: string): readonly Record<string, unknown>[] {
  const statement = database.prepare(text);
  try {
    return statement.all() as Record<string, unknown>[];
  } finally {
    statement.finalize();
  }
}

async function copyTo(source: string, part: string): Promise<void> {
  // Made first, and for its owner alone before anything stands in it.
  await (await open(part, 'wx', 0o600)).close();
  await copyFile(source, part, constants.COPYFILE_FICLONE);
  chmodSync(part, 0o600);
  const copy = await open(part, 'r+');
  try {
    await copy.sync();
  } finally {
    await copy.close();
  }
}

/** A name that somebody else took meanwhile stays theirs. */
function nameIt(part: string, file: string, to: string): void {
  try {
    linkSync(part, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || existsSync(file)) throw exists(to);
    // Some file systems have no second names.
    renameSync(part, file);
  }
  syncFolder(file);
}

function exists(file: string): QuancunError {
  return new QuancunError(BACKUP_EXISTS, { details: { file } });
}
