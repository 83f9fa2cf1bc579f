/**
 * Many at once: one order from 64 terminals, 64 orders on one card, on SQLite in one process and
 * through eight server processes on one PostgreSQL. One binding, one open order, no lock left.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex, toHex, writeUint } from '../../src/bytes.js';
import { envFrom } from '../../src/env.js';
import type { Authority, Step } from '../../src/load/index.js';
import { sqliteStores } from '../../src/server/ledger/sqlite.js';
import { createVirtualCard, personalise, type VirtualCard } from '../../src/simulator/index.js';
import { readCard, serverClient } from '../../src/terminal/index.js';
import { createTestAuthority } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type ServerProcess, startServer } from '../kill/server-process.js';
import { createSchema, type RunningPostgres, startPostgres } from '../support/postgres.js';
import { openBooks, type Row } from '../support/sqlite-books.js';

const MANY = 64;
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'quancun-races-'));

/** Where a race is run: any of several doors to one ledger, and its tables afterwards. */
interface Ground {
  readonly doors: readonly Authority[];
  readonly rows: (table: string) => Promise<readonly Row[]>;
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('on SQLite, in one process', () => {
  test.each(Object.entries(races()))('%s', async (name, race) => {
    const file = join(folder, `${String(name.length)}.db`);
    const { ledger } = await sqliteStores(new sqlite.Database(file));
    const env = envFrom(globalThis);
    const { authority } = createTestAuthority({ env, ledger, policy: { issuer: 'sole' } });
    let books: ReturnType<typeof openBooks> | undefined;
    const rows = async (table: string): Promise<readonly Row[]> => {
      if (books === undefined) await ledger.close();
      books ??= openBooks(file);
      return books.rows(table);
    };
    await race({ doors: [authority], rows }, 1);
    books?.close();
  });
});

describe('on PostgreSQL, through eight server processes', () => {
  const servers: ServerProcess[] = [];
  const doors: Authority[] = [];
  let postgres: RunningPostgres;
  let rows: Ground['rows'];
  beforeAll(async () => {
    postgres = await startPostgres();
    const schema = `races_${String(process.pid)}`;
    await createSchema(postgres, schema);
    const pool = postgres.pool(schema, 2);
    rows = async (table) => (await pool.query(`SELECT * FROM ${table}`)).rows as Row[];
    const url = new URL(postgres.url);
    url.searchParams.set('options', `-c search_path=${schema}`);
    const keys = join(folder, 'keys');
    execFileSync(process.execPath, [CLI, 'test-keys', keys]);
    const caller = JSON.parse(readFileSync(join(keys, 'terminal.json'), 'utf8')) as {
      keyId: string;
      secret: string;
    };
    const start = { db: url.href, keys: join(keys, 'server.json') };
    for (let number = 0; number < 8; number += 1) {
      servers.push(startServer({ ...start, journal: join(folder, `journal-${String(number)}`) }));
    }
    for (const server of servers) {
      const address = await server.url;
      if (address === undefined) throw new Error(await server.ended);
      const env = envFrom(globalThis);
      doors.push(serverClient({ ...caller, url: address, env, fetch, timeoutMs: 60_000 }));
    }
  }, 120_000);
  afterAll(async () => {
    for (const server of servers) server.kill('SIGTERM');
    expect(await Promise.all(servers.map(({ ended }) => ended))).toEqual(
      servers.map(() => expect.stringMatching(/^status 0/) as string),
    );
    await postgres.stop();
  });

  test.each(Object.entries(races()))('%s', async (_name, race) => {
    await race({ doors, rows }, 2);
    const waiting = postgres.pool('public', 1);
    const { rows: stuck } = await waiting.query(
      "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' OR wait_event_type = 'Lock'",
    );
    expect(stuck).toEqual([]);
  });
});

function races(): Readonly<Record<string, (ground: Ground, series: number) => Promise<void>>> {
  return {
    'one order from 64 terminals: one binding, and one MAC2 that the card takes': async (
      { doors, rows },
      series,
    ) => {
      const { card, cardNumber, draft } = await newCard(series * 100);
      const order = await door(doors, 0).createOrder({ ...draft, idempotencyKey: cardNumber });
      await payAll(doors, [order.orderId]);
      const inits = Array.from({ length: MANY }, (_none, number) => initialize(card, number));
      const steps = await Promise.all(
        inits.map(({ terminal, response }, number) =>
          door(doors, number).next({
            protocol: 1,
            orderId: order.orderId,
            cardNumber,
            evidence: { kind: 'initialized', terminal, response },
          }),
        ),
      );
      const credits = steps.flatMap((step, number) =>
        step.do === 'credit' ? [{ step, number }] : [],
      );
      const refused = steps.flatMap((step) => (step.do === 'stop' ? [step.code] : []));
      expect(credits.length).toBe(20);
      expect(new Set(refused)).toEqual(new Set(['ATTEMPTS_EXHAUSTED']));
      const bound = (await rows('binding')).filter((row) => row.card_number === cardNumber);
      expect(bound).toHaveLength(1);
      expect(bound[0]).toMatchObject({ atc: 0, order_id: order.orderId });
      // The card has the session of the last INIT alone; every other MAC2 is dead.
      const accepted = credits.reverse().filter(({ step }) => credit(card, step));
      expect(accepted.map(({ number }) => number)).toEqual(
        credits.some(({ number }) => number === MANY - 1) ? [MANY - 1] : [],
      );
    },

    '64 orders on one card: one is issued, the others wait': async ({ doors, rows }, series) => {
      const { card, cardNumber, draft } = await newCard(series * 100 + 1);
      const orders = await Promise.all(
        Array.from({ length: MANY }, (_none, number) =>
          door(doors, number).createOrder({
            ...draft,
            idempotencyKey: `${cardNumber}-${String(number)}`,
          }),
        ),
      );
      expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(MANY);
      await payAll(
        doors,
        orders.map(({ orderId }) => orderId),
      );
      const { terminal, response } = initialize(card, 0);
      const steps = await Promise.all(
        orders.map(({ orderId }, number) =>
          door(doors, number).next({
            protocol: 1,
            orderId,
            cardNumber,
            evidence: { kind: 'initialized', terminal, response },
          }),
        ),
      );
      expect(steps.filter((step) => step.do === 'credit')).toHaveLength(1);
      const codes = steps.flatMap((step) => (step.do === 'stop' ? [step.code] : []));
      expect(codes).toEqual(Array.from({ length: MANY - 1 }, () => 'ORDER_OPEN'));
      const own = (await rows('load_order')).filter((row) => row.card_number === cardNumber);
      expect(own.filter(({ state }) => state === 'ISSUED')).toHaveLength(1);
      expect(own.filter(({ state }) => state === 'PAID')).toHaveLength(MANY - 1);
      const bound = (await rows('binding')).filter((row) => row.card_number === cardNumber);
      expect(bound).toHaveLength(1);
    },

    'one payment 64 times: booked once': async ({ doors, rows }, series) => {
      const { cardNumber, draft } = await newCard(series * 100 + 2);
      const order = await door(doors, 0).createOrder({ ...draft, idempotencyKey: cardNumber });
      await payAll(
        doors,
        Array.from({ length: MANY }, () => order.orderId),
      );
      const paid = (await rows('payment')).filter((row) => row.order_id === order.orderId);
      expect(paid).toHaveLength(1);
    },
  };
}

function door(doors: readonly Authority[], number: number): Authority {
  const one = doors[number % doors.length];
  if (one === undefined) throw new Error('no door');
  return one;
}

/** One payment for each order, all at once. */
async function payAll(doors: readonly Authority[], orderIds: readonly string[]): Promise<void> {
  await Promise.all(
    orderIds.map((orderId, number) =>
      door(doors, number).confirmPayment({
        protocol: 1,
        orderId,
        provider: 'cash',
        transactionId: orderId,
        amountFen: 1000,
      }),
    ),
  );
}

async function newCard(number: number) {
  const cardNumber = `62012299${String(number).padStart(8, '0')}`;
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber }));
  const { issueInformation } = await readCard(simulatorTransport(card));
  const issue = toHex(issueInformation);
  const draft = { protocol: 1, issueInformation: issue, amountFen: 1000, outlet: 'self' };
  return { card, cardNumber, draft };
}

/** INITIALIZE FOR LOAD of 10 yuan, at terminal `number`. */
function initialize(card: VirtualCard, number: number) {
  const terminal = `0004401${String(number).padStart(5, '0')}`;
  card.reset();
  for (const hex of ['00A40000021001', '0020000006313233343536']) card.exchange(fromHex(hex));
  const amount = toHex(writeUint(1000, 4));
  const response = card.exchange(fromHex(`805000020B01${amount}${terminal}10`));
  return { terminal, response: toHex(response) };
}

/** Whether the card takes this MAC2. */
function credit(card: VirtualCard, { date, time, mac2 }: Extract<Step, { do: 'credit' }>): boolean {
  const before = card.state.ep.onlineAtc;
  const kept = card.exchange(fromHex(`805200000B${date}${time}${mac2}04`));
  return kept.length > 2 && card.state.ep.onlineAtc === before + 1;
}
