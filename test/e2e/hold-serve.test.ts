/** Two servers at one database or one journal, and a database that is replaced under a server. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLI as PROGRAM, ROOT } from '../../build/entries.js';
import { toHex } from '../../src/bytes.js';
import { envFrom } from '../../src/env.js';
import type { Authority } from '../../src/load/index.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { readCard, serverClient } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type ServerProcess, startServer } from '../kill/server-process.js';

const CLI = join(ROOT, `dist/${PROGRAM.name}.js`);
const ORDERS = 60;

let folder = '';
let keys = '';
const shared = mkdtempSync(join(tmpdir(), 'quancun-keys-'));
const servers: ServerProcess[] = [];

beforeAll(() => {
  execFileSync(process.execPath, [CLI, 'test-keys', join(shared, 'keys')]);
  keys = join(shared, 'keys', 'server.json');
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-serve-'));
});
afterEach(() => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => {
  rmSync(shared, { recursive: true, force: true });
});

function serve(file: string, journal = join(folder, 'journal')): ServerProcess {
  const server = startServer({ db: `sqlite:${file}`, keys, journal });
  servers.push(server);
  return server;
}

/** A server's door; it must have started. */
async function doorOf(server: ServerProcess): Promise<Authority> {
  const url = await server.url;
  if (url === undefined) throw new Error(await server.ended);
  const caller = JSON.parse(readFileSync(join(shared, 'keys', 'terminal.json'), 'utf8')) as {
    keyId: string;
    secret: string;
  };
  return serverClient({ ...caller, url, env: envFrom(globalThis), fetch, timeoutMs: 60_000 });
}

async function draft(key: string) {
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber: '6201229900000001' }));
  const { issueInformation } = await readCard(simulatorTransport(card));
  const issue = toHex(issueInformation);
  const order = { protocol: 1, issueInformation: issue, amountFen: 1000, outlet: 'self' } as const;
  return { ...order, idempotencyKey: key };
}

/** Orders that the server has acknowledged. */
async function createOrders(door: Authority, prefix: string): Promise<readonly string[]> {
  const orders: string[] = [];
  for (let number = 0; number < ORDERS; number += 1) {
    const { orderId } = await door.createOrder(await draft(`${prefix}-${String(number)}`));
    orders.push(orderId);
  }
  return orders;
}

/** The same keys: an order that is known is answered, one that is not gets a new number. */
const knownOrders = createOrders;

describe('two servers, one database', () => {
  test.each([
    ['a link', symlinkSync],
    ['a hard link', linkSync],
  ])(
    'through %s and the real name: the second is refused, and nothing is lost',
    async (_n, link) => {
      mkdirSync(join(folder, 'data'));
      const file = join(folder, 'data', 'orders.db');
      const other = join(folder, 'other.db');
      if (link === symlinkSync) link(file, other);
      const first = serve(link === symlinkSync ? other : file);
      const orders = await createOrders(await doorOf(first), 'before');
      if (link === linkSync) link(file, other);

      const second = serve(link === symlinkSync ? file : other, join(folder, 'journal-2'));
      expect(await second.url).toBeUndefined();
      expect(await second.ended).toContain('LEDGER_IN_USE');

      first.kill('SIGKILL');
      await first.ended;
      if (link === linkSync) rmSync(other);
      const again = await doorOf(serve(file));
      expect(await knownOrders(again, 'before')).toEqual(orders);
    },
  );

  test('one journal for both: the second is refused', async () => {
    const first = serve(join(folder, 'one.db'));
    await doorOf(first);
    symlinkSync(join(folder, 'journal'), join(folder, 'journal-link'));
    for (const journal of ['journal', 'journal-link']) {
      const second = serve(join(folder, 'two.db'), join(folder, journal));
      expect(await second.url).toBeUndefined();
      expect(await second.ended).toContain('JOURNAL_IN_USE');
    }
    first.kill('SIGKILL');
    await first.ended;
    // Free again, for the database that it goes with.
    await doorOf(serve(join(folder, 'one.db')));
  });
});

describe('a database that is not the one any more', () => {
  const away = (file: string): void => {
    renameSync(file, `${file}.away`);
  };
  test.each<[string, (file: string) => void, (file: string) => void]>([
    ['moved', away, (file) => renameSync(`${file}.away`, file)],
    [
      'replaced by a copy',
      (file) => {
        away(file);
        copyFileSync(`${file}.away`, file);
      },
      (file) => renameSync(`${file}.away`, file),
    ],
    ['linked', (file) => linkSync(file, `${file}.link`), (file) => rmSync(`${file}.link`)],
    [
      'parted from its log',
      (file) => renameSync(`${file}-wal`, `${file}.log`),
      (file) => renameSync(`${file}.log`, `${file}-wal`),
    ],
  ])('%s: nothing is answered, until a restart', async (_name, spoil, mend) => {
    const file = join(folder, 'orders.db');
    const server = serve(file);
    const door = await doorOf(server);
    const { orderId } = await door.createOrder(await draft('before'));
    spoil(file);
    const refused = { code: 'LEDGER_REPLACED' };
    await expect(door.createOrder(await draft('after'))).rejects.toMatchObject(refused);
    mend(file);
    await expect(door.createOrder(await draft('after'))).rejects.toMatchObject(refused);
    server.kill('SIGTERM');
    expect(await server.ended).toContain('LEDGER_REPLACED');
    const again = await doorOf(serve(file));
    expect((await again.createOrder(await draft('before'))).orderId).toBe(orderId);
  });
});
