/** A terminal on a line that loses, delays and garbles. */
import { describe, expect, test } from 'vitest';
import { envFrom } from '../../src/env.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import {
  createOutbox,
  type FetchLike,
  load,
  memoryOutboxStore,
  recharge,
  serverClient,
} from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { openServer, TERMINAL } from '../support/signed-fetch.js';

type Line = (
  send: () => ReturnType<FetchLike>,
  number: number,
  path: string,
) => ReturnType<FetchLike>;

/** A server, a card, and a client whose requests pass the line. */
function openLine(line: Line) {
  const server = openServer();
  const card = createVirtualCard(personalise({ kind: '3des-4x' }));
  const outboxStore = memoryOutboxStore();
  const real = envFrom(globalThis);
  // Pauses take no time here; a timeout still waits for its exchange.
  const env = {
    ...real,
    now: server.env.now,
    sleep: (durationMs: number, until?: Promise<unknown>) =>
      real.sleep(until === undefined ? 0 : durationMs, until),
  };
  const requests: string[] = [];
  const client = serverClient({
    ...TERMINAL,
    url: 'http://authority.test/',
    env,
    timeoutMs: 50,
    outbox: createOutbox(outboxStore),
    fetch: (url, init) => {
      const path = new URL(url).pathname;
      requests.push(path);
      return line(() => server.handler.fetch(new Request(url, init)), requests.length, path);
    },
  });
  const visit = {
    authority: client,
    env,
    terminal: '000440101001',
    pin: '123456',
    amountFen: 10_000,
    outlet: 'self',
    idempotencyKey: 'receipt-1',
    takePayment: () =>
      Promise.resolve({ provider: 'cash', transactionId: 'receipt-1', amountFen: 10_000 }),
  };
  const insert = () => {
    card.reset();
    return { ...visit, transport: simulatorTransport(card) };
  };
  return { server, card, client, requests, insert, outboxStore };
}

const balanceOf = (card: ReturnType<typeof createVirtualCard>): number => {
  card.reset();
  for (const fid of [
    [0x3f, 0x00],
    [0x10, 0x01],
  ]) {
    card.exchange(Uint8Array.of(0, 0xa4, 0, 0, 2, ...fid));
  }
  const answer = card.exchange(Uint8Array.of(0x80, 0x5c, 0, 2, 4));
  return Buffer.from(answer).readUInt32BE(0) % 0x80000000;
};
const REQUESTS_OF_A_RECHARGE = 7;

