/** A batch of decisions as the arrays that its statement takes. */
import type { Decision, Payment } from '../../../load/index.js';
import type { ThreadDraft, JournalThread } from '../../journal/thread.js';
import { chainHash } from '../audit-chain.js';
import type { Change } from '../ledger.js';
import { valuesOf } from '../sql/columns.js';
import { ATTEMPT, CARD, ORDER, PAYMENT, whoCells } from '../sql/rows.js';
import type { SqlValue } from '../sql/store.js';
import { columnsOfPart, MAIN, PART_NAMES, type PartName } from './commit-sql.js';

/** The values of a batch: arrays, column by column, and what moves the journal's row. */
export interface Batch {
  readonly parts: readonly PartName[];
  readonly values: readonly SqlValue[];
  /** The heads of the cards' chains afterwards, in the order of the changes. */
  readonly heads: readonly string[];
}

type Rows = readonly (readonly SqlValue[])[];

/** Lays out a batch. The changes come in the order of their cards' numbers. */
export function layOut(
  changes: readonly Change[],
  witness: { readonly thread: JournalThread; readonly draft: ThreadDraft } | undefined,
  spread: boolean,
): Batch {
  const main = changes.map(mainRow);
  const lists = Object.fromEntries(PART_NAMES.map((name) => [name, [] as SqlValue[][]])) as Record<
    PartName,
    SqlValue[][]
  >;
  for (const change of changes) addParts(lists, change);
  const parts = PART_NAMES.filter((name) => lists[name].length > 0);
  return {
    parts,
    values: [
      ...arrays(main, MAIN.length),
      ...parts.flatMap((name) => arrays(lists[name], columnsOfPart(name, spread).length)),
      ...(witness === undefined ? [] : journalValues(witness.thread, witness.draft)),
    ],
    heads: main.map((row) => String(row[6])),
  };
}

function mainRow({ snapshot, decision, evidence, atMs, who }: Change, place: number): SqlValue[] {
  const { order, card } = decision;
  const [orderRevision, cardRevision, seen = ''] = snapshot.version.split('.');
  const { orderId, cardNumber } = order;
  const [from, to] = [snapshot.situation.order.state, order.state];
  const event = { atMs, orderId, evidence, from, to };
  const head = chainHash(seen, who === undefined ? event : { ...event, who });
  return [
    ...[place, orderId, cardNumber, Number(orderRevision), Number(cardRevision), seen, head],
    ...[atMs, evidence, from, to, ...whoCells(who)],
    ...valuesOf(CARD, card, 'changing'),
    ...valuesOf(ORDER, order, 'changing'),
  ];
}

function addParts(lists: Record<PartName, SqlValue[][]>, change: Change): void {
  const { snapshot, decision, atMs, record } = change;
  const { order, newAttempt, newPayment, settlement, transfers } = decision;
  const { orderId, cardNumber } = order;
  addBinding(lists, snapshot.situation.order.boundAtc, decision);
  if (newAttempt !== undefined) {
    const number = snapshot.situation.attempts.length + 1;
    lists.attempt.push([...valuesOf(ATTEMPT, newAttempt), number]);
  }
  if (newPayment !== undefined) lists.payment.push([...valuesOf(PAYMENT, newPayment), cardNumber]);
  for (const payment of changedPayments(decision)) {
    const { transactionId, refundedAtMs, refundsSent, refundedByHand } = payment;
    const numbers = [refundedAtMs ?? null, refundsSent ?? null];
    const isByHand = refundedByHand === true ? 1 : 0;
    lists.refund.push([transactionId, ...numbers, orderId, isByHand, cardNumber]);
  }
  if (settlement !== undefined) lists.settlement.push([orderId, settlement, cardNumber]);
  for (const { debit, credit, amountFen } of transfers) {
    lists.transfer.push([orderId, atMs, debit, credit, amountFen, cardNumber]);
  }
  if (record?.nonce !== undefined) {
    const { keyId, nonce } = record.nonce;
    lists.nonce.push([keyId, nonce, record.nonce.atMs]);
  }
  if (record?.reply !== undefined) {
    const { keyId, idempotencyKey, reply } = record.reply;
    lists.reply.push([
      ...[keyId, idempotencyKey, reply.requestHash, reply.status, reply.body, atMs],
    ]);
  }
}

/** Payments whose refund is sent or booked; one that is both is written as it is at the end. */
export function changedPayments({ sentRefund, refundedPayment }: Decision): readonly Payment[] {
  const both = sentRefund?.transactionId === refundedPayment?.transactionId;
  const changed = both ? [refundedPayment] : [sentRefund, refundedPayment];
  return changed.flatMap((payment) => (payment === undefined ? [] : [payment]));
}

/** A refund frees the ATC, which nothing spent; otherwise the old one stays spent, not live. */
function addBinding(
  lists: Record<PartName, SqlValue[][]>,
  before: number | undefined,
  { order, settlement }: Decision,
): void {
  const { orderId, cardNumber, boundAtc } = order;
  if (boundAtc === before) return;
  if (before !== undefined) {
    (settlement === 'REFUND' ? lists.freed : lists.unbound).push([cardNumber, before, orderId]);
  }
  if (boundAtc !== undefined) lists.bound.push([cardNumber, boundAtc, orderId, 1]);
}

function journalValues(thread: JournalThread, { from, to, pending }: ThreadDraft): SqlValue[] {
  return [
    ...[to.sequence, to.head, JSON.stringify(pending)],
    ...[thread.journalId, from.sequence, from.head, thread.epoch, thread.identity],
  ];
}

/** Rows, turned into one array literal for each column. */
function arrays(rows: Rows, columns: number): string[] {
  return Array.from({ length: columns }, (_none, at) =>
    arrayLiteral(rows.map((row) => row[at] ?? null)),
  );
}

/** An array as PostgreSQL writes it. */
export function arrayLiteral(values: readonly SqlValue[]): string {
  return `{${values.map(element).join(',')}}`;
}

/** An element of an array literal. Plain words, which most texts are, stand as they are. */
function element(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  return `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
}
