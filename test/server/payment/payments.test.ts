/** QR payments over the memory ledger: the stories, and what a provider must not get away with. */
import { describe, expect, test } from 'vitest';
import { createPayments, type PaymentPort } from '../../../src/server/index.js';
import type { CallbackFault } from '../../../src/testing/index.js';
import { codeOf, openTill } from '../../support/till.js';
import { ATTACKS } from './attacks.js';
import { HANDS } from './hands.js';
import { PAYMENT_STORIES } from './stories.js';
import { TROUBLE } from './trouble.js';

describe('createPayments', () => {
  test.each(Object.entries({ ...PAYMENT_STORIES, ...TROUBLE, ...ATTACKS, ...HANDS }))(
    '%s',
    (_name, tell) => tell((plan, options) => Promise.resolve(openTill(plan, options))),
  );
});

describe('a callback', () => {
  const TAKEN: readonly (readonly [CallbackFault, readonly string[], string])[] = [
    ['fine', ['success'], 'PAID'],
    ['lost', [], 'CREATED'],
    ['late', ['', 'success'], 'PAID'],
    ['twice', ['success', 'success'], 'PAID'],
    // What the query shows is booked; the lie is not acknowledged, so that somebody looks.
    ['wrong-amount', ['PAYMENT_CALLBACK_DISAGREES'], 'PAID'],
    ['wrong-signature', ['PAYMENT_CALLBACK_INVALID'], 'CREATED'],
    ['unknown-order', ['ORDER_UNKNOWN'], 'CREATED'],
  ];
  test.each(TAKEN)('%s', async (fault, taken, state) => {
    const till = openTill({ callback: [fault] });
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    till.gateway.pay(orderId);
    const said = [await till.deliver(), await till.deliver()].map((one) => one.join());
    expect(said.filter((one, turn) => one !== '' || (fault === 'late' && turn === 0))).toEqual(
      taken,
    );
    expect(await till.state(orderId)).toBe(state);
    await till.wait(60_000);
    expect(await till.state(orderId)).toBe('PAID');
  });

  test('that a query does not confirm yet is not acknowledged, and comes again', async () => {
    const till = openTill({ callback: ['twice'], query: ['pending'] });
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    till.gateway.pay(orderId);
    expect(await till.deliver()).toEqual(['PAYMENT_CALLBACK_DISAGREES']);
    expect(await till.state(orderId)).toBe('CREATED');
    expect(await till.deliver()).toEqual(['success']);
    expect(await till.state(orderId)).toBe('PAID');
  });

  test('about something else is acknowledged, and changes nothing', async () => {
    const till = openTill();
    const port = { ...till.gateway, readCallback: () => Promise.resolve(undefined) };
    const payments = createPayments({ ...till, port });
    const callback = { headers: {}, query: '', bytes: new Uint8Array(), body: '' };
    expect(await payments.takeCallback(callback)).toEqual(till.gateway.acknowledgement);
    expect(await till.ledger.counts()).toEqual([]);
  });
});

test('the provider’s last answer ends the taking that is its own, and no other one', async () => {
  for (const [provider, ends] of [
    ['simulated', true],
    ['pos', false],
  ] as const) {
    const till = openTill();
    const { authority } = till;
    const order = await authority.getOrder(await till.order());
    if (order?.check === undefined) throw new Error('no order');
    const { orderId, cardNumber, check } = order;
    const response = await till.answerCheck({ ...check, amountFen: order.amountFen });
    await till.payments.createQr(orderId);
    await authority.beginPayment({ protocol: 1, orderId, cardNumber, response, provider });
    await till.wait(10 * 60_000, 4);
    expect(await till.state(orderId)).toBe('TAKING');
    await till.wait(48 * 3_600_000, 60);
    expect((await till.state(orderId)) === 'TAKING').toBe(!ends);
    const told = (await till.ledger.events(orderId)).map(({ evidence }) => evidence);
    expect(told.includes('not-taken provider by simulated')).toBe(ends);
  }
});

describe('a QR code', () => {
  test('of an unknown order is not made', async () => {
    const till = openTill();
    expect(await till.payments.createQr('NONE').catch(codeOf)).toBe('ORDER_UNKNOWN');
    expect(await till.payments.query('NONE').catch(codeOf)).toBe('ORDER_UNKNOWN');
  });

  test('that has expired is closed, and another one made; what was paid late is not lost', async () => {
    const till = openTill({ callback: ['lost'] });
    const orderId = await till.order();
    const { expiresAtMs } = await till.payments.createQr(orderId);
    till.env.advance(expiresAtMs - till.env.now());
    const next = await till.payments.createQr(orderId);
    expect(next.qrText).toMatch(/_2$/);
    till.gateway.pay(orderId);
    await till.wait(60_000);
    expect(await till.state(orderId)).toBe('PAID');
    await till.wait(60_000);
    const codes = await till.ledger.findAwaitedOf(orderId);
    expect(codes.map(({ generation, end }) => [generation, end])).toEqual([
      [1, 'closed'],
      [2, 'paid'],
    ]);
  });
});