describe('serverClient', () => {
  test('a whole recharge', async () => {
    const { insert, requests, card } = openLine((send) => send());
    expect(await recharge(insert())).toMatchObject({ outcome: 'credited' });
    expect(balanceOf(card)).toBe(10_000);
    expect(requests).toHaveLength(REQUESTS_OF_A_RECHARGE);
  });

  test('the same order, gone on with at another terminal', async () => {
    const { insert } = openLine((send) => send());
    const unpaid = () => Promise.resolve(undefined);
    const first = await recharge({ ...insert(), takePayment: unpaid });
    expect(first).toMatchObject({ outcome: 'refused', paid: 'no' });
    const second = await recharge({ ...insert(), terminal: '000440101002' });
    expect(second).toMatchObject({ outcome: 'credited', orderId: first.orderId });
  });

  const LOSSES: Readonly<
    Record<string, (send: () => ReturnType<FetchLike>) => ReturnType<FetchLike>>
  > = {
    'the request is lost': () => Promise.reject(new TypeError('fetch failed')),
    'the reply is lost': async (send) => {
      await send();
      throw new TypeError('socket hang up');
    },
    'the reply comes too late': async (send) => {
      const reply = await send();
      await new Promise((resolve) => setTimeout(resolve, 120));
      return reply;
    },
    'the reply is cut off': async (send) => {
      const text = await (await send()).text();
      return { status: 200, text: () => Promise.resolve(text.slice(0, text.length / 2)) };
    },
    'a proxy answers for the server': () =>
      Promise.resolve({ status: 502, text: () => Promise.resolve('<html>Bad Gateway</html>') }),
    'a proxy answers with JSON of its own': () =>
      Promise.resolve({ status: 504, text: () => Promise.resolve('{"error":"timeout"}') }),
    'the server is busy': () => Promise.resolve({ status: 503, text: () => Promise.resolve('{}') }),
  };
  for (const [name, lose] of Object.entries(LOSSES)) {
    test(`${name}, once, at each request in turn: credited all the same, once`, async () => {
      for (let at = 1; at <= REQUESTS_OF_A_RECHARGE; at += 1) {
        const line = openLine((send, number) => (number === at ? lose(send) : send()));
        const result = await recharge(line.insert());
        expect([at, result.outcome]).toEqual([at, 'credited']);
        expect(balanceOf(line.card)).toBe(10_000);
        expect(await line.server.ledger.totals()).toMatchObject({ cash: 10_000, liability: 0 });
      }
    });
  }

  test('a line that stays dead: held, nothing claimed, and 圈存 ends it later', async () => {
    for (let at = 1; at <= REQUESTS_OF_A_RECHARGE; at += 1) {
      let dead = true;
      const line = openLine((send, number) =>
        dead && number >= at ? Promise.reject(new TypeError('fetch failed')) : send(),
      );
      const result = await recharge(line.insert());
      // The last report carries the TAC; everything before it could not be finished.
      expect(result.outcome).not.toBe('credited');
      if (result.outcome === 'credited') return;
      expect(result.error.code).toBe(at === 4 ? 'PAYMENT_UNCONFIRMED' : 'SERVER_UNREACHABLE');
      // Nobody has paid before the card, the order and the intent are known to the server.
      expect(result.paid).toBe(at <= 3 ? 'no' : 'yes');
      expect(result.next).toBe(at <= 3 ? 'recharge' : at === 4 ? 'submit' : 'load');
      dead = false;
      const again = at <= 3 ? await recharge(line.insert()) : await load(line.insert());
      expect([at, again.outcome]).toEqual([at, 'credited']);
      expect(balanceOf(line.card)).toBe(10_000);
      expect(await line.server.ledger.totals()).toMatchObject({ cash: 10_000, liability: 0 });
    }
  });

  test('a refusal is the server’s own, in its words, and is not asked again', async () => {
    const { client, requests, server } = openLine((send) => send());
    server.env.advance(0);
    const refused = client.createOrder({
      protocol: 1,
      idempotencyKey: 'k',
      issueInformation: '00'.repeat(43),
      amountFen: 100,
      outlet: 'self',
    });
    await expect(refused).rejects.toMatchObject({ code: 'CARD_NOT_STORED_VALUE' });
    expect(requests).toHaveLength(1);
  });

  test('each sending is signed afresh: a repeat is no replay', async () => {
    const nonces = new Set<string>();
    const { client } = openLine(async (send, number) => {
      const reply = await send();
      nonces.add(String(number));
      if (number < 3) throw new TypeError('socket hang up');
      return reply;
    });
    expect(await client.findUnsettled('6201220000001234')).toBeUndefined();
    expect(nonces.size).toBe(3);
  });
});

describe('outbox', () => {
  test('a TAC that could not be delivered is, before the next report', async () => {
    let dead = true;
    let credits = 0;
    const line = openLine((send, number, path) => {
      // The last visit report of the first recharge carries the TAC.
      if (path.endsWith('/visits')) credits += 1;
      return dead && credits >= 3 ? Promise.reject(new TypeError('fetch failed')) : send();
    });
    const first = await recharge(line.insert());
    expect(first.outcome).not.toBe('credited');
    expect(await line.outboxStore.load()).toMatchObject([{ evidence: { kind: 'credited' } }]);
    dead = false;
    const { orderId } = first as { orderId: string };
    expect(await line.server.authority.getOrder(orderId)).toMatchObject({ state: 'ISSUED' });
    // Any report of this terminal, also one about another order, brings it along.
    await line.client.next({
      protocol: 1,
      orderId,
      cardNumber: '6201220000001234',
      evidence: { kind: 'present' },
    });
    expect(await line.outboxStore.load()).toEqual([]);
    expect(await line.server.authority.getOrder(orderId)).toMatchObject({
      state: 'CREDITED',
      creditedBy: 'tac',
    });
  });

  test('keeps what the server has not taken in, drops what it has refused, bounds what it keeps', async () => {
    const store = memoryOutboxStore();
    const outbox = createOutbox(store);
    const report = (orderId: string) => ({
      protocol: 1,
      orderId,
      cardNumber: '6201220000001234',
      evidence: { kind: 'credited' as const, response: 'AABBCCDD9000' },
    });
    for (let number = 0; number < 150; number += 1) await outbox.put(report(String(number)));
    expect(await store.load()).toHaveLength(100);
    let calls = 0;
    await outbox.flush(() => {
      calls += 1;
      return Promise.reject(new Error('down'));
    });
    expect([calls, (await store.load()).length]).toEqual([1, 100]);
  });
});
