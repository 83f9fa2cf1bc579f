/**
 * The conformance suite of a ledger: what every store must refuse, keep and answer. A list of
 * cases, so that any test runner can run it; each opens a ledger of its own.
 */
import type { Order } from '../load/index.js';
import type { Ledger } from '../server/index.js';
import { broken, type ConformanceCase, refuses, same } from './conformance.js';
import { DAY_CASES } from './ledger-days.js';
import { KEY_CASES } from './ledger-keys.js';
import { PAYMENT_CASES } from './ledger-payments.js';
import { RECORD_CASES } from './ledger-records.js';
import { REPORT_CASES } from './ledger-reports.js';
import { SLIP_CASES } from './ledger-slips.js';
import {
  AT_MS,
  attemptOf,
  CARD,
  change,
  created,
  issued,
  orderOf,
  snapshotOf,
} from './ledger-steps.js';
import { NO_HASH, chainHash } from '../server/index.js';

/**
 * The rules of a ledger.
 * 账本一致性测试集。
 * @param open opens an empty ledger; called once a case
 * @example
 * import { memoryLedger } from 'quancun/server';
 * const cases = testLedger(async () => memoryLedger());
 * for (const { run } of cases) await run(); // or, on any test runner: test(name, run)
 */
export function testLedger(open: () => Promise<Ledger>): readonly ConformanceCase[] {
  return Object.entries({
    ...CASES,
    ...KEY_CASES,
    ...PAYMENT_CASES,
    ...RECORD_CASES,
    ...SLIP_CASES,
    ...REPORT_CASES,
    ...DAY_CASES,
  }).map(([name, check]) => ({
    name,
    run: async () => {
      const ledger = await open();
      try {
        await check(ledger);
      } finally {
        await ledger.close();
      }
    },
  }));
}

/** Every field an order can have, and what a store takes for absent: zero, and the empty text. */
const WHOLE_ORDER: Required<Order> = {
  ...orderOf('A1', { plate: '', plateColour: 11 }),
  boundAtc: 0,
  probeTerminal: 'FF0102030405',
  checkTerminal: 'FF0A0B0C0D0E',
  taking: {
    ...{ sinceMs: 1, by: 'T1', person: 'P1', provider: 'pos', transactionId: 'pos:1' },
    visit: 'V1',
  },
  proof: { tac: '01020304', date: '20261126', time: '080000' },
  terminal: '000440101001',
  who: { by: 'T1', person: 'P1', shift: 'S1', requestId: 'R1' },
  creditedBy: 'people',
  frozenFrom: 'ISSUED',
  release: { by: 'M1', release: 'credited' },
  tacOnly: true,
};

