/** The office as its people run it: a server that began the day before, commands, two keys. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { envFrom } from '../../src/env.js';
import { serverClient } from '../../src/terminal/index.js';
import { CARD_NUMBER, orderRequest } from '../support/http-messages.js';
import { events, quancun, quancunIn, temporaryFolder } from '../support/quancun-process.js';

const folder = temporaryFolder();
const BACK_MS = 26 * 3_600_000;
const chinaDay = (atMs: number): string =>
  new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 10);
const YESTERDAY = chinaDay(Date.now() - BACK_MS);
const key = (name: string): string => join(folder, 'keys', `${name}.json`);
let child: ChildProcess | undefined;
let port = '';

/** A clock that is behind: what it makes is of a day that is over. */
const CLOCK = `const Real = Date;
globalThis.Date = class extends Real {
  constructor(...at) { super(...(at.length > 0 ? at : [Real.now() - ${String(BACK_MS)}])); }
  static now() { return Real.now() - ${String(BACK_MS)}; }
};`;

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return String(address.port);
}

async function serve(isBehind: boolean): Promise<void> {
  const clock = isBehind ? ['--import', `data:text/javascript,${encodeURIComponent(CLOCK)}`] : [];
  const words = ['serve', '--db', `sqlite:${join(folder, 'orders.db')}`, '--port', port, '--json'];
  const started = spawn(process.execPath, [
    ...[...clock, join(ROOT, `dist/${CLI.name}.js`), ...words, '--keys', key('server')],
  ]);
  child = started;
  let said = '';
  started.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise<void>((found, failed) => {
    let out = '';
    started.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('"port":')) found();
    });
    started.once('exit', () => {
      failed(new Error(out + said));
    });
  });
}

async function stop(): Promise<void> {
  const ended = new Promise((done) => child?.once('exit', done));
  child?.kill('SIGTERM');
  await ended;
}

/** A command of the office, with the first key or the second. */
const asked = (name: string, ...words: readonly string[]): readonly string[] => [
  ...['office', name, '--server', `http://127.0.0.1:${port}`],
  ...(words.includes('--credentials') ? [] : ['--credentials', key('office')]),
  ...words,
];
const office = (name: string, ...words: readonly string[]) => quancun(...asked(name, ...words));
const SECOND = () => ['--credentials', key('office-2')] as const;

const orders: string[] = [];
beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
  port = await freePort();
  await serve(true);
  const credentials = JSON.parse(readFileSync(key('terminal'), 'utf8')) as {
    readonly keyId: string;
    readonly secret: string;
  };
  const url = `http://127.0.0.1:${port}`;
  const client = serverClient({ url, ...credentials, env: envFrom(globalThis), fetch });
  for (const [at, provider] of ['cash', 'cash', 'pos'].entries()) {
    const { orderId } = await client.createOrder({
      ...orderRequest({ idempotencyKey: `k${String(at)}` }),
      issueInformation: orderRequest().issueInformation.replace(
        CARD_NUMBER,
        String(6_201_220_000_007_000 + at),
      ),
    });
    const paid = { protocol: 1, provider, transactionId: `slip-${String(at)}`, amountFen: 10_000 };
    await client.confirmPayment({ ...paid, protocol: 1, orderId });
    orders.push(orderId);
  }
}, 120_000);
afterAll(() => {
  child?.kill('SIGKILL');
});

describe('orders and refunds', () => {
  test('show tells an order whole, in both languages', async () => {
    const [orderId = ''] = orders;
    const { out, status } = await office('show', '--order', orderId);
    expect(status).toBe(0);
    expect(out).toContain('waits for load');
    expect(out).toMatch(/cash:slip-0 {2}100\.00 {2}terminal-1/);
    expect(out).not.toContain('6201220000007000');
    const { out: zh } = await quancunIn('zh_CN', ...asked('show', '--order', orderId));
    expect(zh).toMatch(/状态[\s\u3000]+待圈存[\s\S]*付款[\s\S]*经过/);
  });

  test('without a terminal and without --yes nothing is done', async () => {
    const [orderId = ''] = orders;
    const { status, err } = await office('cancel', '--order', orderId);
    expect([status, err]).toEqual([2, expect.stringContaining('NOT_CONFIRMED')]);
    const [told] = events((await office('show', '--order', orderId, '--json')).out);
    expect(told).toMatchObject({ event: 'history', order: { state: 'PAID' } });
  });

  test('cancelled, owed, given back: each says where the money is, and what is next', async () => {
    const [, orderId = ''] = orders;
    const cancelled = await office('cancel', '--order', orderId, '--yes');
    expect(cancelled.out).toMatch(
      /given up; it is now: refund due\n {2}money: 100\.00 yuan, taken/,
    );
    expect(cancelled.out).toContain('next: QR: the system refunds it. Cash and POS: give it back');
    const owed = events((await office('owed', '--json')).out);
    expect(owed).toMatchObject([
      { event: 'owed', orderId, amountFen: 10_000, status: 'due' },
      { event: 'total', payments: 1, totalFen: 10_000 },
    ]);
    const back = await quancunIn('zh_CN', ...asked('refund', '--order', orderId, '--yes'));
    expect(back.out).toMatch(/已登记退款；当前状态：已退款\n {2}资金：100\.00 元，已退还/);
    const again = await office('cancel', '--order', orderId, '--yes');
    expect([again.status, again.err]).toEqual([
      1,
      expect.stringContaining('ORDER_NOT_CANCELLABLE'),
    ]);
  });

  test('list: orders of an outlet and a state', async () => {
    const days = ['--from', YESTERDAY, '--to', YESTERDAY];
    const found = await office('list', '--outlet', 'self', '--state', 'PAID', ...days, '--json');
    expect(events(found.out).pop()).toMatchObject({ event: 'total', orders: 2 });
    const none = await office('list', '--outlet', 'west', ...days);
    expect(none.out).toContain('0 orders');
  });

  test('worklist, journals and a statement of a provider that there is not', async () => {
    expect((await office('worklist')).out).toContain('0 entries');
    expect((await office('journals')).status).toBe(0);
    const none = await office('statement', '--provider', 'wechat', '--day', YESTERDAY);
    expect([none.status, none.err]).toEqual([
      1,
      expect.stringContaining('PAYMENT_PROVIDER_UNKNOWN'),
    ]);
    const ended = await office('end-work', '--key', 'x', '--reason', 'y');
    expect(ended.err).toContain('WORK_UNKNOWN');
  });
});

