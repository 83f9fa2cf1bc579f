/** What a server stands on: the database that `--db` names. */
import { isQuancunError } from '../../errors.js';
import type { Ledger, PersonBook, RequestGuard } from '../../server/index.js';
import { needed } from '../options/needed.js';
import { expectPostgres } from '../options/db-option.js';
import { type Output, wrongOption } from '../output.js';
import type { PoolCounts } from './watch.js';

/** An opened database. */
export interface Stores {
  readonly ledger: Ledger;
  readonly guard: RequestGuard;
  readonly persons: PersonBook;
  /** Where a SQLite database really is. */
  readonly file?: string;
  /** Where there is one. */
  readonly pool?: PoolCounts;
  /** Before the ledger is closed: a copy that is being made is finished. */
  settle(): Promise<void>;
  /** After the ledger was closed. */
  release(): Promise<void>;
}

/** Opens what `--db` names; a driver that is not installed is said in one line. */
export async function openStores(db: string): Promise<Stores> {
  const [, file] = /^sqlite:(.+)$/.exec(db) ?? [];
  if (file !== undefined) return openSqlite(file);
  expectPostgres(db);
  const pg = (await needed('pg', () => import('pg'))).default;
  const { postgresOptions, postgresStores } = await import('../../server/ledger/postgres.js');
  const pool = new pg.Pool(postgresOptions(db));
  try {
    const nothing = (): Promise<void> => Promise.resolve();
    return { ...(await postgresStores(pool)), pool, settle: nothing, release: nothing };
  } catch (error) {
    // A connection that stays open would keep a command that has failed.
    await pool.end();
    throw asWrongSetting(error);
  }
}

/** invalid_parameter_value, syntax_error, undefined_object: said while a connection is made. */
const OF_SETTINGS = ['22023', '42601', '42704'];

/** A setting in the address that the database does not know is no database that is away. */
function asWrongSetting(error: unknown): unknown {
  if (!isQuancunError(error) || error.code !== 'LEDGER_UNAVAILABLE') return error;
  if (!OF_SETTINGS.some((code) => code === error.details.problem)) return error;
  return wrongOption('--db', {
    en: `without the setting behind ? that the database refuses (${String(error.details.problem)})`,
    zh: `去掉 ? 之后数据库不接受的参数（${String(error.details.problem)}）`,
  });
}

async function openSqlite(name: string): Promise<Stores> {
  const sqlite = (await needed('node-sqlite3-wasm', () => import('node-sqlite3-wasm'))).default;
  const { sqliteStores } = await import('../../server/ledger/sqlite.js');
  const { copySqlite, holdFile, openBackupDoor } = await import('../../server/files.js');
  const held = await holdFile(name);
  const database = new sqlite.Database(held.path);
  const stores = await sqliteStores(database, { file: held });
  const door = await openBackupDoor(held.path, (to) => copySqlite(database, to));
  return {
    ...stores,
    file: held.path,
    settle: async () => door?.close(),
    release: () => held.release(),
  };
}

/** A journal beside the ledger is lost with it, or put back to an old copy with it. */
export async function warnOfDevice(
  file: string,
  journal: string,
  log: (line: object) => void,
  output: Output,
): Promise<void> {
  const { checkDevices } = await import('../../server/files.js');
  if ((await checkDevices(file, journal)).shared !== true) return;
  log({ level: 'warning', event: 'journal-on-ledger-device', file, journal });
  output.line({
    en: `The journal ${journal} is on the database's disk, and would be lost with it: give --journal a file on another one.`,
    zh: `授权日志 ${journal} 与数据库在同一磁盘上，会一并丢失；请用 --journal 指定另一磁盘上的文件。`,
  });
}
