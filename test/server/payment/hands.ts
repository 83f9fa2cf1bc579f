/** Money that people give back beside the provider: when they may, and what is told afterwards. */
import { expect } from 'vitest';
import { createPayments, type PaymentPort, type RefundAnswer } from '../../../src/server/index.js';
import { codeOf, type Till } from '../../support/till.js';
import type { OpenTill } from './stories.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PAYMENT = 'simulated:SIM000001';
const NO_BYTES = { headers: {}, query: '', bytes: new Uint8Array(), body: '' };

async function owed(open: OpenTill, plan: Parameters<OpenTill>[0] = {}) {
  const till = await open(plan);
  const orderId = await till.order();
  await till.payments.createQr(orderId);
  till.gateway.pay(orderId);
  await till.deliver();
  await till.authority.cancel(orderId);
  return { till, orderId };
}

/** The same till over a provider that answers otherwise. */
function over(till: Till, port: Partial<PaymentPort>) {
  return createPayments({ ...till, port: { ...till.gateway, ...port } });
}

/** A provider whose words are held here, and the numbers that it was asked under. */
function saying(said: { refund: RefundAnswer; query: RefundAnswer }) {
  const numbers: string[] = [];
  const port: Partial<PaymentPort> = {
    refund: ({ refundNumber }) => {
      numbers.push(refundNumber);
      return Promise.resolve(said.refund);
    },
    queryRefund: () => Promise.resolve(said.query),
  };
  return { numbers, port };
}

async function byHand(till: Till, orderId: string, payments = till.payments, reason?: string) {
  try {
    const word = await payments.askByHand(orderId, PAYMENT, reason);
    return (await till.authority.confirmRefund(orderId, PAYMENT, word)).state;
  } catch (error) {
    return codeOf(error);
  }
}

async function work(till: Till): Promise<string[]> {
  return (await till.ledger.findWork({ limit: 9 })).map(({ code }) => code);
}

const notices = (orderId: string, refundNumber: () => string): Partial<PaymentPort> => ({
  readCallback: () =>
    Promise.resolve({
      about: 'refund',
      ...{ merchantOrderNumber: orderId, refundNumber: refundNumber() },
    }),
});

/** What a provider says of a refund, and then of its number when it is asked. */
const MAY_STILL_PAY: readonly (readonly [RefundAnswer, RefundAnswer])[] = [
  [{ status: 'refused', reason: 'not-enough' }, { status: 'unknown' }],
  [{ status: 'refused', reason: 'unknown-payment' }, { status: 'unknown' }],
  [{ status: 'refused', reason: 'other' }, { status: 'unknown' }],
  [{ status: 'refused', reason: 'too-late' }, { status: 'pending' }],
  [{ status: 'abnormal' }, { status: 'abnormal' }],
  [{ status: 'unknown' }, { status: 'unknown' }],
];

