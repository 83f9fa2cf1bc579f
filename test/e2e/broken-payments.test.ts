/** A line that breaks in the middle of a payment, and the way out by commands alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { events, quancun, startCard, temporaryFolder } from '../support/quancun-process.js';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const credentials = join(folder, 'keys', 'terminal.json');
const running: ChildProcess[] = [];
/** The answer to a request whose path ends so is lost on its way; the server has done its work. */
let lost: string | undefined;
let ask: readonly string[] = [];
let visit: readonly string[] = [];

/** The line between terminal and server. */
const line = createServer((asked, answer) => {
  const { method, headers, url = '' } = asked;
  const onward = request({ port: serverPort, host: '127.0.0.1', method, headers, path: url });
  onward.on('response', (said) => {
    if (lost !== undefined && url.endsWith(lost)) {
      said.resume();
      asked.socket.destroy();
      return;
    }
    answer.writeHead(said.statusCode ?? 502, said.headers);
    said.pipe(answer);
  });
  asked.pipe(onward);
});
let serverPort = 0;

beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
  const { url: card, child } = await startCard();
  running.push(child);
  const words = ['serve', '--db', `sqlite:${join(folder, 'orders.db')}`, '--port', '0', '--json'];
  const keys = ['--keys', join(folder, 'keys', 'server.json')];
  const server = spawn(process.execPath, [CLI, ...words, ...keys], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(server);
  let said = '';
  serverPort = await new Promise<number>((found, failed) => {
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, digits] = /"port":(\d+)/.exec(said) ?? [];
      if (digits !== undefined) found(Number(digits));
    });
    server.once('exit', () => failed(new Error(said)));
  });
  await new Promise<void>((listening) => line.listen(0, '127.0.0.1', listening));
  const address = line.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  ask = ['--server', `http://127.0.0.1:${String(port)}`, '--credentials', credentials, '--json'];
  visit = ['--card', card, ...ask];
});
afterAll(() => {
  line.close();
  for (const child of running) child.kill('SIGKILL');
});

async function told(...words: readonly string[]) {
  const { status, out } = await quancun(...words);
  const lines = events(out);
  const names = lines.map(({ event, stage }) => stage ?? event);
  return { status, names, last: lines.at(-1) ?? {}, lines };
}

/** A recharge whose answers of one kind are lost: its order's number. */
async function broken(path: string, receipt: string, code: string): Promise<string> {
  lost = path;
  const { status, names, last, lines } = await told(
    ...['recharge', ...visit, '--amount', '100', '--receipt', receipt],
  );
  lost = undefined;
  expect(status).toBe(1);
  expect(last).toMatchObject({ event: 'load', code });
  // The number is known before anybody pays, and told again with the advice.
  const number = lines.find(({ event }) => event === 'order-number')?.orderId;
  expect(number).toBe(last.orderId);
  expect(names.indexOf('order-number')).toBeLessThan(names.indexOf('announcing'));
  return String(number);
}

test('the same receipt again goes on with the same order', async () => {
  const orderId = await broken('/payments', 'slip-1', 'PAYMENT_UNCONFIRMED');
  expect(existsSync(`${credentials}.intents`)).toBe(true);
  const again = await told('recharge', ...visit, '--amount', '100', '--receipt', 'slip-1');
  expect(again.last).toMatchObject({ outcome: 'credited', orderId });
  expect(again.status).toBe(0);
});

test('its number is submitted without the card, and loaded when the card is back', async () => {
  const orderId = await broken('/payments', 'slip-2', 'PAYMENT_UNCONFIRMED');
  const words = ['--order', orderId, '--receipt', 'slip-2', '--amount', '100'];
  const submitted = await told('payment', 'submit', ...ask, ...words);
  expect(submitted.last).toMatchObject({ event: 'payment', outcome: 'booked', orderId });
  expect(submitted.status).toBe(0);
  const loaded = await told('load', ...visit);
  expect(loaded.last).toMatchObject({ outcome: 'credited', orderId });
});

test('what was not taken is declared, and the card is free again', async () => {
  const orderId = await broken('/taking', 'slip-3', 'SERVER_UNREACHABLE');
  const declared = await told('payment', 'not-taken', ...ask, '--order', orderId);
  expect(declared.last).toMatchObject({ event: 'payment', paid: 'no', orderId });
  expect(declared.status).toBe(0);
  const next = await told('recharge', ...visit, '--amount', '100', '--receipt', 'slip-3');
  expect(next.last).toMatchObject({ outcome: 'credited', orderId });
});

test('people are told the order and the command that is meant', async () => {
  lost = '/payments';
  const words = [...visit.filter((word) => word !== '--json'), '--amount', '100'];
  const { out } = await quancun('recharge', ...words, '--receipt', 'slip-4');
  lost = undefined;
  const [, command = ''] =
    /\$ quancun (payment submit --order [\dA-Z]{20} --receipt slip-4 .*)/.exec(out) ?? [];
  expect(command).toContain('--amount 100.00 --provider cash --server http');
  // As it stands there it books that payment, and no other.
  expect((await told(...command.split(' '), '--json')).last).toMatchObject({
    ...{ event: 'payment', outcome: 'booked', state: 'PAID' },
  });
  expect((await told('load', ...visit)).last).toMatchObject({ outcome: 'credited' });
});

test('an older order goes first: the receipt at hand is not booked, and that is said', async () => {
  const orderId = await broken('/payments', 'slip-5', 'PAYMENT_UNCONFIRMED');
  const words = [...visit, '--amount', '20', '--receipt', 'slip-6'];
  const first = await told('recharge', ...words);
  expect(first.lines).toContainEqual(expect.objectContaining({ outcome: 'credited', orderId }));
  expect(first.last).toMatchObject({ event: 'payment-not-booked', transactionId: 'slip-6' });
  expect(first.status).toBe(1);
  const again = await told('recharge', ...words);
  expect(again.last).toMatchObject({ outcome: 'credited', amountFen: 2000 });
  expect(again.status).toBe(0);
});
