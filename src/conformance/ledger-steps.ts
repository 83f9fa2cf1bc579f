/** The steps that the cases of a ledger are told in: an order made, paid, issued, changed. */
import type { Attempt, CardAccount, Decision, Order, Who } from '../load/index.js';
import type { Ledger, RequestRecord, Snapshot } from '../server/index.js';
import { broken } from './conformance.js';

/** The card of every order. */
export const CARD = '6201220000000001';
/** 2026-01-15 10:00 in China. */
export const AT_MS = 1_768_442_400_000;

/** An order as it is made. */
export function orderOf(orderId: string, changes: Partial<Order> = {}): Order {
  return {
    orderId,
    cardNumber: CARD,
    issuerFactor: 'B8CACBE0',
    keyIndex: 1,
    amountFen: 10_000,
    state: 'CREATED',
    probesPassed: 0,
    badTacs: 0,
    refusedCredits: 0,
    outlet: 'self',
    plate: '甘A12345',
    plateColour: 0,
    createdAtMs: AT_MS,
    updatedAtMs: AT_MS,
    ...changes,
  };
}

/** One attempt of it. */
export function attemptOf(order: Order, onlineAtc: number, time = '100000'): Attempt {
  const { orderId, cardNumber, amountFen } = order;
  return {
    ...{ orderId, cardNumber, onlineAtc, random: '11223344', rawBalance: 5000, amountFen },
    ...{ terminal: '000440101001', date: '20260115', time, keyVersion: 1, algorithm: 0 },
  };
}

/** What a decision changes. */
export interface Changes {
  readonly order?: Partial<Order>;
  readonly card?: Partial<CardAccount>;
  readonly rest?: Partial<Decision>;
}

/** Commits a decision that changes what the case wants changed. */
export async function change(
  ledger: Ledger,
  snapshot: Snapshot,
  changes: Changes,
  record?: RequestRecord,
  who?: Who,
): Promise<boolean> {
  const { order, card } = snapshot.situation;
  const decision: Decision = {
    order: { ...order, ...changes.order },
    card: { ...card, ...changes.card },
    transfers: [],
    step: { do: 'stop', state: order.state, money: 'untouched' },
    ...changes.rest,
  };
  const change = {
    ...{ snapshot, decision, evidence: 'test', atMs: AT_MS + 1 },
    ...(record === undefined ? {} : { record }),
    ...(who === undefined ? {} : { who }),
  };
  return (await ledger.commit(change)).written;
}

/** An order as it stands. */
export async function snapshotOf(ledger: Ledger, orderId: string): Promise<Snapshot> {
  const snapshot = await ledger.read(orderId);
  if (snapshot === undefined) throw broken(`order ${orderId} is not there`);
  return snapshot;
}

/** An order that was just made. */
export async function created(ledger: Ledger, orderId: string, changes: Partial<Order> = {}) {
  await ledger.createOrder(orderOf(orderId, changes), `key ${orderId}`, 'request');
  return snapshotOf(ledger, orderId);
}

/** An order that is paid, issued at an ATC, with its attempt. */
export async function issued(ledger: Ledger, orderId: string, atc: number): Promise<Snapshot> {
  const fresh = await created(ledger, orderId);
  const { order } = fresh.situation;
  const newPayment = { orderId, transactionId: `p:${orderId}`, amountFen: 10_000, surplus: false };
  const transfers = [{ debit: 'cash', credit: 'liability', amountFen: 10_000 } as const];
  await change(ledger, fresh, { order: { state: 'PAID' }, rest: { newPayment, transfers } });
  await change(ledger, await snapshotOf(ledger, orderId), {
    order: { state: 'ISSUED', boundAtc: atc },
    card: { openOrderId: orderId, expectedAtc: atc, maxSeenAtc: atc },
    rest: { newAttempt: attemptOf(order, atc) },
  });
  return snapshotOf(ledger, orderId);
}
