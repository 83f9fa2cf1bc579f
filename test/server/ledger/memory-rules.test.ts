/** The rules of a commit that the memory ledger keeps as a database would, one by one. */
import { describe, expect, test } from 'vitest';
import type { Decision, Order } from '../../../src/load/index.js';
import { type Change, memoryLedger } from '../../../src/server/index.js';
import { chainHash, NO_HASH } from '../../../src/server/ledger/audit-chain.js';
import {
  commitTo,
  expectConstraints,
  isOutdated,
} from '../../../src/server/ledger/memory-commit.js';
import {
  copyTables,
  createOrder,
  emptyTables,
  newestFirst,
  readSnapshot,
  type Tables,
} from '../../../src/server/ledger/memory-tables.js';
import { attempt, knownCard, NOW_MS, ORDER, payment } from '../../load/situations.js';

const CREATED: Order = { ...ORDER, state: 'CREATED' };
const STEP = { do: 'stop', state: 'PAID', money: 'untouched' } as const;

function tablesWith(...orders: readonly Partial<Order>[]): Tables {
  const tables = emptyTables();
  for (const changes of orders) {
    const order = { ...CREATED, ...changes };
    createOrder(tables, order, `key ${order.orderId}`, 'request', 'restore');
  }
  return tables;
}
const decision = (changes: Partial<Decision> = {}): Decision => ({
  ...{ order: CREATED, card: { cardNumber: ORDER.cardNumber, frozen: false } },
  ...{ transfers: [], step: STEP, ...changes },
});
function change(tables: Tables, changes: Partial<Decision> = {}): Change {
  const made = decision(changes);
  const snapshot = readSnapshot(tables, made.order.orderId);
  if (snapshot === undefined) throw new Error('no order');
  return { snapshot, decision: made, evidence: 'clock', atMs: NOW_MS };
}
const after = (tables: Tables, changes: Partial<Decision>): Tables => {
  const next = commitTo(tables, change(tables, changes));
  if (typeof next === 'string' || next instanceof Error) throw new Error(String(next));
  return next;
};
const refusal = (tables: Tables, changes: Partial<Decision>) => {
  const next = commitTo(tables, change(tables, changes));
  return next instanceof Error ? [next.code, next.message] : undefined;
};

describe('a commit', () => {
  test('moves the revisions of order and card up by one', () => {
    let tables = tablesWith({});
    for (const revision of [2, 3]) {
      tables = after(tables, {});
      expect(tables.orders.get('ORDER1')?.revision).toBe(revision);
      expect(tables.cards.get(ORDER.cardNumber)?.revision).toBe(revision - 1);
      expect(tables.events.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: revision }, (_, index) => index + 1),
      );
    }
  });

  test('of an order that is not there is out of date', () => {
    expect(isOutdated(emptyTables(), change(tablesWith({})))).toBe(true);
  });

  test('lets no fault of the program pass for a refusal', () => {
    const tables = tablesWith({});
    const broken = change(tables, { card: undefined as never });
    expect(() => commitTo(tables, broken)).toThrow(TypeError);
  });

  test('binds an ATC to one order, and frees it with a refund alone', () => {
    const held: Order = { ...CREATED, state: 'HELD', boundAtc: 7 };
    const bound = after(tablesWith({}), { order: held });
    const key = `${ORDER.cardNumber}/7`;
    expect([...bound.bindings]).toEqual([[key, 'ORDER1']]);
    const { boundAtc: _free, ...free } = held;
    expect(after(bound, { order: free }).bindings.get(key)).toBe('ORDER1');
    const refunded = after(bound, { order: free, settlement: 'REFUND' });
    expect([...refunded.bindings]).toEqual([]);
    expect([...refunded.settlements]).toEqual([['ORDER1', 'REFUND']]);
    const credited = after(bound, { order: free, settlement: 'CREDIT' });
    expect(credited.bindings.get(key)).toBe('ORDER1');
  });

  test('takes one open order of a card; a second one may only be frozen', () => {
    const tables = tablesWith({ state: 'HELD' }, { orderId: 'SECOND', state: 'PAID' });
    const second = { ...CREATED, orderId: 'SECOND' };
    for (const state of ['ISSUED', 'HELD', 'VOIDING'] as const) {
      const [code, message] = refusal(tables, { order: { ...second, state } }) ?? [];
      expect(code).toBe('INTERNAL');
      expect(message).toContain('two open orders');
    }
    expect(refusal(tables, { order: { ...second, state: 'FROZEN' } })).toBeUndefined();
    expect(refusal(tables, { order: { ...second, state: 'PAID' } })).toBeUndefined();
    expect(refusal(tables, { order: { ...CREATED, state: 'VOIDING' } })).toBeUndefined();
    const paid = tablesWith({ state: 'PAID' }, { orderId: 'SECOND' });
    expect(refusal(paid, { order: { ...second, state: 'ISSUED' } })).toBeUndefined();
  });

  test('takes two attempts with different inputs of their TACs, and no two with the same', () => {
    const tables = after(tablesWith({}), { newAttempt: attempt(7) });
    const other = [{ onlineAtc: 8 }, { date: '20261124' }, { time: '100001' }, { cardNumber: '1' }];
    for (const changes of other) {
      expect(refusal(tables, { newAttempt: { ...attempt(7), ...changes } })).toBeUndefined();
    }
    const same = { ...attempt(7), random: 'AABBCCDD' };
    expect(refusal(tables, { newAttempt: same })?.[0]).toBe('LEDGER_BUSY');
  });

  test('lets the highest ATC of a card not fall, from the first one on', () => {
    const card = knownCard(0);
    const tables = after(tablesWith({}), { card });
    expect(refusal(tables, { card })).toBeUndefined();
    const { maxSeenAtc: _gone, ...less } = card;
    expect(refusal(tables, { card: less })?.[0]).toBe('INTERNAL');
    expect(refusal(after(tables, { card: knownCard(3) }), { card: knownCard(2) })?.[0]).toBe(
      'INTERNAL',
    );
  });

  test('gives a payment back that is there, once, and settles once', () => {
    const one = payment('pos:1');
    const back = { ...one, refundedAtMs: NOW_MS };
    const tables = tablesWith({});
    expect(() => {
      expectConstraints(tables, decision({ refundedPayment: back }));
    }).toThrow('a payment given back twice');
    const paid = after(tables, { newPayment: one });
    const given = after(paid, { refundedPayment: back, settlement: 'REFUND' });
    expect(refusal(given, { refundedPayment: back })?.[0]).toBe('INTERNAL');
    expect(refusal(given, { settlement: 'CREDIT' })?.[0]).toBe('INTERNAL');
  });

  test('keeps all that was there before', () => {
    const transfer = { debit: 'cash', credit: 'liability', amountFen: 1 } as const;
    const first = after(tablesWith({}), { newAttempt: attempt(7), transfers: [transfer] });
    const next = after(first, { newAttempt: attempt(8), transfers: [transfer] });
    expect([next.attempts.length, next.transfers.length]).toEqual([2, 2]);
    expect(copyTables(next)).toEqual(next);
  });
});