const CASES: Readonly<Record<string, (ledger: Ledger) => Promise<void>>> = {
  'an order is read back as it was': async (ledger) => {
    const order = WHOLE_ORDER;
    same(await ledger.createOrder(order, 'key', 'request'), order);
    same((await snapshotOf(ledger, 'A1')).situation, {
      order,
      card: { cardNumber: CARD, frozen: false },
      payments: [],
      attempts: [],
    });
    same(await ledger.read('A2'), undefined);
  },
  'no new order beside an unsettled one': async (ledger) => {
    await issued(ledger, 'A', 7);
    await refuses('ORDER_OPEN', ledger.createOrder(orderOf('B'), 'key B', 'request'));
    same(
      (await ledger.findUnsettled(CARD)).map(({ orderId }) => orderId),
      ['A'],
    );
    same(await ledger.read('B'), undefined);
  },
  'a decision made from an old snapshot writes nothing': async (ledger) => {
    const old = await created(ledger, 'A');
    same(await change(ledger, old, { order: { state: 'PAID' } }), true);
    same(await change(ledger, old, { order: { state: 'EXPIRED' } }), false);
    same((await snapshotOf(ledger, 'A')).situation.order.state, 'PAID');
  },
  'of many decisions from one snapshot one is written': async (ledger) => {
    const snapshot = await created(ledger, 'A');
    const done = await Promise.all(
      Array.from({ length: 16 }, (_, n) => change(ledger, snapshot, { order: { badTacs: n + 1 } })),
    );
    same(done.filter(Boolean).length, 1);
  },
  'two orders of one card: the card goes to one of them': async (ledger) => {
    const both = [await created(ledger, 'A'), await created(ledger, 'B')];
    const fresh = await Promise.all(
      both.map(({ situation }) => snapshotOf(ledger, situation.order.orderId)),
    );
    const done = await Promise.all(
      fresh.map((snapshot) =>
        change(ledger, snapshot, {
          order: { state: 'ISSUED', boundAtc: 7 },
          card: { openOrderId: snapshot.situation.order.orderId },
        }),
      ),
    );
    same(done.filter(Boolean).length, 1);
  },
  'one order for a (card, ATC), also long after': async (ledger) => {
    await change(ledger, await issued(ledger, 'A', 7), {
      order: { state: 'CREDITED', creditedBy: 'tac' },
      rest: { settlement: 'CREDIT' },
    });
    const later = await created(ledger, 'B');
    await refuses('INTERNAL', change(ledger, later, { order: { state: 'ISSUED', boundAtc: 7 } }));
    same((await snapshotOf(ledger, 'B')).situation.order.state, 'CREATED');
  },
  'a refund frees its ATC, which nothing spent': async (ledger) => {
    const open = await issued(ledger, 'A', 7);
    const { boundAtc, ...order } = open.situation.order;
    const { openOrderId, ...card } = open.situation.card;
    same([boundAtc, openOrderId], [7, 'A']);
    const refund = {
      order: { ...order, state: 'REFUND_DUE' },
      card,
      settlement: 'REFUND',
    } as const;
    same(await change(ledger, open, { rest: refund }), true);
    const bound = { order: { state: 'ISSUED', boundAtc: 7 }, card: { openOrderId: 'B' } } as const;
    same(await change(ledger, await created(ledger, 'B'), bound), true);
  },
  'of unsettled orders the one that holds the card comes first': async (ledger) => {
    const orders = ['A', 'B', 'C', 'D'];
    for (const orderId of orders) await created(ledger, orderId);
    for (const orderId of orders.slice(0, 3)) {
      await change(ledger, await snapshotOf(ledger, orderId), { order: { state: 'PAID' } });
    }
    await change(ledger, await snapshotOf(ledger, 'C'), {
      order: { state: 'HELD', boundAtc: 7 },
      card: { openOrderId: 'C' },
    });
    const found = await ledger.findUnsettled(CARD);
    same(
      found.map(({ orderId }) => orderId),
      ['C', 'A', 'B'],
    );
  },
  'orders that nothing has moved are found by their state, the oldest first': async (ledger) => {
    for (const orderId of ['A', 'B', 'C']) await created(ledger, orderId);
    await change(ledger, await snapshotOf(ledger, 'B'), {
      order: { state: 'PAID', updatedAtMs: AT_MS + 5 },
    });
    await change(ledger, await snapshotOf(ledger, 'A'), { order: { updatedAtMs: AT_MS + 5 } });
    const due = (idleSinceMs: number, limit: number) =>
      ledger.findDue({ state: 'CREATED', idleSinceMs, limit });
    same(await due(AT_MS + 5, 10), ['C', 'A']);
    same(await due(AT_MS + 5, 1), ['C']);
    same(await due(AT_MS, 10), ['C']);
    same(await ledger.findDue({ state: 'HELD', idleSinceMs: AT_MS + 5, limit: 10 }), []);
  },
  'a frozen order keeps where it came from, and what one person asked for': async (ledger) => {
    const release = { by: 'office-1', release: 'refund' } as const;
    const order = { state: 'FROZEN', frozenFrom: 'ISSUED', release } as const;
    await change(ledger, await issued(ledger, 'A', 7), { order, card: { frozen: true } });
    const { situation } = await snapshotOf(ledger, 'A');
    const { state, frozenFrom } = situation.order;
    same([state, frozenFrom, situation.order.release], ['FROZEN', 'ISSUED', release]);
    same(situation.card.frozen, true);
  },
  'an order settles once, and never both ways': async (ledger) => {
    const open = await issued(ledger, 'A', 7);
    same(await change(ledger, open, { rest: { settlement: 'CREDIT' } }), true);
    for (const settlement of ['CREDIT', 'REFUND'] as const) {
      const again = change(ledger, await snapshotOf(ledger, 'A'), { rest: { settlement } });
      await refuses('INTERNAL', again);
    }
  },
  'no two attempts with the inputs of one TAC': async (ledger) => {
    const open = await issued(ledger, 'A', 7);
    const { order } = open.situation;
    const clash = change(ledger, open, { rest: { newAttempt: attemptOf(order, 7) } });
    await refuses('LEDGER_BUSY', clash);
    const other = attemptOf(order, 7, '100001');
    same(await change(ledger, open, { rest: { newAttempt: other } }), true);
    same((await snapshotOf(ledger, 'A')).situation.attempts, [attemptOf(order, 7), other]);
  },
  'a payment is booked once in the whole ledger': async (ledger) => {
    const first = await issued(ledger, 'A', 7);
    await change(ledger, first, { order: { state: 'CREDITED' }, card: { maxSeenAtc: 8 } });
    const fresh = await created(ledger, 'B');
    const [payment] = first.situation.payments;
    if (payment === undefined) throw broken('the payment is not there');
    const newPayment = { ...payment, orderId: 'B' };
    await refuses('PAYMENT_REUSED', change(ledger, fresh, { rest: { newPayment } }));
  },
  'the highest ATC never falls': async (ledger) => {
    const open = await issued(ledger, 'A', 7);
    const lowered = change(ledger, open, { card: { maxSeenAtc: 3 } });
    const written = await lowered.catch(() => false);
    same(written, false);
    same((await snapshotOf(ledger, 'A')).situation.card.maxSeenAtc, 7);
  },
  'the accounts add up to zero': async (ledger) => {
    const open = await issued(ledger, 'A', 7);
    const transfers = [{ debit: 'liability', credit: 'card-float', amountFen: 10_000 } as const];
    await change(ledger, open, { rest: { transfers } });
    const totals = await ledger.totals();
    same(totals, { cash: 10_000, liability: 0, 'card-float': -10_000, 'refunds-due': 0 });
  },
  'how many orders stand where, and since when': async (ledger) => {
    await issued(ledger, 'A', 7);
    const [row, ...others] = await ledger.counts();
    same(others, []);
    same(row, { state: 'ISSUED', count: 1, oldestUpdatedAtMs: AT_MS });
  },
  'a request is heard once: its nonce is written with the decision, or neither is': async (
    ledger,
  ) => {
    const nonce = { keyId: 'T1', nonce: 'AB', atMs: AT_MS };
    const kept = { requestHash: 'h', status: 200, body: '{}' };
    const reply = { keyId: 'T1', idempotencyKey: 'K', reply: kept };
    const open = await created(ledger, 'A');
    same(await change(ledger, open, { order: { badTacs: 1 } }, { nonce, reply }), true);
    const fresh = await snapshotOf(ledger, 'A');
    const again = change(ledger, fresh, { order: { badTacs: 2 } }, { nonce });
    await refuses('REQUEST_REPLAYED', again);
    const other = { ...nonce, nonce: 'AC' };
    const sameKey = change(ledger, fresh, { order: { badTacs: 2 } }, { nonce: other, reply });
    await refuses('LEDGER_BUSY', sameKey);
    same((await snapshotOf(ledger, 'A')).situation.order.badTacs, 1);
    const order = orderOf('B', { cardNumber: '6201220000000002' });
    await refuses('REQUEST_REPLAYED', ledger.createOrder(order, 'key B', 'request', { nonce }));
    same(await ledger.read('B'), undefined);
    same(await ledger.createOrder(order, 'key B', 'request', { nonce: other }), order);
  },
  'a journal that is given up takes along what is expected of counters': async (ledger) => {
    await issued(ledger, 'A', 7);
    const { epoch } = await ledger.readWitness();
    const about = { journalId: '0A', name: 'lost', sequence: 0, head: NO_HASH, pending: [], epoch };
    const row = { ...about, ephemeral: false, peersAt: 0, state: 'open' } as const;
    same(await ledger.writeJournal(row), true);
    const before = await snapshotOf(ledger, 'A');
    same(before.situation.card.expectedAtc, 7);
    same(await ledger.writeJournal({ ...row, state: 'given-up' }, row), true);
    const { expectedAtc, maxSeenAtc } = (await snapshotOf(ledger, 'A')).situation.card;
    same([expectedAtc, maxSeenAtc], [undefined, 7]);
    same(await change(ledger, before, { order: { badTacs: 1 } }), false);
  },
  'every event carries the hash of the one before': async (ledger) => {
    await issued(ledger, 'A', 7);
    const events = await ledger.events('A');
    same(
      events.map(({ from, to }) => `${from} ${to}`),
      ['CREATED CREATED', 'CREATED PAID', 'PAID ISSUED'],
    );
    let head = NO_HASH;
    for (const event of events) {
      head = chainHash(head, event);
      same(event.hash, head);
    }
  },
  'an event keeps who asked for it, and its hash covers them': async (ledger) => {
    const made = { by: 'T1', person: 'P1', shift: 'S1', requestId: 'R1' };
    const open = await created(ledger, 'A', { who: made });
    const who = { by: 'O1', requestId: 'R2' };
    same(await change(ledger, open, { order: { badTacs: 1 } }, undefined, who), true);
    const [first, second] = await ledger.events('A');
    if (first === undefined || second === undefined) throw broken('an event is not there');
    same([first.who, second.who], [made, who]);
    same(second.hash, chainHash(first.hash, second));
    same(second.hash === chainHash(first.hash, { ...second, who: made }), false);
  },
};
