/** The control port of `sim`: every act, what is refused, and the whole tear table from Python. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { tcpTransport } from '../../src/transport/drivers/tcp.js';
import { fromHex, toHex } from '../../src/bytes.js';
import { startQuancun } from '../support/pcsc-stack.js';
import { quancun, temporaryFolder } from '../support/quancun-process.js';
import { type Served, startServed } from '../support/served.js';

const folder = temporaryFolder();
let child: Awaited<ReturnType<typeof startQuancun>>['child'];
let server: Served;
let url = '';
let cardPort = 0;
beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
  const db = `sqlite:${join(folder, 'orders.db')}`;
  server = await startServed(['--db', db, '--keys', join(folder, 'keys/server.json')]);
  cardPort = 20_000 + (process.pid % 20_000);
  const words = ['sim', '--tcp', String(cardPort), '--control', '0', '--balance', '50'];
  const started = await startQuancun('control', ...words);
  child = started.child;
  url = `http://127.0.0.1:${String(started.said.port)}`;
});
afterAll(() => {
  child.kill('SIGKILL');
  server.child.kill('SIGKILL');
});

const look = async (): Promise<unknown> => (await fetch(`${url}/card`)).json();
const act = async (name: string, message: object = {}): Promise<unknown> =>
  (await fetch(`${url}/${name}`, { method: 'POST', body: JSON.stringify(message) })).json();
const open = () => tcpTransport({ host: '127.0.0.1', port: cardPort });
const BALANCE = [fromHex('00A4000002100100'), fromHex('805C000204')] as const;

describe('the control port', () => {
  test('shows the card, and what is done to it', async () => {
    expect(await look()).toMatchObject({
      balanceFen: 5000,
      plate: '甘A12345',
      application: 'open',
    });
    expect(await act('spend', { amountFen: 950 })).toMatchObject({
      balanceFen: 4050,
      offlineAtc: 1,
    });
    expect(await act('expire', { endDate: '2021-06-30' })).toMatchObject({ endDate: '2021-06-30' });
    expect(await act('lock')).toMatchObject({ application: 'locked' });
    expect(await act('lock', { application: 'open' })).toMatchObject({ application: 'open' });
    expect(await act('swap', { balanceFen: 7000, plate: '京B54321' })).toMatchObject({
      ...{ balanceFen: 7000, plate: '京B54321', endDate: '2035-12-31' },
    });
  });

  test.each([
    ['before', 7000],
    ['after', 7000],
  ])('tears %s the second exchange from now; the card comes back', async (when, balanceFen) => {
    const torn = await open();
    await act('tear', { when, exchange: 2 });
    await torn.transmit(BALANCE[0]);
    await expect(torn.transmit(BALANCE[1])).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
    const again = await open();
    await again.transmit(BALANCE[0]);
    expect(toHex(await again.transmit(BALANCE[1]))).toBe(
      `${balanceFen.toString(16).padStart(8, '0').toUpperCase()}9000`,
    );
    await again.close();
  });

  test('streams the exchanges, without a PIN', async () => {
    const stop = new AbortController();
    const { body } = await fetch(`${url}/exchanges`, { signal: stop.signal });
    const transport = await open();
    await transport.transmit(fromHex('0020000006313233343536'));
    await transport.close();
    let told = '';
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      told += new TextDecoder().decode(part);
      if (told.includes('data: ')) break;
    }
    stop.abort();
    expect(told).toMatch(/data: \{"exchange":\d+,"command":"00200000/);
    expect(told).not.toContain('313233343536');
  });

  test('refuses what it does not know, and every page of a browser', async () => {
    const status = async (path: string, init?: RequestInit): Promise<number> =>
      (await fetch(`${url}${path}`, init)).status;
    expect(await status('/nothing')).toBe(404);
    expect(await status('/tear', { method: 'POST', body: '{' })).toBe(400);
    expect(await status('/spend', { method: 'POST', body: '{"amountFen":-1}' })).toBe(400);
    expect(await status('/card', { headers: { origin: 'https://page.example' } })).toBe(403);
  });
});

test('the whole tear table from Python: one credit each', { timeout: 600_000 }, async () => {
  const program = [process.execPath, join(ROOT, `dist/${CLI.name}.js`)];
  const words = [
    join(ROOT, 'examples/sim-control/tear_table.py'),
    ...[url, `tcp:127.0.0.1:${String(cardPort)}`, `http://127.0.0.1:${String(server.port)}`],
    ...[join(folder, 'keys/terminal.json'), ...program],
  ];
  const { status, out } = await new Promise<{ status: unknown; out: string }>((resolve) => {
    execFile('python3', words, (error, said, err) => {
      resolve({ status: error === null ? 0 : error.code, out: said + err });
    });
  });
  const rows = out.trim().split('\n');
  expect(rows.filter((row) => !row.endsWith('one credit'))).toEqual([]);
  // Twelve exchanges, and the one behind the last, on both sides.
  expect(rows.length).toBe(26);
  expect(status).toBe(0);
});
