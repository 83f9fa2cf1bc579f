/** A new order on PostgreSQL: one look, and one statement that writes it if all is as it looked. */
import { QuancunError } from '../../../errors.js';
import { ORDER_OPEN } from '../../../load/errors.js';
import type { Order } from '../../../load/index.js';
import { LEDGER_BUSY, REQUEST_REPLAYED } from '../../../signing/errors.js';
import { IDEMPOTENCY_CONFLICT } from '../../errors.js';
import { chainHash, NO_HASH } from '../audit-chain.js';
import { frozenCard } from '../frozen-card.js';
import { keptKey, orderKeyOf } from '../order-key.js';
import { text, valuesOf } from '../sql/columns.js';
import { ORDER, readOrder, whoCells } from '../sql/rows.js';
import type { RequestRecord } from '../ledger.js';
import type { Row, Sql, SqlValue } from '../sql/store.js';
import { insertOrder, lookBeforeOrder } from './read-sql.js';
import { faultOf, PASSING, type PgStore, UNIQUE_VIOLATION } from './store.js';

/** How often an order is written again when another one of its card was first. */
const MAX_RACES = 16;

/** An order that is to be, and what its request's door wants written with it. */
export interface NewOrder {
  readonly order: Order;
  readonly key: string;
  readonly request: string;
  readonly why: 'create' | 'restore';
  readonly record?: RequestRecord | undefined;
}

/** Stores a new order, or answers the one that its key made. @throws ORDER_OPEN, LEDGER_BUSY */
export async function createOrder(
  store: PgStore,
  { order, key, request, why, record }: NewOrder,
  spread: boolean,
): Promise<Order> {
  const { own, former } = why === 'create' ? orderKeyOf(order, key) : keptKey(key);
  const values = [own, order.cardNumber, former, request];
  for (let race = 0; race < MAX_RACES; race += 1) {
    const [seen = {}] = await store.one({
      name: 'quancun_look',
      text: lookBeforeOrder(spread),
      values: [...values],
    });
    if (seen.known !== null) return knownOrder(seen, request);
    if (seen.open_order_id !== null && why === 'create') {
      throw new QuancunError(ORDER_OPEN, { details: { openOrderId: text(seen.open_order_id) } });
    }
    if (Number(seen.frozen) === 1 && why === 'create') throw frozenCard();
    const head = seen.head_hash === null ? NO_HASH : text(seen.head_hash);
    const row = insertion(order, own, request, why, head);
    if (await tryInsert(store, row, spread, record)) return order;
  }
  throw new QuancunError(LEDGER_BUSY);
}

function knownOrder(seen: Row, request: string): Order {
  const row = JSON.parse(text(seen.known)) as Row;
  if (row.request !== request) throw new QuancunError(IDEMPOTENCY_CONFLICT);
  return readOrder(row);
}

function insertion(
  order: Order,
  key: string,
  request: string,
  why: string,
  seenHead: string,
): SqlValue[] {
  const { orderId, cardNumber, createdAtMs: atMs, state } = order;
  const { who } = order;
  const asked = who === undefined ? {} : { who };
  const event = { atMs, orderId, evidence: why, from: state, to: state, ...asked };
  return [
    ...[cardNumber, seenHead, chainHash(seenHead, event), orderId, atMs, why, state],
    ...[...whoCells(who), key, request, ...valuesOf(ORDER, order)],
  ];
}

/** `false`: the same key, or another order of the card, came at the same moment. */
async function tryInsert(
  store: PgStore,
  values: SqlValue[],
  spread: boolean,
  record: RequestRecord | undefined,
): Promise<boolean> {
  try {
    const text = insertOrder(spread);
    if (record !== undefined) {
      return await store.transaction((sql) => insertWith(sql, text, values, record));
    }
    const [row] = await store.one({ name: 'quancun_create', text, values }, 'commit');
    return Number(row?.made) === 1;
  } catch (error) {
    const { code, table } = faultOf(error);
    if (code === UNIQUE_VIOLATION && table === 'nonce') {
      throw new QuancunError(REQUEST_REPLAYED, { cause: error });
    }
    if (code === UNIQUE_VIOLATION && table === 'reply') {
      throw new QuancunError(LEDGER_BUSY, { cause: error });
    }
    if (code === UNIQUE_VIOLATION || PASSING.includes(code)) return false;
    throw error;
  }
}

/** The order, its request's nonce and the reply that is kept: all of them, or none. */
async function insertWith(
  sql: Sql,
  text: string,
  values: readonly SqlValue[],
  { nonce, reply }: RequestRecord,
): Promise<boolean> {
  const [row] = await sql.all(text, values);
  if (Number(row?.made) !== 1) return false;
  if (nonce !== undefined) {
    const spent = [nonce.keyId, nonce.nonce, nonce.atMs];
    await sql.run('INSERT INTO nonce (key_id, nonce, at_ms) VALUES ($1, $2, $3)', spent);
  }
  if (reply !== undefined) {
    const { requestHash, status, body } = reply.reply;
    await sql.run(
      `INSERT INTO reply (key_id, idempotency_key, request_hash, status, body, at_ms)
        VALUES ($1, $2, $3, $4, $5, $6)`,
      [reply.keyId, reply.idempotencyKey, requestHash, status, body, nonce?.atMs ?? null],
    );
  }
  return true;
}