describe('a provider is asked', () => {
  test('often at first, rarely later, and no more after its final answer', async () => {
    const till = openTill();
    await till.payments.createQr(await till.order());
    const asked: number[] = [];
    const opened = till.env.now();
    for (let minute = 1; minute <= 26 * 60; minute += 1) {
      const report = await till.wait(60_000);
      if (report?.asked === 1) asked.push((till.env.now() - opened) / 60_000);
    }
    expect(asked.slice(0, 4)).toEqual([1, 2, 3, 5]);
    expect(asked.length).toBeLessThan(20);
    // After its time it is closed: that is the last word.
    expect(asked.at(-1)).toBe(17);
  });

  test('until it answers, however long it does not', async () => {
    const till = openTill({ query: Array.from({ length: 40 }, () => 'reply-lost' as const) });
    const orderId = await till.order();
    await till.payments.createQr(orderId);
    till.gateway.pay(orderId);
    await till.wait(20 * 24 * 3_600_000, 60);
    expect(await till.state(orderId)).toBe('PAID');
  });

  test('that says nothing: later each time by the age of the code, and every six hours', async () => {
    const till = openTill();
    const orderId = await till.order();
    const askedAtMs: number[] = [];
    let isDown = true;
    const port: PaymentPort = {
      ...till.gateway,
      queryQr: (request, call) => {
        askedAtMs.push(till.env.now());
        if (isDown) return Promise.reject(new Error('down'));
        return till.gateway.queryQr(request, call);
      },
    };
    const payments = createPayments({ ...till, port });
    const openedAtMs = till.env.now();
    await payments.createQr(orderId);
    till.gateway.pay(orderId);
    const minute = async () => {
      till.env.advance(60_000);
      return payments.sweep();
    };
    for (let count = 0; count < 3 * 24 * 60; count += 1) {
      const { asked, problems } = await minute();
      expect(problems.map(({ code }) => code)).toEqual(
        Array.from({ length: asked }, () => 'PAYMENT_PROVIDER_FAILED'),
      );
    }
    for (const [index, atMs] of askedAtMs.slice(0, -1).entries()) {
      const pauseMs = (askedAtMs[index + 1] ?? 0) - atMs;
      const dueMs = Math.min(Math.max(2 * 60_000, (atMs - openedAtMs) / 4), 6 * 3_600_000);
      // A sweep a minute: it is asked at the first one that finds it due.
      expect(pauseMs).toBeGreaterThanOrEqual(dueMs);
      expect(pauseMs).toBeLessThan(dueMs + 60_000);
    }
    isDown = false;
    for (let count = 0; count < 6 * 60; count += 1) await minute();
    expect(await till.state(orderId)).toBe('PAID');
  });

  const NONSENSE: readonly (readonly [string, object])[] = [
    ['another order', { merchantOrderNumber: 'OTHER' }],
    ['half a fen', { settledFen: 0.5 }],
    ['no amount', { settledFen: 0 }],
    ['no number', { transactionId: '' }],
    ['a number that is too long', { transactionId: 'x'.repeat(65) }],
  ];
  test.each(NONSENSE)('and answers nonsense (%s): nothing is booked', async (_name, changes) => {
    const till = openTill();
    const orderId = await till.order();
    const good = { merchantOrderNumber: orderId, transactionId: 'T1', settledFen: 10_000 };
    const entries = [{ ...good, ...changes }];
    const port: PaymentPort = {
      ...till.gateway,
      queryQr: () => Promise.resolve({ status: 'paid', payments: entries }),
    };
    const payments = createPayments({ ...till, port });
    await payments.createQr(orderId);
    expect(await payments.query(orderId).catch(codeOf)).toBe('PAYMENT_ENTRY_INVALID');
    expect(await payments.endCodes(orderId).catch(codeOf)).toBe('PAYMENT_ENTRY_INVALID');
    expect(await till.state(orderId)).toBe('CREATED');
    const work = await till.ledger.findWork({ limit: 9 });
    expect(work).toMatchObject([{ code: 'PAYMENT_ENTRY_INVALID', orderId }]);
  });
});
