/** The authority’s own acts: what each says, what it writes, and who is first when two decide. */
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/server/index.js';
import { createAuthority, memoryJournal, memoryLedger } from '../../../src/server/index.js';
import type { AuthorityOptions } from '../../../src/server/service.js';
import type { RequestSlip } from '../../../src/server/request-slip.js';
import type { Change } from '../../../src/server/ledger/ledger.js';
import { softHsm } from '../../../src/server/hsm/soft.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { load, readCard } from '../../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../../src/testing/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { toHex } from '../../../src/bytes.js';
import { manualEnv } from '../../support/manual-env.js';

const CARD = '6201220000001234';

type Acts = ReturnType<ReturnType<typeof createAuthority>['forRequest']>;

/** An authority over a ledger that may be changed on the way, and one card. */
function office(
  options: Partial<AuthorityOptions> = {},
  change: (inner: Ledger) => Partial<Ledger> = () => ({}),
) {
  const env = manualEnv();
  const inner = memoryLedger();
  const ledger: Ledger = { ...inner, ...change(inner) };
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const authority = createAuthority({ ledger, hsm, journal: memoryJournal(), env, ...options });
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber: CARD, onlineAtc: 7 }));
  const insert = () => {
    card.reset();
    return withGetResponse(simulatorTransport(card));
  };
  let keys = 0;
  const order = async (acts: Acts = authority, key?: string) => {
    const { issueInformation } = await readCard(insert());
    keys += 1;
    const made = await acts.createOrder({
      ...{ protocol: 1, amountFen: 10_000, outlet: 'self' },
      idempotencyKey: key ?? `key ${String(keys)}`,
      issueInformation: toHex(issueInformation),
    });
    return made.orderId;
  };
  const pay = (orderId: string, changes = {}, acts: Acts = authority) =>
    acts.confirmPayment({
      ...{ protocol: 1, orderId, provider: 'cash', transactionId: '1', amountFen: 10_000 },
      ...changes,
    });
  const visit = () =>
    load({ transport: insert(), authority, env, terminal: '000440101001', pin: '123456' });
  const present = (orderId: string, cardNumber = CARD) =>
    authority.next({ protocol: 1, orderId, cardNumber, evidence: { kind: 'present' } });
  return { env, ledger, authority, card, order, pay, visit, present };
}

describe('an order', () => {
  test('of a stopped card is not taken', async () => {
    const asked: string[] = [];
    const isStopped = (cardNumber: string) => {
      asked.push(cardNumber);
      return Promise.resolve(true);
    };
    await expect(office({ isStopped }).order()).rejects.toMatchObject({ code: 'CARD_BLACKLISTED' });
    expect(asked).toEqual([CARD]);
    const free = office({ isStopped: () => Promise.resolve(false) });
    expect(await free.order()).toHaveLength(20);
  });

  test('is found by its number and its card, and told without what is inside', async () => {
    const { authority, order, pay } = office();
    expect(await authority.findUnsettled(CARD)).toBeUndefined();
    expect(await authority.getOrder('NONE')).toBeUndefined();
    const orderId = await order();
    await pay(orderId);
    const view = {
      ...{ orderId, cardNumber: CARD, amountFen: 10_000, state: 'PAID', outlet: 'self' },
      createdAtMs: expect.any(Number) as number,
    };
    expect(await authority.getOrder(orderId)).toEqual(view);
    expect(await authority.findUnsettled(CARD)).toEqual(view);
  });

  test('that nobody knows is unknown to every act', async () => {
    const { authority, pay, present } = office();
    for (const act of [
      () => authority.cancel('NONE'),
      () => pay('NONE'),
      () => present('NONE'),
      () => authority.sendRefund('NONE', 'cash:1'),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'ORDER_UNKNOWN' });
    }
  });

  test('keeps when its payment was taken, and who took it', async () => {
    const { ledger, order, pay, env } = office();
    const orderId = await order();
    const paidAtMs = env.now() - 5;
    await pay(orderId, { paidAtMs });
    const known = await ledger.read(orderId);
    expect(known?.situation.payments).toMatchObject([{ transactionId: 'cash:1', paidAtMs }]);
    const undated = office();
    const second = await undated.order();
    await undated.pay(second);
    expect((await undated.ledger.read(second))?.situation.payments[0]).not.toHaveProperty(
      'paidAtMs',
    );
  });
});

