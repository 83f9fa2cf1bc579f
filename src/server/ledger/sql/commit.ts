/**
 * What the SQL ledger writes: a new order, and decisions. Decisions of several cards are written
 * together: what is new comes in one statement for each table, whatever their number.
 */
import type { Decision, Order, Who } from '../../../load/index.js';
import { chainHash, NO_HASH } from '../audit-chain.js';
import type { Change, RequestRecord } from '../ledger.js';
import { bookRefund, bookSentRefund } from './payments.js';
import { changedColumns, text } from './columns.js';
import { createNewRows, type NewRows } from './new-rows.js';
import { ATTEMPT, CARD, ORDER, PAYMENT, whoCells, whoColumns } from './rows.js';
import type { Sql } from './store.js';

/** The decision was made from facts that are no longer so; the transaction is rolled back. */
export class Outdated extends Error {}

/** A new order, and its first event. @throws Outdated */
export async function insertOrder(
  sql: Sql,
  order: Order,
  key: string,
  request: string,
  why: 'create' | 'restore',
  record?: RequestRecord,
): Promise<void> {
  const rows = createNewRows();
  const besides = { idempotency_key: key, request, revision: 1 };
  rows.add('load_order', ORDER, order, besides);
  await writeHead(sql, rows, order, why);
  if (record !== undefined) addRecord(rows, record, order.createdAtMs);
  await rows.write(sql);
}

/**
 * All of these decisions, each of a card of its own. Answers the new heads of the cards' chains.
 * @throws Outdated
 */
export async function writeAll(sql: Sql, changes: readonly Change[]): Promise<readonly string[]> {
  const rows = createNewRows();
  const heads: string[] = [];
  for (const change of changes) heads.push(await writeOne(sql, rows, change));
  await rows.write(sql);
  return heads;
}

/** The order first: two decisions of one card never wait for each other in a circle. */
async function writeOne(sql: Sql, rows: NewRows, change: Change): Promise<string> {
  const { snapshot, decision, evidence, atMs, who, record } = change;
  const { order } = decision;
  const before = snapshot.situation;
  const [orderRevision, cardRevision, seenHead = NO_HASH] = snapshot.version.split('.');
  await writeOrder(sql, before.order, order, Number(orderRevision));
  const hash = addEvent(rows, seenHead, [before.order, order], { evidence, atMs, who });
  await writeCard(sql, rows, change, Number(cardRevision), seenHead, hash);
  if (order.boundAtc !== before.order.boundAtc) {
    await rebind(sql, rows, decision, before.order.boundAtc);
  }
  const { newAttempt, newPayment, sentRefund, refundedPayment, settlement } = decision;
  if (newAttempt !== undefined) {
    rows.add('attempt', ATTEMPT, newAttempt, { number: before.attempts.length + 1 });
  }
  if (newPayment !== undefined) rows.add('payment', PAYMENT, newPayment);
  if (sentRefund !== undefined) await bookSentRefund(sql, sentRefund);
  if (refundedPayment !== undefined) await bookRefund(sql, refundedPayment);
  if (settlement !== undefined) {
    rows.addRow('settlement', { order_id: order.orderId, kind: settlement });
  }
  for (const { debit, credit, amountFen } of decision.transfers) {
    const what = { debit, credit, amount_fen: amountFen };
    rows.addRow('transfer', { order_id: order.orderId, at_ms: atMs, ...what });
  }
  if (record !== undefined) addRecord(rows, record, atMs);
  return hash;
}

/** The request's nonce and its answer: either is refused when it is there already. */
function addRecord(rows: NewRows, { nonce, reply }: RequestRecord, atMs: number): void {
  if (nonce !== undefined) {
    rows.addRow('nonce', { key_id: nonce.keyId, nonce: nonce.nonce, at_ms: nonce.atMs });
  }
  if (reply === undefined) return;
  const { requestHash, status, body } = reply.reply;
  rows.addRow('reply', {
    ...{ key_id: reply.keyId, idempotency_key: reply.idempotencyKey },
    ...{ request_hash: requestHash, status, body, at_ms: atMs },
  });
}

