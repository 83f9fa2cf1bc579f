/**
 * Whether a served authority stays as it is: 50,000 requests, most of them signed, some wrong,
 * while 500 connections dribble. Memory as the server tells it, and how long honest requests took.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REQUESTS = 50_000;
const STEP = 5_000;
const TERMINALS = 32;
const SLOW = 500;
const PROGRAM = join(process.cwd(), 'dist/cli/main.js');

interface Caller {
  readonly keyId: string;
  readonly secret: string;
}
interface Target {
  readonly port: number;
  readonly caller: Caller;
  readonly agent: Agent;
}

/** Runs it; `--rounds n` has no meaning here. */
export async function benchFlat(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-flat-'));
  const keys = join(folder, 'keys');
  spawnSync(process.execPath, [PROGRAM, 'test-keys', keys]);
  const words = ['serve', '--db', `sqlite:${folder}/orders.db`, '--port', '0', '--json'];
  const server = spawn(process.execPath, [PROGRAM, ...words, '--keys', `${keys}/server.json`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const port = await portOf(server);
    const caller = JSON.parse(readFileSync(join(keys, 'terminal.json'), 'utf8')) as Caller;
    const target = { port, caller, agent: new Agent({ keepAlive: true, maxSockets: TERMINALS }) };
    const stopSlow = keepSlow(port);
    await report(target);
    stopSlow();
  } finally {
    server.kill('SIGTERM');
    await new Promise((ended) => server.once('exit', ended));
    rmSync(folder, { recursive: true });
  }
}

async function report(target: Target): Promise<void> {
  console.log('requests   RSS MB   heap MB   p50 ms   p99 ms   statuses');
  const startedMs = performance.now();
  for (let done = 0; done < REQUESTS; done += STEP) {
    const [times, statuses] = await someRequests(target, STEP);
    const metrics = await (await fetch(`http://127.0.0.1:${String(target.port)}/metrics`)).text();
    const gauge = (name: string): string =>
      (Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1] ?? 0) / 1e6).toFixed(0);
    const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
    const [rss, heap] = ['resident_memory', 'heap'].map((one) =>
      gauge(`quancun_process_${one}_bytes`),
    );
    const told = [...statuses].map(([status, count]) => `${String(status)}: ${String(count)}`);
    console.log(
      [String(done + STEP).padStart(8), rss?.padStart(8), heap?.padStart(9)].join(' ') +
        `${at(0.5).padStart(9)}${at(0.99).padStart(9)}   ${told.join(', ')}`,
    );
  }
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`${(REQUESTS / seconds).toFixed(0)} requests a second, ${String(SLOW)} slow beside`);
}

/** So many, over the terminals' connections; sorted times, and statuses. */
async function someRequests(
  target: Target,
  count: number,
): Promise<readonly [number[], Map<number, number>]> {
  const times: number[] = [];
  const statuses = new Map<number, number>();
  let next = 0;
  const terminal = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const startedMs = performance.now();
      const status = await ask(target, number);
      times.push(performance.now() - startedMs);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: TERMINALS }, terminal));
  return [times.sort((a, b) => a - b), statuses];
}

/** Of ten, one has a wrong signature and one asks for nothing of ours. */
function ask({ port, caller, agent }: Target, number: number): Promise<number> {
  const kind = number % 10;
  const path = kind === 1 ? '/v1/nothing' : '/v1/orders/query';
  const body = JSON.stringify({ plate: '甘A12345', fromMs: 0, toMs: 1 });
  const timestamp = String(Date.now());
  const nonce = randomBytes(16).toString('hex');
  const digest = createHash('sha256').update(body).digest('hex');
  const text = ['QUANCUN2', 'POST', path, timestamp, nonce, digest, '', ''].join('\n');
  const secret = kind === 0 ? '00'.repeat(32) : caller.secret;
  const mac = createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('hex');
  const headers = {
    'content-length': Buffer.byteLength(body),
    ...{ 'quancun-key-id': caller.keyId, 'quancun-timestamp': timestamp },
    ...{ 'quancun-nonce': nonce, 'quancun-signature': `2:${mac}` },
  };
  return new Promise((done, failed) => {
    const sent = request(
      { port, host: '127.0.0.1', method: 'POST', path, headers, agent },
      (answer) => {
        answer.resume().once('end', () => {
          done(answer.statusCode ?? 0);
        });
      },
    );
    sent.once('error', failed).end(body);
  });
}

/** Keeps so many connections that never end what they begin; each that is cut is opened anew. */
function keepSlow(port: number): () => void {
  const sockets = new Set<Socket>();
  let isOver = false;
  const open = (): void => {
    if (isOver) return;
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST /v1/orders HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{');
    });
    sockets.add(socket.resume());
    socket
      .once('error', () => undefined)
      .once('close', () => {
        sockets.delete(socket);
        open();
      });
  };
  for (let count = 0; count < SLOW; count += 1) open();
  return () => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  };
}

function portOf(server: ChildProcess): Promise<number> {
  return new Promise((found, failed) => {
    let said = '';
    server.once('exit', failed);
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, digits] = /"port":(\d+)/.exec(said) ?? [];
      if (digits !== undefined) found(Number(digits));
    });
  });
}
