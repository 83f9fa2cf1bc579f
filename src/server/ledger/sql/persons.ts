/** The SQL book of persons, beside the ledger in the same database. */
import { QuancunError } from '../../../errors.js';
import { LEDGER_BUSY } from '../../../signing/errors.js';
import type { Person, PersonBook, PersonSession, Shift } from '../../persons/book.js';
import { endsSessions } from '../../persons/memory.js';
import { passwordMark } from '../../persons/vouch.js';
import type { Role } from '../../../messages/index.js';
import { text } from './columns.js';
import { forgetTries, openLoginTries } from './login-tries.js';
import type { Row, Sql, SqlStore, SqlValue } from './store.js';

/** Opens the book; its tables come with the ledger's migrations. */
export function openSqlPersons(store: SqlStore): PersonBook {
  const asked = askingOf(store);
  return { ...peopleOf(store, asked), ...openLoginTries(store), ...sessionsOf(store, asked) };
}

interface Asking {
  one<T>(query: string, values: readonly SqlValue[], read: (row: Row) => T): Promise<T | undefined>;
  run(statement: string, values: readonly SqlValue[]): Promise<number>;
}

function askingOf(store: SqlStore): Asking {
  const one = async <T>(
    query: string,
    values: readonly SqlValue[],
    read: (row: Row) => T,
  ): Promise<T | undefined> => {
    const [row] = await store.transaction((sql) => sql.all(query, values));
    return row === undefined ? undefined : read(row);
  };
  const run = (statement: string, values: readonly SqlValue[]): Promise<number> =>
    store.transaction((sql) => sql.run(statement, values));
  return { one, run };
}

type OfTries = 'takeTry' | 'endTry' | 'findWrongLogins' | 'clearTries';
type OfSessions =
  'beginSession' | 'findSession' | 'seeSession' | 'endSession' | 'closeShift' | 'findShift';

