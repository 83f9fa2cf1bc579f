/**
 * The power goes out after every single write. Whatever was answered before is there when it comes
 * back, and every MAC2 that left is in ledger and journal. Without flushes the same test fails.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { envFrom } from '../../src/env.js';
import type { Authority } from '../../src/load/index.js';
import { fileJournal } from '../../src/server/files.js';
import { createAuthority, softHsm } from '../../src/server/index.js';
import { type SqliteDatabase, sqliteStores } from '../../src/server/ledger/sqlite.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { recharge } from '../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { openBooks, type SqliteBooks } from '../support/sqlite-books.js';
import { type Fate, FATES, recordDisk } from './recorded-disk.js';

const CARDS = 3;
const ROUNDS = 2;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-power-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Books extends SqliteBooks {
  readonly journal: string;
}

/** Something that was answered, and how it must show. */
interface Promised {
  readonly position: number;
  readonly what: string;
  readonly kept: (books: Books) => boolean;
}

describe('power loss at every write', () => {
  test(
    'with synchronous FULL nothing that was answered is lost',
    { timeout: 600_000 },
    async () => {
      const { cuts, broken } = await cutEverywhere((database) => database, FATES);
      console.log(`power loss: ${String(cuts)} disks, ${String(broken.size)} promises broken`);
      expect([...broken]).toEqual([]);
      expect(cuts).toBeGreaterThan(500);
    },
  );

  test('with synchronous OFF the same test fails', { timeout: 600_000 }, async () => {
    const { cuts, broken } = await cutEverywhere(neverFlush, ['lost']);
    console.log(`power loss, OFF: ${String(cuts)} disks, broken: ${[...broken].join('; ')}`);
    expect([...broken].join()).toMatch(/a paid order|a MAC2/);
  });
});

/** Recharges on a recorded disk, then looks at every disk that a cut could have left. */
async function cutEverywhere(
  disguise: (database: SqliteDatabase) => SqliteDatabase,
  fates: readonly Fate[],
) {
  const home = join(folder, 'home');
  const disk = recordDisk(home);
  const promises: Promised[] = [];
  try {
    await rechargeAll(home, disguise, (what, kept) => {
      promises.push({ position: disk.position(), what, kept });
    });
  } finally {
    disk.stop();
  }
  const broken = new Set<string>();
  let cuts = 0;
  const first = promises[0]?.position ?? 0;
  for (let position = first; position <= disk.position(); position += 1) {
    for (const fate of disk.goTo(position, fates)) {
      const target = join(folder, `cut-${String(cuts)}`);
      cuts += 1;
      disk.cut(fate, target);
      for (const what of readBroken(target, promises, position)) broken.add(what);
      rmSync(target, { recursive: true });
    }
  }
  return { cuts, broken };
}

function readBroken(target: string, promises: readonly Promised[], position: number): string[] {
  let books: SqliteBooks;
  try {
    books = openBooks(join(target, 'orders.db'));
  } catch {
    return ['the database cannot be opened'];
  }
  try {
    let journal = '';
    try {
      journal = readFileSync(join(target, 'journal'), 'utf8');
    } catch {
      // Not made yet.
    }
    const due = promises.filter((promised) => promised.position <= position);
    const broken = due.filter(({ kept }) => !kept({ ...books, journal })).map(({ what }) => what);
    const attempts = books.rows('attempt');
    for (const line of journal.split('\n').slice(0, -1)) {
      const { attempt } = JSON.parse(line.slice(65)) as { attempt?: { random: string } };
      if (attempt === undefined) continue;
      const isKnown = attempts.some((row) => row.random === attempt.random);
      if (!isKnown) broken.push('a journal line is ahead');
    }
    return broken;
  } catch (error) {
    return [`the database is damaged (${String(error)})`];
  } finally {
    books.close();
  }
}

async function rechargeAll(
  home: string,
  disguise: (database: SqliteDatabase) => SqliteDatabase,
  promise: (what: string, kept: Promised['kept']) => void,
): Promise<void> {
  mkdirSync(home);
  const database = new sqlite.Database(join(home, 'orders.db'));
  const { ledger } = await sqliteStores(disguise(database));
  // Small, so that the log is written back while cards are loaded.
  database.exec('PRAGMA wal_autocheckpoint = 24');
  const journal = await fileJournal(join(home, 'journal'));
  const env = envFrom(globalThis);
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const authority = createAuthority({ ledger, journal, hsm, env, policy: { issuer: 'sole' } });
  const noted = noting(authority, promise);
  const one = async (number: number): Promise<void> => {
    const cardNumber = `62012200${String(number).padStart(8, '0')}`;
    const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber }));
    for (let round = 0; round < ROUNDS; round += 1) {
      const transactionId = `${String(number)}-${String(round)}`;
      const result = await recharge({
        transport: simulatorTransport(card),
        authority: noted,
        env,
        terminal: '000440101001',
        pin: '123456',
        amountFen: 1000,
        outlet: 'self',
        takePayment: () => Promise.resolve({ provider: 'cash', transactionId, amountFen: 1000 }),
      });
      expect(result.outcome).toBe('credited');
    }
  };
  await Promise.all(Array.from({ length: CARDS }, (_none, number) => one(number)));
  await journal.close();
  await ledger.close();
}

/** Every answer becomes a promise. */
function noting(
  authority: Authority,
  promise: (what: string, kept: Promised['kept']) => void,
): Authority {
  const has = (table: string, fields: Readonly<Record<string, unknown>>) => (books: Books) =>
    books
      .rows(table)
      .some((row) => Object.entries(fields).every(([name, value]) => row[name] === value));
  return {
    ...authority,
    createOrder: async (request) => {
      const order = await authority.createOrder(request);
      promise('an order', has('load_order', { order_id: order.orderId }));
      return order;
    },
    confirmPayment: async (request) => {
      const order = await authority.confirmPayment(request);
      promise('a paid order', has('payment', { order_id: order.orderId }));
      return order;
    },
    next: async (report) => {
      const step = await authority.next(report);
      const { orderId } = report;
      if (step.do === 'credit') {
        const { date, time } = step;
        promise('a MAC2 in the ledger', has('attempt', { order_id: orderId, date, time }));
        promise('a MAC2 in the journal', ({ journal }) => journal.includes(orderId));
      }
      if (step.do === 'stop' && step.state === 'CREDITED') {
        promise('a credit', has('settlement', { order_id: orderId, kind: 'CREDIT' }));
      }
      return step;
    },
  };
}

/** A database that says it flushes, and does not. */
function neverFlush(database: SqliteDatabase): SqliteDatabase {
  return {
    exec: (text) => {
      database.exec(text.includes('synchronous') ? 'PRAGMA synchronous = OFF' : text);
    },
    prepare: (text) => {
      const statement = database.prepare(text);
      if (text !== 'PRAGMA synchronous') return statement;
      const lie = { all: () => [{ synchronous: 2 }] };
      return {
        ...lie,
        run: () => statement.run(),
        finalize: () => {
          statement.finalize();
        },
      };
    },
    close: () => {
      database.close();
    },
  };
}
