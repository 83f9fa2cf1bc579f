/**
 * What is said to SQLite, and how often: decisions share a transaction, what is kept is not read
 * again, and who is refused is asked once. The driver is listened to, and made to fail.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { change, created, orderOf, snapshotOf } from '../../../src/conformance/ledger-steps.js';
import type { Ledger, RequestGuard, Snapshot } from '../../../src/server/index.js';
import { NO_HASH } from '../../../src/server/ledger/audit-chain.js';
import { orderStatements } from '../../../src/server/ledger/sql/orders.js';
import { MIGRATIONS, OLDEST_READER } from '../../../src/server/ledger/sql/schema.js';
import { type SqliteDatabase, sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { pays, threadOf } from './sql-decisions.js';

let folder = '';
let database: sqlite.Database;
let ledger: Ledger;
let guard: RequestGuard;
/** What was said since somebody last asked. */
let said: string[] = [];
/** The statements that fail, and with which words. */
let failing: [what: RegExp, words: string, times: number] | undefined;

const heard = (text: string): void => {
  said.push(text);
  if (failing?.[0].test(text) !== true || failing[2] === 0) return;
  failing[2] -= 1;
  throw new Error(failing[1]);
};
/** The driver, overheard. */
function overheard(): SqliteDatabase {
  const prepare: SqliteDatabase['prepare'] = (text) => {
    const statement = database.prepare(text);
    return {
      run: (values) => {
        heard(text);
        return statement.run(values);
      },
      all: (values) => {
        heard(text);
        return statement.all(values);
      },
      finalize: () => statement.finalize(),
    };
  };
  return { exec: (text) => database.exec(text), prepare, close: () => database.close() };
}
const open = async (): Promise<void> => {
  database = new sqlite.Database(join(folder, 'orders.db'));
  ({ ledger, guard } = await sqliteStores(overheard()));
};
beforeEach(async () => {
  failing = undefined;
  folder = mkdtempSync(join(tmpdir(), 'quancun-statements-'));
  await open();
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

/** How often something was said that fits, while the work was done. */
async function count(what: RegExp, work: () => Promise<unknown>): Promise<number> {
  said = [];
  await work();
  return said.filter((text) => what.test(text)).length;
}
const cardOf = (n: number) => `62012200000000${String(n).padStart(2, '0')}`;
async function ordersOf(number: number): Promise<Snapshot[]> {
  const fresh: Snapshot[] = [];
  for (let n = 0; n < number; n += 1) {
    fresh.push(await created(ledger, `A${String(n)}`, { cardNumber: cardOf(n) }));
  }
  return fresh;
}
const together = (changes: readonly ReturnType<typeof pays>[]) => () =>
  Promise.all(changes.map((one) => ledger.commit(one)));

describe('decisions', () => {
  test.each([2, 3, 6])('%i of several cards are one transaction', async (number) => {
    const changes = (await ordersOf(number)).map((one) => pays(one));
    expect(await count(/^BEGIN/, together(changes))).toBe(1);
  });

  test('with a line and without are one transaction', async () => {
    const [a, b] = (await ordersOf(2)) as [Snapshot, Snapshot];
    const thread = await threadOf(ledger, 'J');
    expect(await count(/^BEGIN/, together([pays(a), pays(b, thread)]))).toBe(1);
  });

  test('of one card, and of two journals, are one each: none is tried in vain', async () => {
    const [a, b, c] = (await ordersOf(3)) as [Snapshot, Snapshot, Snapshot];
    expect(await count(/^BEGIN/, together([pays(a), pays(a)]))).toBe(2);
    const [J, K] = [await threadOf(ledger, 'J'), await threadOf(ledger, 'K')];
    expect(await count(/^BEGIN/, together([pays(b, J), pays(c, K)]))).toBe(2);
    const { journals } = await ledger.readWitness();
    expect(journals.map(({ sequence }) => sequence)).toEqual([1, 1]);
  });

  test('one that comes too late is tried once, and has no line', async () => {
    const [a] = (await ordersOf(1)) as [Snapshot];
    expect(await ledger.commit(pays(a))).toStrictEqual({ written: true });
    expect(await count(/^BEGIN/, () => ledger.commit(pays(a)))).toBe(1);
  });

  test('an order whose card has no row yet gets one', async () => {
    await ordersOf(1);
    await ledger.close();
    await open();
    database.exec('PRAGMA foreign_keys = OFF; DELETE FROM card');
    const found = await snapshotOf(ledger, 'A0');
    expect(found.situation.card).toEqual({ cardNumber: cardOf(0), frozen: false });
    expect(found.version).toBe(`1.0.${NO_HASH}`);
    expect(await ledger.commit(pays(found))).toEqual({ written: true });
    const [event] = database.all("SELECT hash FROM audit_event WHERE evidence = 'payment'");
    expect(database.all('SELECT * FROM card')).toMatchObject([
      { card_number: cardOf(0), frozen: 0, revision: 1, head_hash: event?.hash },
    ]);
  });
});

describe('what is kept', () => {
  test('an order that was read is not read again, also after a decision', async () => {
    await ordersOf(1);
    const read = () => snapshotOf(ledger, 'A0');
    expect(await count(/SELECT/, read)).toBe(0);
    await ledger.close();
    await open();
    expect(await count(/FROM load_order/, read)).toBe(1);
    expect(await count(/SELECT/, read)).toBe(0);
    await change(ledger, await read(), { order: { state: 'PAID' } });
    expect(await count(/SELECT/, read)).toBe(0);
  });

  test('a journal that moves takes nothing away, one that is given up does', async () => {
    await ordersOf(1);
    await snapshotOf(ledger, 'A0');
    await threadOf(ledger, 'J');
    expect(await count(/SELECT/, () => snapshotOf(ledger, 'A0'))).toBe(0);
    const [row] = (await ledger.readWitness()).journals;
    if (row === undefined) throw new Error('no journal');
    await ledger.writeJournal({ ...row, state: 'given-up' }, row);
    expect(await count(/FROM load_order/, () => snapshotOf(ledger, 'A0'))).toBe(1);
  });
});

describe('a new order', () => {
  const made = (n: number, record?: Parameters<Ledger['createOrder']>[3]) =>
    ledger.createOrder(
      orderOf(`A${String(n)}`, { cardNumber: cardOf(n) }),
      `k${String(n)}`,
      'r',
      record,
    );

  test('that another one of its card is always before gives up after 16 times', async () => {
    failing = [/INSERT INTO load_order/, 'UNIQUE constraint failed: load_order.order_id', 99];
    const begun = await count(/^BEGIN/, () =>
      expect(made(1)).rejects.toMatchObject({ code: 'LEDGER_BUSY' }),
    );
    expect(begun).toBe(16);
    failing = [/INSERT INTO load_order/, 'UNIQUE constraint failed: load_order.order_id', 1];
    expect(await made(1)).toMatchObject({ orderId: 'A1' });
  });

  test('is tried once where its answer is there already, or the database is at fault', async () => {
    const reply = { requestHash: 'h', status: 200, body: '{}' };
    const record = { reply: { keyId: 'K', idempotencyKey: 'I', reply } };
    await made(1, record);
    const busy = () => expect(made(2, record)).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    expect(await count(/^BEGIN/, busy)).toBe(1);
    failing = [/INSERT INTO load_order/, 'no such column', 9];
    const broken = () => expect(made(3)).rejects.toThrow('no such column');
    expect(await count(/^BEGIN/, broken)).toBe(1);
  });
});

describe('a database', () => {
  test('says which releases may open it', () => {
    const [newest] = database.all('SELECT * FROM schema_version ORDER BY version DESC LIMIT 1');
    expect(newest).toMatchObject({ version: MIGRATIONS.length, oldest_reader: OLDEST_READER });
  });

  test('that another server is just making is made by one of the two', async () => {
    await ledger.close();
    rmSync(join(folder, 'orders.db'));
    failing = [/INTO schema_version/, 'UNIQUE constraint failed: schema_version.version', 1];
    await open();
    expect(failing[2]).toBe(0);
    expect(await made1()).toMatchObject({ orderId: 'A1' });
    await ledger.close();
    rmSync(join(folder, 'orders.db'));
    failing = [/INTO schema_version/, 'no such column', 1];
    await expect(open()).rejects.toThrow('no such column');
    database.close();
    await open();
  });
  const made1 = () => ledger.createOrder(orderOf('A1'), 'k1', 'r');

  test('that fails is no nonce that was seen, and no answer that was given', async () => {
    failing = [/INSERT INTO (nonce|reply)/, 'no such column', 9];
    await expect(guard.spendNonce('K', 'N', 1)).rejects.toThrow('no such column');
    const reply = { requestHash: 'h', status: 200, body: '{}' };
    await expect(guard.storeReply('K', 'I', reply, 1)).rejects.toThrow('no such column');
  });
});

describe('a page of orders', () => {
  const page = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 9 };
  const states = ['PAID', 'CREATED'] as const;

  test('by states alone asks for each of them, by what is more it asks once', () => {
    expect(orderStatements({ ...page, states })).toHaveLength(2);
    expect(orderStatements({ ...page, states: ['PAID', 'PAID'] })).toHaveLength(1);
    expect(orderStatements(page)).toHaveLength(1);
    for (const more of [
      { orderId: 'A1' },
      { transactionId: 'p:1' },
      { cardNumber: cardOf(1) },
      { plate: '甘A12345' },
    ]) {
      expect(orderStatements({ ...page, ...more, states })).toHaveLength(1);
    }
  });

  test('lays them together as the database sorts: by time, then by number', async () => {
    for (const one of await ordersOf(4)) {
      const { orderId } = one.situation.order;
      if (['A0', 'A3'].includes(orderId)) await ledger.commit(pays(one));
    }
    for (const order of [states, [...states].reverse()]) {
      const found = await ledger.findOrders({ ...page, states: order });
      expect(found.map(({ orderId }) => orderId)).toEqual(['A3', 'A2', 'A1', 'A0']);
    }
  });
});

describe('a code', () => {
  const code = { orderId: 'A0', generation: 1, amountFen: 1, openedAtMs: 1, expiresAtMs: 9 };
  const awaited = { ...code, asks: 0, askAtMs: 1 };

  test('is noted in one transaction, and not again', async () => {
    await ordersOf(1);
    const of = (provider: string) => () => ledger.awaitPayment({ ...awaited, provider });
    expect(await count(/^BEGIN/, of('wechat'))).toBe(1);
    expect(await count(/INSERT|BEGIN/, of('wechat'))).toBe(1);
    // While one is open no other provider's is begun.
    expect(await of('alipay')()).toMatchObject({ provider: 'wechat' });
  });

  test('that has ended stands for itself, and not for another provider’s of its number', async () => {
    await ordersOf(1);
    const name = { ...awaited, provider: 'wechat' };
    await ledger.awaitPayment(name);
    await ledger.tellAwaited(name, { asks: 1, end: 'closed' });
    expect(await ledger.awaitPayment(name)).toMatchObject({ provider: 'wechat', end: 'closed' });
    const other = await ledger.awaitPayment({ ...awaited, provider: 'alipay' });
    expect(other).toMatchObject({ provider: 'alipay' });
  });
});

describe('money to be given back', () => {
  const owe = async (): Promise<void> => {
    const [fresh] = (await ordersOf(1)) as [Snapshot];
    await ledger.commit(pays(fresh, undefined, 'qr:1'));
    await change(ledger, await snapshotOf(ledger, 'A0'), { order: { state: 'REFUND_DUE' } });
  };
  const work = { provider: 'qr', nowMs: 5, untilMs: 9, limit: 9 };

  test('of which nothing was handed out has no progress, taken or not', async () => {
    await owe();
    const owed = { ...{ orderId: 'A0', transactionId: 'qr:1' }, amountFen: 1, surplus: false };
    expect(await ledger.findRefundsDue({ limit: 9 })).toStrictEqual([owed]);
    expect(await ledger.claimRefunds(work)).toStrictEqual([owed]);
    expect(await ledger.findRefundsDue({ limit: 9 })).toStrictEqual([owed]);
    expect(await ledger.findRefund('qr:1')).toBe(undefined);
    // Taken by another server: nothing more is asked.
    const asked = () => expect(ledger.claimRefunds(work)).resolves.toEqual([]);
    expect(await count(/SELECT/, asked)).toBe(1);
  });

  test('has the reason and the message that were told, and no others', async () => {
    await owe();
    const when = { transactionId: 'qr:1', number: 1, sinceMs: 1, asks: 2, askAtMs: 3 };
    const bare = { ...when, status: 'pending' } as const;
    await ledger.tellRefund(bare);
    expect(await ledger.findRefund('qr:1')).toStrictEqual(bare);
    const told = { ...when, status: 'failed', reason: 'not-enough', message: 'closed' } as const;
    await ledger.tellRefund(told);
    expect(await ledger.findRefund('qr:1')).toStrictEqual(told);
  });
});
