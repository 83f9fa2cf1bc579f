/**
 * The four broken policies that single faults do not reach: somebody records what the card says and
 * plays it again, or keeps a MAC2 for later. Each story is told to ours and to the broken one.
 */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, writeUint } from '../../src/bytes.js';
import { decide, type LoadPolicy, type Step } from '../../src/load/index.js';
import { memoryJournal, memoryLedger, softHsm } from '../../src/server/index.js';
import { createAuthorityWith, type Decide } from '../../src/server/service.js';
import {
  createVirtualCard,
  parseProfile,
  personalise,
  type PersonaliseOptions,
} from '../../src/simulator/index.js';
import { readCard } from '../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { loadElsewhere } from '../support/load-elsewhere.js';
import { manualEnv } from '../support/manual-env.js';

const AMOUNT_FEN = 1000;
const TERMINAL = '000440101001';

/** A card in the hands of somebody who means no good, and the authority. */
function openWorld(
  policy: Partial<LoadPolicy>,
  broken?: Decide,
  card?: Partial<PersonaliseOptions>,
) {
  const env = manualEnv();
  const ledger = memoryLedger();
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const base = { ledger, hsm, journal: memoryJournal(), env, policy };
  const authority = createAuthorityWith(broken ?? decide, base);
  const virtual = createVirtualCard(personalise({ kind: '3des-4x', onlineAtc: 7, ...card }));
  const cardNumber = '6201220000001234';
  let orders = 0;
  const send = (hex: string): Uint8Array => virtual.exchange(fromHex(hex));
  const report = async (orderId: string, evidence: object): Promise<Step> => {
    env.advance(1000);
    return authority.next({ protocol: 1, orderId, cardNumber, evidence } as never);
  };
  const newOrder = async (): Promise<string> => {
    orders += 1;
    const { issueInformation } = await readCard(simulatorTransport(virtual));
    const { orderId } = await authority.createOrder({
      protocol: 1,
      idempotencyKey: String(orders),
      issueInformation: toHex(issueInformation),
      amountFen: AMOUNT_FEN,
      outlet: 'self',
    });
    return orderId;
  };
  const pay = async (orderId: string): Promise<string> => {
    env.advance(1000);
    const payment = { provider: 'cash', transactionId: orderId, amountFen: AMOUNT_FEN };
    await authority.confirmPayment({ protocol: 1, orderId, ...payment });
    return orderId;
  };
  return {
    authority,
    card: virtual,
    /** INITIALIZE FOR LOAD; its answer can be played as often as one likes. */
    init: (terminal = TERMINAL, amountFen = AMOUNT_FEN) => {
      virtual.reset();
      send('00A40000021001');
      send('0020000006313233343536');
      const response = send(`805000020B01${toHex(writeUint(amountFen, 4))}${terminal}10`);
      return { kind: 'initialized', terminal, response: toHex(response) };
    },
    /** Whether the card takes the MAC2 now. */
    credit: ({ date, time, mac2 }: Extract<Step, { do: 'credit' }>): boolean =>
      send(`805200000B${date}${time}${mac2}04`).length === 6,
    /** CREDIT FOR LOAD, and what is reported of it. */
    credited: ({ date, time, mac2: code }: Extract<Step, { do: 'credit' }>) => ({
      kind: 'credited',
      response: toHex(send(`805200000B${date}${time}${code}04`)),
    }),
    report,
    paidOrder: async (): Promise<string> => pay(await newOrder()),
    twoPaidOrders: async (): Promise<readonly [string, string]> => {
      const both = [await newOrder(), await newOrder()] as const;
      return [await pay(both[0]), await pay(both[1])];
    },
    stateOf: async (orderId: string) => (await authority.getOrder(orderId))?.state,
  };
}
type World = ReturnType<typeof openWorld>;

async function mac2(world: World, orderId: string, evidence: object) {
  const step = await world.report(orderId, evidence);
  if (step.do !== 'credit') throw new Error(`no MAC2: ${JSON.stringify(step)}`);
  return step;
}

