/**
 * Orders of every state, written by every release, on both stores: opened by this code, carried on,
 * and finished by their cards. Each cell is a test.
 */
import { copyFileSync, readFileSync } from 'node:fs';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CardAccount, type Order, PROTOCOL_VERSION } from '../../src/load/index.js';
import { sqliteStores } from '../../src/server/ledger/sqlite.js';
import { createVirtualCard, type VirtualCard } from '../../src/simulator/index.js';
import { type RunningPostgres, startPostgres } from '../support/postgres.js';
import { openUpgraded, placeReleased, STORES, type Upgraded } from './opened.js';
import {
  journalFileOf,
  type Release,
  type ReleasedOrder,
  RELEASES,
  sqliteFileOf,
} from './released.js';

const AMOUNT_FEN = 10_000;

let server: RunningPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** How an order is finished, and what the card holds then. */
interface Ending {
  finish(upgraded: Upgraded, order: ReleasedOrder, card: VirtualCard): Promise<unknown>;
  readonly state: Order['state'];
  readonly balanceFen: number;
}

const OPENING_FEN = 5000;
const loaded: Ending = {
  finish: ({ visit }, _order, card) => visit(card),
  state: 'CREDITED',
  balanceFen: OPENING_FEN + AMOUNT_FEN,
};
const pay = ({ authority }: Upgraded, { orderId }: ReleasedOrder) =>
  authority.confirmPayment({
    protocol: PROTOCOL_VERSION,
    orderId,
    provider: 'pos',
    transactionId: `late-${orderId}`,
    amountFen: AMOUNT_FEN,
  });
const giveBack: Ending = {
  finish: ({ authority }, { orderId }) => authority.confirmRefund(orderId),
  state: 'REFUNDED',
  balanceFen: OPENING_FEN,
};

const ENDINGS: Readonly<Record<string, Ending>> = {
  CREATED: {
    ...loaded,
    finish: async (upgraded, order, card) => {
      await pay(upgraded, order);
      return upgraded.visit(card);
    },
  },
  PAID: loaded,
  'ISSUED unwritten': loaded,
  'ISSUED written': loaded,
  'HELD unwritten': loaded,
  'HELD written': loaded,
  'VOIDING unwritten': {
    ...giveBack,
    finish: async (upgraded, order, card) => {
      await upgraded.visit(card);
      return giveBack.finish(upgraded, order, card);
    },
  },
  'VOIDING written': loaded,
  CREDITED: loaded,
  REFUND_DUE: giveBack,
  REFUNDED: { ...giveBack, finish: ({ visit }, _order, card) => visit(card) },
  EXPIRED: {
    ...giveBack,
    finish: async (upgraded, order, card) => {
      await pay(upgraded, order);
      return giveBack.finish(upgraded, order, card);
    },
  },
  FROZEN: {
    ...loaded,
    finish: async ({ authority, visit }, { orderId }, card) => {
      await authority.release(orderId, { by: 'A', release: 'resume' });
      await authority.release(orderId, { by: 'B', release: 'resume' });
      return visit(card);
    },
  },
};

for (const store of STORES) {
  describe.each(RELEASES)(`$version on ${store}`, (release) => {
    let upgraded: Upgraded;
    beforeAll(async () => {
      const open = await placeReleased(server, store, release);
      upgraded = await openUpgraded({ open, journalFile: journalFileOf(release) });
    });
    afterAll(() => upgraded.close());

    test.each(release.orders)('$name', async (order) => {
      const ending = ENDINGS[order.name];
      if (ending === undefined) throw new Error(`nobody says how ${order.name} ends`);
      const before = await upgraded.ledger.read(order.orderId);
      expect(before?.situation.order.state).toBe(order.state);
      const card = createVirtualCard(order.card);
      await ending.finish(upgraded, order, card);
      const after = await upgraded.ledger.read(order.orderId);
      expect(after?.situation.order.state).toBe(ending.state);
      expect(card.state.ep.balanceFen).toBe(ending.balanceFen);
    });

    test('slips of the orders that were there are counted', async () => {
      const [{ orderId } = { orderId: '' }] = release.orders;
      for (const number of [1, 2]) {
        const print = { requestKey: `T1 ${String(number)}`, atMs: number };
        expect(await upgraded.ledger.countSlip(orderId, print)).toBe(number);
        expect(await upgraded.ledger.countSlip(orderId, print)).toBe(number);
      }
    });

    test('the books add up, and every state of the release was there', async () => {
      const totals = Object.values(await upgraded.ledger.totals());
      expect(totals.reduce((sum, amount) => sum + amount, 0)).toBe(0);
      expect(new Set(release.orders.map(({ name }) => name))).toEqual(
        new Set(Object.keys(ENDINGS)),
      );
    });
  });
}

