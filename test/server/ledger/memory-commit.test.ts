/** The memory ledger's commit as a function: tables and a change give tables, or a refusal. */
import { expect, test } from 'vitest';
import { decide } from '../../../src/load/index.js';
import type { Change } from '../../../src/server/index.js';
import { commitTo } from '../../../src/server/ledger/memory-commit.js';
import {
  createOrder,
  emptyTables,
  readSnapshot,
  type Tables,
} from '../../../src/server/ledger/memory-tables.js';
import { NOW_MS, ORDER, SHARED } from '../../load/situations.js';

function paying(tables: Tables): Change {
  const snapshot = readSnapshot(tables, ORDER.orderId);
  if (snapshot === undefined) throw new Error('no order');
  const evidence = { kind: 'payment', transactionId: 'pos:1', amountFen: ORDER.amountFen } as const;
  const decision = decide(snapshot.situation, { evidence, nowMs: NOW_MS }, SHARED);
  return { snapshot, decision, evidence: evidence.kind, atMs: NOW_MS };
}

function created(): Tables {
  const tables = emptyTables();
  createOrder(tables, { ...ORDER, state: 'CREATED' }, 'key', 'request', 'create');
  return tables;
}

test('the tables it reads stay as they were', () => {
  const tables = created();
  const before = structuredClone(tables);
  const next = commitTo(tables, paying(tables)) as Tables;
  expect(tables).toEqual(before);
  expect(next.orders.get(ORDER.orderId)?.value.state).toBe('PAID');
  expect(next.payments.size).toBe(1);
  expect(next.events).toHaveLength(2);
});

test('a change from an old snapshot is outdated', () => {
  const tables = created();
  const change = paying(tables);
  const next = commitTo(tables, change) as Tables;
  expect(commitTo(next, change)).toBe('outdated');
});

test('what a rule forbids is a refusal, and nothing is written', () => {
  const tables = created();
  tables.payments.set('pos:1', {
    orderId: 'OTHER',
    transactionId: 'pos:1',
    amountFen: 1,
    surplus: false,
  });
  const before = structuredClone(tables);
  expect(commitTo(tables, paying(tables))).toMatchObject({ code: 'PAYMENT_REUSED' });
  const change = paying(tables);
  const bound = { ...change.decision, order: { ...ORDER, state: 'ISSUED', boundAtc: 7 } } as const;
  tables.bindings.set(`${ORDER.cardNumber}/7`, 'OTHER');
  before.bindings.set(`${ORDER.cardNumber}/7`, 'OTHER');
  const { newPayment: _none, ...rest } = bound;
  expect(commitTo(tables, { ...change, decision: rest })).toMatchObject({ code: 'INTERNAL' });
  expect(tables).toEqual(before);
});

test('the number of a refund never falls', () => {
  const tables = commitTo(created(), paying(created())) as Tables;
  const [payment] = [...tables.payments.values()];
  if (payment === undefined) throw new Error('no payment');
  const commitSent = (from: Tables, refundsSent: number) => {
    const snapshot = readSnapshot(from, ORDER.orderId);
    if (snapshot === undefined) throw new Error('no order');
    const { order, card } = snapshot.situation;
    const step = { do: 'stop', state: order.state, money: 'untouched' } as const;
    const sentRefund = { ...payment, refundsSent };
    const decision = { order, card, sentRefund, transfers: [], step };
    return commitTo(from, { snapshot, decision, evidence: 'send-refund', atMs: NOW_MS });
  };
  const second = commitSent(tables, 2) as Tables;
  expect(second.payments.get('pos:1')?.refundsSent).toBe(2);
  expect(commitSent(second, 1)).toMatchObject({ code: 'INTERNAL' });
  expect(commitSent(second, 2)).toMatchObject({ attempts: [] });
});