describe('a card in the reader', () => {
  test('that is another one is told, masked, and nothing is decided', async () => {
    const { order, pay, present, ledger } = office();
    const orderId = await order();
    await pay(orderId);
    const before = (await ledger.events()).length;
    const step = await present(orderId, '6201220000009999');
    expect(step).toMatchObject({
      do: 'stop',
      code: 'CARD_MISMATCH',
      details: { present: expect.stringMatching(/9999$/), ordered: expect.stringMatching(/1234$/) },
    });
    expect(JSON.stringify(step)).not.toContain(CARD);
    expect(await ledger.events()).toHaveLength(before);
  });

  test('is credited, and the MAC2 is of the attempt that the ledger has', async () => {
    const { order, pay, visit, ledger, card } = office();
    const orderId = await order();
    await pay(orderId);
    expect(await visit()).toMatchObject({ outcome: 'credited' });
    expect(card.state.ep).toMatchObject({ balanceFen: 10_000, onlineAtc: 8 });
    expect((await ledger.read(orderId))?.situation.order).toMatchObject({
      ...{ state: 'CREDITED', creditedBy: 'tac', boundAtc: 7 },
    });
  });
});

describe('people', () => {
  test('are told why an act is refused, and get what is done', async () => {
    const { authority, order, pay } = office();
    const orderId = await order();
    await expect(authority.requestVoid(orderId)).rejects.toMatchObject({
      code: 'ORDER_NOT_CANCELLABLE',
      details: { state: 'CREATED' },
    });
    await pay(orderId);
    expect(await authority.tick(orderId)).toMatchObject({ state: 'PAID' });
    expect(await authority.cancel(orderId)).toMatchObject({ state: 'REFUND_DUE' });
    expect(await authority.sendRefund(orderId, 'cash:1')).toBe(1);
    expect(await authority.sendRefund(orderId, 'cash:1')).toBe(1);
    await expect(authority.sendRefund(orderId, 'cash:2')).rejects.toMatchObject({
      code: 'REFUND_NOT_DUE',
    });
    await expect(authority.confirmRefund(orderId, 'cash:2')).rejects.toMatchObject({
      code: 'REFUND_NOT_DUE',
    });
    expect(await authority.confirmRefund(orderId, 'cash:1')).toMatchObject({ state: 'REFUNDED' });
    await expect(authority.release(orderId, { by: 'li', release: 'resume' })).rejects.toMatchObject(
      { code: 'RELEASE_REFUSED' },
    );
    await expect(
      authority.reportForeignRecord(orderId, {
        ...{ atc: 7, rawBalanceAfter: 1, amountFen: 1, terminal: '000440101001' },
        ...{ date: '20261123', time: '100000', tac: 'AABBCCDD' },
      }),
    ).rejects.toMatchObject({ code: 'TAC_INVALID' });
  });

  test('void an issued order and think better of it', async () => {
    const policy = { refundByProbe: true, issuer: 'sole' } as const;
    const { authority, order, pay, present, ledger } = office({ policy });
    const orderId = await order();
    await pay(orderId);
    expect(await present(orderId)).toMatchObject({ do: 'initialize' });
    const report = { protocol: 1, orderId, cardNumber: CARD } as const;
    // A garbled INIT is answered with the reason, and writes nothing.
    const garbled = { kind: 'initialized', terminal: '000440101001', response: '0011' } as const;
    expect(await authority.next({ ...report, evidence: garbled })).toMatchObject({ do: 'stop' });
    expect((await ledger.read(orderId))?.situation.order.state).toBe('PAID');
  });

  test('see the journals, and give one up by two', async () => {
    const { authority } = office();
    expect(await authority.journals()).toEqual([]);
    await expect(authority.giveUpJournal('00', 'li')).rejects.toMatchObject({
      code: 'JOURNAL_UNKNOWN',
    });
    expect(await authority.open()).toMatchObject({ isNew: true, lost: 0 });
    expect(await authority.close()).toBeUndefined();
  });
});

