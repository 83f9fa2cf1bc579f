import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Decision } from '../../../src/load/index.js';
import { AT_MS, attemptOf, orderOf } from '../../../src/conformance/ledger-steps.js';
import { NO_LINES } from '../../../src/server/journal/lines.js';
import { createThread, WitnessMoved } from '../../../src/server/journal/thread.js';
import type { Change, Ledger, Snapshot } from '../../../src/server/ledger/ledger.js';
import { buildCommit, PART_NAMES } from '../../../src/server/ledger/postgres/commit-sql.js';
import { readOrders } from '../../../src/server/ledger/postgres/read-sql.js';
import { postgresStores } from '../../../src/server/ledger/postgres.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';

let postgres: RunningPostgres;
let schema: string;
let schemas = 0;
let ledger: Ledger;
const query = async (text: string): Promise<Record<string, unknown>[]> => {
  const pool = postgres.pool(schema, 1);
  try {
    return (await pool.query<Record<string, unknown>>(text)).rows;
  } finally {
    await pool.end();
  }
};

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
beforeEach(async () => {
  schema = `batches_${String(process.pid)}_${String(++schemas)}`;
  await createSchema(postgres, schema);
  ({ ledger } = await postgresStores(postgres.pool(schema)));
  return () => ledger.close();
});
afterAll(() => postgres.stop());

const cardOf = (number: number): string => `62012200${String(number).padStart(8, '0')}`;

/** An order of a card of its own. */
async function order(number: number): Promise<Snapshot> {
  const orderId = `A${String(number).padStart(2, '0')}`;
  const made = orderOf(orderId, { cardNumber: cardOf(number) });
  await ledger.createOrder(made, `key ${orderId}`, 'request');
  const snapshot = await ledger.read(orderId);
  if (snapshot === undefined) throw new Error('no order');
  return snapshot;
}

function paid(snapshot: Snapshot, transactionId: string, rest: Partial<Change> = {}): Change {
  const { order: before, card } = snapshot.situation;
  const { orderId } = before;
  const decision: Decision = {
    order: { ...before, state: 'PAID' },
    card,
    newPayment: { orderId, transactionId, amountFen: 10_000, surplus: false },
    transfers: [{ debit: 'cash', credit: 'liability', amountFen: 10_000 }],
    step: { do: 'stop', state: 'PAID', money: 'untouched' },
  };
  return { snapshot, decision, evidence: 'payment', atMs: AT_MS + 1, ...rest };
}

async function openThread() {
  const { epoch, identityNow: identity } = await ledger.readWitness();
  const journalId = 'J1';
  const row = { journalId, name: 'J1', ...NO_LINES, pending: [], state: 'open' as const, epoch };
  await ledger.writeJournal({ ...row, ephemeral: false, peersAt: 0 });
  return createThread({ journalId, epoch, identity, position: NO_LINES }, () => NO_LINES);
}

const line = (orderId: string) =>
  ({ kind: 'tac', atMs: AT_MS, orderId, cardNumber: '', onlineAtc: 0, random: '' }) as const;

