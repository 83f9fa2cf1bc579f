/** Records as the rows of their tables: what was written is read, and nothing that was not. */
import { describe, expect, test } from 'vitest';
import { AT_MS, orderOf } from '../../../src/conformance/ledger-steps.js';
import type { Order, Payment } from '../../../src/load/index.js';
import {
  changedColumns,
  columnsOf,
  type Layout,
  readRow,
  valuesOf,
} from '../../../src/server/ledger/sql/columns.js';
import { ORDER, PAYMENT, readEvent } from '../../../src/server/ledger/sql/rows.js';

const rowOf = <T extends object>(layout: Layout<T>, record: T): Record<string, unknown> => {
  const values = valuesOf(layout, record);
  return Object.fromEntries(columnsOf(layout).map((name, at) => [name, values[at] ?? null]));
};

const BARE = orderOf('A1');
const FULL: Order = {
  ...BARE,
  ...{ boundAtc: 7, probeTerminal: 'FF0102030405', checkTerminal: 'FF0102030406' },
  taking: {
    ...{ sinceMs: AT_MS, by: 'K', person: 'P', provider: 'cash', transactionId: '1', visit: 'V' },
  },
  ...{ creditedBy: 'tac', frozenFrom: 'ISSUED', release: { by: 'M1', release: 'refund' } },
  ...{ tacOnly: true, proof: { tac: 'AABBCCDD', date: '20260115', time: '100000' } },
  ...{ terminal: '000440101001', who: { by: 'K', person: 'P', shift: 'S', requestId: 'R' } },
};
const BOOKED: Payment = { orderId: 'A1', transactionId: 'cash:1', amountFen: 1, surplus: false };

describe('an order', () => {
  test.each([
    ['with everything', FULL],
    ['with nothing more than it must have', BARE],
    ['that somebody without a name takes money for', { ...BARE, taking: { sinceMs: AT_MS } }],
    ['of a key alone', { ...BARE, who: { by: 'K' } }],
  ])('%s is read as it was written', (_which, order) => {
    expect(readRow(ORDER, rowOf(ORDER, order))).toStrictEqual(order);
  });

  test('with everything fills each column', () => {
    const { plate_key: key, ...others } = rowOf(ORDER, FULL);
    expect(key).toBe(null);
    expect(Object.values(others)).not.toContain(null);
    // A column that is not there, of a schema before it, is one without a value.
    const old = Object.entries(rowOf(ORDER, BARE)).filter(([, cell]) => cell !== null);
    const without = Object.fromEntries([...old, ['release_by', null]]);
    const { proof, taking, who } = readRow(ORDER, without);
    expect([proof, taking, who]).toEqual([undefined, undefined, undefined]);
  });

  test('moves on in what people said, took and proved; who made it stays', () => {
    const moved = ['release_by', 'release_to', 'taking_since_ms', 'taking_by', 'taking_person']
      .concat(['taking_provider', 'taking_number', 'taking_visit'])
      .concat(['proof_tac', 'proof_date', 'proof_time']);
    const { release, taking, proof, who } = FULL;
    const after = { ...BARE, release, taking, proof, who } as Order;
    const { columns, values } = changedColumns(ORDER, BARE, after);
    expect([...columns].sort()).toEqual([...moved].sort());
    expect(values).not.toContain(null);
    expect(changedColumns(ORDER, after, BARE).values.every((value) => value === null)).toBe(true);
    expect(
      changedColumns(ORDER, BARE, { ...BARE, who: { by: 'K' }, plate: '甘B1' }).columns,
    ).toEqual([]);
  });

  test('has its plate as the card has it, and folded where that is another text', () => {
    const of = (plate: string) => rowOf(ORDER, { ...BARE, plate });
    expect(of('甘A12345')).toMatchObject({ plate: '甘A12345', plate_key: null });
    expect(of('甘a·12345')).toMatchObject({ plate: '甘a·12345', plate_key: '甘A12345' });
    expect(readRow(ORDER, of('甘a·12345')).plate).toBe('甘a·12345');
  });
});

describe('a payment', () => {
  test.each([
    ['with nothing more than it must have', BOOKED],
    [
      'with everything',
      {
        ...{ ...BOOKED, surplus: true, paidAtMs: 1, bookedAtMs: 2, refundsSent: 3 },
        ...{ who: { by: 'K', person: 'P', shift: 'S' }, refundedAtMs: 4 },
      },
    ],
  ])('%s is read as it was written', (_which, payment) => {
    expect(readRow(PAYMENT, rowOf(PAYMENT, payment))).toStrictEqual(payment);
  });

  test.each([
    ['cash:1', 'cash', '1'],
    ['wechat:1:2', 'wechat', '1:2'],
    [':1', '', '1'],
    ['1', '', '1'],
  ])('%s has its provider and its number apart', (transactionId, provider, number) => {
    const row = rowOf(PAYMENT, { ...BOOKED, transactionId });
    expect(row).toMatchObject({ transaction_id: transactionId, provider, number });
    expect(readRow(PAYMENT, row).transactionId).toBe(transactionId);
  });
});

test('an event is read with the states it led between', () => {
  const row = { sequence: '7', at_ms: '8', order_id: 'A1', evidence: 'tac', hash: 'H' };
  expect(readEvent({ ...row, from_state: 'ISSUED', to_state: 'CREDITED' })).toStrictEqual({
    ...{ sequence: 7, atMs: 8, orderId: 'A1', evidence: 'tac', hash: 'H' },
    ...{ from: 'ISSUED', to: 'CREDITED' },
  });
});
