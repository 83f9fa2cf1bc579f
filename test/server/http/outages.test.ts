/** What stands behind the server is away: 503, the cause in the log, and the money where it was. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { describe, expect, test } from 'vitest';
import { QuancunError } from '../../../src/errors.js';
import { createHttpHandler } from '../../../src/server/http/index.js';
import {
  createAuthority,
  type Hsm,
  JOURNAL_UNAVAILABLE,
  type Journal,
  memoryGuard,
  memoryJournal,
  memoryLedger,
  softHsm,
} from '../../../src/server/index.js';
import { type SqlStores, sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { load, recharge, serverClient } from '../../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../../src/testing/authority.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { manualEnv } from '../../support/manual-env.js';
import { TERMINAL } from '../../support/signed-fetch.js';

const GOOD = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
const SECRET = 'secret-of-the-module 6201220000001234';

/** A server over HTTP, a terminal and a card, whose HSM and journal the test can change. */
function open(stores?: Pick<SqlStores, 'ledger' | 'guard'>) {
  // A terminal's patience is never at its end; its pauses are over at once.
  const sleep = (durationMs: number) =>
    durationMs >= 5_000 ? new Promise<void>(() => undefined) : Promise.resolve();
  const env = { ...manualEnv(), sleep };
  const { ledger, guard } = stores ?? { ledger: memoryLedger(), guard: memoryGuard() };
  const kept = memoryJournal();
  const parts: { hsm: Hsm; append: Journal['append'] } = { hsm: GOOD, append: kept.append };
  const hsm: Hsm = {
    verifyMac1: (query, call) => parts.hsm.verifyMac1(query, call),
    computeMac2: (query, call) => parts.hsm.computeMac2(query, call),
    verifyTac: (query, call) => parts.hsm.verifyTac(query, call),
    describeKeys: (call) => parts.hsm.describeKeys(call),
  };
  const journal: Journal = { ...kept, append: (line, how) => parts.append(line, how) };
  const authority = createAuthority({ ledger, hsm, journal, env, askTimeoutMs: 20 });
  const log: Readonly<Record<string, unknown>>[] = [];
  const handler = createHttpHandler({
    ...{ authority, ledger, guard, env },
    callers: [{ ...TERMINAL, scopes: ['recharge'] }],
    log: (line) => log.push(line),
  });
  const answers: Response[] = [];
  const client = serverClient({
    ...{ url: 'http://authority.test', env, ...TERMINAL },
    fetch: async (url, init) => {
      env.advance(1);
      const response = await handler.fetch(new Request(url, init));
      answers.push(response.clone());
      return response;
    },
  });
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 0 }));
  const options = () => {
    card.reset();
    const transport = withGetResponse(simulatorTransport(card));
    const who = { terminal: '000440101001', pin: '123456', outlet: 'self' };
    return { transport, authority: client, env, ...who, amountFen: 10_000 };
  };
  const payment = { provider: 'cash', transactionId: 'R1', amountFen: 10_000 };
  return {
    ...{ parts, ledger, log, answers, card },
    recharge: () => recharge({ ...options(), takePayment: () => Promise.resolve(payment) }),
    load: () => load(options()),
  };
}

const HUNG = (): Promise<never> => new Promise(() => undefined);
const THROWING = (): never => {
  throw Object.assign(new TypeError(SECRET), { code: 'ECONNRESET' });
};
const QUESTIONS = ['verifyMac1', 'computeMac2', 'verifyTac'] as const;