describe('decisions that are committed together', () => {
  test('each gets its own answer, and the others are written', async () => {
    const snapshots = await Promise.all(Array.from({ length: 20 }, (_none, at) => order(at)));
    const [first, second] = snapshots;
    if (first === undefined || second === undefined) throw new Error('no orders');
    await ledger.commit(paid(first, 'p:first'));
    const answers = await Promise.allSettled(
      // The first is out of date, the second's payment was booked on the first.
      snapshots.map((one, at) =>
        ledger.commit(paid(one, at === 1 ? 'p:first' : `p:${String(at)}`)),
      ),
    );
    expect(answers[0]).toMatchObject({ value: { written: false } });
    expect(answers[1]).toMatchObject({ reason: { code: 'PAYMENT_REUSED' } });
    expect(answers.slice(2)).toEqual(
      snapshots.slice(2).map(() => ({ status: 'fulfilled', value: { written: true } })),
    );
    expect((await ledger.totals()).cash).toBe(19 * 10_000);
    expect((await ledger.read('A01'))?.situation).toEqual(second.situation);
    expect(await query('SELECT 1 FROM audit_event')).toHaveLength(20 + 19);
  });

  test('their lines follow each other, and the row stands behind the last one', async () => {
    const thread = await openThread();
    const snapshots = await Promise.all(Array.from({ length: 9 }, (_none, at) => order(at)));
    const answers = await Promise.all(
      snapshots.map((one, at) =>
        ledger.commit(
          paid(one, `p:${String(at)}`, { witness: { thread, line: line(String(at)) } }),
        ),
      ),
    );
    const entries = answers.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
    expect(entries.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
      snapshots.map((_one, at) => at + 1),
    );
    // Each decision has the entry of its own line.
    entries.forEach(({ body }, at) => {
      expect(JSON.parse(body)).toMatchObject({ orderId: String(at) });
    });
    const { journals } = await ledger.readWitness();
    const last = [...entries].sort((a, b) => a.sequence - b.sequence).at(-1);
    expect(journals).toMatchObject([{ sequence: 9, head: last?.head }]);
    expect(thread.position).toMatchObject({ sequence: 9 });
  });

  test('a journal that has moved stops what has a line, and nothing else', async () => {
    const thread = await openThread();
    const [a, b] = [await order(1), await order(2)];
    await query('UPDATE journal SET sequence = 7');
    const [lined, plain] = await Promise.allSettled([
      ledger.commit(paid(a, 'p:1', { witness: { thread, line: line('A01') } })),
      ledger.commit(paid(b, 'p:2')),
    ]);
    expect(lined).toMatchObject({ reason: expect.any(WitnessMoved) as unknown });
    expect(plain).toMatchObject({ value: { written: true } });
    expect((await ledger.read('A01'))?.version).toBe(a.version);
  });

  test('a nonce is spent with the decision, once', async () => {
    const nonce = { keyId: 'K1', nonce: 'AA', atMs: AT_MS };
    const [a, b] = [await order(1), await order(2)];
    expect(await ledger.commit(paid(a, 'p:1', { record: { nonce } }))).toEqual({ written: true });
    await expect(ledger.commit(paid(b, 'p:2', { record: { nonce } }))).rejects.toMatchObject({
      code: 'REQUEST_REPLAYED',
    });
    expect((await ledger.read('A02'))?.version).toBe(b.version);
    const reply = { requestHash: 'H', status: 200, body: '{}' };
    const kept = { reply: { keyId: 'K1', idempotencyKey: 'I1', reply } };
    expect(await ledger.commit(paid(b, 'p:2', { record: kept }))).toEqual({ written: true });
    expect(await query('SELECT body FROM reply')).toEqual([{ body: '{}' }]);
  });

  test('what was written is kept, and is what reading gives', async () => {
    await ledger.commit(paid(await order(1), 'p:1'));
    expect(ledger.recall?.('A01')).toEqual(await ledger.read('A01'));
    const snapshot = await ledger.read('A01');
    if (snapshot === undefined) throw new Error('no order');
    const { order: before, card } = snapshot.situation;
    const decision: Decision = {
      order: { ...before, state: 'ISSUED', boundAtc: 7 },
      card: { ...card, openOrderId: 'A01', expectedAtc: 7, maxSeenAtc: 7 },
      newAttempt: attemptOf(before, 7),
      transfers: [],
      step: { do: 'stop', state: 'ISSUED', money: 'in-doubt' },
    };
    await ledger.commit({ snapshot, decision, evidence: 'init', atMs: AT_MS + 2 });
    expect(ledger.recall?.('A01')).toEqual(await ledger.read('A01'));
    // Who was refused knows no more.
    await ledger.commit({ snapshot, decision, evidence: 'init', atMs: AT_MS + 3 });
    expect(ledger.recall?.('A01')).toBeUndefined();
  });
});

test('on an empty ledger, too, rows are found by their indexes', async () => {
  const types = await query(
    `SELECT table_name || '.' || column_name AS name, data_type FROM information_schema.columns
      WHERE table_schema = current_schema()`,
  );
  const typeOf = (table: string, column: string): string =>
    String(types.find(({ name }) => name === `${table}.${column}`)?.data_type);
  const dialect = {
    counter: '',
    identity: `'identity'`,
    ownWords: [],
    oneView: [],
    skipTaken: '',
    reached: 'NULL',
  };
  const statements = [
    buildCommit(PART_NAMES, true, dialect, { typeOf, spread: false }),
    readOrders(false),
  ];
  for (const statement of statements) {
    const rows = await query(`EXPLAIN (GENERIC_PLAN) ${statement}`);
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n');
    expect(plan).not.toMatch(/Seq Scan on (card|load_order|binding|attempt|payment|journal)\b/);
    expect(plan).toMatch(/using load_order_pkey/);
  }
});