function peopleOf(store: SqlStore, { one, run }: Asking): Omit<PersonBook, OfSessions | OfTries> {
  return {
    findPerson: (personId) =>
      one('SELECT * FROM person WHERE person_id = $1', [personId], readPerson),
    listPersons: async () => {
      const rows = await store.transaction((sql) =>
        sql.all('SELECT * FROM person ORDER BY person_id'),
      );
      return rows.map(readPerson);
    },
    addPerson: async (person) => {
      const { personId, name, roles, password, isShut, changedBy, changedAtMs } = person;
      const { vouchedPassword, vouchedRoles } = person;
      const added = await run(
        `INSERT INTO person
            (person_id, name, roles, password, is_shut, tries, changed_by, changed_at_ms,
            vouched_password, vouched_roles)
          VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
        [
          ...[personId, name, roles.join(), password, Number(isShut), changedBy, changedAtMs],
          ...[vouchedPassword ?? null, vouchedRoles?.join() ?? null],
        ],
      );
      return added === 1;
    },
    changePerson: (personId, change, by, atMs) =>
      store.transaction(async (sql) => {
        const { name, roles, password, isShut, vouchedPassword, vouchedRoles } = change;
        const changed = await sql.run(
          `UPDATE person SET name = COALESCE($2, name), roles = COALESCE($3, roles),
              password = COALESCE($4, password), is_shut = COALESCE($5, is_shut),
              changed_by = $6, changed_at_ms = $7,
              vouched_password = COALESCE($8, vouched_password),
              vouched_roles = COALESCE($9, vouched_roles) WHERE person_id = $1`,
          [
            ...[personId, name ?? null, roles?.join() ?? null, password ?? null],
            ...[isShut === undefined ? null : Number(isShut), by, atMs],
            ...[vouchedPassword ?? null, vouchedRoles?.join() ?? null],
          ],
        );
        if (endsSessions(change)) await endSessions(sql, 'person_id', personId, atMs);
        if (password !== undefined) await forgetTries(sql, personId);
        return changed === 1;
      }),
  };
}

function sessionsOf(store: SqlStore, { one, run }: Asking): Pick<PersonBook, OfSessions> {
  return {
    beginSession: ({ tokenHash, personId, keyId, atMs, passwordMark: mark, shift }) =>
      store.transaction(async (sql) => {
        const values = shift && [shift.shiftId, keyId, shift.outlet ?? null, personId, atMs];
        const shiftId = values && (await openShift(sql, keyId, values));
        await sql.run(
          `INSERT INTO person_session
              (token_hash, person_id, key_id, shift_id, begun_at_ms, seen_at_ms,
                password_mark)
            VALUES ($1, $2, $3, $4, $5, $5, $6)`,
          [tokenHash, personId, keyId, shiftId ?? null, atMs, mark],
        );
        return shiftId;
      }),
    findSession: async (tokenHash) => {
      const row = await one(LIVE_SESSION, [tokenHash], (found) => found);
      // A login may have been weighed while its password was being exchanged for another one.
      if (row === undefined) return undefined;
      return passwordMark(text(row.password)) === row.password_mark ? readSession(row) : undefined;
    },
    seeSession: async (tokenHash, atMs) => {
      await run('UPDATE person_session SET seen_at_ms = $2 WHERE token_hash = $1', [
        tokenHash,
        atMs,
      ]);
    },
    endSession: (tokenHash, atMs) =>
      store.transaction((sql) => endSessions(sql, 'token_hash', tokenHash, atMs)),
    closeShift: (keyId, by, atMs) =>
      store.transaction(async (sql) => {
        const [row] = await sql.all(OPEN_SHIFT, [keyId]);
        if (row === undefined) return undefined;
        const shiftId = text(row.shift_id);
        const closed = await sql.run(
          `UPDATE work_shift SET closed_by = $2, closed_at_ms = $3
            WHERE shift_id = $1 AND closed_at_ms IS NULL`,
          [shiftId, by, atMs],
        );
        if (closed === 0) return undefined;
        await endSessions(sql, 'shift_id', shiftId, atMs);
        return { ...readShift(row), closedBy: by, closedAtMs: atMs };
      }),
    findShift: (shiftId) =>
      one('SELECT * FROM work_shift WHERE shift_id = $1', [shiftId], readShift),
  };
}

const OPEN_SHIFT = 'SELECT * FROM work_shift WHERE key_id = $1 AND closed_at_ms IS NULL';

/** A session may have been begun while its shift was being closed: it is of no use either. */
const LIVE_SESSION = `SELECT s.*, p.name, p.roles, p.password FROM person_session s
    JOIN person p ON p.person_id = s.person_id AND p.is_shut = 0
    LEFT JOIN work_shift w ON w.shift_id = s.shift_id
  WHERE s.token_hash = $1 AND s.ended_at_ms IS NULL AND w.closed_at_ms IS NULL`;

async function openShift(sql: Sql, keyId: string, values: readonly SqlValue[]): Promise<string> {
  const open = async (): Promise<Row | undefined> => (await sql.all(OPEN_SHIFT, [keyId]))[0];
  const joined = await open();
  if (joined !== undefined) return text(joined.shift_id);
  // Of two that open one at the same moment, the second joins the first.
  await sql.run(
    `INSERT INTO work_shift (shift_id, key_id, outlet, opened_by, opened_at_ms)
      VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    values,
  );
  const opened = await open();
  if (opened === undefined) throw new QuancunError(LEDGER_BUSY);
  return text(opened.shift_id);
}

async function endSessions(
  sql: Sql,
  column: 'token_hash' | 'person_id' | 'shift_id',
  value: string,
  atMs: number,
): Promise<void> {
  await sql.run(
    `UPDATE person_session SET ended_at_ms = $2 WHERE ${column} = $1 AND ended_at_ms IS NULL`,
    [value, atMs],
  );
}

function rolesOf(cell: unknown): readonly Role[] {
  return text(cell).split(',') as Role[];
}

const isThere = (cell: unknown): boolean => cell !== null && cell !== undefined;

function readPerson(row: Row): Person {
  const { locked_until_ms: locked, vouched_password: mark, vouched_roles: vouched } = row;
  return {
    ...{ personId: text(row.person_id), name: text(row.name), roles: rolesOf(row.roles) },
    ...{ password: text(row.password), isShut: Number(row.is_shut) === 1 },
    ...(isThere(locked) ? { lockedUntilMs: Number(locked) } : {}),
    ...(isThere(mark) ? { vouchedPassword: text(mark) } : {}),
    ...(isThere(vouched) ? { vouchedRoles: rolesOf(vouched) } : {}),
    ...{ changedBy: text(row.changed_by), changedAtMs: Number(row.changed_at_ms) },
  };
}

function readSession(row: Row): PersonSession {
  return {
    ...{ personId: text(row.person_id), name: text(row.name), roles: rolesOf(row.roles) },
    keyId: text(row.key_id),
    ...(isThere(row.shift_id) ? { shiftId: text(row.shift_id) } : {}),
    ...{ begunAtMs: Number(row.begun_at_ms), seenAtMs: Number(row.seen_at_ms) },
  };
}

function readShift(row: Row): Shift {
  return {
    ...{ shiftId: text(row.shift_id), keyId: text(row.key_id) },
    ...(isThere(row.outlet) ? { outlet: text(row.outlet) } : {}),
    ...{ openedBy: text(row.opened_by), openedAtMs: Number(row.opened_at_ms) },
    ...(isThere(row.closed_by) ? { closedBy: text(row.closed_by) } : {}),
    ...(isThere(row.closed_at_ms) ? { closedAtMs: Number(row.closed_at_ms) } : {}),
  };
}