describe('the HSM', () => {
  const cases = QUESTIONS.flatMap((question) => [
    [question, 'hangs', HUNG, 'NoAnswer ETIMEDOUT'] as const,
    [question, 'throws', THROWING, 'TypeError ECONNRESET'] as const,
  ]);
  test.each(cases)(
    '%s %s: 503, and credited once when it is back',
    async (question, _how, fail, cause) => {
      const shop = open();
      shop.parts.hsm = { ...GOOD, [question]: fail };
      const broken = await shop.recharge();
      expect(broken.outcome).not.toBe('credited');
      const refused = shop.answers.filter(({ status }) => status === 503);
      // Asked again each time: a 503 is no last word.
      expect(refused).toHaveLength(3);
      expect(refused[0]?.headers.get('retry-after')).toBe('1');
      expect(await refused[0]?.json()).toMatchObject({
        code: 'HSM_UNAVAILABLE',
        money: 'untouched',
      });
      const told = shop.log.filter(({ code }) => code === 'HSM_UNAVAILABLE');
      expect(new Set(told.map((line) => line.cause))).toEqual(new Set([cause]));
      expect(JSON.stringify([shop.log, broken])).not.toContain('secret-of');
      const written = question === 'verifyTac' ? 10_000 : 0;
      expect(shop.card.state.ep.balanceFen).toBe(written);
      shop.parts.hsm = GOOD;
      // MAC1 is asked for before the payment: nobody has paid then.
      expect(broken.paid).toBe(question === 'verifyMac1' ? 'no' : 'yes');
      const again = broken.paid === 'no' ? await shop.recharge() : await shop.load();
      expect(again).toMatchObject({ outcome: 'credited', amountFen: 10_000 });
      expect(shop.card.state.ep.balanceFen).toBe(10_000);
      expect(await shop.ledger.totals()).toMatchObject({ 'card-float': -10_000, liability: 0 });
    },
  );

  test('a question that is over is told so: the module may give it up', async () => {
    const shop = open();
    let signal: AbortSignal | undefined;
    shop.parts.hsm = {
      ...GOOD,
      verifyMac1: (_query, call) => {
        signal = call?.signal;
        return HUNG();
      },
    };
    await shop.recharge();
    expect(signal?.aborted).toBe(true);
  });

  test('a refusal of its own is passed on as it is', async () => {
    const shop = open();
    shop.parts.hsm = softHsm({ allowSoftwareKeys: 'test', keys: [] });
    await shop.recharge();
    expect(shop.log.map(({ code }) => code)).toContain('KEY_UNKNOWN');
    expect(shop.log.map(({ code }) => code)).not.toContain('HSM_UNAVAILABLE');
  });
});

test('a journal that cannot be written: no MAC2 leaves, and credited when it can', async () => {
  const shop = open();
  const { append } = shop.parts;
  shop.parts.append = () => {
    const cause = Object.assign(new Error(SECRET), { code: 'ENOSPC' });
    const details = { problem: 'ENOSPC' };
    return Promise.reject(new QuancunError(JOURNAL_UNAVAILABLE, { details, cause }));
  };
  await shop.recharge();
  expect(shop.log.at(-2)).toMatchObject({
    ...{ status: 503, code: 'JOURNAL_UNAVAILABLE', cause: 'Error ENOSPC' },
  });
  expect(shop.card.state.ep.balanceFen).toBe(0);
  shop.parts.append = append;
  expect(await shop.load()).toMatchObject({ outcome: 'credited' });
  expect(shop.card.state.ep.balanceFen).toBe(10_000);
});

test('a decision whose line could not be written is no second hearing of its request', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-outage-'));
  const stores = await sqliteStores(new sqlite.Database(join(folder, 'orders.db')));
  const shop = open(stores);
  shop.parts.append = () => Promise.reject(new RangeError(SECRET));
  await shop.recharge();
  const codes = shop.log.map(({ code }) => code).filter((code) => code !== null);
  expect(codes.length).toBeGreaterThan(0);
  expect(new Set(codes)).toEqual(new Set(['JOURNAL_UNAVAILABLE']));
  await stores.ledger.close();
  rmSync(folder, { recursive: true });
});

test('what nobody knows stays 500, with its class in the log and not its words', async () => {
  const shop = open();
  Object.assign(shop.ledger, { commit: () => Promise.reject(new RangeError(SECRET)) });
  await shop.recharge();
  const line = shop.log.find(({ status }) => status === 500);
  expect(line).toMatchObject({ code: 'INTERNAL', cause: 'RangeError' });
  expect(JSON.stringify(shop.log)).not.toContain('secret-of');
});

test('a journal of somebody else that throws its own error could not be written', async () => {
  const shop = open();
  shop.parts.append = () => Promise.reject(new RangeError(SECRET));
  await shop.recharge();
  const line = shop.log.find(({ status }) => status === 503);
  expect(line).toMatchObject({ code: 'JOURNAL_UNAVAILABLE', cause: 'RangeError' });
  expect(JSON.stringify(shop.log)).not.toContain('secret-of');
});
