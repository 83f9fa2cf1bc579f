/**
 * Whether the database still has what carries exactly-once: a restore into a database that is in
 * use can end without its keys and triggers, and every insert goes on as if nothing were missing.
 */
import { QuancunError } from '../../../errors.js';
import { LEDGER_INCOMPLETE } from '../../errors.js';
import type { Sql } from '../sql/store.js';

/** Table and columns of every unique index that a proof leans on; columns by their names. */
const KEYS: readonly string[] = [
  'attempt atc,card_number,date,time',
  'attempt number,order_id',
  'binding atc,card_number',
  'binding order_id',
  'card card_number',
  'day_close chain_key',
  'day_close day_key',
  'journal journal_id',
  'load_order card_number',
  'load_order idempotency_key',
  'load_order order_id',
  'nonce key_id,nonce',
  'payment transaction_id',
  'reply idempotency_key,key_id',
  'settlement order_id',
  'slip number,order_id',
  'slip order_id,request_key',
];
const TRIGGERS: readonly string[] = [
  ...['card card_atc_kept', 'day_close day_kept', 'payment refund_once'],
  ...['payment payment_refund_key_kept', 'payment payment_taken_key_kept'],
  'transfer transfer_day_key_kept',
];

const FOUND = `
  SELECT t.relname || ' ' || string_agg(a.attname, ',' ORDER BY a.attname) AS found
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey)
    WHERE i.indisunique AND i.indisvalid AND t.relnamespace =
      (SELECT relnamespace FROM pg_class WHERE oid = 'load_order'::regclass)
    GROUP BY i.indexrelid, t.relname
  UNION ALL
  SELECT t.relname || ' ' || g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
    WHERE g.tgenabled <> 'D' AND t.relnamespace =
      (SELECT relnamespace FROM pg_class WHERE oid = 'load_order'::regclass)`;

/** @throws LEDGER_INCOMPLETE. Tables that were spread by hand have keys of their own. */
export async function expectWhole(sql: Sql): Promise<void> {
  const [kind] = await sql.all(`SELECT relkind FROM pg_class WHERE oid = 'load_order'::regclass`);
  if (kind?.relkind === 'p') return;
  const found = new Set((await sql.all(FOUND)).map((row) => row.found));
  const missing = [...KEYS, ...TRIGGERS].filter((one) => !found.has(one));
  if (missing.length === 0) return;
  throw new QuancunError(LEDGER_INCOMPLETE, { details: { missing: missing.join('; ') } });
}
