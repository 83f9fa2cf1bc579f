/** The cases of a ledger's payments: what is awaited, what is owed back, and nothing twice. */
import type { AwaitedPayment, Ledger } from '../server/index.js';
import { broken, refuses, same } from './conformance.js';
import { AT_MS, change, created, issued, snapshotOf } from './ledger-steps.js';

const AWAITED: AwaitedPayment = {
  orderId: 'A',
  provider: 'qr',
  generation: 1,
  amountFen: 10_000,
  openedAtMs: AT_MS,
  expiresAtMs: AT_MS + 60_000,
  asks: 0,
  askAtMs: AT_MS + 10,
};
const LONG_MS = 6 * 3_600_000 + 1;

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
  'of an order one code is open, whoever comes first': async (ledger) => {
    const later = { ...AWAITED, openedAtMs: AT_MS + 5, askAtMs: AT_MS + 15 };
    const all = await Promise.all([ledger.awaitPayment(AWAITED), ledger.awaitPayment(AWAITED)]);
    same([...all, await ledger.awaitPayment(later)], [AWAITED, AWAITED, AWAITED]);
    same(await ledger.awaitPayment({ ...later, provider: 'other', generation: 2 }), AWAITED);
    await ledger.tellAwaited(AWAITED, { asks: 1, end: 'closed' });
    const { askAtMs: _none, ...closed } = { ...AWAITED, asks: 1, end: 'closed' as const };
    same(await ledger.awaitPayment(later), closed);
    const next = { ...later, provider: 'other', generation: 2 };
    same(await ledger.awaitPayment(next), next);
    same(await ledger.findAwaitedOf('A'), [closed, next]);
    same(await ledger.findAwaitedOf('B'), []);
  },
  'an ended code stays ended': async (ledger) => {
    await ledger.awaitPayment(AWAITED);
    await ledger.tellAwaited(AWAITED, { asks: 3, end: 'paid' });
    await ledger.tellAwaited(AWAITED, { asks: 4, askAtMs: AT_MS });
    const [code] = await ledger.findAwaitedOf('A');
    same([code?.end, code?.asks, code?.askAtMs], ['paid', 3, undefined]);
  },
  'awaited payments are taken when they are due, each by one': async (ledger) => {
    for (const [n, orderId] of ['A', 'B', 'C'].entries()) {
      await ledger.awaitPayment({ ...AWAITED, orderId, askAtMs: AT_MS + 30 - 10 * n });
    }
    await ledger.awaitPayment({ ...AWAITED, orderId: 'D', provider: 'other' });
    const claim = async (nowMs: number, limit = 10) => {
      const query = { provider: 'qr', nowMs, untilMs: nowMs + 100, limit };
      return (await ledger.claimAwaited(query)).map(({ orderId }) => orderId).sort();
    };
    same(await claim(AT_MS + 9), []);
    same(await claim(AT_MS + 20, 1), ['C']);
    const both = await Promise.all([claim(AT_MS + 20), claim(AT_MS + 20)]);
    same(both.flat(), ['B']);
    await ledger.tellAwaited({ ...AWAITED, orderId: 'C' }, { asks: 1, askAtMs: AT_MS + 40 });
    await ledger.tellAwaited({ ...AWAITED, orderId: 'B' }, { asks: 1, end: 'closed' });
    same(await claim(AT_MS + 40), ['A', 'C']);
    // Nobody has finished them: they are due again.
    same(await claim(AT_MS + 140), ['A', 'C']);
  },
  'a clock that was set back makes what is far off due': async (ledger) => {
    await ledger.awaitPayment({ ...AWAITED, askAtMs: AT_MS });
    const query = { provider: 'qr', limit: 10, untilMs: AT_MS - LONG_MS };
    same((await ledger.claimAwaited({ ...query, nowMs: AT_MS - LONG_MS + 1 })).length, 0);
    same((await ledger.claimAwaited({ ...query, nowMs: AT_MS - LONG_MS - 1 })).length, 1);
  },
  'a refund is taken by one, and tells how far it is': async (ledger) => {
    await created(ledger, 'A');
    await pay(ledger, 'A', 'qr:1', true);
    await pay(ledger, 'A', 'cash:2', true);
    const claim = async (nowMs: number) => {
      const query = { provider: 'qr', nowMs, untilMs: nowMs + 100, limit: 10 };
      return (await ledger.claimRefunds(query)).map(({ transactionId }) => transactionId);
    };
    same((await Promise.all([claim(AT_MS), claim(AT_MS)])).flat(), ['qr:1']);
    same(await ledger.findRefund('qr:1'), undefined);
    const progress = {
      ...({ transactionId: 'qr:1', number: 1, status: 'refused', reason: 'not-enough' } as const),
      ...{ message: 'short', sinceMs: AT_MS, asks: 2, askAtMs: AT_MS + 50 },
    };
    await ledger.tellRefund(progress);
    same(await ledger.findRefund('qr:1'), progress);
    const listed = await ledger.findRefundsDue({ limit: 10, provider: 'qr' });
    same(
      listed.map((one) => one.progress),
      [progress],
    );
    same(await claim(AT_MS + 49), []);
    same(await claim(AT_MS + 50), ['qr:1']);
  },
  'work for people is noted once, and ended once': async (ledger) => {
    const item = { key: 'K 1', code: 'REFUND_REFUSED', provider: 'qr', firstMs: 1, lastMs: 1 };
    const full = {
      ...item,
      key: 'K 2',
      orderId: 'A',
      transactionId: '9',
      theirsFen: 5,
      oursFen: 6,
    };
    await ledger.noteWork(item);
    await ledger.noteWork({ ...full, message: 'why' });
    await ledger.noteWork({ ...item, firstMs: 7, lastMs: 7 });
    const [first, second] = await ledger.findWork({ limit: 10 });
    same(
      [first, second],
      [
        { ...item, lastMs: 7 },
        { ...full, message: 'why' },
      ],
    );
    same((await ledger.findWork({ limit: 10, after: 'K 1' })).length, 1);
    const ended = { by: 'li', atMs: 9, reason: 'looked' };
    same([await ledger.endWork('K 1', ended), await ledger.endWork('K 1', ended)], [true, false]);
    same(await ledger.endWork('K 3', ended), false);
    await ledger.noteWork({ ...item, lastMs: 9 });
    same((await ledger.findWork({ limit: 10 })).length, 1);
  },
  'what was booked is listed by provider and time, and summed by whom': async (ledger) => {
    await created(ledger, 'A');
    const book = async (transactionId: string, bookedAtMs: number, by?: string) => {
      const who = by === undefined ? {} : { who: { by } };
      const newPayment = { orderId: 'A', transactionId, amountFen: 100, surplus: true };
      const rest = { newPayment: { ...newPayment, bookedAtMs, ...who } };
      await change(ledger, await snapshotOf(ledger, 'A'), { rest });
    };
    await book('qr:1', AT_MS);
    await book('qr:2', AT_MS + 5, 'T1');
    await book('qr-2:3', AT_MS + 5, 'T2');
    await book('cash:4', AT_MS + 9, 'T1');
    const query = { provider: 'qr', fromMs: AT_MS, toMs: AT_MS + 5, limit: 10 };
    const numbers = async (more: object) =>
      (await ledger.findBooked({ ...query, ...more })).map((one) => one.transactionId);
    same(await numbers({}), ['qr:1']);
    same(await numbers({ toMs: AT_MS + 6 }), ['qr:1', 'qr:2']);
    same(await numbers({ toMs: AT_MS + 6, after: 'qr:1' }), ['qr:2']);
    same(await numbers({ by: 'paid' }), []);
    same(await numbers({ by: 'returned' }), []);
    const paidAtMs = AT_MS - 9;
    const dated = { orderId: 'A', transactionId: 'qr:5', amountFen: 100, surplus: true, paidAtMs };
    await change(ledger, await snapshotOf(ledger, 'A'), { rest: { newPayment: dated } });
    const refundedPayment = { ...dated, refundedAtMs: AT_MS + 50, refundedByHand: true } as const;
    await change(ledger, await snapshotOf(ledger, 'A'), { rest: { refundedPayment } });
    same(await numbers({ by: 'paid', fromMs: AT_MS - 9 }), ['qr:5']);
    same(await numbers({ by: 'returned', fromMs: AT_MS + 50, toMs: AT_MS + 51 }), ['qr:5']);
    const { payments } = (await snapshotOf(ledger, 'A')).situation;
    same(
      payments.find(({ transactionId }) => transactionId === 'qr:5'),
      refundedPayment,
    );
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
