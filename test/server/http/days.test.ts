/** Days of outlets over HTTP: counts, two people, the order of days, and exports that add up. */
import { describe, expect, test } from 'vitest';
import type { DayReport, ExportPage, OrderHistory } from '../../../src/messages/index.js';
import type { HttpOptions } from '../../../src/server/http/index.js';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer, TERMINAL } from '../../support/signed-fetch.js';

const SECOND = { keyId: 'office-2', secret: 'b6'.repeat(32) } as const;
const CALLERS: HttpOptions['callers'] = [
  { ...TERMINAL, scopes: ['recharge', 'query'] },
  { ...OFFICE, scopes: ['query', 'back-office'] },
  { ...SECOND, scopes: ['query', 'back-office'] },
];
const DAY_MS = 86_400_000;
const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';

/** A server and its counter: orders that are paid, given up, refunded. */
function open() {
  const server = openServer({ callers: CALLERS });
  let keys = 0;
  const office = async (
    path: string,
    body: object,
    caller: typeof OFFICE | typeof SECOND = OFFICE,
  ) => {
    keys += 1;
    const key = path === '/v1/days/close' || path.endsWith('/cancel') || path.endsWith('/refund');
    return server.ask('POST', path, body, { caller, ...(key ? { key: `o${String(keys)}` } : {}) });
  };
  const paid = async (amountFen: number, provider = 'cash', outlet = 'self'): Promise<string> => {
    keys += 1;
    const cardNumber = String(6_201_220_000_100_000 + keys);
    const made = await server.ask(
      'POST',
      '/v1/orders',
      {
        ...orderRequest({ amountFen, outlet, idempotencyKey: `order-${String(keys)}` }),
        issueInformation: orderRequest().issueInformation.replace(CARD_NUMBER, cardNumber),
      },
      { key: `k${String(keys)}` },
    );
    const orderId = made.json.orderId ?? '';
    const payment = paymentRequest({ amountFen, provider, transactionId: `r${String(keys)}` });
    const { status } = await server.ask('POST', `/v1/orders/${orderId}/payments`, payment, {
      key: `p${String(keys)}`,
    });
    expect(status).toBe(200);
    return orderId;
  };
  const close = (changes: object = {}, caller: typeof OFFICE | typeof SECOND = OFFICE) =>
    office('/v1/days/close', { outlet: 'self', day: MONDAY, counted: [], ...changes }, caller);
  return { ...server, office, paid, close };
}

const report = (told: { readonly text: string }): DayReport => JSON.parse(told.text) as DayReport;

