/** 充值记录: what an operator is told of an order that cannot be loaded. */
import { describe, expect, test } from 'vitest';
import type { Order, OrderState } from '../../../src/load/index.js';
import { RECORDS_PAGE } from '../../../src/messages/index.js';
import { expectJson } from '../../../src/json/index.js';
import { rangeOfDays } from '../../../src/load/index.js';
import { viewRecords } from '../../../src/server/http/records.js';
import { orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer } from '../../support/signed-fetch.js';

const ORDER: Order = {
  ...{ orderId: 'A', cardNumber: '6201220000001234', issuerFactor: '62010000', keyIndex: 1 },
  ...{ amountFen: 100, state: 'PAID', probesPassed: 0, badTacs: 0, refusedCredits: 0 },
  ...{ outlet: 'self', plate: '甘A12345', plateColour: 0, createdAtMs: 1, updatedAtMs: 1 },
};
const WHY: Readonly<Record<OrderState, string | undefined>> = {
  CREATED: 'ORDER_UNPAID',
  TAKING: 'PAYMENT_BEING_TAKEN',
  PAID: undefined,
  ISSUED: undefined,
  HELD: undefined,
  VOIDING: 'ORDER_VOIDING',
  CREDITED: 'ORDER_CLOSED',
  REFUND_DUE: 'ORDER_REFUND_DUE',
  REFUNDED: 'ORDER_CLOSED',
  EXPIRED: 'ORDER_CLOSED',
  FROZEN: 'ORDER_FROZEN',
};

describe.each(Object.entries(WHY))('a record in %s', (state, why) => {
  test('says why it cannot be loaded in two languages, or nothing', () => {
    const page = viewRecords([{ ...ORDER, state: state as OrderState, frozenFrom: 'HELD' }], 20);
    expect(expectJson(RECORDS_PAGE, page)).toEqual(page);
    const [record] = page.records;
    expect([record?.why, record?.loadable]).toEqual([why, why === undefined]);
    if (record === undefined || why === undefined) return;
    const { message, messageZh, hint } = record;
    expect(messageZh).toMatch(/[\u4e00-\u9fa5]/);
    expect(hint?.zh).toMatch(/[\u4e00-\u9fa5]/);
    expect(`${String(message)}${String(messageZh)}${JSON.stringify(hint)}`).not.toMatch(/\{\w+\}/);
  });
});

const QUERY = '/v1/orders/query';
const plate = '甘A12345';

describe('the range of a query', () => {
  const code = async (range: object, utcOffsetMinutes?: number) => {
    const options = utcOffsetMinutes === undefined ? {} : { utcOffsetMinutes };
    const told = await openServer(options).ask('POST', QUERY, { plate, ...range });
    return told.json.code;
  };
  const TOO_LONG = 'RANGE_TOO_LONG';

  test.each([
    ['2026-01-01', '2026-01-31', undefined],
    ['2026-01-01', '2026-02-01', TOO_LONG],
    ['2026-02-01', '2026-03-03', undefined],
    ['2026-02-01', '2026-03-04', TOO_LONG],
    ['2026-01-01', '2026-01-01', undefined],
    ['2026-01-02', '2026-01-01', undefined],
    ['2026-01-03', '2026-01-01', 'RANGE_REVERSED'],
  ])('%s to %s: %s', async (from, to, expected) => {
    expect(await code(rangeOfDays(from, to))).toBe(expected);
  });

  test('30 days to the millisecond are never too long, whenever they begin', async () => {
    const { fromMs } = rangeOfDays('2026-01-01', '2026-01-01');
    for (const hours of [0, 1, 13, 23]) {
      const start = fromMs + hours * 3_600_000 + 1;
      expect(await code({ fromMs: start, toMs: start + 30 * 86_400_000 })).toBeUndefined();
    }
  });

  test('days are those of the deployment', async () => {
    const month = rangeOfDays('2026-01-01', '2026-01-31', 60);
    expect(await code(month)).toBe(TOO_LONG);
    expect(await code(month, 60)).toBeUndefined();
    expect(() => openServer({ utcOffsetMinutes: 8.5 })).toThrow('utcOffsetMinutes');
  });
});

describe('pages', () => {
  test.each([
    [3, 3, [3]],
    [4, 3, [3, 1]],
    [6, 3, [3, 3]],
    [100, 100, [100]],
    [0, 3, [0]],
  ])('%i orders in pages of %i: %j, and no empty one behind', async (orders, limit, pages) => {
    const server = openServer();
    for (let number = 0; number < orders; number += 1) {
      const request = orderRequest({ idempotencyKey: `o${String(number)}` });
      await server.ask('POST', '/v1/orders', request, { key: `k${String(number)}` });
      server.env.advance(1);
    }
    const nowMs = server.env.now();
    const sizes: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const next = cursor === undefined ? {} : { cursor };
      const asked = { plate, fromMs: nowMs - 60_000, toMs: nowMs, limit, ...next };
      const { json } = await server.ask('POST', QUERY, asked);
      sizes.push(json.records?.length ?? -1);
      cursor = json.next ?? null;
    }
    expect(sizes).toEqual(pages);
  });
});

describe('what a page can be asked for with', () => {
  const office = { caller: OFFICE };
  async function open() {
    const server = openServer();
    const made = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const orderId = String(made.json.orderId);
    await server.ask('POST', `/v1/orders/${orderId}/payments`, paymentRequest(), { key: 'k2' });
    const nowMs = server.env.now();
    const range = { fromMs: nowMs - 1000, toMs: nowMs + 1000 };
    const found = async (asked: object, twist: object = {}) => {
      const { json } = await server.ask('POST', QUERY, asked, twist);
      return json.code ?? json.records?.map((record) => (record.orderId === orderId ? 'it' : '?'));
    };
    return { range, orderId, found };
  }

  test('order and payment find it without a range', async () => {
    const { orderId, found, range } = await open();
    expect(await found({ orderId })).toEqual(['it']);
    expect(await found({ payment: 'cash:receipt-1' })).toEqual(['it']);
    expect(await found({ payment: 'cash:receipt-2' })).toEqual([]);
    expect(await found({ orderId, fromMs: range.toMs })).toEqual([]);
    expect(await found({ orderId, states: ['CREATED'] })).toEqual([]);
  });

  test('any spelling of the plate, its colour and states', async () => {
    const { range, found } = await open();
    expect(await found({ plate: '甘ａ・12345', plateColour: 0, ...range })).toEqual(['it']);
    expect(await found({ plate, states: ['PAID', 'HELD'], ...range })).toEqual(['it']);
    expect(await found({ plate, states: ['HELD'], ...range })).toEqual([]);
    expect(await found({ plate, plateColour: 1, ...range })).toEqual([]);
  });

  test('everybody’s orders are the back office’s to see', async () => {
    const { range, found } = await open();
    expect(await found({ states: ['PAID'], ...range })).toBe('SCOPE_MISSING');
    expect(await found({ states: ['PAID'], ...range }, office)).toEqual(['it']);
    expect(await found({ states: ['HELD'], ...range }, office)).toEqual([]);
    expect(await found(range, office)).toEqual(['it']);
  });
});
