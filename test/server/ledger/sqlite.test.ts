import type { Ledger } from '../../../src/server/index.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, describe, expect, test } from 'vitest';
import { auditTable, MIGRATIONS } from '../../../src/server/ledger/sql/schema.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { CONSTRAINT_CASES } from './constraints.js';
import { COUNT_CASES, expectRightCounts, tellRandomly } from './counts.js';
import { GUARD_CASES } from '../guard-cases.js';
import { PERSON_CASES } from '../person-cases.js';
import { openTill, PAYMENT_STORIES } from '../payment/stories.js';
import { ATTACKS } from '../payment/attacks.js';
import { HANDS } from '../payment/hands.js';
import { TROUBLE } from '../payment/trouble.js';
import { testLedger, testRemoteStore } from '../../../src/testing/index.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-sqlite-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const openLedger = async (database: sqlite.Database) => (await sqliteStores(database)).ledger;
let files = 0;
const nextFile = (): string => join(folder, `${String(++files)}.db`);

describe('sqliteStores', () => {
  const open = () => openLedger(new sqlite.Database(nextFile()));
  for (const { name, run } of testLedger(open)) test(name, run);

  test.each(Object.entries(GUARD_CASES))('guard: %s', async (_name, run) => {
    const { guard, ledger } = await sqliteStores(new sqlite.Database(nextFile()));
    await run(guard);
    await ledger.close();
  });

  test.each(Object.entries(PERSON_CASES))('persons: %s', async (_name, run) => {
    const { persons, ledger } = await sqliteStores(new sqlite.Database(nextFile()));
    await run(persons);
    await ledger.close();
  });

  const opened: Ledger[] = [];
  const openSessions = async () => {
    const { sessions, ledger } = await sqliteStores(new sqlite.Database(nextFile()));
    opened.push(ledger);
    return sessions;
  };
  for (const { name, run } of testRemoteStore(openSessions)) {
    test(`sessions: ${name}`, async () => {
      expect(await run()).toBe('kept');
      for (const ledger of opened.splice(0)) await ledger.close();
    });
  }

  test.each(Object.entries({ ...PAYMENT_STORIES, ...TROUBLE, ...ATTACKS, ...HANDS }))(
    'payments: %s',
    async (_name, tell) => {
      const ledger = await open();
      await tell((plan, options) => Promise.resolve(openTill(plan, { ...options, ledger })));
      await ledger.close();
    },
  );

  const openBooks = async () => {
    const database = new sqlite.Database(nextFile());
    const ledger = await openLedger(database);
    const run = async (statement: string) => Promise.resolve(database.all(statement));
    return { ledger, run };
  };

  test.each(Object.entries(CONSTRAINT_CASES))('refuses %s', async (_name, run) => {
    const books = await openBooks();
    await run(books);
    await books.ledger.close();
  });

  test.each(Object.entries(COUNT_CASES))('counts: %s', async (_name, run) => {
    const books = await openBooks();
    await run(books);
    await books.ledger.close();
  });

  test('an upgrade keeps every row and counts the orders that were there', async () => {
    const file = nextFile();
    const before = new sqlite.Database(file);
    const say = (statement: string) => {
      before.exec(statement);
    };
    say('CREATE TABLE schema_version (version INTEGER PRIMARY KEY)');
    MIGRATIONS.slice(0, 3).flat().forEach(say);
    say(
      auditTable({
        counter: 'INTEGER PRIMARY KEY AUTOINCREMENT',
        identity: '',
        ownWords: [],
        oneView: [],
        skipTaken: '',
        reached: 'NULL',
      }),
    );
    say('INSERT INTO schema_version (version) VALUES (1), (2), (3)');
    for (const [n, state] of ['PAID', 'PAID', 'CREDITED', 'EXPIRED'].entries()) {
      const id = String(n);
      say(`INSERT INTO load_order (order_id, idempotency_key, request, card_number, issuer_factor,
        key_index, amount_fen, state, probes_passed, bad_tacs, refused_credits, outlet, plate,
        plate_colour, created_at_ms, updated_at_ms, revision) VALUES ('O${id}', 'k${id}', 'r',
        'C${id}', 'B8CACBE0', 1, 1, '${state}', 0, 0, 0, 'o', 'p', 0, ${id}, ${id}, 1)`);
    }
    say(`INSERT INTO binding VALUES ('C2', 7, 'O2', 1)`);
    say(`INSERT INTO attempt VALUES ('O2', 1, 'C2', 7, 'r', 0, 1, 't', 'd', 'h', 1, 0)`);
    say(`INSERT INTO settlement VALUES ('O2', 'CREDIT')`);
    say(`INSERT INTO audit_event VALUES (5, 1, 'O2', 'tac', 'ISSUED', 'CREDITED', 'h')`);
    before.close();
    const database = new sqlite.Database(file);
    const ledger = await openLedger(database);
    await expectRightCounts(ledger);
    expect((await ledger.read('O2'))?.situation.attempts).toHaveLength(1);
    expect(await ledger.events()).toMatchObject([{ sequence: 5, orderId: 'O2' }]);
    expect(database.all('SELECT * FROM binding')).toMatchObject([{ atc: 7, order_id: 'O2' }]);
    expect(database.all('SELECT * FROM settlement')).toMatchObject([{ kind: 'CREDIT' }]);
    await ledger.close();
  });

  test('what is kept in memory is what is read from the disk', async () => {
    const file = nextFile();
    const stories = await openLedger(new sqlite.Database(file));
    await tellRandomly(stories, 60);
    const orders = await stories.findOrders({ fromMs: 0, toMs: 9e15, limit: 100 });
    const kept = await Promise.all(orders.map(({ orderId }) => stories.read(orderId)));
    await stories.close();
    const ledger = await openLedger(new sqlite.Database(file));
    expect(await Promise.all(orders.map(({ orderId }) => ledger.read(orderId)))).toEqual(kept);
    await ledger.close();
  });

  test('a newer schema is opened when it admits this release, and refused otherwise', async () => {
    const file = nextFile();
    await (await openLedger(new sqlite.Database(file))).close();
    const raise = (version: number, oldest: number) => {
      const database = new sqlite.Database(file);
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.run('INSERT INTO schema_version (version, oldest_reader) VALUES (?, ?)', [
        ...[version, oldest],
      ]);
      database.close();
    };
    raise(1000, 4);
    await (await openLedger(new sqlite.Database(file))).close();
    raise(1001, 1000);
    const refused = new sqlite.Database(file);
    await expect(openLedger(refused)).rejects.toMatchObject({ code: 'LEDGER_NEWER' });
    refused.close();
  });

  test('what was answered is there after closing and opening again', async () => {
    const file = nextFile();
    const [first] = testLedger(() => openLedger(new sqlite.Database(file)));
    await first?.run();
    const ledger = await openLedger(new sqlite.Database(file));
    expect((await ledger.read('A1'))?.situation.order.orderId).toBe('A1');
    await ledger.close();
  });

  test('a database in memory does not write ahead, and is refused', async () => {
    await expect((async () => openLedger(new sqlite.Database(':memory:')))()).rejects.toMatchObject(
      {
        code: 'LEDGER_NOT_DURABLE',
      },
    );
  });
});
