/** TACs that wait: one that is refused stops no other, none is forgotten before it is weighed. */
import { describe, expect, test } from 'vitest';
import { statusOf } from '../../src/server/http/problem.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import type { Step, VisitReport } from '../../src/load/index.js';
import { createOutbox, memoryOutboxStore, serverClient } from '../../src/terminal/index.js';
import { manualEnv } from '../support/manual-env.js';
import { TERMINAL } from '../support/signed-fetch.js';

const report = (orderId: string): VisitReport => ({
  protocol: 1,
  orderId,
  cardNumber: '6201220000001234',
  evidence: { kind: 'credited', response: '0000000090009000' },
});
const CREDITED: Step = { do: 'stop', state: 'CREDITED', money: 'moved' };

/** An outbox with these in it, and a server that refuses some of them. */
async function open(orders: readonly string[], refusals: Record<string, QuancunError> = {}) {
  const store = memoryOutboxStore();
  const outbox = createOutbox(store);
  for (const order of orders) await outbox.put(report(order));
  const asked: string[] = [];
  const flush = () =>
    outbox.flush(({ orderId }) => {
      asked.push(orderId);
      const refusal = refusals[orderId];
      return refusal === undefined ? Promise.resolve(CREDITED) : Promise.reject(refusal);
    });
  const waiting = async () => (await store.load()).map(({ orderId }) => orderId).join(' ');
  return { outbox, asked, flush, waiting, refusals };
}

const later = (code: string) => QuancunError.fromJSON({ code, money: 'untouched' });

describe('a refused report', () => {
  test('with a code of a later version stops no other, and waits behind them', async () => {
    const box = await open(['A', 'B'], { A: later('LATER_CODE') });
    await box.flush();
    await box.flush();
    expect([box.asked.join(' '), await box.waiting()]).toEqual(['A B A', 'A']);
  });

  test.each(['ORDER_UNKNOWN', 'MESSAGE_INVALID', 'ORDER_CLOSED'])(
    '%s was said after weighing',
    async (code) => {
      const box = await open(['A', 'B'], { A: later(code) });
      await box.flush();
      expect([box.asked.join(' '), await box.waiting()]).toEqual(['A B', '']);
    },
  );

  const NOT_WEIGHED = [
    ...['INTERNAL', 'LEDGER_BUSY', 'JOURNAL_BROKEN', 'KEY_UNKNOWN', 'TOO_MANY_WRONG_CODES'],
    ...['SIGNATURE_INVALID', 'CLOCK_SKEW', 'REQUEST_REPLAYED', 'SCOPE_MISSING', 'PROTOCOL_VERSION'],
    ...['LEDGER_READ_ONLY', 'LEDGER_ACCESS_DENIED', 'LEDGER_DATABASE_UNKNOWN'],
    // Whatever a visit is answered with 503 has not been weighed.
    ...Object.keys(ERROR_TABLE).filter(
      (code) => statusOf(code) === 503 && !code.startsWith('PAYMENT_'),
    ),
  ];
  test.each([...new Set(NOT_WEIGHED)])(
    '%s: it waits, behind the others, and goes again',
    async (code) => {
      expect(Object.keys(ERROR_TABLE)).toContain(code);
      const box = await open(['A', 'B'], { A: later(code) });
      await box.flush();
      expect([box.asked.join(' '), await box.waiting()]).toEqual(['A B', 'A']);
      await box.outbox.put(report('C'));
      delete box.refusals.A;
      await box.flush();
      expect([box.asked.join(' '), await box.waiting()]).toEqual(['A B A C', '']);
    },
  );

  test.each(['SERVER_UNREACHABLE', 'ANSWERED_BY_ANOTHER'])('%s: all of them wait', async (code) => {
    expect(Object.keys(ERROR_TABLE)).toContain(code);
    const box = await open(['A', 'B', 'C'], { B: later(code) });
    await box.flush();
    expect([box.asked.join(' '), await box.waiting()]).toEqual(['A B', 'B C']);
  });
});

describe('a customer waits', () => {
  test('a flush sends a few, and comes round to all of them', async () => {
    const orders = Array.from({ length: 20 }, (_, index) => `O${String(index)}`);
    const refusals = Object.fromEntries(orders.map((order) => [order, later('CLOCK_SKEW')]));
    const box = await open(orders, refusals);
    await box.flush();
    expect(box.asked).toHaveLength(8);
    await box.flush();
    await box.flush();
    expect(new Set(box.asked).size).toBe(20);
    expect((await box.waiting()).split(' ')).toHaveLength(20);
  });

  test('what is put in while others are on their way is not lost', async () => {
    const store = memoryOutboxStore();
    const outbox = createOutbox(store);
    await outbox.put(report('A'));
    await outbox.flush(async () => {
      await outbox.put(report('B'));
      return CREDITED;
    });
    expect((await store.load()).map(({ orderId }) => orderId)).toEqual(['B']);
  });
});

