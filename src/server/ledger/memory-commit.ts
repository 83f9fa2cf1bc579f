/**
 * What a commit does to the memory ledger's tables, and what forbids it. These are the rules that
 * every database keeps in its constraints; here they are a function of the rows and the change.
 */
import { assert, isQuancunError, QuancunError } from '../../errors.js';
import { type Attempt, type Decision, LOCKING_STATES } from '../../load/index.js';
import type { Change } from './ledger.js';
import {
  cardRow,
  copyTables,
  findUnsettled,
  readSnapshot,
  record,
  type Tables,
  type Versioned,
} from './memory-tables.js';
import { PAYMENT_REUSED } from '../errors.js';
import { LEDGER_BUSY } from '../../signing/errors.js';

/** Why a change was not written: it was made from facts that are no longer so, or breaks a rule. */
export type CommitRefusal = 'outdated' | QuancunError;

/** The tables as the change leaves them, or why it may not. What it reads stays as it is. */
export function commitTo(tables: Tables, change: Change): Tables | CommitRefusal {
  if (isOutdated(tables, change)) return 'outdated';
  try {
    expectConstraints(tables, change.decision);
  } catch (error) {
    if (isQuancunError(error)) return error;
    throw error;
  }
  const next = copyTables(tables);
  writeChange(next, change);
  return next;
}

/** Whether order or card have changed since the change's snapshot was read. */
export function isOutdated(tables: Tables, { snapshot, decision }: Change): boolean {
  return readSnapshot(tables, decision.order.orderId)?.version !== snapshot.version;
}

/** What a database would refuse. Reaching one of these is a fault of the code above. */
export function expectConstraints(tables: Tables, decision: Decision): void {
  const { order, newAttempt, newPayment, sentRefund, refundedPayment, settlement } = decision;
  if (newPayment !== undefined && tables.payments.has(newPayment.transactionId)) {
    throw new QuancunError(PAYMENT_REUSED);
  }
  if (sentRefund !== undefined) {
    const { refundsSent: sent = 0 } = tables.payments.get(sentRefund.transactionId) ?? {};
    assert((sentRefund.refundsSent ?? 0) >= sent, 'a refund number fell');
  }
  if (refundedPayment !== undefined) {
    const owed = tables.payments.get(refundedPayment.transactionId);
    assert(owed !== undefined && owed.refundedAtMs === undefined, 'a payment given back twice');
  }
  const seenAtc = cardRow(tables, order.cardNumber).value.maxSeenAtc ?? -1;
  assert((decision.card.maxSeenAtc ?? -1) >= seenAtc, 'the highest ATC fell');
  if (order.boundAtc !== undefined) {
    const owner = tables.bindings.get(bindingKey(order.cardNumber, order.boundAtc));
    assert(owner === undefined || owner === order.orderId, 'two orders at one ATC');
  }
  if (LOCKING_STATES.includes(order.state)) {
    const others = findUnsettled(tables, order.cardNumber).filter(
      (other) => other.orderId !== order.orderId && LOCKING_STATES.includes(other.state),
    );
    assert(others.length === 0 || order.state === 'FROZEN', 'two open orders on one card');
  }
  if (settlement !== undefined) {
    assert(!tables.settlements.has(order.orderId), 'an order settled twice');
  }
  if (newAttempt !== undefined) {
    const clash = tables.attempts.some((row) => sameTacInputs(row, newAttempt));
    if (clash) throw new QuancunError(LEDGER_BUSY);
  }
}

/** Writes a change that nothing forbids. */
export function writeChange(tables: Tables, change: Change): void {
  const { decision } = change;
  const { order } = decision;
  const before = tables.orders.get(order.orderId)?.value ?? order;
  bump(tables.orders, order.orderId, order);
  bump(tables.cards, order.cardNumber, decision.card);
  const { newAttempt, newPayment, sentRefund, refundedPayment, settlement } = decision;
  if (order.boundAtc !== undefined) {
    tables.bindings.set(bindingKey(order.cardNumber, order.boundAtc), order.orderId);
  } else if (decision.settlement === 'REFUND' && before.boundAtc !== undefined) {
    tables.bindings.delete(bindingKey(order.cardNumber, before.boundAtc));
  }
  if (newAttempt !== undefined) tables.attempts.push(newAttempt);
  if (newPayment !== undefined) tables.payments.set(newPayment.transactionId, newPayment);
  if (sentRefund !== undefined) tables.payments.set(sentRefund.transactionId, sentRefund);
  if (refundedPayment !== undefined) {
    tables.payments.set(refundedPayment.transactionId, refundedPayment);
  }
  if (settlement !== undefined) tables.settlements.set(order.orderId, settlement);
  const { orderId } = order;
  const { atMs } = change;
  tables.transfers.push(...decision.transfers.map((one) => ({ ...one, orderId, atMs })));
  record(tables, before, order, change);
}

function bump<T>(table: Map<string, Versioned<T>>, key: string, value: T): void {
  table.set(key, { value, revision: (table.get(key)?.revision ?? 0) + 1 });
}

function bindingKey(cardNumber: string, atc: number): string {
  return `${cardNumber}/${String(atc)}`;
}

function sameTacInputs(a: Attempt, b: Attempt): boolean {
  return (
    a.cardNumber === b.cardNumber &&
    a.onlineAtc === b.onlineAtc &&
    a.date === b.date &&
    a.time === b.time
  );
}
