/** The authority’s own acts: what each says, and what it writes. */
import { describe, expect, test } from 'vitest';
import { memoryLedger } from '../../../src/server/index.js';
import { lastingJournal } from '../../support/lost-world.js';
import { CARD, office } from './office.js';

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

  test('is the same by its key, and no other request has that key', async () => {
    const { order, authority } = office();
    const orderId = await order(authority, 'one');
    expect(await order(authority, 'one')).toBe(orderId);
    await expect(order(authority, 'one', 20_000)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
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
    });
    expect(JSON.stringify(step)).not.toContain(CARD);
    expect(await ledger.events()).toHaveLength(before);
  });

  test('that sends garbage is told why, and nothing is written', async () => {
    const { order, pay, authority, ledger } = office();
    const orderId = await order();
    await pay(orderId);
    const before = (await ledger.events()).length;
    const evidence = { kind: 'initialized', terminal: '000440101001', response: '0011' } as const;
    const report = { protocol: 1, orderId, cardNumber: CARD, evidence } as const;
    expect(await authority.next(report)).toMatchObject({ do: 'stop', state: 'PAID' });
    expect(await ledger.events()).toHaveLength(before);
  });

  test('that asks for its MAC2 again gets the same one, and it is journalled again', async () => {
    const { order, pay, authority, visit, journal } = office();
    await pay(await order());
    const steps: unknown[] = [];
    await visit(async (report) => {
      if (report.evidence.kind !== 'initialized') return;
      for (const _time of [1, 2]) steps.push(await authority.next(report));
    });
    expect(steps[0]).toMatchObject({ do: 'credit' });
    expect(steps[1]).toEqual(steps[0]);
    const kinds = (await journal.lines()).map(({ kind }) => kind);
    expect(kinds).toEqual(['issue', 'issue', 'issue', 'tac']);
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
    await expect(authority.confirmRefund(orderId, 'cash:1')).rejects.toMatchObject({
      code: 'REFUND_ON_ITS_WAY',
    });
    const back = await authority.confirmRefund(orderId, 'cash:1', { by: 'provider' });
    expect(back).toMatchObject({ state: 'REFUNDED' });
    await expect(authority.release(orderId, { by: 'li', release: 'resume' })).rejects.toMatchObject(
      { code: 'RELEASE_REFUSED' },
    );
    await expect(
      authority.reportForeignRecord(orderId, {
        ...{ atc: 7, rawBalanceAfter: 1, amountFen: 1, terminal: '000440101001' },
        ...{ date: '20261123', time: '100000', tac: 'AABBCCDD' },
      }),
    ).rejects.toMatchObject({ code: 'FOREIGN_TAC_INVALID' });
  });

  test('void an issued order and think better of it', async () => {
    const { authority, issued } = office({ policy: { refundByProbe: true } });
    const orderId = await issued();
    expect(await authority.requestVoid(orderId)).toMatchObject({ state: 'VOIDING' });
    expect(await authority.withdrawVoid(orderId)).toMatchObject({ state: 'HELD' });
  });

  test('see the journals, and give one up by two', async () => {
    const { authority } = office();
    expect(await authority.journals()).toEqual([]);
    await expect(authority.giveUpJournal('00', 'li')).rejects.toMatchObject({
      code: 'JOURNAL_UNKNOWN',
    });
    expect(await authority.open()).toMatchObject({ isNew: true, lost: 0 });
    await authority.close();
  });

  test('start with a new journal only if they mean to: the old one is sealed', async () => {
    const ledger = memoryLedger();
    const { authority } = office({ journal: lastingJournal('A') }, () => ledger);
    await authority.open();
    await authority.close();
    expect(await authority.journals()).toMatchObject([{ name: 'A', state: 'sealed' }]);
    const next = office({ journal: lastingJournal('B') }, () => ledger).authority;
    await expect(next.open()).rejects.toMatchObject({ code: 'JOURNAL_MISSING' });
    const meant = { journal: lastingJournal('C'), newJournal: true };
    expect(await office(meant, () => ledger).authority.open()).toMatchObject({ isNew: true });
  });

  test('hand a refund out under the number that it has', async () => {
    const { authority, order, pay } = office({}, (inner) => ({
      read: async (orderId) => {
        const known = await inner.read(orderId);
        if (known === undefined) return undefined;
        const payments = known.situation.payments.map((one) => ({ ...one, refundsSent: 2 }));
        return { ...known, situation: { ...known.situation, payments } };
      },
    }));
    const orderId = await order();
    await pay(orderId);
    await authority.cancel(orderId);
    expect(await authority.sendRefund(orderId, 'cash:1')).toBe(2);
  });
});
