/** A ledger that is read and not changed: a SQLite file that nobody serves, or PostgreSQL. */
import { isQuancunError, QuancunError } from '../../errors.js';
import type { LedgerReader } from '../../server/files.js';
import { LEDGER_SERVED } from '../errors.js';
import { needed } from './needed.js';
import { sqliteFile } from './sqlite-file.js';

/** Reads what `--db` names. @throws LEDGER_SERVED */
export async function withReader<T>(
  db: string,
  work: (reader: LedgerReader) => Promise<T>,
): Promise<T> {
  const { holdFile, postgresReader, sqliteReader } = await import('../../server/files.js');
  const file = sqliteFile(db);
  if (file === undefined) {
    const pg = (await needed('pg', () => import('pg'))).default;
    const reader = await postgresReader(new pg.Pool({ connectionString: db, max: 1 }));
    return work(reader).finally(() => reader.close());
  }
  const sqlite = (await needed('node-sqlite3-wasm', () => import('node-sqlite3-wasm'))).default;
  const held = await holdFile(file).catch((error: unknown) => {
    if (!isQuancunError(error, 'LEDGER_IN_USE')) throw error;
    throw new QuancunError(LEDGER_SERVED, { details: { file }, cause: error });
  });
  try {
    const reader = sqliteReader(new sqlite.Database(file, { readOnly: true, fileMustExist: true }));
    return await work(reader).finally(() => reader.close());
  } finally {
    await held.release();
  }
}
