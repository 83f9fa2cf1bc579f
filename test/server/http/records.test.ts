/** 充值记录: what an operator is told of an order that cannot be loaded. */
import { describe, expect, test } from 'vitest';
import type { Order, OrderState } from '../../../src/load/index.js';
import { RECORDS_PAGE } from '../../../src/messages/index.js';
import { expectJson } from '../../../src/json/index.js';
import { viewRecords } from '../../../src/server/http/records.js';

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
  VOIDING: undefined,
  CREDITED: 'ORDER_CLOSED',
  REFUND_DUE: 'ORDER_CLOSED',
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