async function writeOrder(sql: Sql, before: Order, order: Order, revision: number): Promise<void> {
  const { columns, values } = changedColumns(ORDER, before, order);
  const sets = columns.map((name, at) => `, ${name} = $${String(at + 3)}`).join('');
  const changed = await sql.run(
    `UPDATE load_order SET revision = revision + 1${sets} WHERE order_id = $1 AND revision = $2`,
    [order.orderId, revision, ...values],
  );
  if (changed === 0) throw new Outdated();
}

/** `max_seen_atc` never falls: the database refuses it, whatever the code above says. */
async function writeCard(
  sql: Sql,
  rows: NewRows,
  { snapshot, decision: { card } }: Change,
  revision: number,
  seenHead: string,
  hash: string,
): Promise<void> {
  if (revision === 0) {
    rows.add('card', CARD, card, { head_hash: hash, revision: 1 });
    return;
  }
  const { columns, values } = changedColumns(CARD, snapshot.situation.card, card);
  const sets = columns.map((name, at) => `, ${name} = $${String(at + 5)}`).join('');
  const changed = await sql.run(
    `UPDATE card SET revision = revision + 1, head_hash = $3${sets}
      WHERE card_number = $1 AND revision = $2 AND head_hash = $4`,
    [card.cardNumber, revision, hash, seenHead, ...values],
  );
  if (changed === 0) throw new Outdated();
}

/** A refund frees the ATC, which nothing spent; otherwise the old one stays spent, not live. */
async function rebind(
  sql: Sql,
  rows: NewRows,
  { order, settlement }: Decision,
  before: number | undefined,
): Promise<void> {
  const { orderId, cardNumber, boundAtc } = order;
  if (before !== undefined || settlement === 'REFUND') {
    const free = settlement === 'REFUND' ? 'DELETE FROM binding' : 'UPDATE binding SET live = 0';
    await sql.run(`${free} WHERE order_id = $1 AND live = 1`, [orderId]);
  }
  if (boundAtc === undefined || settlement === 'REFUND') return;
  rows.addRow('binding', { card_number: cardNumber, atc: boundAtc, order_id: orderId, live: 1 });
}

interface Happened {
  readonly evidence: string;
  readonly atMs: number;
  readonly who: Who | undefined;
}

const WHO_ASKED = whoColumns('asked');

/** Chains an event to the card's last one, and answers the new head. */
function addEvent(
  rows: NewRows,
  head: string,
  [before, after]: readonly [before: Order, after: Order],
  { evidence, atMs, who }: Happened,
): string {
  const { orderId } = after;
  const event = { atMs, orderId, evidence, from: before.state, to: after.state };
  const hash = chainHash(head, who === undefined ? event : { ...event, who });
  const states = { from_state: event.from, to_state: event.to };
  const cells = whoCells(who);
  const asked = Object.fromEntries(WHO_ASKED.map((column, at) => [column, cells[at] ?? null]));
  const row = { at_ms: atMs, order_id: orderId, evidence, ...states, hash };
  rows.addRow('audit_event', { ...row, ...asked });
  return hash;
}

/** Of its card a new order changes the head of the chain alone. */
async function writeHead(sql: Sql, rows: NewRows, order: Order, why: string): Promise<void> {
  const { cardNumber } = order;
  const [card] = await sql.all('SELECT head_hash FROM card WHERE card_number = $1', [cardNumber]);
  const head = card === undefined ? undefined : text(card.head_hash);
  const happened = { evidence: why, atMs: order.createdAtMs, who: order.who };
  const hash = addEvent(rows, head ?? NO_HASH, [order, order], happened);
  if (head === undefined) {
    rows.add('card', CARD, { cardNumber, frozen: false }, { head_hash: hash, revision: 1 });
    return;
  }
  const changed = await sql.run(
    'UPDATE card SET head_hash = $2, revision = revision + 1 WHERE card_number = $1 AND head_hash = $3',
    [cardNumber, hash, head],
  );
  if (changed === 0) throw new Outdated();
}
