/** The cases of a ledger's payments: what is awaited, what is owed back, and nothing twice. */
import type { AwaitedPayment, Ledger } from '../server/index.js';
import { broken, refuses, same } from './conformance.js';
import { AT_MS, change, created, issued, snapshotOf } from './ledger-steps.js';

const AWAITED: AwaitedPayment = {
  orderId: 'A',
  provider: 'qr',
  openedAtMs: AT_MS,
  expiresAtMs: AT_MS + 60_000,
  askAtMs: AT_MS + 10,
};

/** Books one payment more for an order. */
async function pay(ledger: Ledger, orderId: string, transactionId: string, surplus: boolean) {
  const newPayment = { orderId, transactionId, amountFen: 10_000, surplus };
  await change(ledger, await snapshotOf(ledger, orderId), { rest: { newPayment } });
}

async function owed(ledger: Ledger, query: { provider?: string; after?: string } = {}) {
  const payments = await ledger.findRefundsDue({ limit: 10, ...query });
  return payments.map(({ transactionId }) => transactionId);
}

/** The cases. */
export const PAYMENT_CASES: Readonly<Record<string, (ledger: Ledger) => Promise<void>>> = {
  'of an awaited payment the first entry stands': async (ledger) => {
    const later = { ...AWAITED, openedAtMs: AT_MS + 5, askAtMs: AT_MS + 15 };
    const [first, ...rest] = await Promise.all([
      ledger.awaitPayment(AWAITED),
      ledger.awaitPayment(AWAITED),
    ]);
    same([first, ...rest, await ledger.awaitPayment(later)], [AWAITED, AWAITED, AWAITED]);
    const other = { ...later, provider: 'other' };
    same(await ledger.awaitPayment(other), other);
  },
  'awaited payments are listed when they are due, until the answer was final': async (ledger) => {
    for (const [n, orderId] of ['A', 'B', 'C'].entries()) {
      await ledger.awaitPayment({ ...AWAITED, orderId, askAtMs: AT_MS + 30 - 10 * n });
    }
    await ledger.awaitPayment({ ...AWAITED, provider: 'other' });
    const due = async (dueAtMs: number, limit = 10) =>
      (await ledger.findAwaited({ provider: 'qr', dueAtMs, limit })).map(({ orderId }) => orderId);
    same(await due(AT_MS + 9), []);
    same(await due(AT_MS + 20), ['C', 'B']);
    same(await due(AT_MS + 20, 1), ['C']);
    await ledger.askAgainAt('C', 'qr', AT_MS + 40);
    await ledger.askAgainAt('B', 'qr', undefined);
    same(await due(AT_MS + 40), ['A', 'C']);
    const { askAtMs: _final, ...final } = { ...AWAITED, orderId: 'B' };
    same(await ledger.awaitPayment({ ...AWAITED, orderId: 'B' }), final);
  },
  'owed back: surplus payments, and those of orders to be refunded': async (ledger) => {
    await created(ledger, 'A');
    await pay(ledger, 'A', 'qr:1', false);
    same(await owed(ledger), []);
    await pay(ledger, 'A', 'qr:2', true);
    await pay(ledger, 'A', 'cash:3', true);
    same(await owed(ledger), ['cash:3', 'qr:2']);
    const state = 'REFUND_DUE';
    await change(ledger, await snapshotOf(ledger, 'A'), { order: { state } });
    same(await owed(ledger), ['cash:3', 'qr:1', 'qr:2']);
    same(await owed(ledger, { provider: 'qr' }), ['qr:1', 'qr:2']);
    same(await owed(ledger, { provider: 'q' }), []);
    same(await owed(ledger, { provider: 'qr', after: 'qr:1' }), ['qr:2']);
    same((await ledger.findRefundsDue({ limit: 1 })).length, 1);
  },
  'a payment is given back once': async (ledger) => {
    await issued(ledger, 'A', 7);
    await pay(ledger, 'A', 'qr:2', true);
    const snapshot = await snapshotOf(ledger, 'A');
    const surplus = snapshot.situation.payments.find(({ surplus }) => surplus);
    if (surplus === undefined) throw broken('the surplus payment is not there');
    const refundedPayment = { ...surplus, refundedAtMs: AT_MS + 2 };
    same(await change(ledger, snapshot, { rest: { refundedPayment } }), true);
    const after = await snapshotOf(ledger, 'A');
    const { payments } = after.situation;
    same(
      payments.find(({ transactionId }) => transactionId === 'qr:2'),
      refundedPayment,
    );
    same(await owed(ledger), []);
    await refuses('INTERNAL', change(ledger, after, { rest: { refundedPayment } }));
  },
};