/** More plates than one look at them takes, each spelt as no operator types it. */
const OLD_PLATES = 2500;
const ODD_PLATES = `INSERT INTO load_order (order_id, idempotency_key, request, card_number,
    issuer_factor, key_index, amount_fen, state, probes_passed, bad_tacs, refused_credits, outlet,
    plate, plate_colour, created_at_ms, updated_at_ms, revision)
  WITH RECURSIVE numbers (n) AS
    (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${String(OLD_PLATES)})
  SELECT 'ODD' || n, 'ODD' || n, 'r', '62012200' || (10000000 + n), 'B8CACBE0', 1, 100, 'EXPIRED',
    0, 0, 0, 'self', ' 甘ｂ·' || (10000 + n), 0, n, n, 1 FROM numbers`;

describe.each(STORES)('plates of old orders on %s', (store) => {
  test.each(RELEASES)('$version: found as they are typed, shown as they were', async (release) => {
    const rows = [...release.rows, ODD_PLATES];
    const open = await placeReleased(server, store, { ...release, rows });
    const { ledger } = await open();
    const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 2 };
    for (const n of [0, 999, 1000, 1001, OLD_PLATES - 1]) {
      const plate = `甘B${String(10_000 + n)}`;
      const found = await ledger.findOrders({ ...range, plate });
      expect(found.map((order) => [order.orderId, order.plate])).toEqual([
        [`ODD${String(n)}`, ` 甘ｂ·${String(10_000 + n)}`],
      ]);
    }
    expect(await ledger.findOrders({ ...range, plate: '甘A12345' })).toHaveLength(2);
    await ledger.close();
  });
});

describe('rolled back', () => {
  test.each(RELEASES)(
    '$version: the copy from before the upgrade is as it was',
    async (release) => {
      const file = sqliteFileOf(release);
      const copy = `${file}.before`;
      copyFileSync(file, copy);
      const { ledger } = await sqliteStores(new sqlite.Database(file));
      await ledger.close();
      const versions = versionsIn(copy);
      expect(versionsIn(file).length).toBeGreaterThan(versions.length);
      copyFileSync(copy, file);
      expect(versionsIn(file)).toEqual(versions);
      expect(readFileSync(file).equals(readFileSync(copy))).toBe(true);
    },
  );
});

function versionsIn(file: string): number[] {
  const database = new sqlite.Database(file);
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const rows = database.all('SELECT version FROM schema_version ORDER BY version');
  database.close();
  return rows.map((row) => (row as { readonly version: number }).version);
}

/**
 * Every field of an order and of a card's account: which release began to write it. A new field is
 * entered here when it is made, and the release that brings it gets its rows above.
 */
const ORDER_FIELDS: Readonly<Record<keyof Required<Order>, string>> = {
  orderId: '0.1.0',
  cardNumber: '0.1.0',
  issuerFactor: '0.1.0',
  keyIndex: '0.1.0',
  amountFen: '0.1.0',
  state: '0.1.0',
  boundAtc: '0.1.0',
  probeTerminal: '0.1.0',
  probesPassed: '0.1.0',
  checkTerminal: 'next',
  taking: 'next',
  creditedBy: '0.1.0',
  frozenFrom: '0.1.0',
  release: '0.1.0',
  tacOnly: 'next',
  badTacs: '0.1.0',
  refusedCredits: '0.1.0',
  proof: 'next',
  outlet: '0.1.0',
  terminal: 'next',
  who: 'next',
  plate: '0.1.0',
  plateColour: '0.1.0',
  createdAtMs: '0.1.0',
  updatedAtMs: '0.1.0',
};
const CARD_FIELDS: Readonly<Record<keyof Required<CardAccount>, string>> = {
  cardNumber: '0.1.0',
  expectedAtc: '0.1.0',
  maxSeenAtc: '0.1.0',
  openOrderId: '0.1.0',
  frozen: '0.1.0',
};

describe('fields', () => {
  test('what a release wrote is read back from its ledger', async () => {
    const [release] = RELEASES as [Release];
    const open = await placeReleased(server, 'sqlite', release);
    const upgraded = await openUpgraded({ open, journalFile: journalFileOf(release) });
    const [orders, cards] = [new Set<string>(), new Set<string>()];
    for (const { orderId } of RELEASES[0]?.orders ?? []) {
      const situation = (await upgraded.ledger.read(orderId))?.situation;
      Object.keys(situation?.order ?? {}).forEach((field) => orders.add(field));
      Object.keys(situation?.card ?? {}).forEach((field) => cards.add(field));
    }
    await upgraded.close();
    const old = (fields: Readonly<Record<string, string>>): string[] =>
      Object.keys(fields).filter((field) => fields[field] === '0.1.0' && field !== 'release');
    expect([...orders]).toEqual(expect.arrayContaining(old(ORDER_FIELDS)));
    expect([...cards]).toEqual(expect.arrayContaining(old(CARD_FIELDS)));
  });
});
