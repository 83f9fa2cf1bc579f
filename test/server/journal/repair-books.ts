/** A ledger that lines of a journal are taken into, and such lines. */
import { decide, DEFAULT_POLICY, type Evidence, type Order } from '../../../src/load/index.js';
import { memoryLedger } from '../../../src/server/index.js';
import type { Ledger } from '../../../src/server/index.js';
import type { JournalLine } from '../../../src/server/journal/lines.js';
import { repairLine } from '../../../src/server/journal/repair.js';
import { attempt, ORDER, payment } from '../../load/situations.js';
import { manualEnv } from '../../support/manual-env.js';

export const env = manualEnv();
export const CREATED: Order = { ...ORDER, state: 'CREATED' };
export const OTHER: Order = { ...CREATED, orderId: 'ORDER2', cardNumber: '2200000000000002' };
export const [PAID_ONCE, SURPLUS] = [payment('pos:1'), payment('pos:2', { surplus: true })];

/** A ledger, and repairs into it. */
export function books(changes: (inner: Ledger) => Partial<Ledger> = () => ({})) {
  const inner = memoryLedger();
  const ledger: Ledger = { ...inner, ...changes(inner) };
  const parts = { ledger, env, decide, policy: DEFAULT_POLICY };
  const read = async (orderId = ORDER.orderId) => (await inner.read(orderId))?.situation;
  const make = (order: Order = CREATED, key = 'key') => inner.createOrder(order, key, 'request');
  const tell = async (evidence: Evidence, orderId = ORDER.orderId) => {
    const snapshot = await inner.read(orderId);
    if (snapshot === undefined) throw new Error('no order');
    const timed = { evidence, nowMs: env.now() };
    const decision = decide(snapshot.situation, timed, DEFAULT_POLICY);
    await inner.commit({ snapshot, decision, evidence: evidence.kind, atMs: env.now() });
  };
  return { repair: (line: JournalLine) => repairLine(parts, line), read, make, tell, inner };
}

/** The order of a line. */
export const journalled = (changes: Partial<Order> = {}, payments = [PAID_ONCE]) => ({
  ...{ atMs: 1, idempotencyKey: 'key', request: 'request', payments },
  order: { ...ORDER, state: 'ISSUED', boundAtc: 7, ...changes } as const,
});
/** Its issue at 7. */
export const issue = (...args: Parameters<typeof journalled>): JournalLine => ({
  ...{ kind: 'issue', ...journalled(...args), attempt: attempt(7) },
});
/** A payment of an order. */
export const pays = (transactionId: string, amountFen = 10_000): Evidence => ({
  ...{ kind: 'payment', transactionId, amountFen },
});
