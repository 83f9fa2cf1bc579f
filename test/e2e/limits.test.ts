/** Guessers against a served product, over real sockets: no limit is passed, nobody is locked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { createTerminal } from '../kill/terminal.js';
import { askSigned, countCodes, guessMac1, makeOrder, type Signer } from '../support/guesser.js';
import { createSchema, type RunningPostgres, startPostgres } from '../support/postgres.js';
import { events, quancun, temporaryFolder } from '../support/quancun-process.js';

const PROGRAM = join(ROOT, `dist/${CLI.name}.js`);
const BURST = 1_500;
const folder = temporaryFolder();
const callers: readonly Signer[] = Array.from({ length: 80 }, (_, at) => ({
  keyId: `till-${String(at)}`,
  secret: randomBytes(32).toString('hex'),
}));
const [guesser, honest, ...others] = callers as readonly [Signer, Signer, ...Signer[]];
const keys = join(folder, 'fleet.json');
const office = join(folder, 'keys/office.json');
let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
  const file = JSON.parse(readFileSync(join(folder, 'keys/server.json'), 'utf8')) as {
    readonly terminals: object[];
  };
  const fleet = callers.map((one) => ({ ...one, scopes: ['recharge', 'query'] }));
  writeFileSync(keys, JSON.stringify({ ...file, terminals: [...file.terminals, ...fleet] }));
}, 60_000);
afterAll(async () => {
  await postgres.stop();
});

interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  said(): string;
}

async function serve(db: string, journal: string): Promise<Served> {
  const words = ['serve', '--db', db, '--keys', keys, '--journal', join(folder, journal)];
  const child = spawn(
    process.execPath,
    [PROGRAM, ...words, '--port', '0', '--issuer', 'sole', '--json'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const port = await new Promise<string>((found, failed) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, digits] = /"port":(\d+)/.exec(said) ?? [];
      if (digits !== undefined) found(digits);
    });
    child.once('exit', () => {
      failed(new Error(said));
    });
  });
  return { url: `http://127.0.0.1:${port}`, child, said: () => said };
}

const DATABASES = {
  SQLite: () => Promise.resolve([[`sqlite:${join(folder, 'orders.db')}`, 'one.journal']] as const),
  'PostgreSQL, two servers': async () => {
    await createSchema(postgres, 'guessed');
    const url = new URL(postgres.url);
    url.searchParams.set('options', '-c search_path=guessed');
    return ['two.journal', 'three.journal'].map((journal) => [url.href, journal] as const);
  },
};

describe.each(Object.entries(DATABASES))('%s', (_name, open) => {
  const servers: Served[] = [];
  let urls: readonly string[] = [];
  let cards = 0;
  const nextCard = () => `62012201${String((cards += 1)).padStart(8, '0')}`;
  const at = (number: number): string => urls[number % urls.length] ?? '';
  beforeAll(async () => {
    for (const [db, journal] of await open()) servers.push(await serve(db, journal));
    urls = servers.map(({ url }) => url);
  }, 60_000);
  afterAll(async () => {
    for (const { child } of servers) {
      const ended = new Promise((exit) => child.once('exit', exit));
      child.kill('SIGTERM');
      await ended;
    }
  });

  /** So many guesses at once, turn by turn at the cards that are given, over all servers. */
  const burst = async (who: Signer, orders: readonly (readonly [string, string])[]) =>
    Promise.all(
      Array.from({ length: BURST }, (_, number) => {
        const [cardNumber, orderId] = orders[number % orders.length] ?? ['', ''];
        return guessMac1(at(number), who, orderId, cardNumber);
      }),
    );

  test('1,500 guesses at once at one card: three are weighed', { timeout: 120_000 }, async () => {
    const cardNumber = '6201220000000001';
    const orderId = await makeOrder(at(0), guesser, cardNumber);
    const heard = await burst(guesser, [[cardNumber, orderId]]);
    expect(countCodes(heard).MAC1_INVALID).toBe(3);
    for (const { status, retryAfter = 0 } of heard.filter((one) => one.status !== 200)) {
      expect([429, 503]).toContain(status);
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(86_400);
    }
    // The card is nobody's to lock: at another terminal it is loaded.
    const terminal = createTerminal(1, honest, () => 0);
    expect((await terminal.visit(at(1))).outcome).toBe('credited');
  });

  test('1,500 at twenty cards: twenty an hour are weighed', { timeout: 120_000 }, async () => {
    const orders: [string, string][] = [];
    for (let count = 0; count < 20; count += 1) {
      const cardNumber = nextCard();
      orders.push([cardNumber, await makeOrder(at(count), guesser, cardNumber)]);
    }
    expect(countCodes(await burst(guesser, orders)).MAC1_INVALID).toBe(17);
  });

  test('1,500 wrong TACs at once: twenty are asked about', { timeout: 120_000 }, async () => {
    const cardNumber = '6201220000000002';
    const terminal = createTerminal(2, honest, () => 0);
    expect((await terminal.visit(at(0))).outcome).toBe('credited');
    const [orderId = ''] = terminal.acks.credited;
    const responses = Array.from({ length: 4 }, () => `${randomBytes(8).toString('hex')}9000`);
    const report = { protocol: 1, cardNumber, evidence: { kind: 'proved', responses } };
    const path = `/v1/orders/${orderId}/visits`;
    const heard = await Promise.all(
      Array.from({ length: BURST }, (_, number) => askSigned(at(number), honest, path, report)),
    );
    expect(heard.filter(({ status }) => status === 200)).toHaveLength(20);
    // The order is heard from any other terminal.
    expect((await askSigned(at(1), guesser, path, report)).status).toBe(200);
  });

  test('the fleet guesses: it is slowed, not stopped', { timeout: 300_000 }, async () => {
    const crowd = others.slice(0, 56);
    await Promise.all(
      crowd.map(async (who, number) => {
        for (let card = 0; card < 7; card += 1) {
          const cardNumber = nextCard();
          const orderId = await makeOrder(at(number), who, cardNumber);
          for (let tries = 0; tries < 3; tries += 1) {
            await guessMac1(at(number), who, orderId, cardNumber);
          }
        }
      }),
    );
    const scraped = await Promise.all(
      urls.map(async (url) => (await fetch(`${url}/metrics`)).text()),
    );
    for (const text of scraped) expect(text).toContain('quancun_wrong_code_alarm 1');
    // Terminals that have shown none go on, and one that guesses has two.
    const working = others.slice(56, 68).map(async (who, number) => {
      const terminal = createTerminal(100 + number, who, () => 0);
      return (await terminal.visit(at(number))).outcome;
    });
    expect(new Set(await Promise.all(working))).toEqual(new Set(['credited']));
    const [late] = others.slice(70);
    const cardNumber = nextCard();
    const orderId = await makeOrder(at(0), late as Signer, cardNumber);
    const heard = await burst(late as Signer, [[cardNumber, orderId]]);
    expect(countCodes(heard).MAC1_INVALID).toBe(2);
    expect(servers.map(({ said }) => said()).join('')).toContain('"event":"wrong-code-alarm"');
  });

  test('limits: listed, and cleared with who did it', { timeout: 60_000 }, async () => {
    const ask = ['limits', '--server', at(0), '--credentials', office, '--json'];
    const listed = await quancun(...ask);
    expect(listed.status).toBe(0);
    expect(listed.out).not.toContain('6201220000000001');
    const lines = events(listed.out);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'wrong', keyId: guesser.keyId, codes: 3 }),
    );
    expect(lines.at(-1)).toMatchObject({ event: 'limits', alarmed: true });
    const refused = await quancun(...ask, '--clear');
    expect([refused.status, events(refused.out).at(-1)?.code]).toEqual([2, 'OPTION_INVALID']);
    const reason = ['--reason', 'the key was stolen, and is out of the file'];
    const card = ['--clear', '--card-number', '6201220000000001', '--terminal', guesser.keyId];
    const one = await quancun(...ask, ...card, ...reason);
    expect(events(one.out).at(-1)).toMatchObject({ codes: 3, clearedBy: 'office-1' });
    const all = await quancun(...ask, '--clear', '--all', ...reason);
    expect(all.status).toBe(0);
    const after = events((await quancun(...ask)).out);
    expect(after.at(-1)).toMatchObject({ event: 'limits', alarmed: false, wrongDay: 0 });
    expect(after.filter(({ event }) => event === 'cleared')).toHaveLength(2);
    expect(after).toContainEqual(
      expect.objectContaining({ event: 'cleared', by: 'office-1', reason: reason[1] }),
    );
    const orderId = await makeOrder(at(1), guesser, '6201220000000001');
    const heard = await guessMac1(at(1), guesser, orderId, '6201220000000001');
    expect(heard.code).toBe('MAC1_INVALID');
  });
});
