/** When two decide at once: who is second decides again, and nothing is written twice. */
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/server/index.js';
import type { RequestSlip } from '../../../src/server/request-slip.js';
import type { Change, Snapshot } from '../../../src/server/ledger/ledger.js';
import { manualEnv } from '../../support/manual-env.js';
import { office } from './office.js';

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

describe('a ledger that keeps what it wrote', () => {
  /** It keeps an order as it was when it was made, for ever; and counts. */
  const keeping = () => {
    const seen = { recalls: 0, reads: 0 };
    const kept = new Map<string, Snapshot>();
    const change = (inner: Ledger): Partial<Ledger> => ({
      recall: (orderId) => {
        seen.recalls += 1;
        return kept.get(orderId);
      },
      read: async (orderId) => {
        seen.reads += 1;
        const found = await inner.read(orderId);
        if (found !== undefined && !kept.has(orderId)) kept.set(orderId, found);
        return found;
      },
    });
    return { seen, change };
  };

  test('is decided from, as long as it is right; then it is read', async () => {
    const { seen, change } = keeping();
    const { order, pay, authority } = office({}, change);
    const orderId = await order();
    await authority.getOrder(orderId);
    expect(await pay(orderId)).toMatchObject({ state: 'PAID' });
    expect(seen).toEqual({ recalls: 1, reads: 1 });
    expect(await authority.cancel(orderId)).toMatchObject({ state: 'REFUND_DUE' });
    expect(seen).toEqual({ recalls: 2, reads: 2 });
  });

  test('gives no answer that no commit compares', async () => {
    const { order, pay, present, authority } = office({}, keeping().change);
    const orderId = await order();
    await authority.getOrder(orderId);
    await pay(orderId);
    expect(await present(orderId, '6201220000009999')).toMatchObject({ state: 'PAID' });
  });
});

test('what changes nothing is answered from the ledger, not from what is kept', async () => {
  const kept = new Map<string, Snapshot>();
  const { order, pay, present, authority } = office({}, (inner) => ({
    recall: (orderId) => kept.get(orderId),
    read: async (orderId) => {
      const found = await inner.read(orderId);
      if (found !== undefined && !kept.has(orderId)) kept.set(orderId, found);
      return found;
    },
  }));
  const orderId = await order();
  await authority.cancel('NONE').catch(() => undefined);
  expect(await present(orderId)).toMatchObject({ code: 'ORDER_UNPAID' });
  expect(kept.get(orderId)?.situation.order.state).toBe('CREATED');
  await pay(orderId);
  expect(await present(orderId)).toMatchObject({ do: 'initialize' });
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

  test('goes with the decision that is written, not with the one that was too late', async () => {
    const written: unknown[] = [];
    const { authority, order, pay } = office({}, (inner) => ({
      commit: (change: Change) => {
        written.push(change.record?.nonce?.nonce);
        return written.length === 1 ? Promise.resolve({ written: false }) : inner.commit(change);
      },
    }));
    await pay(await order(), {}, authority.forRequest(slip('late')));
    expect(written).toEqual(['late', 'late']);
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