describe('closing a day', () => {
  test('what was counted is what the books have: one person closes it', async () => {
    const { paid, close, env, office } = open();
    await paid(10_000);
    await paid(500, 'pos');
    expect((await close()).json.code).toBe('DAY_NOT_OVER');
    env.advance(DAY_MS);
    expect((await close()).json.code).toBe('DAY_COUNT_MISSING');
    const told = report(await close({ counted: [{ method: 'cash', countedFen: 10_000 }] }));
    expect(told).toMatchObject({ state: 'closed', saidBy: { by: 'office-1' } });
    expect(told.methods).toMatchObject([
      { method: 'cash', systemFen: 10_000, countedFen: 10_000, differenceFen: 0 },
      { method: 'pos', systemFen: 500 },
    ]);
    expect(told.standing).toEqual([{ state: 'PAID', count: 2, amountFen: 10_500 }]);
    expect(report(await office('/v1/days/show', { outlet: 'self', day: MONDAY }))).toEqual(told);
  });

  test('short money needs a reason, and a second person who says the same of the same', async () => {
    const { paid, close, env } = open();
    await paid(10_000);
    env.advance(DAY_MS);
    const short = { counted: [{ method: 'cash', countedFen: 9_000 }] };
    expect((await close(short)).json.code).toBe('DAY_REASON_MISSING');
    const said = { ...short, reason: '少收' };
    expect(report(await close(said)).state).toBe('awaits-approval');
    // The same person again, and another person with other words: neither is a second word.
    expect(report(await close(said)).state).toBe('awaits-approval');
    expect(report(await close({ ...said, reason: 'x' }, SECOND)).state).toBe('awaits-approval');
    const told = report(await close({ ...said, reason: 'x' }));
    expect(told).toMatchObject({
      ...{ state: 'closed', reason: 'x' },
      ...{ saidBy: { by: 'office-2' }, approvedBy: { by: 'office-1' } },
    });
    expect(told.methods).toMatchObject([{ differenceFen: -1_000 }]);
  });

  test('a method that is counted twice closes nothing: nobody knows which count is meant', async () => {
    const { paid, close, env, office } = open();
    await paid(10_000);
    env.advance(DAY_MS);
    const [right, wrong] = [10_000, 1].map((countedFen) => ({ method: 'cash', countedFen }));
    for (const counted of [
      [right, wrong],
      [wrong, right],
      [right, right],
    ]) {
      expect(await close({ counted })).toMatchObject({
        ...{ status: 400, json: { code: 'MESSAGE_INVALID' } },
      });
    }
    const { state } = report(await office('/v1/days/show', { outlet: 'self', day: MONDAY }));
    expect(state).toBe('open');
  });

  test('days are closed in order, once, and corrections are of the next one', async () => {
    const { paid, close, env } = open();
    await paid(10_000);
    env.advance(3 * DAY_MS);
    expect((await close({ outlet: 'slef' })).json.code).toBe('DAY_WITHOUT_BOOKINGS');
    const cash = { counted: [{ method: 'cash', countedFen: 10_000 }] };
    expect(report(await close(cash)).state).toBe('closed');
    expect((await close(cash)).json.code).toBe('DAY_CLOSED');
    const skipped = await close({ ...cash, day: '2026-11-25' });
    expect(skipped.text).toContain(`"next":"${TUESDAY}"`);
    expect(skipped.json.code).toBe('DAY_OUT_OF_ORDER');
    const correction = { method: 'cash', amountFen: -300, reason: '假币' };
    const wrong = { day: TUESDAY, corrections: [{ ...correction, about: '2026-11-22' }] };
    expect((await close(wrong)).json.code).toBe('DAY_NOT_CLOSED');
    const right = { day: TUESDAY, corrections: [{ ...correction, about: MONDAY }] };
    expect(report(await close(right)).state).toBe('awaits-approval');
    expect(report(await close(right, SECOND))).toMatchObject({
      ...{ state: 'closed', corrections: [{ ...correction, about: MONDAY }] },
    });
  });

  test('what is booked between two words makes the second one the first again', async () => {
    const { paid, close, env } = open();
    await paid(10_000);
    env.advance(DAY_MS);
    const said = { counted: [{ method: 'cash', countedFen: 1 }], reason: 'x' };
    await close(said);
    env.advance(-DAY_MS);
    await paid(300);
    env.advance(DAY_MS);
    expect(report(await close(said, SECOND)).state).toBe('awaits-approval');
    expect(report(await close(said)).state).toBe('closed');
  });

  test('a terminal closes nothing, and reads no order whole', async () => {
    const { ask, paid } = open();
    const orderId = await paid(100);
    const body = { outlet: 'self', day: MONDAY, counted: [] };
    expect((await ask('POST', '/v1/days/close', body, { key: 'k' })).json.code).toBe(
      'SCOPE_MISSING',
    );
    expect((await ask('GET', `/v1/orders/${orderId}/history`)).json.code).toBe('SCOPE_MISSING');
  });
});

