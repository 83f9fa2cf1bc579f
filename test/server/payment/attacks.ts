/** What a stranger did to refunds, codes and bills: told to every ledger. */
import { expect } from 'vitest';
import {
  createPayments,
  type PaymentPort,
  type RefundAnswer,
  type StatementLine,
} from '../../../src/server/index.js';
import { codeOf, type Till } from '../../support/till.js';
import type { OpenTill } from './stories.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PAYMENT = 'simulated:SIM000001';
const NO_BYTES = { headers: {}, query: '', bytes: new Uint8Array(), body: '' };

/** A till whose port is ours in parts. */
function over(till: Till, change: Partial<PaymentPort>, callTimeoutMs = 10_000) {
  return createPayments({ ...till, port: { ...till.gateway, ...change }, callTimeoutMs });
}

async function paid(open: OpenTill): Promise<{ till: Till; orderId: string }> {
  const till = await open();
  const orderId = await till.order();
  await till.payments.createQr(orderId);
  till.gateway.pay(orderId);
  await till.payments.query(orderId);
  return { till, orderId };
}

async function owed(open: OpenTill): Promise<{ till: Till; orderId: string }> {
  const { till, orderId } = await paid(open);
  await till.authority.cancel(orderId);
  return { till, orderId };
}

/** A refund that answers always the same, and counts. */
function stubborn(answer: RefundAnswer, asked: RefundAnswer) {
  const calls = { refund: 0 };
  const port: Partial<PaymentPort> = {
    refund: () => {
      calls.refund += 1;
      return Promise.resolve(answer);
    },
    queryRefund: () => Promise.resolve(asked),
  };
  return { calls, port };
}

