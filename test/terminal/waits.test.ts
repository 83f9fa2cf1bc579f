/** Every wait has an end of the library's own, and what can be cancelled can be cancelled. */
import { describe, expect, test } from 'vitest';
import { type Env, envFrom } from '../../src/env.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import type { Authority } from '../../src/load/index.js';
import { memoryIntentStore, type RechargeOptions, type Stage } from '../../src/terminal/index.js';
import { clockEnv } from '../support/clock-env.js';
import { openShop } from '../support/shop.js';
import { broken, cut, tillOf } from '../support/till-of.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const never = (): Promise<never> => new Promise(() => undefined);
const SHORT = { authorityTimeoutMs: 40, paymentTimeoutMs: 40, exchangeTimeoutMs: 40 };

/** A shop whose clock runs. */
function openAt(changes: (shop: ReturnType<typeof openShop>) => Partial<RechargeOptions>) {
  const shop = openShop({ card: CARD });
  const env: Env = envFrom(globalThis);
  const options = { env, ...SHORT, ...changes(shop) };
  return { shop, recharge: () => shop.recharge({ options }), load: () => shop.load({ options }) };
}

describe('an authority that never answers', () => {
  const AT: readonly [keyof Authority, outcome: string, paid: string, code: string][] = [
    ['checkCard', 'refused', 'no', 'SERVER_UNREACHABLE'],
    ['createOrder', 'refused', 'no', 'SERVER_UNREACHABLE'],
    ['beginPayment', 'refused', 'no', 'SERVER_UNREACHABLE'],
    ['confirmPayment', 'held', 'yes', 'PAYMENT_UNCONFIRMED'],
    ['next', 'refused', 'yes', 'SERVER_UNREACHABLE'],
  ];
  test.each(AT)('at %s: %s, paid %s', async (method, outcome, paid, code) => {
    const { recharge } = openAt((shop) => ({ authority: broken(shop, { [method]: never }) }));
    expect((await recharge()).result).toMatchObject({ outcome, paid, error: { code } });
  });

  test('at findUnsettled: 圈存 ends too', async () => {
    const { load } = openAt((shop) => ({ authority: broken(shop, { findUnsettled: never }) }));
    expect((await load()).result).toMatchObject({ paid: 'unknown', next: 'load' });
  });
});

describe('a person who never answers', () => {
  test('confirming: nothing is taken', async () => {
    const { shop, recharge } = openAt(() => ({ confirmCard: never }));
    expect((await recharge()).result).toMatchObject({ error: { code: 'RECHARGE_CANCELLED' } });
    expect(shop.payments()).toBe(0);
  });

  test('paying: in doubt, never "not taken"; what comes late is kept and submitted', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    let pay = (): void => undefined;
    const takePayment = () =>
      new Promise<{ provider: string; transactionId: string; amountFen: number }>((resolve) => {
        pay = () => {
          resolve({ provider: 'pos', transactionId: 'late', amountFen: 10_000 });
        };
      });
    const options = { ...till.options, env: envFrom(globalThis), ...SHORT, takePayment };
    const { result } = await shop.recharge({ options });
    expect(result).toMatchObject({ paid: 'unknown', error: { code: 'PAYMENT_IN_DOUBT' } });
    pay();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await till.kept()).toMatchObject([{ stage: 'taken' }]);
    expect((await shop.load({ options: till.options })).result).toMatchObject({
      outcome: 'credited',
    });
    expect(till.slips).toHaveLength(0);
  });

  test('a store: nobody pays', async () => {
    const intents = { ...memoryIntentStore(), find: never };
    const base = envFrom(globalThis);
    let nowMs = base.now();
    // Ten seconds are over at once here.
    const sleep: Env['sleep'] = async (durationMs, until) => {
      await base.sleep(durationMs === 10_000 ? 5 : durationMs, until);
      nowMs += durationMs;
    };
    const env = { ...base, now: () => nowMs, sleep };
    const { recharge } = openAt(() => ({ intents, env }));
    expect((await recharge()).result).toMatchObject({ error: { code: 'INTENT_NOT_KEPT' } });
  });
});

test('a card that never answers ends before the order, and after CREDIT it is held', async () => {
  for (const ins of [0xa4, 0x52]) {
    const { recharge } = openAt((shop) => {
      const { transport } = shop.insert();
      const transmit: typeof transport.transmit = (command, given) =>
        command[1] === ins ? never() : transport.transmit(command, given);
      return { transport: { info: transport.info, transmit, close: () => Promise.resolve() } };
    });
    const { result } = await recharge();
    expect(result.outcome).toBe(ins === 0x52 ? 'held' : 'refused');
    expect(result.paid).toBe(ins === 0x52 ? 'yes' : 'no');
  }
});

