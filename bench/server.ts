/**
 * How many loads can one server authorise and confirm, both durable before they are answered? From
 * INITIALIZE FOR LOAD's answer to MAC2, and from the TAC to CREDITED: two commits and a line of the
 * journal, each flushed. Beside it the rate of bare one-row commits of the same store.
 */
import { join } from 'node:path';
import { toHex, writeUint } from 'quancun/bytes';
import { envFrom } from 'quancun';
import type { Authority, Step } from 'quancun/load';
import { createAuthority, softHsm } from 'quancun/server';
import { fileJournal } from 'quancun/server/files';
import { createVirtualCard, personalise, type VirtualCard } from 'quancun/simulator';
import { readCard } from 'quancun/terminal';
import { TEST_KEY_SETS } from 'quancun/testing';
import { simulatorTransport } from 'quancun/transport/simulator';
import type { BenchOptions } from './main.js';
import { median } from './rounds.js';
import { type BenchStore, openPostgres, openSqlite } from './stores.js';

const TERMINALS = [1, 8, 64];
const LOADS_OF_A_TURN = 192;
const AMOUNT_FEN = 1000;

/** Measures both stores. */
export async function benchServer({ rounds }: BenchOptions): Promise<void> {
  const turns = Math.min(rounds, 7);
  for (const open of [openSqlite, openPostgres]) {
    const store = await open();
    try {
      await benchStore(store, turns);
    } finally {
      await store.close();
    }
  }
}

async function benchStore(store: BenchStore, turns: number): Promise<void> {
  const journal = await fileJournal(join(store.folder, 'journal'));
  const env = envFrom(globalThis);
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const { ledger } = store;
  const authority = createAuthority({ ledger, journal, hsm, env, policy: { issuer: 'sole' } });
  console.log(`\nloads a second, authorised and confirmed durably: ${store.name}`);
  console.log(
    'terminals    loads/s   one-row commits/s   loads for a commit    ms p50    ms p99'.padEnd(80),
  );
  for (const terminals of TERMINALS) {
    const cards = await Promise.all(
      Array.from({ length: terminals }, (_none, number) => openCard(terminals * 1000 + number)),
    );
    const [loads, commits, ratios, latencies]: number[][] = [[], [], [], []];
    for (let turn = -1; turn < turns; turn += 1) {
      const latency: number[] = [];
      const share = Math.ceil(LOADS_OF_A_TURN / terminals);
      const orders = await Promise.all(cards.map((card) => prepay(authority, card, share)));
      const perSecond = await rate(terminals, share, async (client, count) => {
        const startMs = performance.now();
        await loadOnce(authority, cards[client] as BenchCard, orders[client]?.[count] ?? '');
        latency.push(performance.now() - startMs);
      });
      const bare = await rate(terminals, share, (client) => store.commitRow(client));
      if (turn < 0) continue;
      loads?.push(perSecond);
      commits?.push(bare);
      ratios?.push(perSecond / bare);
      latencies?.push(...latency);
    }
    const sorted = (latencies ?? []).sort((a, b) => a - b);
    const at = (share: number): string =>
      (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
    const whole = (values: readonly number[] = []): string => median(values).toFixed(0);
    console.log(
      [
        String(terminals).padStart(9),
        whole(loads).padStart(11),
        whole(commits).padStart(20),
        median(ratios ?? [])
          .toFixed(2)
          .padStart(21),
        at(0.5).padStart(10),
        at(0.99).padStart(10),
      ].join(''),
    );
  }
  await journal.close();
}

/** Runs `count` pieces of work for each client, the clients at the same time. */
async function rate(
  clients: number,
  count: number,
  work: (client: number, count: number) => Promise<void>,
): Promise<number> {
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_none, client) => {
      for (let done = 0; done < count; done += 1) await work(client, done);
    }),
  );
  return (clients * count) / ((performance.now() - startMs) / 1000);
}

interface BenchCard {
  readonly card: VirtualCard;
  readonly cardNumber: string;
  readonly issueInformation: string;
  orders: number;
}

async function openCard(number: number): Promise<BenchCard> {
  const cardNumber = `62012200${String(number).padStart(8, '0')}`;
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber }));
  const reading = await readCard(simulatorTransport(card));
  card.reset();
  exchange(card, '00A40000021001');
  return { card, cardNumber, issueInformation: toHex(reading.issueInformation), orders: 0 };
}

/** Orders that are paid already: their making is not measured. Each is its card's only open one. */
async function prepay(authority: Authority, card: BenchCard, count: number): Promise<string[]> {
  const created: string[] = [];
  for (let made = 0; made < count; made += 1) {
    card.orders += 1;
    const { orderId } = await authority.createOrder({
      protocol: 1,
      idempotencyKey: `${card.cardNumber}-${String(card.orders)}`,
      issueInformation: card.issueInformation,
      amountFen: AMOUNT_FEN,
      outlet: 'self',
    });
    created.push(orderId);
  }
  for (const orderId of created) {
    await authority.confirmPayment({
      protocol: 1,
      orderId,
      provider: 'cash',
      transactionId: orderId,
      amountFen: AMOUNT_FEN,
    });
  }
  return created;
}

async function loadOnce(authority: Authority, card: BenchCard, orderId: string): Promise<void> {
  const terminal = '000440101001';
  const { cardNumber } = card;
  exchange(card.card, '0020000006313233343536');
  const init = exchange(card.card, `805000020B01${toHex(writeUint(AMOUNT_FEN, 4))}${terminal}10`);
  const base = { protocol: 1, orderId, cardNumber };
  const evidence = { kind: 'initialized', terminal, response: init } as const;
  const step: Step = await authority.next({ ...base, evidence });
  if (step.do !== 'credit') throw new Error(`no MAC2: ${JSON.stringify(step)}`);
  const response = exchange(card.card, `805200000B${step.date}${step.time}${step.mac2}04`);
  const end = await authority.next({ ...base, evidence: { kind: 'credited', response } });
  if (end.do !== 'stop' || end.state !== 'CREDITED') throw new Error('not credited');
}

function exchange(card: VirtualCard, hex: string): string {
  return toHex(card.exchange(new Uint8Array(Buffer.from(hex, 'hex'))));
}
