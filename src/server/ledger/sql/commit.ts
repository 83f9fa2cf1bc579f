/** What the SQL ledger writes: a new order, and a decision. */
import type { Decision, Order, Transfer } from '../../../load/index.js';
import { chainHash, NO_HASH } from '../audit-chain.js';
import type { Change } from '../ledger.js';
import { bookRefund, bookSentRefund } from './payments.js';
import { columnsOf, type Layout, text, valuesOf } from './columns.js';
import { ATTEMPT, CARD, ORDER, PAYMENT } from './rows.js';
import type { Sql, SqlValue } from './store.js';

/** The decision was made from facts that are no longer so; the transaction is rolled back. */
export class Outdated extends Error {}

/** A new order, and its first event. @throws Outdated */
export async function insertOrder(
  sql: Sql,
  order: Order,
  key: string,
  request: string,
  why: 'create' | 'restore',
): Promise<void> {
  await insertRecord(sql, 'load_order', ORDER, order, {
    idempotency_key: key,
    request,
    revision: 1,
  });
  await writeHead(sql, order, why);
}

/** A record, and what its row holds besides. */
function insertRecord<T extends object>(
  sql: Sql,
  table: string,
  layout: Layout<T>,
  record: T,
  besides: Readonly<Record<string, SqlValue>> = {},
): Promise<number> {
  const columns = [...columnsOf(layout), ...Object.keys(besides)];
  return insert(sql, table, columns, [...valuesOf(layout, record), ...Object.values(besides)]);
}

function insert(
  sql: Sql,
  table: string,
  columns: readonly string[],
  values: readonly SqlValue[],
): Promise<number> {
  const places = columns.map((_column, index) => `$${String(index + 1)}`).join(',');
  return sql.run(`INSERT INTO ${table} (${columns.join(',')}) VALUES (${places})`, values);
}

/** All of a decision. @throws Outdated */
export async function write(
  sql: Sql,
  { snapshot, decision, evidence, atMs }: Change,
): Promise<void> {
  const { order } = decision;
  const [orderRevision, cardRevision, seenHead = NO_HASH] = snapshot.version.split('.');
  await writeOrder(sql, order, Number(orderRevision));
  const before = snapshot.situation;
  const hash = await recordEvent(sql, seenHead, before.order, order, evidence, atMs);
  await writeCard(sql, decision, Number(cardRevision), seenHead, hash);
  if (order.boundAtc !== before.order.boundAtc) await rebind(sql, decision);
  const { newAttempt, newPayment, sentRefund, refundedPayment, settlement } = decision;
  if (newAttempt !== undefined) {
    const number = before.attempts.length + 1;
    await insertRecord(sql, 'attempt', ATTEMPT, newAttempt, { number });
  }
  if (newPayment !== undefined) await insertRecord(sql, 'payment', PAYMENT, newPayment);
  if (sentRefund !== undefined) await bookSentRefund(sql, sentRefund);
  if (refundedPayment !== undefined) await bookRefund(sql, refundedPayment);
  if (settlement !== undefined) {
    await insert(sql, 'settlement', ['order_id', 'kind'], [order.orderId, settlement]);
  }
  for (const transfer of decision.transfers) await post(sql, order.orderId, transfer, atMs);
}

async function writeOrder(sql: Sql, order: Order, revision: number): Promise<void> {
  const sets = columnsOf(ORDER, 'changing').map((name, at) => `${name} = $${String(at + 3)}`);
  const changed = await sql.run(
    `UPDATE load_order SET revision = revision + 1, ${sets.join(', ')}
      WHERE order_id = $1 AND revision = $2`,
    [order.orderId, revision, ...valuesOf(ORDER, order, 'changing')],
  );
  if (changed === 0) throw new Outdated();
}

/** `max_seen_atc` never falls, whatever the code above says. */
async function writeCard(
  sql: Sql,
  { card }: Decision,
  revision: number,
  seenHead: string,
  hash: string,
): Promise<void> {
  if (revision === 0) {
    await insertRecord(sql, 'card', CARD, card, { head_hash: hash, revision: 1 });
    return;
  }
  const sets = columnsOf(CARD, 'changing').map((name, at) => `${name} = $${String(at + 6)}`);
  const changed = await sql.run(
    `UPDATE card SET revision = revision + 1, head_hash = $3, ${sets.join(', ')}
      WHERE card_number = $1 AND revision = $2 AND (max_seen_atc IS NULL OR max_seen_atc <= $4)
        AND head_hash = $5`,
    [
      ...[card.cardNumber, revision, hash, card.maxSeenAtc ?? null, seenHead],
      ...valuesOf(CARD, card, 'changing'),
    ],
  );
  if (changed === 0) throw new Outdated();
}

/** A refund frees the ATC, which nothing spent; otherwise the old one stays spent, not live. */
async function rebind(sql: Sql, { order, settlement }: Decision): Promise<void> {
  const { orderId, cardNumber, boundAtc } = order;
  if (settlement === 'REFUND') {
    await sql.run('DELETE FROM binding WHERE order_id = $1 AND live = 1', [orderId]);
    return;
  }
  await sql.run('UPDATE binding SET live = 0 WHERE order_id = $1', [orderId]);
  if (boundAtc === undefined) return;
  const columns = ['card_number', 'atc', 'order_id', 'live'];
  await insert(sql, 'binding', columns, [cardNumber, boundAtc, orderId, 1]);
}

async function post(sql: Sql, orderId: string, transfer: Transfer, atMs: number): Promise<void> {
  const { debit, credit, amountFen } = transfer;
  const columns = ['order_id', 'at_ms', 'debit', 'credit', 'amount_fen'];
  await insert(sql, 'transfer', columns, [orderId, atMs, debit, credit, amountFen]);
}

/** Chains an event to the card's last one, and answers the new head. */
async function recordEvent(
  sql: Sql,
  head: string,
  before: Order,
  after: Order,
  evidence: string,
  atMs: number,
): Promise<string> {
  const { orderId } = after;
  const event = { atMs, orderId, evidence, from: before.state, to: after.state };
  const hash = chainHash(head, event);
  const columns = ['at_ms', 'order_id', 'evidence', 'from_state', 'to_state', 'hash'];
  await insert(sql, 'audit_event', columns, [atMs, orderId, evidence, event.from, event.to, hash]);
  return hash;
}

/** Of its card a new order changes the head of the chain alone. */
async function writeHead(sql: Sql, order: Order, why: string): Promise<void> {
  const { cardNumber } = order;
  const head = await headOf(sql, cardNumber);
  const hash = await recordEvent(sql, head ?? NO_HASH, order, order, why, order.createdAtMs);
  if (head === undefined) {
    const columns = ['card_number', 'frozen', 'head_hash', 'revision'];
    await insert(sql, 'card', columns, [cardNumber, 0, hash, 1]);
    return;
  }
  const changed = await sql.run(
    'UPDATE card SET head_hash = $2, revision = revision + 1 WHERE card_number = $1 AND head_hash = $3',
    [cardNumber, hash, head],
  );
  if (changed === 0) throw new Outdated();
}

async function headOf(sql: Sql, cardNumber: string): Promise<string | undefined> {
  const [card] = await sql.all('SELECT head_hash FROM card WHERE card_number = $1', [cardNumber]);
  return card === undefined ? undefined : text(card.head_hash);
}