describe('who comes second', () => {
  /** A ledger in which another one was first, so many times. */
  const busy = (times: number) => {
    const seen = { commits: 0 };
    const change = (inner: Ledger): Partial<Ledger> => ({
      commit: (one: Change) => {
        seen.commits += 1;
        return seen.commits <= times ? Promise.resolve({ written: false }) : inner.commit(one);
      },
    });
    return { seen, change };
  };

  test.each([1, 2, 24])('decides again, %i times', async (times) => {
    const { seen, change } = busy(times);
    const { order, pay } = office({}, change);
    expect(await pay(await order())).toMatchObject({ state: 'PAID' });
    expect(seen.commits).toBe(times + 1);
  });

  test('does not try for ever', async () => {
    const { seen, change } = busy(Infinity);
    const { order, pay } = office({}, change);
    await expect(pay(await order())).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    expect(seen.commits).toBe(25);
  });

  test('waits longer each time, up to a limit, and by chance', async () => {
    const waits: number[] = [];
    const env = {
      ...manualEnv(),
      random: (size: number) => new Uint8Array(size).fill(255),
      sleep: (durationMs: number) => {
        waits.push(durationMs);
        return Promise.resolve();
      },
    };
    const { change } = busy(10);
    const { order, pay } = office({ env }, change);
    await pay(await order());
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
  });

  test('has not paid twice, and has not cancelled what was loaded', async () => {
    const { order, pay, ledger, authority } = office();
    const orderId = await order();
    await Promise.all([pay(orderId), pay(orderId), authority.cancel(orderId).catch(() => 'late')]);
    const { order: after, payments } = (await ledger.read(orderId))?.situation ?? {};
    expect(payments).toHaveLength(1);
    expect(['REFUND_DUE', 'PAID']).toContain(after?.state);
  });
});

describe('a request’s slip', () => {
  const slip = (name: string): RequestSlip => ({
    nonce: { keyId: 'till', nonce: name, atMs: 1 },
    reply: ({ state }) => ({
      ...{ keyId: 'till', idempotencyKey: name },
      reply: { requestHash: name, status: 200, body: state },
    }),
  });

  test('is written with the order, and with the decision, once', async () => {
    const written: unknown[] = [];
    const { authority, order, pay } = office({}, (inner) => ({
      createOrder: (draft, key, text, record) => {
        written.push(record?.reply);
        return inner.createOrder(draft, key, text, record);
      },
      commit: (change: Change) => {
        written.push(change.record?.reply);
        return inner.commit(change);
      },
    }));
    const first = slip('first');
    const orderId = await order(authority.forRequest(first), 'same');
    expect(written).toMatchObject([{ reply: { body: 'CREATED' } }]);
    expect(first.written).toMatchObject({ nonce: { nonce: 'first' } });
    // The same order again is not written again: its door keeps the reply itself.
    const again = slip('again');
    expect(await order(authority.forRequest(again), 'same')).toBe(orderId);
    expect(again.written).toBeUndefined();
    const second = slip('second');
    await pay(orderId, {}, authority.forRequest(second));
    expect(written.at(-1)).toMatchObject({ reply: { body: 'PAID' } });
    expect(second.written).toMatchObject({ nonce: { nonce: 'second' } });
  });
});

test('what changes nothing is not written', async () => {
  let commits = 0;
  const { order, authority } = office({}, (inner) => ({
    commit: (change: Change) => {
      commits += 1;
      return inner.commit(change);
    },
  }));
  const orderId = await order();
  expect(await authority.tick(orderId)).toMatchObject({ state: 'CREATED' });
  expect(commits).toBe(0);
});
