/**
 * Brings a database to the newest schema. One that is newer than this code is opened as it is when
 * it says that it may be, so that servers of two releases can run beside each other for a while.
 */
import { QuancunError } from '../../../errors.js';
import { LEDGER_NEWER } from '../../outage/errors.js';
import { addRecordColumns } from './schema-records.js';
import { auditTable, MIGRATIONS, OLDEST_READER } from './schema.js';
import type { Sql, SqlStore } from './store.js';

/** The first migration whose row says who may read it. */
const FIRST_TOLD = 4;

/**
 * Several servers may start at once: the version row is the lock, and the loser finds it done.
 * @throws LEDGER_NEWER when a newer release has made it so that this one may not open it
 */
export async function migrate(store: SqlStore): Promise<void> {
  try {
    await store.transaction(async (sql) => {
      await sql.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)');
      const from = await expectReadable(sql);
      for (const [index, statements] of MIGRATIONS.entries()) {
        if (index < from) continue;
        await sql.run('INSERT INTO schema_version (version) VALUES ($1)', [index + 1]);
        for (const statement of statements) await sql.run(statement);
        if (index === 0) await sql.run(auditTable(store.dialect));
        if (index + 1 !== FIRST_TOLD) continue;
        for (const statement of store.dialect.ownWords) await sql.run(statement);
        await addRecordColumns(sql);
      }
      await sql.run(
        'UPDATE schema_version SET oldest_reader = $1 WHERE version = $2 AND oldest_reader IS NULL',
        [OLDEST_READER, MIGRATIONS.length],
      );
    });
  } catch (error) {
    // Two starts at the same moment collide on the version; the other one's work is ours too.
    if (store.brokenTable(error) === undefined) throw error;
    await migrate(store);
  }
}

/** The newest version that stands there. */
async function expectReadable(sql: Sql): Promise<number> {
  const [row] = await sql.all('SELECT * FROM schema_version ORDER BY version DESC LIMIT 1');
  const version = Number(row?.version ?? 0);
  const oldestReader = Number(row?.oldest_reader ?? version);
  const known = MIGRATIONS.length;
  if (version > known && oldestReader > known) {
    throw new QuancunError(LEDGER_NEWER, { details: { version, known } });
  }
  return version;
}
