/** Decisions on SQLite: what stands in the tables afterwards, alone and together with others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AT_MS,
  attemptOf,
  CARD,
  change,
  created,
  issued,
  orderOf,
  snapshotOf,
} from '../../../src/conformance/ledger-steps.js';
import type { Ledger, Snapshot } from '../../../src/server/index.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { pays, threadOf } from './sql-decisions.js';

let folder = '';
let database: sqlite.Database;
let ledger: Ledger;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-commits-'));
  database = new sqlite.Database(join(folder, 'orders.db'));
  ({ ledger } = await sqliteStores(database));
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});
const rows = (table: string) => database.all(`SELECT * FROM ${table}`);
const cardOf = (n: number) => `62012200000000${String(n).padStart(2, '0')}`;

const stateOf = async (orderId: string) => (await ledger.read(orderId))?.situation.order.state;

describe('one decision', () => {
  test('made from an order, or a card, that has changed since writes nothing', async () => {
    const before = await created(ledger, 'A1');
    expect(await change(ledger, before, { order: { state: 'PAID' } })).toBe(true);
    expect(await change(ledger, before, { order: { state: 'EXPIRED' } })).toBe(false);
    const paid = await snapshotOf(ledger, 'A1');
    await change(ledger, paid, { order: { state: 'EXPIRED' } });
    // Another order of the card moves the card; the first one's own row stays as it was.
    const old = await snapshotOf(ledger, 'A1');
    const other = await created(ledger, 'A2');
    expect(await change(ledger, other, { card: { maxSeenAtc: 9 } })).toBe(true);
    const events = rows('audit_event').length;
    expect(await change(ledger, old, { order: { state: 'PAID' } })).toBe(false);
    expect([await stateOf('A1'), rows('audit_event').length]).toEqual(['EXPIRED', events]);
  });

  test('attempts are numbered, and an ATC that was left stays spent and is not live', async () => {
    const first = await issued(ledger, 'A1', 7);
    const { order } = first.situation;
    await change(ledger, first, {
      order: { boundAtc: 8 },
      rest: { newAttempt: attemptOf(order, 8, '100001') },
    });
    expect(rows('attempt')).toMatchObject([
      { number: 1, atc: 7 },
      { number: 2, atc: 8 },
    ]);
    expect(rows('binding')).toEqual([
      { card_number: CARD, atc: 7, order_id: 'A1', live: 0 },
      { card_number: CARD, atc: 8, order_id: 'A1', live: 1 },
    ]);
  });

  test('a refund frees the live ATC alone', async () => {
    const first = await issued(ledger, 'A1', 7);
    await change(ledger, first, { order: { boundAtc: 8 } });
    const { boundAtc: _atc, ...unbound } = (await snapshotOf(ledger, 'A1')).situation.order;
    const second = await snapshotOf(ledger, 'A1');
    const decision = {
      ...({ order: { ...unbound, state: 'REFUND_DUE' }, settlement: 'REFUND' } as const),
      ...{ card: second.situation.card, transfers: [] },
      step: { do: 'stop', state: 'REFUND_DUE', money: 'untouched' },
    } as const;
    await ledger.commit({ snapshot: second, decision, evidence: 'test', atMs: AT_MS });
    expect(rows('binding')).toMatchObject([{ atc: 7, live: 0 }]);
    expect(rows('settlement')).toEqual([{ order_id: 'A1', kind: 'REFUND' }]);
  });

  test('an order that is refunded and names its ATC still binds none', async () => {
    const fresh = await created(ledger, 'A1');
    await change(ledger, fresh, {
      order: { state: 'REFUND_DUE', boundAtc: 7 },
      rest: { settlement: 'REFUND' },
    });
    expect(rows('binding')).toEqual([]);
  });

  test('an ATC that is given up without a refund is bound by nobody', async () => {
    const first = await issued(ledger, 'A1', 7);
    const { boundAtc: _atc, ...order } = first.situation.order;
    const step = { do: 'stop', state: 'PAID', money: 'untouched' } as const;
    const { card } = first.situation;
    const decision = { order, card, transfers: [], step };
    await ledger.commit({ snapshot: first, decision, evidence: 'test', atMs: AT_MS });
    expect(rows('binding')).toMatchObject([{ atc: 7, live: 0 }]);
  });

  test('a request’s answer is kept without its nonce, and its nonce without an answer', async () => {
    const fresh = await created(ledger, 'A1');
    const reply = { requestHash: 'h', status: 200, body: '{}' };
    const kept = { keyId: 'K', idempotencyKey: 'I', reply };
    await change(ledger, fresh, { order: { state: 'PAID' } }, { reply: kept });
    expect([rows('nonce').length, rows('reply').length]).toEqual([0, 1]);
    const nonce = { keyId: 'K', nonce: 'N', atMs: AT_MS };
    await change(ledger, await snapshotOf(ledger, 'A1'), {}, { nonce });
    expect([rows('nonce').length, rows('reply').length]).toEqual([1, 1]);
    const again = change(ledger, await snapshotOf(ledger, 'A1'), {}, { reply: kept });
    await expect(again).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
  });

  test('a refund that is handed out is numbered, and its number never falls', async () => {
    const order = await issued(ledger, 'A1', 7);
    const [payment] = order.situation.payments;
    if (payment === undefined) throw new Error('not paid');
    const sent = (refundsSent: number) => ({ rest: { sentRefund: { ...payment, refundsSent } } });
    await change(ledger, order, sent(2));
    expect(rows('payment')).toMatchObject([{ refunds_sent: 2 }]);
    await expect(
      snapshotOf(ledger, 'A1').then((now) => change(ledger, now, sent(1))),
    ).rejects.toThrow();
    expect(rows('payment')).toMatchObject([{ refunds_sent: 2 }]);
  });
});

describe('decisions that come at the same time', () => {
  const together = async (count: number) => {
    const fresh: Snapshot[] = [];
    for (let n = 0; n < count; n += 1) {
      fresh.push(await created(ledger, `A${String(n)}`, { cardNumber: cardOf(n) }));
    }
    return fresh;
  };

  test('of several cards follow each other in the journal, in the order of their cards', async () => {
    const thread = await threadOf(ledger, 'J');
    const fresh = await together(4);
    const turned = [...fresh].reverse();
    const done = await Promise.all([
      ...turned.slice(0, 2).map((one) => ledger.commit(pays(one, thread))),
      ledger.commit(pays(turned[2] as Snapshot)),
      ledger.commit(pays(turned[3] as Snapshot, thread)),
    ]);
    expect(done.map(({ written, entry }) => [written, entry?.sequence])).toEqual([
      [true, 3],
      [true, 2],
      [true, undefined],
      [true, 1],
    ]);
    const bodies = done.map(({ entry }) => entry?.body ?? '');
    expect(bodies.map((body) => body.includes('"A0"'))).toEqual([false, false, false, true]);
    const [row] = (await ledger.readWitness()).journals;
    expect(row).toMatchObject({ sequence: 3, head: done[0]?.entry?.head });
    expect(row?.pending).toHaveLength(3);
    // All of one transaction: the events stand in the order of the cards.
    const paid = rows('audit_event').filter(({ evidence }) => evidence === 'payment');
    expect(paid.map(({ order_id: id }) => id)).toEqual(['A0', 'A1', 'A2', 'A3']);
  });

  test('one that is refused harms no other, and says why', async () => {
    const [a, b, c] = (await together(3)) as [Snapshot, Snapshot, Snapshot];
    await ledger.commit(pays(a, undefined, 'p:taken'));
    const stale = pays(a);
    const ends = await Promise.allSettled([
      ledger.commit(pays(b, undefined, 'p:taken')),
      ledger.commit(stale),
      ledger.commit(pays(c)),
    ]);
    expect(ends).toMatchObject([
      { reason: { code: 'PAYMENT_REUSED' } },
      { value: { written: false } },
      { value: { written: true } },
    ]);
    expect(ends[1]).toEqual({ status: 'fulfilled', value: { written: false } });
    expect([await stateOf('A1'), await stateOf('A2')]).toEqual(['CREATED', 'PAID']);
    // What is kept in memory was forgotten with the failure, and read again.
    expect(await ledger.commit(pays(await snapshotOf(ledger, 'A1')))).toEqual({ written: true });
  });

  test('of one card, or of two journals, are written one after the other', async () => {
    const [J, K] = [await threadOf(ledger, 'J'), await threadOf(ledger, 'K')];
    const [a, b, c] = (await together(3)) as [Snapshot, Snapshot, Snapshot];
    const done = await Promise.all([
      ledger.commit(pays(a, J)),
      ledger.commit(pays(a, J)),
      ledger.commit(pays(b, K)),
      ledger.commit(pays(c, J)),
    ]);
    expect(done.map(({ written }) => written)).toEqual([true, false, true, true]);
    const { journals } = await ledger.readWitness();
    expect(journals.map(({ journalId, sequence }) => [journalId, sequence])).toEqual([
      ['J', 2],
      ['K', 1],
    ]);
    expect(done.map(({ entry }) => entry?.sequence)).toEqual([1, undefined, 1, 2]);
  });

  test('are at most 64 in one transaction', async () => {
    const thread = await threadOf(ledger, 'J');
    const fresh = (await together(66)).reverse();
    const done = await Promise.all(fresh.map((one) => ledger.commit(pays(one, thread))));
    expect(done.every(({ written }) => written)).toBe(true);
    expect((await ledger.readWitness()).journals).toMatchObject([{ sequence: 66 }]);
    // The first 64 in the order of their cards, then the other two.
    const paid = rows('audit_event').filter(({ evidence }) => evidence === 'payment');
    const numbers = paid.map(({ order_id: id }) => Number((id as string).slice(1)));
    expect(numbers).toEqual([...Array.from({ length: 64 }, (_none, n) => n + 2), 0, 1]);
  });
});

describe('a new order', () => {
  test('is refused while its card is frozen or has one that is open, unless it is restored', async () => {
    await issued(ledger, 'A1', 7);
    const next = orderOf('A2');
    await expect(ledger.createOrder(next, 'k2', 'r')).rejects.toMatchObject({ code: 'ORDER_OPEN' });
    expect((await ledger.restoreOrder(next, 'k2', 'r')).orderId).toBe('A2');
    expect((await ledger.restoreOrder(orderOf('A3'), 'k2', 'r')).orderId).toBe('A2');
    const open = await snapshotOf(ledger, 'A1');
    const { openOrderId: _open, ...card } = open.situation.card;
    const step = { do: 'stop', state: 'FROZEN', money: 'in-doubt' } as const;
    const order = { ...open.situation.order, state: 'FROZEN' } as const;
    const decision = { order, card: { ...card, frozen: true }, transfers: [], step };
    await ledger.commit({ snapshot: open, decision, evidence: 'test', atMs: AT_MS });
    await expect(ledger.createOrder(orderOf('A4'), 'k4', 'r')).rejects.toMatchObject({
      code: 'ORDER_OPEN',
    });
    expect((await ledger.restoreOrder(orderOf('A4'), 'k4', 'r')).orderId).toBe('A4');
    const thawed = { cardNumber: cardOf(3), frozen: true };
    await created(ledger, 'B1', { cardNumber: cardOf(3) });
    await change(ledger, await snapshotOf(ledger, 'B1'), { card: thawed });
    const more = orderOf('B2', { cardNumber: cardOf(3) });
    await expect(ledger.createOrder(more, 'k5', 'r')).rejects.toMatchObject({
      code: 'ORDER_FROZEN',
    });
  });

  test('whose key comes with an answer that is kept already is asked for again', async () => {
    const reply = { requestHash: 'h', status: 200, body: '{}' };
    const record = { reply: { keyId: 'K', idempotencyKey: 'I', reply } };
    await ledger.createOrder(orderOf('A1'), 'k1', 'r', record);
    const again = ledger.createOrder(orderOf('A2', { cardNumber: cardOf(2) }), 'k2', 'r', record);
    await expect(again).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    const nonce = { nonce: { keyId: 'K', nonce: 'N', atMs: 1 } };
    const third = orderOf('A3', { cardNumber: cardOf(3) });
    await ledger.createOrder(third, 'k3', 'r', nonce);
    const replayed = ledger.createOrder(orderOf('A4', { cardNumber: cardOf(4) }), 'k4', 'r', nonce);
    await expect(replayed).rejects.toMatchObject({ code: 'REQUEST_REPLAYED' });
  });
});
