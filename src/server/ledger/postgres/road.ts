/**
 * The ledger's road on PostgreSQL: what an order needs is read in one statement, and decisions are
 * written several at a time, in one statement that is a transaction of its own.
 */
import type { Change, Committed, Ledger } from '../ledger.js';
import { text } from '../sql/columns.js';
import { layOut } from './batch.js';
import { buildCommit, type PartName, PART_NAMES, type Tables } from './commit-sql.js';
import { createOrder } from './create-order.js';
import { judge, refusalOf } from './judge.js';
import { type BatchResult, createCommitQueue } from './queue.js';
import { type KeptSnapshots, keepSnapshots } from './kept.js';
import { createReader } from './reader.js';
import type { PgStore } from './store.js';

/** The part of a ledger that has its own road here. */
export type PgRoad = Required<
  Pick<Ledger, 'read' | 'recall' | 'commit' | 'createOrder' | 'restoreOrder' | 'writeLine'>
>;

/** Opens the road beside a ledger whose schema is up to date. */
export async function openPgRoad(store: PgStore, ledger: Ledger): Promise<PgRoad> {
  const tables = await readTables(store);
  const { spread } = tables;
  const statementFor = statements(store, tables);
  const kept = keepSnapshots();
  const read = createReader(store, spread);
  const queue = createCommitQueue({
    send: (changes) => send({ store, statementFor, kept, spread }, changes),
    judge: (change, error) => judge(store, read, change, error),
  });
  return {
    read,
    recall: (orderId) => kept.find(orderId),
    commit: (change) => queue.commit(change),
    createOrder: (order, key, request, record) =>
      createOrder(store, { order, key, request, why: 'create', record }, spread),
    restoreOrder: (order, key, request) =>
      createOrder(store, { order, key, request, why: 'restore' }, spread),
    writeLine: (thread, line) => queue.betweenLines(() => ledger.writeLine(thread, line)),
  };
}

type StatementFor = (
  parts: readonly PartName[],
  journal: boolean,
) => { readonly name: string; readonly text: string };

/** Statements by the parts that a batch has, built once: a few dozen in practice. */
function statements({ dialect }: PgStore, tables: Tables): StatementFor {
  const built = new Map<string, string>();
  return (parts, journal) => {
    const bits = PART_NAMES.map((name) => (parts.includes(name) ? '1' : '0')).join('');
    const name = `quancun_commit_${bits}${journal ? '1' : '0'}`;
    const known = built.get(name) ?? buildCommit(parts, journal, dialect, tables);
    built.set(name, known);
    return { name, text: known };
  };
}

interface SendParts {
  readonly store: PgStore;
  readonly statementFor: StatementFor;
  readonly kept: KeptSnapshots;
  readonly spread: boolean;
}

async function send(
  { store, statementFor, kept, spread }: SendParts,
  changes: readonly Change[],
): Promise<BatchResult> {
  const lines = changes.flatMap(({ witness }) => (witness === undefined ? [] : [witness]));
  const [first] = lines;
  const witness = first && { ...first, draft: first.thread.draft(lines.map(({ line }) => line)) };
  const { parts, values, heads } = layOut(changes, witness, spread);
  try {
    await store.one(
      { ...statementFor(parts, witness !== undefined), values: [...values] },
      'commit',
    );
  } catch (error) {
    for (const change of changes) kept.forget(change);
    return refusalOf(error);
  }
  witness?.thread.confirm(witness.draft);
  changes.forEach((change, place) => {
    kept.keep(change, heads[place] ?? '');
  });
  const entries = witness?.draft.entries.values();
  const committed = changes.map((change): Committed => {
    const entry = change.witness === undefined ? undefined : entries?.next().value;
    return { written: true, ...(entry === undefined ? {} : { entry }) };
  });
  return { kind: 'written', committed };
}

/** Columns have the types of the schema, whichever release made them. */
export async function readTables(store: PgStore): Promise<Tables> {
  const rows = await store.one({
    name: 'quancun_tables',
    text: `SELECT c.relname AS table_name, c.relkind AS kind, a.attname AS column_name,
        format_type(a.atttypid, NULL) AS type
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'load_order'::regclass)
        AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`,
    values: [],
  });
  const types = new Map(
    rows.map((row) => [`${text(row.table_name)}.${text(row.column_name)}`, text(row.type)]),
  );
  return {
    typeOf: (table, column) => types.get(`${table}.${column}`) ?? 'text',
    spread: rows.some((row) => row.table_name === 'load_order' && row.kind === 'p'),
  };
}