describe('an order', () => {
  test('has one place: by time, then by number', () => {
    const at = (createdAtMs: number, orderId: string) => ({ createdAtMs, orderId });
    expect(newestFirst(at(1, 'B'), at(2, 'A'))).toBeGreaterThan(0);
    expect(newestFirst(at(1, 'A'), at(1, 'B'))).toBe(1);
    expect(newestFirst(at(1, 'B'), at(1, 'A'))).toBe(-1);
    expect(newestFirst(at(1, 'A'), at(1, 'A'))).toBe(0);
  });

  test('that its key has lost is a fault of the program', () => {
    const tables = tablesWith({});
    tables.orders.clear();
    expect(() => createOrder(tables, CREATED, 'key ORDER1', 'request', 'create')).toThrow(
      'an idempotency key without its order',
    );
  });

  test('is versioned by its card’s trail too', () => {
    const tables = tablesWith({});
    const { version } = readSnapshot(tables, 'ORDER1') ?? { version: '' };
    const head = tables.heads.get(ORDER.cardNumber);
    expect(version).toBe(`1.0.${String(head)}`);
    tables.heads.clear();
    expect(readSnapshot(tables, 'ORDER1')?.version).toBe(`1.0.${NO_HASH}`);
    tables.keys.clear();
    expect(readSnapshot(tables, 'ORDER1')?.request).toBe('');
  });

  test('is told apart in the trail by every field', () => {
    const event = { atMs: 1, orderId: 'O', evidence: 'e', from: 'PAID', to: 'HELD' } as const;
    const hashes = [
      chainHash(NO_HASH, event),
      chainHash('1', event),
      ...[{ atMs: 2 }, { orderId: 'P' }, { evidence: 'f' }].map((other) =>
        chainHash(NO_HASH, { ...event, ...other }),
      ),
      chainHash(NO_HASH, { ...event, from: 'HELD' }),
      chainHash(NO_HASH, { ...event, to: 'PAID' }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('and its events are listed by its number', async () => {
    const ledger = memoryLedger();
    await ledger.createOrder(CREATED, 'key', 'request');
    await ledger.createOrder({ ...CREATED, orderId: 'B', cardNumber: '1' }, 'other', 'request');
    expect(await ledger.events('B')).toMatchObject([{ orderId: 'B' }]);
    expect(await ledger.events()).toHaveLength(2);
    const query = { fromMs: NOW_MS + 1, toMs: NOW_MS + 2, limit: 9 };
    expect(await ledger.findOrders(query)).toEqual([]);
    expect(await ledger.findOrders({ ...query, fromMs: NOW_MS })).toHaveLength(2);
    await expect(Promise.resolve(ledger.close())).resolves.toBeUndefined();
  });
});
