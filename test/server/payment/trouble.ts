/** What strangers did to QR payments and refunds, and how it has to end: told to every ledger. */
import { expect } from 'vitest';
import { createPayments } from '../../../src/server/index.js';
import { simulatedGateway } from '../../../src/testing/index.js';
import { codeOf, type Till } from '../../support/till.js';
import type { OpenTill } from './stories.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PAYMENT = 'simulated:SIM000001';

async function paidAndOwed(open: OpenTill, plan: Parameters<OpenTill>[0] = {}) {
  const till = await open(plan);
  const orderId = await till.order();
  await till.payments.createQr(orderId);
  till.gateway.pay(orderId);
  await till.deliver();
  await till.authority.cancel(orderId);
  return { till, orderId };
}

async function listed(till: Till) {
  const [one] = await till.ledger.findRefundsDue({ limit: 9 });
  return one?.progress;
}

async function byHand({ authority, payments }: Till, orderId: string): Promise<string> {
  try {
    const word = await payments.askByHand(orderId, PAYMENT);
    return (await authority.confirmRefund(orderId, PAYMENT, word)).state;
  } catch (error) {
    return codeOf(error);
  }
}

/** A code is shown, then the clock jumps; what was paid is found all the same. */
async function jump(open: OpenTill, jumpMs: number): Promise<void> {
  const till = await open({ callback: ['lost'] });
  const orderId = await till.order();
  await till.payments.createQr(orderId);
  await till.wait(MINUTE_MS);
  till.gateway.pay(orderId);
  till.env.advance(jumpMs);
  await till.wait(10 * MINUTE_MS, 10);
  expect(await till.state(orderId)).toBe('PAID');
}