describe('exports', () => {
  test('of all days of all outlets add up to the totals of the ledger', async () => {
    const { paid, close, env, office, ledger } = open();
    const owed: string[] = [];
    for (let day = 0; day < 3; day += 1) {
      for (let n = 0; n < 4; n += 1) {
        const outlet = n % 2 === 0 ? 'self' : 'west';
        // Amounts of which a sum of floats would lose a fen.
        owed.push(await paid(1_000_001 + n, n < 2 ? 'cash' : 'pos', outlet));
      }
      const given = owed.splice(0, 1)[0] ?? '';
      await office(`/v1/orders/${given}/cancel`, {});
      if (day > 0) await office(`/v1/orders/${given}/refund`, {});
      env.advance(DAY_MS);
    }
    const sums: Record<string, number> = {};
    for (const outlet of ['self', 'west']) {
      for (const day of [MONDAY, TUESDAY, '2026-11-25']) {
        const shown = report(await office('/v1/days/show', { outlet, day }));
        const counted = shown.methods.map(({ method, systemFen }) => {
          return { method, countedFen: systemFen };
        });
        expect(report(await close({ outlet, day, counted })).state).toBe('closed');
        let after: string | undefined;
        let rows = 0;
        for (let page = 0; page < 9; page += 1) {
          const asked = { outlet, day, limit: 1, ...(after === undefined ? {} : { after }) };
          const told = await office('/v1/days/export', asked);
          const found = JSON.parse(told.text) as ExportPage;
          for (const { debit, credit, amountFen } of found.rows) {
            sums[debit] = (sums[debit] ?? 0) + amountFen;
            sums[credit] = (sums[credit] ?? 0) - amountFen;
          }
          rows += found.rows.length;
          if (found.next === null) {
            expect(found.total.rows).toBe(rows);
            break;
          }
          after = found.next;
        }
      }
    }
    expect(sums).toEqual(
      Object.fromEntries(Object.entries(await ledger.totals()).filter(([, fen]) => fen !== 0)),
    );
    const unclosed = await office('/v1/days/export', { outlet: 'self', day: '2026-11-26' });
    expect(unclosed.json.code).toBe('DAY_NOT_CLOSED');
    const days = await office('/v1/days/query', { limit: 4 });
    const page = JSON.parse(days.text) as { days: DayReport[]; next: string };
    expect(page.days.map(({ day, outlet }) => `${day} ${outlet}`)).toEqual([
      ...['2026-11-25 west', '2026-11-25 self', `${TUESDAY} west`, `${TUESDAY} self`],
    ]);
    const rest = await office('/v1/days/query', { cursor: page.next });
    expect((JSON.parse(rest.text) as { days: DayReport[] }).days).toHaveLength(2);
  });
});

describe('one order whole', () => {
  test('its payments with who, its slips, its events, and no code of a card', async () => {
    const { paid, ask, office } = open();
    const orderId = await paid(10_000);
    await ask('POST', `/v1/orders/${orderId}/slips`, {}, { key: 's1' });
    await office(`/v1/orders/${orderId}/cancel`, {});
    const told = await ask('GET', `/v1/orders/${orderId}/history`, undefined, { caller: OFFICE });
    const { order, payments, slips, events } = JSON.parse(told.text) as OrderHistory;
    expect(order).toMatchObject({ orderId, state: 'REFUND_DUE', who: { by: 'terminal-1' } });
    expect(payments).toMatchObject([{ amountFen: 10_000, who: { by: 'terminal-1' } }]);
    expect(slips).toMatchObject([{ number: 1, who: { by: 'terminal-1' } }]);
    expect(events.map(({ evidence, to }) => `${evidence} ${to}`)).toEqual([
      ...['create CREATED', 'payment PAID', 'cancel REFUND_DUE'],
    ]);
    expect(events.map(({ who }) => who?.by)).toEqual(['terminal-1', 'terminal-1', 'office-1']);
    expect(told.text).not.toMatch(/mac2|tac"|random/i);
    const none = await ask('GET', '/v1/orders/NONE/history', undefined, { caller: OFFICE });
    expect(none.json.code).toBe('ORDER_UNKNOWN');
  });
});

describe('takings', () => {
  test('of a time, by outlet and method; orders of an outlet are found', async () => {
    const { paid, office } = open();
    await paid(100);
    const orderId = await paid(200, 'pos', 'west');
    const range = {
      fromMs: Date.parse('2026-11-22T16:00Z'),
      toMs: Date.parse('2026-11-23T16:00Z'),
    };
    const told = await office('/v1/takings/query', { ...range, outlet: 'west' });
    expect(JSON.parse(told.text)).toEqual({
      takings: [
        {
          ...{ outlet: 'west', kind: 'taken', method: 'pos', by: 'terminal-1' },
          ...{ count: 1, amountFen: 200 },
        },
      ],
    });
    const far = await office('/v1/takings/query', { fromMs: 0, toMs: range.toMs });
    expect(far.json.code).toBe('RANGE_TOO_LONG');
    const found = await office('/v1/orders/query', { ...range, outlet: 'west' });
    expect(found.json.records?.map((record) => record.orderId)).toEqual([orderId]);
  });
});