/** The stories. */
export const HANDS: Readonly<Record<string, (open: OpenTill) => Promise<void>>> = {
  'failed, given back by hand, and paid by the provider all the same: told': async (open) => {
    const { till, orderId } = await owed(open);
    const said = { refund: { status: 'failed' }, query: { status: 'failed' } } as {
      refund: RefundAnswer;
      query: RefundAnswer;
    };
    const { numbers, port } = saying(said);
    const payments = over(till, { ...port, ...notices(orderId, () => numbers[0] ?? '') });
    till.env.advance(MINUTE_MS);
    await payments.sweep();
    expect(await byHand(till, orderId, payments)).toBe('REFUNDED');
    await payments.takeCallback(NO_BYTES);
    expect(await work(till)).not.toContain('REFUND_PAID_TWICE');
    said.query = { status: 'done' };
    await payments.takeCallback(NO_BYTES);
    await payments.takeCallback(NO_BYTES);
    const [twice, ...others] = (await till.ledger.findWork({ limit: 9 })).filter(
      ({ code }) => code === 'REFUND_PAID_TWICE',
    );
    expect(others).toEqual([]);
    expect(twice).toMatchObject({ orderId, transactionId: 'SIM000001', theirsFen: 10_000 });
    // The books tell what left by the hand, once.
    expect((await till.totals()).cash).toBe(0);
  },
  'booked by hand while the provider was being asked, who pays: told': async (open) => {
    const { till, orderId } = await owed(open);
    const payments = over(till, {
      refund: async () => {
        const word = { by: 'hand', failed: 1 } as const;
        await till.authority.confirmRefund(orderId, PAYMENT, word);
        return { status: 'done' };
      },
    });
    till.env.advance(MINUTE_MS);
    expect(await payments.sweep()).toMatchObject({ refunded: 1 });
    expect(await work(till)).toEqual(['REFUND_PAID_TWICE']);
    const [payment] = (await till.ledger.read(orderId))?.situation.payments ?? [];
    expect(payment).toMatchObject({ refundedByHand: true, refundsSent: 1 });
  },
  'paid by the provider: a hand that has paid, too, is told no': async (open) => {
    const { till, orderId } = await owed(open);
    await till.wait(MINUTE_MS);
    expect(await till.state(orderId)).toBe('REFUNDED');
    expect(await till.authority.confirmRefund(orderId, PAYMENT).catch(codeOf)).toBe(
      'REFUND_NOT_DUE',
    );
    const { state } = await till.authority.confirmRefund(orderId, PAYMENT, { by: 'provider' });
    expect(state).toBe('REFUNDED');
  },
  'given back by hand is told again: the same': async (open) => {
    const { till, orderId } = await owed(open);
    expect(await byHand(till, orderId)).toBe('REFUNDED');
    expect((await till.authority.confirmRefund(orderId, PAYMENT)).state).toBe('REFUNDED');
  },
  'a number that was closed pays after the next one was handed out: told': async (open) => {
    const { till, orderId } = await owed(open);
    const said = { refund: { status: 'closed' }, query: { status: 'closed' } } as {
      refund: RefundAnswer;
      query: RefundAnswer;
    };
    const { numbers, port } = saying(said);
    const payments = over(till, { ...port, ...notices(orderId, () => numbers[0] ?? '') });
    till.env.advance(MINUTE_MS);
    await payments.sweep();
    said.refund = { status: 'pending' };
    till.env.advance(MINUTE_MS);
    await payments.sweep();
    expect(new Set(numbers).size).toBe(2);
    await payments.takeCallback(NO_BYTES);
    expect(await work(till)).toEqual([]);
    said.query = { status: 'done' };
    await payments.takeCallback(NO_BYTES);
    expect(await work(till)).toEqual(['REFUND_PAID_TWICE']);
  },
  'too late at the provider: by hand with a reason, and not without': async (open) => {
    const { till, orderId } = await owed(open);
    const said = {
      refund: { status: 'refused', reason: 'too-late' },
      query: { status: 'unknown' },
    };
    const { port } = saying(said as { refund: RefundAnswer; query: RefundAnswer });
    const payments = over(till, port);
    till.env.advance(MINUTE_MS);
    await payments.sweep();
    expect(await byHand(till, orderId, payments)).toBe('REFUND_NEEDS_REASON');
    expect(await byHand(till, orderId, payments)).toBe('REFUND_NEEDS_REASON');
    expect(await till.state(orderId)).toBe('REFUND_DUE');
    expect(await byHand(till, orderId, payments, 'by li: a year is over')).toBe('REFUNDED');
    const words = (await till.ledger.events(orderId)).map(({ evidence }) => evidence);
    expect(words).toContain('refunded by hand by li: a year is over');
    till.env.advance(DAY_MS);
    expect(await payments.sweep()).toMatchObject({ refunded: 0, pending: 0 });
  },
  ...Object.fromEntries(
    MAY_STILL_PAY.map(([refund, query]) => [
      `refused ${JSON.stringify(refund)}, known as ${query.status}: no reason gives it back`,
      async (open: OpenTill) => {
        const { till, orderId } = await owed(open);
        const payments = over(till, saying({ refund, query }).port);
        till.env.advance(MINUTE_MS);
        await payments.sweep();
        expect(await byHand(till, orderId, payments, 'by li: why')).toBe('REFUND_ON_ITS_WAY');
      },
    ]),
  ),
};