describe('an old INIT is played after the card was written, and the money asked back', () => {
  async function tell(world: World): Promise<string | undefined> {
    const orderId = await world.paidOrder();
    const recorded = world.init();
    expect(world.credit(await mac2(world, orderId, recorded))).toBe(true);
    await world.authority.requestVoid(orderId).catch(() => undefined);
    await world.report(orderId, recorded);
    return world.stateOf(orderId);
  }
  const policy = { issuer: 'sole', refundByProbe: true } as const;

  test('ours: an old answer is no probe', async () => {
    expect(await tell(openWorld(policy))).toBe('VOIDING');
  });

  test('refunds on any INIT that shows n: credited and refunded', async () => {
    const broken: Decide = (situation, timed, rules) => {
      const { order, card } = situation;
      const { evidence } = timed;
      if (evidence.kind === 'void') {
        // It goes on as before, and remembers the wish.
        const wished = { ...order, probeTerminal: 'wished' };
        const step = { do: 'stop', state: order.state, money: 'in-doubt' } as const;
        return { order: wished, card, transfers: [], step };
      }
      const showsN = evidence.kind === 'init' && evidence.init.onlineAtc === order.boundAtc;
      if (!showsN || order.probeTerminal !== 'wished') return decide(situation, timed, rules);
      return {
        order: { ...order, state: 'REFUND_DUE' },
        card,
        settlement: 'REFUND',
        transfers: [{ debit: 'liability', credit: 'refunds-due', amountFen: order.amountFen }],
        step: { do: 'stop', state: 'REFUND_DUE', money: 'untouched' },
      };
    };
    const world = openWorld(policy, broken);
    expect(await tell(world)).toBe('REFUND_DUE');
    expect(world.card.state.ep.onlineAtc).toBe(8);
  });
});

describe('an old INIT, from before another issuer’s load, is played for a new order', () => {
  async function tell(world: World): Promise<string | undefined> {
    const recorded = world.init();
    loadElsewhere(world.card, 100);
    const first = await world.paidOrder();
    const step = await mac2(world, first, world.init());
    await world.report(first, world.credited(step));
    const second = await world.paidOrder();
    await world.report(second, recorded);
    const honest = await world.report(second, world.init());
    if (honest.do === 'credit') await world.report(second, world.credited(honest));
    return world.stateOf(second);
  }

  test('ours: a counter below one already proved is refused, and the order goes on', async () => {
    expect(await tell(openWorld({ issuer: 'shared' }))).toBe('CREDITED');
  });

  test('binds at whatever INIT it gets: the order can never be credited', async () => {
    const broken: Decide = (situation, timed, rules) => {
      const { maxSeenAtc = 0, ...card } = situation.card;
      const decision = decide({ ...situation, card }, timed, rules);
      const highest = Math.max(maxSeenAtc, decision.card.maxSeenAtc ?? 0);
      return { ...decision, card: { ...decision.card, maxSeenAtc: highest } };
    };
    expect(await tell(openWorld({ issuer: 'shared' }, broken))).toBe('HELD');
  });
});

describe('two orders of one card are issued at once', () => {
  test('ours: the second waits. Without the lock the ledger itself refuses it', async () => {
    const without: Decide = (situation, timed, rules) => {
      const { openOrderId: _ignored, ...card } = situation.card;
      return decide({ ...situation, card }, timed, rules);
    };
    for (const [broken, outcome] of [
      [undefined, 'ORDER_OPEN'],
      [without, 'INTERNAL'],
    ] as const) {
      const world = openWorld({ issuer: 'sole' }, broken);
      const first = await world.twoPaidOrders();
      await mac2(world, first[0], world.init());
      const step = await world.report(first[1], world.init()).catch((error: unknown) => ({
        do: 'stop' as const,
        code: (error as { code: string }).code,
      }));
      expect(step).toMatchObject({ do: 'stop', code: outcome });
      expect(await world.stateOf(first[1])).toBe('PAID');
    }
  });
});

const randomOf = ({ response }: { readonly response: string }): string => response.slice(16, 24);

describe('a MAC2 is kept, the order refunded by probes, and the MAC2 used', () => {
  async function tell(world: World) {
    const orderId = await world.paidOrder();
    const session = world.init();
    const kept = await mac2(world, orderId, session);
    await world.authority.requestVoid(orderId);
    for (let probes = 0; probes < 2; probes += 1) {
      const step = await world.report(orderId, { kind: 'proved', responses: [] });
      if (step.do !== 'probe') throw new Error(`no probe: ${JSON.stringify(step)}`);
      await world.report(orderId, world.init(step.terminal, step.amountFen));
    }
    expect(await world.stateOf(orderId)).toBe('REFUND_DUE');
    // The random of the session that the MAC2 is for comes again, if the card lets it.
    for (let inits = 0; inits < 16; inits += 1) {
      if (randomOf(world.init()) === randomOf(session)) return world.credit(kept);
    }
    return false;
  }
  const policy = { issuer: 'sole', refundByProbe: true } as const;

  test('a card that draws fresh randoms does not take it', async () => {
    expect(await tell(openWorld(policy))).toBe(false);
  });

  test('a card whose randoms repeat does: never refund by probe for those', async () => {
    const repeating = { profile: parseProfile({ rngTrusted: false }) };
    expect(await tell(openWorld(policy, undefined, repeating))).toBe(true);
  });
});