/** The stories. */
export const TROUBLE: Readonly<Record<string, (open: OpenTill) => Promise<void>>> = {
  'a refund on its way is shown as such, and nobody gives it back by hand': async (open) => {
    const { till, orderId } = await paidAndOwed(open, { refund: ['abnormal'] });
    await till.wait(MINUTE_MS);
    expect(await listed(till)).toMatchObject({ number: 1, status: 'abnormal' });
    expect(await byHand(till, orderId)).toBe('REFUND_ON_ITS_WAY');
    expect(await till.authority.confirmRefund(orderId).catch(codeOf)).toBe('REFUND_ON_ITS_WAY');
    const wrong = till.authority.confirmRefund(orderId, PAYMENT, { by: 'hand', failed: 2 });
    expect(await wrong.catch(codeOf)).toBe('REFUND_ON_ITS_WAY');
    expect(await till.ledger.findWork({ limit: 9 })).toMatchObject([{ code: 'REFUND_REFUSED' }]);
  },
  'nothing was sent: it is given back by hand, and never by the provider': async (open) => {
    const { till, orderId } = await paidAndOwed(open);
    expect(await byHand(till, orderId)).toBe('REFUNDED');
    expect(await till.wait(DAY_MS, 9)).toMatchObject({ refunded: 0 });
    expect(till.gateway.books().refunds).toEqual([]);
  },
  'closed by the provider: the next number pays, once': async (open) => {
    const { till, orderId } = await paidAndOwed(open, { refund: ['closed', 'reply-lost'] });
    await till.wait(MINUTE_MS);
    expect(await listed(till)).toMatchObject({ number: 1, status: 'closed' });
    await till.wait(2 * MINUTE_MS);
    await till.wait(2 * MINUTE_MS);
    expect(await till.state(orderId)).toBe('REFUNDED');
    const [payment] = (await till.ledger.read(orderId))?.situation.payments ?? [];
    expect(payment?.refundsSent).toBe(2);
    expect(till.gateway.books().refunds).toHaveLength(1);
  },
  'refused, lost and unknown: the same number, with the same parameters': async (open) => {
    const { till, orderId } = await paidAndOwed(open);
    const asked: string[] = [];
    const port = {
      ...till.gateway,
      refund: (request: Parameters<typeof till.gateway.refund>[0]) => {
        asked.push(JSON.stringify(request));
        const answers = [
          { status: 'refused', reason: 'not-enough' },
          { status: 'refused', reason: 'unknown-payment' },
          { status: 'refused', reason: 'too-often' },
          { status: 'unknown' },
        ] as const;
        const answer = answers[asked.length - 1];
        if (answer !== undefined) return Promise.resolve(answer);
        if (asked.length === 5) return Promise.reject(new Error('503'));
        return till.gateway.refund(request, { signal: new AbortController().signal });
      },
    };
    const payments = createPayments({ ...till, port });
    for (let round = 0; round < 8; round += 1) {
      till.env.advance(10 * MINUTE_MS);
      await payments.sweep();
    }
    expect(new Set(asked).size).toBe(1);
    expect(asked.length).toBe(6);
    expect(await till.state(orderId)).toBe('REFUNDED');
    const work = await till.ledger.findWork({ limit: 9 });
    expect(work.map(({ message }) => message)).toEqual([
      'refused not-enough',
      'refused unknown-payment',
    ]);
  },
  'failed for good: by hand, by the provider’s word at that moment': async (open) => {
    const { till, orderId } = await paidAndOwed(open, { refund: ['failed'] });
    await till.wait(MINUTE_MS);
    expect(await listed(till)).toMatchObject({ number: 1, status: 'failed' });
    await till.wait(DAY_MS, 30);
    expect(await byHand(till, orderId)).toBe('REFUNDED');
    expect(till.gateway.books().refunds).toEqual([]);
  },
  'an odd answer of the provider is a problem that is told, and nothing else': async (open) => {
    const { till, orderId } = await paidAndOwed(open);
    const odd: unknown[] = [undefined, null, 'DONE', { status: 'DONE' }, { status: 'done!' }, 0];
    const port = {
      ...till.gateway,
      refund: () => Promise.resolve(odd.shift() as never),
      queryRefund: () => Promise.resolve(odd.shift() as never),
    };
    const payments = createPayments({ ...till, port });
    while (odd.length > 0) {
      till.env.advance(31 * MINUTE_MS);
      const { problems } = await payments.sweep();
      expect(problems).toEqual([{ orderId, code: 'PAYMENT_PROVIDER_FAILED' }]);
    }
    expect(await till.state(orderId)).toBe('REFUND_DUE');
  },
  'a call that never answers ends, and holds up nothing else': async (open) => {
    const { till, orderId } = await paidAndOwed(open, { refund: ['never-answers'] });
    const other = await till.order();
    await till.payments.createQr(other);
    till.gateway.pay(other);
    const payments = createPayments({ ...till, port: till.gateway, callTimeoutMs: 30 });
    till.env.advance(MINUTE_MS);
    expect(await payments.sweep()).toMatchObject({
      asked: 2,
      problems: [{ orderId, code: 'PAYMENT_PROVIDER_FAILED' }],
    });
    expect(await till.state(other)).toBe('PAID');
  },
  'an amount that is corrected under its number is shown, and not acknowledged': async (open) => {
    const till = await open();
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    const { transactionId } = till.gateway.pay(orderId, 1);
    await till.deliver();
    const payments = createPayments({
      ...till,
      port: {
        ...till.gateway,
        queryQr: async (request, call) => {
          const state = await till.gateway.queryQr(request, call);
          return {
            ...state,
            payments: state.payments.map((one) => ({ ...one, settledFen: 10_000 })),
          };
        },
        readCallback: () =>
          Promise.resolve({
            about: 'payment',
            ...{ merchantOrderNumber: orderId, transactionId, settledFen: 10_000 },
          }),
      },
    });
    const callback = { headers: {}, query: '', bytes: new Uint8Array(), body: '' };
    expect(await payments.takeCallback(callback).catch(codeOf)).toBe('PAYMENT_AMOUNT_CHANGED');
    expect(await till.ledger.findWork({ limit: 9 })).toMatchObject([
      { code: 'PAYMENT_AMOUNT_CHANGED', transactionId, theirsFen: 10_000, oursFen: 1 },
    ]);
  },
  'a bad entry hides no good one, and a number of two orders is on the list': async (open) => {
    const till = await open();
    const [first, second] = [await till.order(), await till.order()];
    await till.payments.createQr(first);
    till.gateway.pay(first);
    await till.deliver();
    const entry = (transactionId: string, more = {}) => ({
      ...{ merchantOrderNumber: second, transactionId, settledFen: 10_000, ...more },
    });
    const entries = [
      ...[null, entry('', {}), entry('X1', { settledFen: 0.5 }), entry('SIM000001')],
      ...[entry('USD1', { currency: 'USD' }), entry('GOOD1')],
    ];
    const port = {
      ...till.gateway,
      queryQr: () => Promise.resolve({ status: 'paid', payments: entries } as never),
    };
    const payments = createPayments({ ...till, port });
    await payments.createQr(second);
    expect((await payments.query(second)).state).toBe('PAID');
    const work = await till.ledger.findWork({ limit: 9 });
    expect(work.map(({ code }) => code)).toEqual([
      ...['PAYMENT_CURRENCY', 'PAYMENT_ENTRY_INVALID', 'PAYMENT_REUSED'],
    ]);
  },
  'coupons: what the code was settled with pays the order': async (open) => {
    const till = await open();
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    const port = {
      ...till.gateway,
      queryQr: () => {
        const amounts = { settledFen: 10_000, askedFen: 10_000, payerFen: 9_500 };
        const payment = { merchantOrderNumber: orderId, transactionId: 'C1', ...amounts };
        return Promise.resolve({ status: 'paid', payments: [payment] } as const);
      },
    };
    expect((await createPayments({ ...till, port }).query(orderId)).state).toBe('PAID');
  },
  'a cancelled order’s code is closed, whoever cancelled it': async (open) => {
    const till = await open();
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    await till.authority.cancel(orderId);
    await till.wait(MINUTE_MS);
    expect(() => till.gateway.pay(orderId)).toThrow();
    expect(await till.ledger.findAwaitedOf(orderId)).toMatchObject([{ end: 'closed' }]);
    expect(await till.payments.createQr(orderId).catch(codeOf)).toBe('PAYMENT_NOT_AWAITED');
  },
  'one order, one open code: another provider’s is closed first': async (open) => {
    const till = await open();
    const port = simulatedGateway({}, 'other');
    const other = createPayments({ ...till, port });
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    expect(await other.createQr(orderId).catch(codeOf)).toBe('QR_OPEN');
    await till.payments.endCodes(orderId);
    expect(await other.createQr(orderId)).toMatchObject({ provider: 'other' });
    expect(() => till.gateway.pay(orderId)).toThrow();
    expect(await till.payments.createQr(orderId).catch(codeOf)).toBe('QR_OPEN');
    // Paid while it is being closed: booked, and the other way of paying is not needed.
    port.misbehave({ close: ['race'], query: ['fine', 'fine'] });
    expect(await other.endCodes(orderId).then(({ state }) => state, codeOf)).toMatch(
      /PAID|QR_OPEN/,
    );
    expect(await till.state(orderId)).toBe('PAID');
  },
  'the clock jumps three days': (open) => jump(open, 3 * DAY_MS),
  'the clock jumps thirty days': (open) => jump(open, 30 * DAY_MS),
  'the clock is set back ten days': (open) => jump(open, -10 * DAY_MS),
  'a code that the provider never knew lapses by many answers and its own clock': async (open) => {
    const till = await open();
    const orderId = await till.order();
    let asOfMs = till.env.now();
    const port = {
      ...till.gateway,
      createQr: () => Promise.reject(new Error('lost')),
      queryQr: () => Promise.resolve({ status: 'unknown', payments: [], asOfMs } as const),
    };
    const payments = createPayments({ ...till, port });
    await payments.createQr(orderId).catch(() => undefined);
    const end = async () => (await till.ledger.findAwaitedOf(orderId))[0]?.end;
    for (let day = 0; day < 30; day += 1) {
      till.env.advance(DAY_MS);
      await payments.sweep();
    }
    expect(await end()).toBeUndefined();
    asOfMs = till.env.now();
    till.env.advance(DAY_MS);
    await payments.sweep();
    expect(await end()).toBe('lapsed');
  },
  'refunds on their way are asked after as the provider wants it, by all servers together': async (
    open,
  ) => {
    const till = await open();
    let calls = 0;
    const port = {
      ...till.gateway,
      refund: () => Promise.resolve({ status: 'pending' } as const),
      queryRefund: () => {
        calls += 1;
        return Promise.resolve({ status: 'pending' } as const);
      },
    };
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    for (let n = 0; n < 6; n += 1) till.gateway.pay(orderId);
    await till.payments.query(orderId);
    const servers = [1, 2].map(() => createPayments({ ...till, port }));
    for (let minute = 0; minute < 60; minute += 1) {
      till.env.advance(MINUTE_MS);
      await Promise.all(servers.map((one) => one.sweep()));
    }
    // Five surplus ones: once at first, then 1 min × 4, 5, 10, 20 …
    expect(calls / 5).toBeLessThanOrEqual(9);
    expect(calls / 5).toBeGreaterThanOrEqual(6);
  },
};