test('through the client: A is refused with an unknown code, B is asked too', async () => {
  const store = memoryOutboxStore();
  const outbox = createOutbox(store);
  await outbox.put(report('A'));
  await outbox.put(report('B'));
  const asked: string[] = [];
  const hint = { en: '', zh: '' };
  const refusal = { name: 'QuancunError', code: 'LATER_CODE', message: 'm', messageZh: 'm', hint };
  const client = serverClient({
    ...TERMINAL,
    url: 'http://authority.test',
    outbox,
    env: {
      ...manualEnv(),
      sleep: (_ms, until) => until?.then(() => undefined) ?? Promise.resolve(),
    },
    fetch: (url) => {
      const orderId = url.split('/')[5] ?? '';
      asked.push(orderId);
      const [status, json] =
        orderId === 'A' ? [422, { ...refusal, money: 'untouched' }] : [200, CREDITED];
      return Promise.resolve({ status, text: () => Promise.resolve(JSON.stringify(json)) });
    },
  });
  const visit = { ...report('C'), evidence: { kind: 'present' as const } };
  expect(await client.next(visit)).toEqual(CREDITED);
  await client.next(visit);
  expect([asked.join(' '), (await store.load()).length]).toEqual(['A B C A C', 1]);
});

describe('a store that is not as it should be', () => {
  test('what is no report any more holds up nothing', async () => {
    const store = memoryOutboxStore();
    await store.save([null as never, 7 as never, report('A')]);
    const asked: string[] = [];
    await createOutbox(store).flush(({ orderId }) => {
      asked.push(orderId);
      return Promise.resolve(CREDITED);
    });
    expect([asked, await store.load()]).toEqual([['A'], []]);
  });

  test.each(['load', 'save'] as const)('%s that fails keeps nobody from a load', async (which) => {
    const full = () => Promise.reject(new Error('no room'));
    const outbox = createOutbox({ ...memoryOutboxStore(), [which]: full });
    await outbox.put(report('A'));
    await outbox.flush(() => Promise.resolve(CREDITED));
  });

  test('of two that are put in at once both are there', async () => {
    const store = memoryOutboxStore();
    const outbox = createOutbox({
      load: async () => {
        await Promise.resolve();
        return store.load();
      },
      save: store.save,
    });
    await Promise.all([outbox.put(report('A')), outbox.put(report('B'))]);
    expect((await store.load()).map(({ orderId }) => orderId).sort()).toEqual(['A', 'B']);
  });
});

test.each(['load', 'save'] as const)('a %s that hangs keeps nobody from a load', async (which) => {
  const store = memoryOutboxStore();
  await store.save([report('A')]);
  const outbox = createOutbox({ ...store, [which]: () => new Promise<never>(() => undefined) });
  const sleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  const client = serverClient({
    ...{ ...TERMINAL, url: 'http://authority.test', outbox, env: { ...manualEnv(), sleep } },
    fetch: () =>
      Promise.resolve({ status: 200, text: () => Promise.resolve(JSON.stringify(CREDITED)) }),
  });
  expect(await client.next(report('C'))).toEqual(CREDITED);
});

describe('a store that hangs', () => {
  const EVIDENCE = {
    present: { kind: 'present' },
    initialized: { kind: 'initialized', terminal: '000440101001', response: '9000' },
    credited: { kind: 'credited', response: '0000000090009000' },
  } as const;

  /** A client whose outbox's store never answers; how long was waited for it so far. */
  function hanging(which: 'load' | 'save') {
    const store = memoryOutboxStore();
    let waitedMs = 0;
    const sleep = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        setTimeout(() => {
          // The server's own limit is the same here: only what passed counts.
          waitedMs += ms;
          resolve();
        }, 0);
      });
    let isLineCut = false;
    const stuck = createOutbox({ ...store, [which]: () => new Promise<never>(() => undefined) });
    const client = serverClient({
      ...{ ...TERMINAL, url: 'http://authority.test', outbox: stuck, timeoutMs: 1 },
      env: { ...manualEnv(), sleep },
      maxTries: 1,
      fetch: () =>
        isLineCut
          ? Promise.reject(new TypeError('fetch failed'))
          : Promise.resolve({ status: 200, text: () => Promise.resolve(JSON.stringify(CREDITED)) }),
    });
    const say = async (kind: keyof typeof EVIDENCE): Promise<number> => {
      const beforeMs = waitedMs;
      await client.next({ ...report('C'), evidence: EVIDENCE[kind] }).catch(() => undefined);
      return Math.round((waitedMs - beforeMs) / 10_000);
    };
    return { store, say, cut: (now: boolean) => void (isLineCut = now) };
  }

  test('is waited for once, before the card is asked, and not again while it hangs', async () => {
    const { say, cut } = hanging('load');
    expect([await say('present'), await say('initialized')]).toEqual([1, 0]);
    cut(true);
    expect(await say('credited')).toBe(0);
    cut(false);
    expect([await say('present'), await say('initialized')]).toEqual([0, 0]);
  });

  test('is not waited for between INITIALIZE and CREDIT, whatever it holds', async () => {
    const { store, say } = hanging('save');
    await store.save([report('A')]);
    expect([await say('initialized'), await say('credited')]).toEqual([0, 0]);
    expect(await say('present')).toBe(1);
  });
});
