/** A SQLite file that is put back to a copy between two runs of its server. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, expect, test } from 'vitest';
import { fileJournal } from '../../../src/server/files.js';
import type { Ledger } from '../../../src/server/index.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { lostWorld } from '../../support/lost-world.js';
import { manualEnv } from '../../support/manual-env.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-restored-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const file = join(folder, 'orders.db');
const path = join(folder, 'issues.journal');
const env = manualEnv();

async function run<T>(work: (world: ReturnType<typeof lostWorld>) => Promise<T>): Promise<T> {
  const { ledger } = await sqliteStores(new sqlite.Database(file));
  const journal = await fileJournal(path);
  const stores = { connect: (): Ledger => ledger, journal: () => journal };
  const world = lostWorld(stores, { policy: { issuer: 'shared' }, env });
  const done = await work(world);
  await world.server('A').authority.close();
  await journal.close();
  await ledger.close();
  return done;
}

test('the file of yesterday: the journal tells, and every card is credited once', async () => {
  const cards = ['6201220000000001', '6201220000000002'] as const;
  const customers = await run(async (world) => {
    const [one, two] = cards.map((cardNumber) => world.customer(cardNumber));
    await one?.recharge(world.server('A'), 'R0');
    return [one, two] as const;
  });
  for (const end of ['', '-wal', '-journal']) {
    if (existsSync(file + end)) copyFileSync(file + end, `${file}.copy${end}`);
  }
  const [one, two] = customers;
  await run(async (world) => {
    await one?.recharge(world.server('A'), 'R1', 'answer-lost').catch(() => undefined);
    await two?.recharge(world.server('A'), 'R1');
  });
  expect([one?.credits(), two?.credits()]).toEqual([2, 1]);
  for (const end of ['', '-wal', '-journal']) {
    rmSync(file + end, { force: true });
    if (existsSync(`${file}.copy${end}`)) copyFileSync(`${file}.copy${end}`, file + end);
  }
  await run(async (world) => {
    world.env.advance(60_000);
    const A = world.server('A');
    expect(await A.authority.open()).toMatchObject({ repaired: 3, frozen: 0 });
    expect(await one?.recharge(A, 'R1')).toMatchObject({ outcome: 'credited' });
    expect(await two?.recharge(A, 'R1')).toMatchObject({ outcome: 'credited' });
    expect([one?.credits(), two?.credits()]).toEqual([2, 1]);
    const fresh = world.customer('6201220000000003');
    expect(await fresh.recharge(A, 'R1')).toMatchObject({ outcome: 'credited' });
  });
});
