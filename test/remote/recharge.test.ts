/**
 * Whole recharges on a card that is far away: the flow runs on the server, over real sockets. The
 * round trips are counted, each is lost on its way there and back, and servers die in between.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { QuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { load, type LoadResult, readCard, recharge } from '../../src/terminal/index.js';
import { createTestAuthority } from '../../src/testing/index.js';
import { remoteTransport, runRemoteTerminal } from '../../src/remote/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Transport, withGetResponse } from '../../src/transport/index.js';
import {
  counting,
  deployment,
  env,
  KEY,
  LINES,
  listen,
  type TestServer,
} from '../support/hosts/remote.js';

const OPENING_FEN = 5_000;
const AMOUNT_FEN = 10_000;

/** The figures of docs/guides/remote-card.md. */
const ROUND_TRIPS = { recharge: 6, repair: 4 };

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** An authority, two server processes with one store between them, and a card. */
async function openRemoteShop(line: keyof typeof LINES = 'http') {
  const { authority, ledger } = createTestAuthority({ env });
  const { store, answer } = deployment();
  const servers: TestServer[] = [await listen(answer()), await listen(answer())];
  ends.push(async () => {
    for (const server of servers) await server.close();
  });
  const card = createVirtualCard(
    personalise({ kind: '3des-4x', balanceFen: OPENING_FEN, onlineAtc: 7 }),
  );
  const reading = await readCard(simulatorTransport(card));
  const { cardNumber } = reading.issue;
  let credits = 0;
  const reader = (): Transport =>
    simulatorTransport({
      reset: () => card.reset(),
      exchange: (command) => {
        if (command[0] === 0x80 && command[1] === 0x52) credits += 1;
        return card.exchange(command);
      },
    });

  /** The card is put into a terminal; what happens with it is the server's. */
  let current = '';
  async function insert(
    work: (transport: Transport) => Promise<LoadResult>,
    options: {
      fault?: Parameters<typeof counting>[1];
      transport?: Transport;
      maxTries?: number;
      answerTimeoutMs?: number;
    } = {},
  ) {
    let turn = 0;
    const lines = servers.map((server) => LINES[line](server));
    // No sticky session: every report goes to the other process.
    const alternating = {
      exchange: (text: string, timeoutMs: number) => {
        const next = lines[(turn += 1) % lines.length];
        return next === undefined ? Promise.reject(new Error()) : next.exchange(text, timeoutMs);
      },
      close: () => {
        for (const one of lines) one.close();
      },
    };
    const link = counting(alternating, options.fault);
    const sessionId = Buffer.from(env.random(16)).toString('hex').toUpperCase();
    current = sessionId;
    const terminal = runRemoteTerminal({
      ...KEY,
      transport: options.transport ?? withGetResponse(reader()),
      link,
      env,
      sessionId,
      pauseMs: 5,
      maxTries: options.maxTries ?? 5,
      waitMs: 400,
    });
    const gone = terminal.catch(() => undefined);
    while ((await store.read(sessionId)) === undefined) await env.sleep(1);
    const transport = await remoteTransport({
      ...{ store, sessionId, env, answerTimeoutMs: options.answerTimeoutMs ?? 5_000 },
    });
    const result = await work(transport);
    await transport.close();
    await gone;
    link.close();
    return { result, roundTrips: link.count() };
  }

  const options = (transport: Transport) => {
    return { transport, authority, env, terminal: '000440101001', pin: '123456' };
  };
  let payments = 0;
  const pay = (transport: Transport): Promise<LoadResult> =>
    recharge({
      ...options(transport),
      amountFen: AMOUNT_FEN,
      outlet: 'self',
      takePayment: () => {
        const transactionId = `cash-${String((payments += 1))}`;
        return Promise.resolve({ provider: 'cash', transactionId, amountFen: AMOUNT_FEN });
      },
    });
  const finish = (transport: Transport): Promise<LoadResult> => load(options(transport));

  return {
    card,
    ledger,
    store,
    sessionId: () => current,
    /** Whether an order of the card waits. */
    open: () => authority.findUnsettled(cardNumber),
    insert,
    reader,
    pay,
    finish,
    options,
    payments: () => payments,
    credits: () => credits,
    expectCreditedOnce: async () => {
      expect(card.state.ep).toMatchObject({
        onlineAtc: 8,
        balanceFen: OPENING_FEN + AMOUNT_FEN,
      });
      const cash = AMOUNT_FEN * payments;
      expect(await ledger.totals()).toMatchObject({ cash, 'card-float': -AMOUNT_FEN });
    },
  };
}

