/** What it means when PostgreSQL refuses a batch, or one decision of it. */
import { assert, QuancunError } from '../../../errors.js';
import { INTERNAL } from '../../../core-errors.js';
import { LEDGER_BUSY, REQUEST_REPLAYED } from '../../../signing/errors.js';
import { PAYMENT_REUSED } from '../../errors.js';
import type { Change, Committed } from '../ledger.js';
import { text } from '../sql/columns.js';
import { REFUSAL } from './commit-sql.js';
import type { BatchResult } from './queue.js';
import type { ReadOrder } from './reader.js';
import { faultOf, PASSING, type PgStore } from './store.js';

/** Integrity constraints, and values that a column does not take. */
const REFUSING = ['23', '22'];

/** What an error says of a batch. Throws it when it speaks of something else. */
export function refusalOf(error: unknown): BatchResult {
  const { code, message } = faultOf(error);
  const said = message.split(`${REFUSAL} `)[1];
  if (said?.startsWith('witness') === true) return { kind: 'moved' };
  if (said?.startsWith('outdated') === true) {
    return { kind: 'outdated', places: (said.match(/\d+/g) ?? []).map(Number) };
  }
  if (PASSING.includes(code) || REFUSING.includes(code.slice(0, 2))) {
    return { kind: 'refused', error };
  }
  throw error;
}

/** What a refusal of one decision means. A constraint can be the first to notice another one. */
export async function judge(
  store: PgStore,
  read: ReadOrder,
  { snapshot }: Change,
  error: unknown,
): Promise<Committed> {
  const { code, message } = faultOf(error);
  // Another transaction was in the way: whoever asked decides again.
  if (PASSING.includes(code)) return { written: false };
  const now = await read(snapshot.situation.order.orderId);
  if (now?.version !== snapshot.version) return { written: false };
  assert(!message.includes(`${REFUSAL} refund`), 'a payment given back twice');
  const table = await brokenTable(store, error);
  if (table === 'attempt' || table === 'reply') {
    throw new QuancunError(LEDGER_BUSY, { cause: error });
  }
  if (table === 'payment' || table === 'payment_key')
    throw new QuancunError(PAYMENT_REUSED, { cause: error });
  if (table === 'nonce') throw new QuancunError(REQUEST_REPLAYED, { cause: error });
  const what = `the ledger refused a decision (${table ?? code})`;
  throw new QuancunError(INTERNAL, { details: { what }, cause: error });
}

/** The table whose constraint was broken; of a partition, the table it is a part of. */
async function brokenTable(store: PgStore, error: unknown): Promise<string | undefined> {
  const { schema, table } = faultOf(error);
  if (schema === undefined || table === undefined) return undefined;
  const [row] = await store.one({
    name: 'quancun_root',
    text: `SELECT relname FROM pg_class WHERE oid = COALESCE(
      (SELECT pg_partition_root(to_regclass($1))), to_regclass($1))`,
    values: [`${quote(schema)}.${quote(table)}`],
  });
  return row === undefined ? table : text(row.relname);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
