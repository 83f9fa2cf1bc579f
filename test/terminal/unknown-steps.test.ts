/** A recharge that something else answers, and steps that this version does not know. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Authority, Step } from '../../src/load/index.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { load, recharge, serverClient } from '../../src/terminal/index.js';
import { createTestAuthority } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { manualEnv } from '../support/manual-env.js';
import { openServer, TERMINAL } from '../support/signed-fetch.js';
import { answered, AT_200, ELSEWHERE, ODD, REFUSALS, type Reply } from '../support/strangers.js';

/** A card whose every command is seen. */
function watchedCard() {
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
  const inner = simulatorTransport(card);
  const commands: string[] = [];
  const transport: typeof inner = {
    ...inner,
    transmit: (command) => {
      commands.push(Buffer.from(command).toString('hex').slice(0, 4));
      return inner.transmit(command);
    },
  };
  delete (transport as { transmitBatch?: unknown }).transmitBatch;
  const credits = () => commands.filter((command) => command === '8052').length;
  return { card, transport, commands, credits };
}

const VISIT = { env: manualEnv(), terminal: '000440101001', pin: '123456' };

async function rechargeAt(authority: Authority) {
  const seen = watchedCard();
  let paid = 0;
  const result = await recharge({
    ...VISIT,
    transport: seen.transport,
    authority,
    amountFen: 10_000,
    outlet: 'self',
    takePayment: (order) => {
      paid += 1;
      return Promise.resolve({
        provider: 'cash',
        transactionId: order.orderId,
        amountFen: order.amountFen,
      });
    },
  });
  return { ...seen, result, paid };
}

describe('a recharge that a stranger answers', () => {
  const replies = { ...REFUSALS, ...ELSEWHERE, ...ODD };
  const all: readonly (readonly [string, Reply])[] = [
    ...Object.entries(AT_200).map(([name, text]) => [name, { status: 200, text }] as const),
    ...Object.entries(replies),
  ];
  test.each(all)('%s: refused, nothing taken, nothing written', async (_name, reply) => {
    const { client, asked } = answered(reply);
    const { result, paid, credits, card } = await rechargeAt(client);
    expect(result).toMatchObject({ outcome: 'refused', error: { money: 'untouched' } });
    expect(result).not.toHaveProperty('orderId');
    expect([paid, credits(), card.state.ep.balanceFen]).toEqual([0, 0, 5000]);
    expect(asked()).toBeLessThanOrEqual(3);
    const { transport } = watchedCard();
    const later = await load({ ...VISIT, transport, authority: client });
    expect(later).toMatchObject({ outcome: 'refused', error: { money: 'untouched' } });
  });

  test('law: whatever an authority in this process answers: a value, no payment, no CREDIT', async () => {
    const answer = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    await fc.assert(
      fc.asyncProperty(answer, async (json) => {
        const any = () => Promise.resolve(json as never);
        const authority: Authority = {
          ...{ checkCard: any, createOrder: any, beginPayment: any, endPayment: any },
          ...{ confirmPayment: any, next: any },
          ...{ findUnsettled: any, getOrder: any },
        };
        const { result, paid, credits } = await rechargeAt(authority);
        expect([result.outcome, paid, credits()]).toEqual(['refused', 0, 0]);
        const seen = watchedCard();
        const later = await load({ ...VISIT, transport: seen.transport, authority });
        expect([later.outcome, seen.credits()]).toEqual(['refused', 0]);
      }),
      { numRuns: 50 },
    );
  });
});