describe('cancelling', () => {
  const STAGES: readonly Stage[] = ['reading', 'asking', 'confirming', 'ordering', 'testing'];

  test.each([...STAGES, 'announcing'] as const)('while %s: nothing is taken', async (stage) => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const { signal, abort } = controllerOf();
    const onStage = (now: Stage): void => {
      if (now === stage) abort();
    };
    const confirmCard = () => Promise.resolve(true);
    const options = { ...till.options, signal, onStage, confirmCard };
    const { result } = await shop.recharge({ options });
    expect(result).toMatchObject({ paid: 'no', error: { code: 'RECHARGE_CANCELLED' } });
    expect(till.slips).toHaveLength(0);
    // The order, where there is one, is free again.
    expect((await shop.recharge({ options: till.options })).result.outcome).toBe('credited');
  });

  test('while the customer pays: who takes the payment decides', async () => {
    const shop = openShop({ card: CARD });
    const { signal, abort } = controllerOf();
    const takePayment: RechargeOptions['takePayment'] = (_order, control) => {
      abort();
      expect(control.signal?.aborted).toBe(true);
      return Promise.reject(new QuancunError(ERROR_TABLE.RECHARGE_CANCELLED));
    };
    const { result } = await shop.recharge({ options: { signal, takePayment } });
    expect(result).toMatchObject({ paid: 'no', error: { code: 'RECHARGE_CANCELLED' } });
  });

  test.each(['submitting', 'authorising', 'writing'] as const)(
    'while %s: too late',
    async (stage) => {
      const shop = openShop({ card: CARD });
      const { signal, abort } = controllerOf();
      const onStage = (now: Stage): void => {
        if (now === stage) abort();
      };
      const { result } = await shop.recharge({ options: { signal, onStage } });
      expect(result).toMatchObject({ outcome: 'credited' });
    },
  );

  test('a load, before CREDIT is sent: the order waits', async () => {
    const shop = openShop({ card: CARD });
    await shop.recharge({ faults: [{ exchange: 11, kind: 'lose-before' }] });
    const { signal, abort } = controllerOf();
    const onStage = (now: Stage): void => {
      if (now === 'proving') abort();
    };
    const { result } = await shop.load({ options: { signal, onStage } });
    expect(result).toMatchObject({ outcome: 'held', paid: 'yes', next: 'load' });
    expect((await shop.load()).result.outcome).toBe('credited');
  });

  test.each(['before it begins', 'reading', 'looking-up', 'authorising'] as const)(
    'the load of a paid order, %s: nothing written, the payment is kept',
    async (when) => {
      const shop = openShop({ card: CARD });
      // Paid, and the visit never came to the card.
      await shop.recharge({ options: { authority: broken(shop, { next: cut }) } });
      const { signal, abort } = controllerOf();
      const onStage = (now: Stage): void => {
        if (now === when) abort();
      };
      if (when === 'before it begins') abort();
      const { result } = await shop.load({ options: { signal, onStage } });
      expect(result).toMatchObject({
        ...{ outcome: 'refused', next: 'load' },
        error: { code: 'LOAD_CANCELLED', money: 'untouched', retry: 'safe' },
      });
      expect(result.paid).not.toBe('no');
      if (result.outcome !== 'credited') expect(result.error.hint.zh).toContain('已付款项保留');
      expect(shop.credits().sent).toBe(0);
      expect((await shop.load()).result.outcome).toBe('credited');
    },
  );

  test('a load whose server hangs: at once, and the order waits', async () => {
    const shop = openShop({ card: CARD });
    await shop.recharge({ options: { authority: broken(shop, { next: cut }) } });
    const { signal, abort } = controllerOf();
    // Ninety seconds that never pass: only the signal ends it.
    const env: Env = { ...envFrom(globalThis), sleep: never };
    const next: Authority['next'] = () => {
      setImmediate(abort);
      return never();
    };
    const authority = broken(shop, { next });
    const { result } = await shop.load({ options: { signal, env, authority } });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'yes', next: 'load' },
      error: { code: 'LOAD_CANCELLED' },
    });
    expect((await shop.load()).result.outcome).toBe('credited');
  });
});

describe('a server that hangs: an end while somebody still waits for it', () => {
  test.each([
    ['of a visit and of its order', { next: never, getOrder: never }, {}],
    [
      'of an order that its provider tells of',
      { getOrder: never },
      { takePayment: () => Promise.resolve('confirmed' as const) },
    ],
  ])('%s: within two minutes', async (_name, changes, more) => {
    const shop = openShop({ card: CARD });
    const env = clockEnv();
    let isOver = false;
    const running = shop
      .recharge({ options: { env, authority: broken(shop, changes), ...more } })
      .finally(() => {
        isOver = true;
      });
    let passedMs = 0;
    for (; !isOver && passedMs < 600_000; passedMs += 5000) await env.pass(5000);
    expect((await running).result.outcome).toBe('held');
    expect(passedMs).toBeLessThanOrEqual(120_000);
  });
});

test('every step is told, in order', async () => {
  const stages: Stage[] = [];
  const onStage = (stage: Stage) => stages.push(stage);
  const confirmCard = () => Promise.resolve(true);
  await openShop({ card: CARD }).recharge({ options: { onStage, confirmCard } });
  expect(stages).toEqual([
    ...['reading', 'asking', 'confirming', 'ordering', 'testing', 'announcing', 'paying'],
    ...['submitting', 'authorising', 'writing', 'checking'],
  ]);
});

test('a reader that lies about the balance afterwards is told of', async () => {
  const shop = openShop({ card: CARD });
  const { transport } = shop.insert();
  let reads = 0;
  const transmit: typeof transport.transmit = async (command, given) => {
    const answer = await transport.transmit(command, given);
    if (command[1] !== 0x5c) return answer;
    reads += 1;
    return reads === 1 ? answer : Uint8Array.of(0, 0, 0x3a, 0x88, 0x90, 0x00);
  };
  const { result } = await shop.recharge({ options: { transport: { ...transport, transmit } } });
  expect(result).toMatchObject({
    ...{ outcome: 'credited', balanceAfterFen: 14_984, balanceDiffers: true },
  });
});

function controllerOf() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