describe.each(['http', 'webSocket'] as const)('over %s', (line) => {
  test('a recharge: credited, in as many round trips as the guide says', async () => {
    const shop = await openRemoteShop(line);
    const { result, roundTrips } = await shop.insert(shop.pay);
    expect(result).toMatchObject({ outcome: 'credited', provedBy: 'tac', written: 'now' });
    expect(roundTrips).toBe(ROUND_TRIPS.recharge);
    await shop.expectCreditedOnce();
  });

  test('a repair: the credit’s answer was lost, the card proves it', async () => {
    const shop = await openRemoteShop(line);
    const inner = withGetResponse(shop.reader());
    const torn: Transport = {
      ...inner,
      transmit: async (command, options) => {
        const answer = await inner.transmit(command, options);
        if (command[1] === 0x52) throw new QuancunError('TRANSPORT_LOST', { sent: 'maybe' });
        return answer;
      },
    };
    const first = await shop.insert(shop.pay, { transport: torn });
    expect(first.result).toMatchObject({ outcome: 'held' });
    expect(shop.credits()).toBe(1);
    const { result, roundTrips } = await shop.insert(shop.finish);
    expect(result).toMatchObject({ outcome: 'credited', written: 'earlier' });
    expect(roundTrips).toBe(ROUND_TRIPS.repair);
    expect(shop.credits()).toBe(1);
    await shop.expectCreditedOnce();
  });
});

describe('the network fails at every round trip of a recharge', () => {
  test.each(['lose-question', 'lose-answer', 'twice'] as const)(
    '%s once: nobody notices, and no command runs twice',
    async (kind) => {
      for (let at = 1; at <= ROUND_TRIPS.recharge; at += 1) {
        const shop = await openRemoteShop();
        const { result } = await shop.insert(shop.pay, {
          fault: (exchange) => (exchange === at ? kind : undefined),
        });
        expect(result).toMatchObject({ outcome: 'credited', written: 'now' });
        expect(shop.credits()).toBe(1);
        await shop.expectCreditedOnce();
      }
    },
    30_000,
  );

  test.each(['lose-question', 'lose-answer'] as const)(
    '%s from there on: held or refused, then finished by 圈存',
    async (kind) => {
      for (let at = 2; at <= ROUND_TRIPS.recharge; at += 1) {
        const shop = await openRemoteShop();
        const { result } = await shop.insert(shop.pay, {
          fault: (exchange) => (exchange >= at ? kind : undefined),
          maxTries: 2,
          answerTimeoutMs: 200,
        });
        if (result.outcome !== 'credited') {
          const waiting = result.next !== 'recharge';
          const again = await shop.insert(waiting ? shop.finish : shop.pay);
          expect(again.result).toMatchObject({ outcome: 'credited' });
        }
        await shop.expectCreditedOnce();
      }
    },
    60_000,
  );
});

test('the process that drives dies at every step: another one finishes with the card still in', async () => {
  for (let at = 1; at < ROUND_TRIPS.recharge - 1; at += 1) {
    const shop = await openRemoteShop();
    const { result } = await shop.insert(async (transport) => {
      let count = 0;
      // Dead processes ask nothing and hear nothing: the step is in the store, its caller is not.
      const mortal = <T>(ask: () => Promise<T>): Promise<T> => {
        count += 1;
        if (count > at) return new Promise(() => undefined);
        const answer = ask();
        return count === at ? new Promise(() => void answer.catch(() => undefined)) : answer;
      };
      const dying: Transport = {
        ...transport,
        transmit: (command, options) => mortal(() => transport.transmit(command, options)),
        transmitBatch: (commands, options) =>
          mortal(async () => (await transport.transmitBatch?.(commands, options)) ?? []),
      };
      void shop.pay(dying);
      while (count < at) await env.sleep(1);
      const heir = await remoteTransport({
        ...{ store: shop.store, sessionId: shop.sessionId(), env, takeOver: 'at-once' },
      });
      const open = await shop.open();
      const finished = await (open === undefined ? shop.pay : shop.finish)(heir);
      await heir.close();
      return finished;
    });
    expect(result).toMatchObject({ outcome: 'credited' });
    await shop.expectCreditedOnce();
  }
}, 60_000);