const NO_STEPS: Readonly<Record<string, unknown>> = {
  'a step of another version': { do: 'dance' },
  'a name that every object has': { do: 'constructor' },
  'no step': {},
  null: null,
  undefined,
  'a text': 'credit',
  'a credit with a short MAC2': credit({ mac2: '112233' }),
  'a credit with a long MAC2': credit({ mac2: '1122334455' }),
  'a credit whose MAC2 is no hex': credit({ mac2: '1122334G' }),
  'a credit without a date': credit({ date: undefined }),
  'a credit at a date of letters': credit({ date: '2026112A' }),
  'a credit at half a time': credit({ time: '1000' }),
  'a million proofs': { do: 'prove', transactionType: 2, atcs: Array(1_000_000).fill(1) },
  'no proof': { do: 'prove', transactionType: 2, atcs: [] },
  'a proof of a negative counter': { do: 'prove', transactionType: 2, atcs: [-1] },
  'a proof of half a counter': { do: 'prove', transactionType: 2, atcs: [0.5] },
  'a proof of no type': { do: 'prove', transactionType: '02', atcs: [1] },
  'an INIT of nothing': { do: 'initialize', keyIndex: 1, amountFen: 0 },
  'an INIT of NaN': { do: 'initialize', keyIndex: 1, amountFen: NaN },
  'an INIT of more than four bytes': { do: 'initialize', keyIndex: 1, amountFen: 2 ** 32 },
  'an INIT under key 256': { do: 'initialize', keyIndex: 256, amountFen: 1 },
  'a probe of no terminal': { do: 'probe', keyIndex: 1, amountFen: 1, terminal: '' },
  'a probe of a long terminal': {
    do: 'probe',
    keyIndex: 1,
    amountFen: 1,
    terminal: '0'.repeat(14),
  },
  'a stop in no state': { do: 'stop', money: 'moved' },
  'a stop in a state that is none': { do: 'stop', state: 'LOADED', money: 'moved' },
  'a stop whose code is a number': { do: 'stop', state: 'HELD', money: 'in-doubt', code: 7 },
  'a stop whose hint is a text': { do: 'stop', state: 'HELD', money: 'in-doubt', hint: 'wait' },
};

function credit(changes: object): object {
  return { do: 'credit', date: '20261123', time: '100000', mac2: '11223344', ...changes };
}

describe('a step that is none', () => {
  /** An authority that says this instead of one of its steps. */
  function saying(step: unknown, instead: (real: Step) => boolean): Authority {
    const { authority } = createTestAuthority({ env: manualEnv() });
    return {
      ...authority,
      next: async (report) => {
        const real = await authority.next(report);
        return instead(real) ? (step as Step) : real;
      },
    };
  }

  test.each(Object.entries(NO_STEPS))('%s, at first: nothing is sent', async (_name, step) => {
    const { result, commands, credits } = await rechargeAt(saying(step, () => true));
    // Nothing was issued: the order is paid and waits.
    expect(result).toMatchObject({
      outcome: 'refused',
      error: { code: 'STEP_UNKNOWN', money: 'untouched' },
    });
    // Reading, and the card's test before the payment; nothing after it.
    expect(commands.filter((command) => !/^00|^805c/.test(command))).toEqual(['8050']);
    expect(credits()).toBe(0);
  });

  test.each(Object.entries(NO_STEPS))('%s, for a credit: held', async (_name, step) => {
    const authority = saying(step, (real) => real.do === 'credit');
    const { result, card, credits } = await rechargeAt(authority);
    expect(result).toMatchObject({
      outcome: 'held',
      error: { code: 'STEP_UNKNOWN', money: 'in-doubt' },
    });
    expect([credits(), card.state.ep.balanceFen]).toEqual([0, 5000]);
  });

  test('a stop with a code of a later version keeps the order’s number and its words', async () => {
    const stop = {
      ...{ do: 'stop', state: 'HELD', money: 'in-doubt', code: 'HELD_FOR_REVIEW' },
      ...{ message: 'Held', messageZh: '保留', hint: { en: 'Wait', zh: '请等待' }, later: 1 },
    };
    const { result } = await rechargeAt(saying(stop, (real) => real.do === 'stop'));
    const { code, message, messageZh, hint } = stop;
    expect(result).toMatchObject({ outcome: 'held', error: { code, message, messageZh, hint } });
    expect(result.orderId).toMatch(/^[0-9A-Z]{20}$/);
    // Without texts it speaks for itself; a word for the money that nobody knows is doubt.
    const bare = { do: 'stop', state: 'HELD', money: 'later', code: 'HELD_FOR_REVIEW' };
    const silent = await rechargeAt(saying(bare, (real) => real.do === 'stop'));
    expect(silent.result).toMatchObject({ outcome: 'held', error: { code, message: code } });
  });

  test('over HTTP it is asked once, and said to be of another version', async () => {
    let asked = 0;
    const server = openServer();
    const client = serverClient({
      ...TERMINAL,
      url: 'http://authority.test',
      env: { ...server.env, sleep: () => new Promise(() => undefined) },
      fetch: async (url, init) => {
        const real = await server.handler.fetch(new Request(url, init));
        if (!url.endsWith('/visits')) return real;
        asked += 1;
        return { status: 200, text: () => Promise.resolve('{"do":"dance"}') };
      },
    });
    const { result, credits } = await rechargeAt(client);
    expect(result).toMatchObject({ outcome: 'refused', error: { code: 'STEP_UNKNOWN' } });
    expect(asked).toBe(1);
    expect(result.orderId).toMatch(/^[0-9A-Z]{20}$/);
    expect(credits()).toBe(0);
  });
});