/** The stories. */
export const ATTACKS: Readonly<Record<string, (open: OpenTill) => Promise<void>>> = {
  'asking whether a hand may pay hands nothing out, and what is back is not asked': async (
    open,
  ) => {
    const { till, orderId } = await owed(open);
    const failed = { status: 'failed', reason: 'account-abnormal' } as const;
    const { calls, port } = stubborn(failed, { status: 'unknown' });
    const payments = over(till, port);
    till.env.advance(MINUTE_MS);
    await payments.sweep();
    expect(calls.refund).toBe(1);
    expect(await payments.askByHand(orderId, PAYMENT).catch(codeOf)).toBe('REFUND_ON_ITS_WAY');
    const sure = over(till, { ...port, queryRefund: () => Promise.resolve(failed) });
    const word = await sure.askByHand(orderId, PAYMENT);
    await till.authority.confirmRefund(orderId, PAYMENT, word);
    expect(await sure.askByHand(orderId, PAYMENT).catch(codeOf)).toBe('REFUND_NOT_DUE');
    expect(calls.refund).toBe(1);
  },
  'a number that has failed for good is never handed out again': async (open) => {
    const { till } = await owed(open);
    const failed = { status: 'failed', reason: 'account-abnormal' } as const;
    const { calls, port } = stubborn(failed, failed);
    const payments = over(till, port);
    for (let hour = 0; hour < 8; hour += 1) {
      till.env.advance(HOUR_MS);
      await payments.sweep();
    }
    expect(calls.refund).toBe(1);
  },
  'one number, one set of parameters, whatever the queries say': async (open) => {
    const till = await open();
    const orderId = await till.order();
    const first = await till.payments.createQr(orderId);
    till.env.advance(first.expiresAtMs - till.env.now());
    await till.payments.createQr(orderId);
    till.gateway.pay(orderId);
    await till.payments.query(orderId);
    await till.authority.cancel(orderId);
    const asked: string[] = [];
    let isKnown = true;
    const payments = over(till, {
      queryQr: async (request, call) => {
        if (request.merchantOrderNumber === orderId) throw new Error('503');
        const state = await till.gateway.queryQr(request, call);
        return isKnown ? state : { status: 'open', payments: [] };
      },
      refund: ({ merchantOrderNumber }) => {
        asked.push(merchantOrderNumber);
        isKnown = false;
        return Promise.resolve({ status: 'refused', reason: 'not-enough' } as const);
      },
    });
    for (let round = 0; round < 3; round += 1) {
      till.env.advance(10 * MINUTE_MS);
      await payments.sweep('refunds');
    }
    expect(asked.length).toBeGreaterThan(0);
    expect([...new Set(asked)]).toEqual([`${orderId}_2`]);
  },
  'taps end no code, and nor does one clock alone': async (open) => {
    const till = await open();
    const [first, second] = [await till.order(), await till.order()];
    const payments = over(till, {
      queryQr: ({ orderId }) =>
        Promise.resolve({
          ...{ status: 'unknown', payments: [] },
          ...(orderId === second ? { asOfMs: 9e15 } : {}),
        } as const),
    });
    await payments.createQr(first);
    await payments.createQr(second);
    for (let tap = 0; tap < 4; tap += 1) {
      expect(await payments.endCodes(second).catch(codeOf)).toBe('QR_OPEN');
    }
    till.env.advance(30 * HOUR_MS);
    for (let tap = 0; tap < 20; tap += 1) await payments.query(first);
    const ends = (await till.ledger.findAwaitedOf(first)).map(({ end }) => end);
    expect(ends).toEqual([undefined]);
  },
  'codes that hang hold up no refund': async (open) => {
    const { till, orderId } = await owed(open);
    const other = await till.order();
    await till.payments.createQr(other);
    const hangs = over(till, { queryQr: () => new Promise<never>(() => undefined) }, 50);
    till.env.advance(MINUTE_MS);
    expect(await hangs.sweep('refunds')).toMatchObject({ asked: 0, refunded: 1 });
    expect(await till.state(orderId)).toBe('REFUNDED');
    expect(await hangs.sweep('payments')).toMatchObject({ refunded: 0 });
  },
  'a code that cannot be closed keeps nobody from hearing what was paid': async (open) => {
    const till = await open();
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    till.gateway.pay(orderId);
    const payments = over(till, { closeQr: () => Promise.reject(new Error('503')) });
    expect((await payments.query(orderId)).state).toBe('PAID');
  },
  'a notice of a code that was never made leaves nothing open': async (open) => {
    const till = await open();
    const orderId = await till.order();
    const payments = over(till, {
      readCallback: () =>
        Promise.resolve({
          about: 'payment',
          ...{ merchantOrderNumber: `${orderId}_77`, transactionId: 'X1', settledFen: 10_000 },
        }),
    });
    const told = payments.takeCallback(NO_BYTES);
    expect(await told.catch(codeOf)).toBe('PAYMENT_CALLBACK_DISAGREES');
    expect(await till.ledger.findAwaitedOf(orderId)).toEqual([]);
  },
  'a word that nobody signed ends no code, however often it comes': async (open) => {
    const till = await open();
    const orderId = await till.order();
    const said = { status: 'unknown', payments: [], asOfMs: 0 } as const;
    let unsigned = true;
    const payments = over(till, {
      createQr: () => Promise.resolve({ status: 'open', qrText: 'x' }),
      queryQr: () =>
        Promise.resolve({
          ...{ ...said, asOfMs: till.env.now() },
          ...(unsigned ? { unsigned } : {}),
        }),
    });
    await payments.createQr(orderId);
    for (let round = 0; round < 20; round += 1) {
      till.env.advance(7 * HOUR_MS);
      await payments.sweep();
    }
    expect((await till.ledger.findAwaitedOf(orderId))[0]?.end).toBeUndefined();
    unsigned = false;
    till.env.advance(7 * HOUR_MS);
    await payments.sweep();
    expect((await till.ledger.findAwaitedOf(orderId))[0]?.end).toBe('lapsed');
  },
  'a notice of a refund that its query does not confirm is not acknowledged': async (open) => {
    const { till, orderId } = await owed(open);
    const { port } = stubborn({ status: 'pending' }, { status: 'pending' });
    let refundNumber = '';
    const payments = over(till, {
      ...port,
      refund: (request) => {
        refundNumber = request.refundNumber;
        return Promise.resolve({ status: 'pending' });
      },
      readCallback: () =>
        Promise.resolve({ about: 'refund', merchantOrderNumber: orderId, refundNumber }),
    });
    till.env.advance(MINUTE_MS);
    await payments.sweep();
    const told = payments.takeCallback(NO_BYTES);
    expect(await told.catch(codeOf)).toBe('PAYMENT_CALLBACK_DISAGREES');
  },
  'lines of a bill stand each for itself, and refunds by their number': async (open) => {
    const { till, orderId } = await owed(open);
    const day = new Date(till.env.now() + 8 * HOUR_MS).toISOString().slice(0, 10);
    const sent: string[] = [];
    const port: Partial<PaymentPort> = {
      refund: (request, call) => {
        sent.push(request.refundNumber);
        return till.gateway.refund(request, call);
      },
      fetchStatement: () => {
        const own = { merchantOrderNumber: orderId, transactionId: 'SIM000001', amountFen: 10_000 };
        const lines: StatementLine[] = [
          { about: 'payment', ...own },
          { about: 'payment', ...own, merchantOrderNumber: '其他系统', transactionId: 'F1' },
          { about: 'refund', ...own, refundNumber: sent[0] ?? '' },
          { about: 'refund', ...own, refundNumber: 'CONSOLE1' },
        ];
        return Promise.resolve({ status: 'ready', lines });
      },
    };
    const payments = over(till, port);
    expect(await payments.compareStatement(day).catch(codeOf)).toBe('STATEMENT_NOT_READY');
    till.env.advance(MINUTE_MS);
    await payments.sweep();
    till.env.advance(DAY_MS);
    const { differences } = await payments.compareStatement(day);
    expect(differences.map(({ code, transactionId }) => [code, transactionId])).toEqual([
      ['STATEMENT_MISSING_HERE', 'F1'],
      ['STATEMENT_REFUND_UNKNOWN', 'SIM000001'],
    ]);
    const work = await till.ledger.findWork({ limit: 9 });
    expect(work.map(({ code }) => code)).toEqual(differences.map(({ code }) => code));
  },
};