describe('the day after', () => {
  const day = ['--outlet', 'self', '--day', YESTERDAY];
  beforeAll(async () => {
    const early = await office('close-day', ...day, '--counted', 'cash=100.00', '--yes');
    expect(early.err).toContain('DAY_NOT_OVER');
    await stop();
    await serve(false);
  }, 120_000);

  test('takings are held against what was counted', async () => {
    const short = await office('takings', '--day', YESTERDAY, '--counted', 'cash=90');
    expect(short.out).toContain('cash: books 100.00, counted 90.00, difference -10.00');
    expect(short.status).toBe(1);
    expect(short.out).toContain('Nothing was written down');
    const right = await office('takings', '--day', YESTERDAY, '--counted', 'cash=100,pos=100');
    expect(right.status).toBe(0);
  });

  test('short money: a reason, a second person, and then for ever', async () => {
    const counted = [...day, '--counted', 'cash=90.00,pos=100', '--yes'];
    expect((await office('close-day', ...counted)).err).toContain('DAY_REASON_MISSING');
    const first = await office('close-day', ...counted, '--reason', '少收');
    expect(first.out).toContain('counted 90.00: 10.00 SHORT');
    expect(first.out).toContain('a second person');
    const same = await office('close-day', ...day, '--approve', '--yes');
    expect(same.out).toContain('Not closed yet');
    const words = asked('close-day', ...day, '--approve', '--yes', ...SECOND());
    const second = await quancunIn('zh_CN', ...words);
    expect(second.out).toMatch(/短款 10\.00[\s\S]*原因：少收[\s\S]*确认 office-2[\s\S]*✓ 已日结/);
    const again = await office('close-day', ...counted, '--reason', '少收');
    expect([again.status, again.err]).toEqual([1, expect.stringContaining('DAY_CLOSED')]);
    expect((await office('days', '--outlet', 'self')).out).toContain(`self  ${YESTERDAY}  closed`);
  });

  test('its export adds up, as a table and as lines', async () => {
    const file = join(folder, 'day.csv');
    const told = await office('export', ...day, '--out', file);
    expect(told.out).toContain('5 postings, which add up to what was closed');
    const [head = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    expect(head.startsWith('\uFEFFrecord,time,order,kind')).toBe(true);
    const cells = lines.map((line) => line.split(','));
    expect(new Set(cells.map((row) => row.length))).toEqual(new Set([head.split(',').length]));
    const cash = cells
      .filter(([record]) => record === 'posting')
      .reduce((fen, row) => {
        const amount = Number(row[8]);
        return fen + (row[5] === 'cash' ? amount : row[6] === 'cash' ? -amount : 0);
      }, 0);
    expect(cells.find((row) => row[0] === 'total' && row[3] === 'cash')?.[8]).toBe(String(cash));
    expect(cash).toBe(20_000);
    expect((await office('export', ...day, '--out', file)).status).toBe(2);
    const jsonl = join(folder, 'day.jsonl');
    await office('export', ...day, '--format', 'jsonl', '--out', jsonl);
    const rows = events(readFileSync(jsonl, 'utf8'));
    expect(rows.pop()).toMatchObject({ record: 'total', rows: 5, accounts: { cash: 20_000 } });
    expect(rows.filter((row) => row.kind === 'refunded')).toMatchObject([
      { method: 'cash', transactionId: 'cash:slip-1', amountFen: 10_000 },
    ]);
  });

  test('a day that is not closed leaves no file', async () => {
    const file = join(folder, 'none.csv');
    const today = ['--outlet', 'self', '--day', chinaDay(Date.now())];
    expect((await office('export', ...today, '--out', file)).err).toContain('DAY_NOT_CLOSED');
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  });
});
