/** A server, a card and terminals in processes of their own, as their users run them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'quancun-e2e-'));
const keys = join(folder, 'keys');
const db = `sqlite:${join(folder, 'orders.db')}`;
const running: ChildProcess[] = [];

interface Line {
  readonly event: string;
  readonly code?: string;
  readonly [name: string]: unknown;
}

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words, '--json'], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { status, stdout, stderr, lines: lines.map((line) => JSON.parse(line) as Line) };
}

/** Starts a command that stays, and waits for the port it tells. */
async function start(...words: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [CLI, ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  let said = '';
  const port = await new Promise<number>((found, failed) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, digits] = /"port":(\d+)/.exec(said) ?? [];
      if (digits !== undefined) found(Number(digits));
    });
    child.once('exit', () => {
      failed(new Error(said));
    });
  });
  return { child, port };
}

async function stop(child: ChildProcess, signal: 'SIGTERM' | 'SIGINT'): Promise<number | null> {
  const ended = new Promise<number | null>((exit) => child.once('exit', exit));
  child.kill(signal);
  return ended;
}

let card = '';
beforeAll(async () => {
  expect(run('test-keys', keys).status).toBe(0);
  const { port } = await start('sim', '--tcp', '0');
  card = `tcp:127.0.0.1:${String(port)}`;
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('serve, recharge, load, orders', () => {
  test('a morning at an outlet', async () => {
    const serve = ['serve', '--db', db, '--keys', join(keys, 'server.json'), '--port', '0'];
    const { child, port } = await start(...serve);
    const server = `http://127.0.0.1:${String(port)}`;
    const ask = ['--server', server, '--credentials', join(keys, 'terminal.json')];
    const visit = ['--card', card, ...ask];

    const first = run('recharge', ...visit, '--amount', '100', '--receipt', 'slip-1');
    expect(first.status).toBe(0);
    expect(first.lines.at(-1)).toMatchObject({
      event: 'load',
      outcome: 'credited',
      amountFen: 10_000,
      provedBy: 'tac',
      balanceAfterFen: 10_000,
    });
    const again = run('recharge', ...visit, '--amount', '100', '--receipt', 'slip-1');
    expect(again.lines.at(-1)).toMatchObject({ outcome: 'credited', written: 'earlier' });
    const other = run('recharge', ...visit, '--amount', '99', '--receipt', 'slip-1');
    expect([other.status, other.lines.at(-1)?.code]).toEqual([1, 'IDEMPOTENCY_CONFLICT']);
    expect(run('read', '--card', card).stdout).toContain('"balanceFen":10000');

    const nothing = run('load', ...visit);
    expect([nothing.status, nothing.lines.at(-1)?.code]).toEqual([1, 'NOTHING_TO_LOAD']);

    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const query = ['--plate', '甘A12345', '--colour', '蓝', '--from', today, '--to', today];
    const orders = run('orders', ...ask, ...query);
    expect(orders.lines).toMatchObject([
      { event: 'order', state: 'CREDITED', amountFen: 10_000, loadable: false },
      { event: 'total', orders: 1, totalFen: 10_000 },
    ]);
    expect(orders.stdout).not.toContain('6201220000001234');
    const told = (...options: string[]) => run('orders', ...ask, ...options).lines.at(-1);
    const plate = ['--plate', '甘a·12345'];
    expect(told(...plate, '--from', '2026-01-01', '--to', today)?.code).toBe('RANGE_TOO_LONG');
    const backwards = ['--from', today, '--to', '2026-01-01'];
    expect(told(...plate, ...backwards)?.code).toBe('RANGE_REVERSED');
    expect(told(...plate, '--from', '2026-02-30', '--to', today)?.code).toBe('DATE_INVALID');
    expect(told(...plate, '--to', today)?.code).toBe('OPTION_INVALID');
    const days = ['--from', today, '--to', today];
    expect(told(...plate, '--state', 'HELD,credited', ...days)).toMatchObject({ orders: 1 });
    expect(told(...plate, '--state', 'HELD', ...days)).toMatchObject({ orders: 0 });
    expect(told(...plate, '--state', 'LOST', ...days)?.code).toBe('OPTION_INVALID');
    const orderId = String(orders.lines[0]?.orderId);
    expect(told('--order', orderId)).toMatchObject({ orders: 1, totalFen: 10_000 });
    expect(told('--payment', 'cash:nothing')).toMatchObject({ orders: 0 });
    const numbered = ['--card-number', '6201220000001234'];
    expect(told(...numbered, ...days)).toMatchObject({ orders: 1 });
    expect(told('--state', 'CREDITED', ...days)?.code).toBe('SCOPE_MISSING');

    const second = run(...serve);
    expect([second.status, second.lines.at(-1)?.code]).toEqual([1, 'LEDGER_IN_USE']);

    expect(await stop(child, 'SIGTERM')).toBe(0);
    const down = run('recharge', ...visit, '--amount', '1');
    expect([down.status, down.lines.at(-1)?.code]).toEqual([1, 'SERVER_UNREACHABLE']);
    expect(down.lines.at(-1)).toMatchObject({ money: 'untouched' });
  });

  test('the journal of another database is refused, and its own goes on', async () => {
    const journal = join(folder, 'orders.db.journal');
    // Its header, the other journals, the MAC2, the TAC that came back, and the orderly end.
    expect(readFileSync(journal, 'utf8').trim().split('\n')).toHaveLength(5);
    const serve = ['serve', '--keys', join(keys, 'server.json'), '--port', '0'];
    const restored = `sqlite:${join(folder, 'restored.db')}`;
    const { status, lines } = run(...serve, '--db', restored, '--journal', journal);
    expect([status, lines.at(-1)?.code]).toEqual([1, 'JOURNAL_FOREIGN']);
    const mistyped = run(...serve, '--db', db, '--journal', join(folder, 'mistyped.journal'));
    expect([mistyped.status, mistyped.lines.at(-1)?.code]).toEqual([1, 'JOURNAL_MISSING']);
    // The right database is served again, after all of this.
    const { child } = await start(...serve, '--db', db);
    expect(await stop(child, 'SIGINT')).toBe(0);
  });

  test.each([
    [['serve', '--db', 'mysql://x', '--keys', 'keys/server.json'], 'FILE_UNREADABLE'],
    [
      [
        'recharge',
        '--card',
        'sim:',
        '--server',
        'http://127.0.0.1:1',
        '--credentials',
        'none.json',
        '--amount',
        '1',
      ],
      'FILE_UNREADABLE',
    ],
  ])('%j: wrong words', (words, code) => {
    const { status, lines } = run(...words);
    expect([status, lines.at(-1)?.code]).toEqual([2, code]);
  });

  test('key files are for their owner alone, and are not overwritten', () => {
    expect(statSync(join(keys, 'server.json')).mode & 0o777).toBe(0o600);
    expect(run('test-keys', keys)).toMatchObject({ status: 2 });
  });
});
