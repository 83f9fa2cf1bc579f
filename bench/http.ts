/**
 * The same loads over real HTTP: @hono/node-server in this process, the terminals in another one
 * that signs each request and sends it over a connection of its own. Beside it, in the same turns,
 * the loads in process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { envFrom } from 'quancun';
import type { Step } from 'quancun/load';
import { fileJournal } from 'quancun/server/files';
import { createHttpHandler } from 'quancun/server/http';
import { flushesSoFar } from './flushes.js';
import { measured, planLoads, type PlannedLoad, prepareLoads, rate } from './loads.js';
import { median } from './rounds.js';
import type { BenchStore } from './stores.js';
import { expectLoaded, reportsOf, standing, STANDING_MS } from './visits.js';

const LOADS_OF_A_TURN = 192;
const CALLER = { keyId: 'bench', secret: '5A'.repeat(32), scopes: ['recharge'] } as const;

interface Told {
  readonly port: number;
  readonly plans: readonly (readonly PlannedLoad[])[];
}

/** Measures one store, served and in process. */
export async function benchHttp(store: BenchStore, turns: number): Promise<void> {
  const journal = await fileJournal(join(store.folder, 'http.journal'));
  const own = measured(store.ledger, journal);
  const { authority } = own;
  const { ledger, guard } = store;
  const env = standing(envFrom(globalThis));
  const callers = [{ ...CALLER, scopes: [...CALLER.scopes] }];
  const handler = createHttpHandler({ authority, ledger, guard, env, callers });
  const { server, port } = await listen(handler.fetch);
  const client = fork(process.argv[1] ?? '', ['http-client']);
  console.log(`\nthe same over HTTP, terminals in another process: ${store.name}`);
  console.log('terminals   loads/s   of in-process   flushes a load');
  for (const terminals of [1, 8, 64]) {
    const share = Math.ceil(LOADS_OF_A_TURN / terminals);
    const [served, ratios, flushes]: [number[], number[], number[]] = [[], [], []];
    for (let turn = -1; turn < turns; turn += 1) {
      const work = await prepareLoads(own, terminals, share);
      const inside = await rate(terminals, share, work);
      const plans = await planLoads(own, terminals, share);
      const before = flushesSoFar();
      const perSecond = await ask(client, { port, plans });
      if (turn < 0) continue;
      served.push(perSecond);
      ratios.push(perSecond / inside);
      flushes.push((flushesSoFar() - before) / (terminals * share));
    }
    console.log(
      [
        String(terminals).padStart(9),
        median(served).toFixed(0).padStart(10),
        median(ratios).toFixed(2).padStart(16),
        median(flushes).toFixed(2).padStart(17),
      ].join(''),
    );
  }
  client.disconnect();
  server.close();
  await journal.close();
}

function listen(fetch: (asked: Request) => Promise<Response>) {
  return new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({ server, port });
    });
  });
}

function ask(client: ChildProcess, told: Told): Promise<number> {
  return new Promise((resolve, reject) => {
    client.once('message', (perSecond: number | string) => {
      if (typeof perSecond === 'number') resolve(perSecond);
      else reject(new Error(perSecond));
    });
    client.send(told);
  });
}

/** The other process: it is told loads, makes them, and says how many a second there were. */
export function runHttpClient(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  process.on('message', ({ port, plans }: Told) => {
    const clients = plans.length;
    const work = async (one: number, count: number): Promise<void> => {
      const { visit, orderId } = plans[one]?.[count] as PlannedLoad;
      const [first, second] = reportsOf(visit, orderId);
      const path = `/v1/orders/${orderId}/visits`;
      const body = ({ orderId: _inPath, ...report }: typeof first): string =>
        JSON.stringify(report);
      const step = await post(agent, port, path, body(first));
      expectLoaded(visit, step, await post(agent, port, path, body(second)));
    };
    rate(clients, plans[0]?.length ?? 0, work).then(
      (perSecond) => process.send?.(perSecond),
      (error: unknown) => process.send?.(String(error)),
    );
  });
  return new Promise((resolve) => {
    process.on('disconnect', resolve);
  });
}

function post(agent: Agent, port: number, path: string, body: string): Promise<Step> {
  const [timestamp, nonce] = [String(STANDING_MS), randomBytes(16).toString('hex')];
  const digest = createHash('sha256').update(body).digest('hex');
  const signed = ['QUANCUN2', 'POST', path, timestamp, nonce, digest, '', ''].join('\n');
  const mac = createHmac('sha256', Buffer.from(CALLER.secret, 'hex')).update(signed).digest('hex');
  const headers = {
    ...{ 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    ...{ 'quancun-key-id': CALLER.keyId, 'quancun-timestamp': timestamp },
    ...{ 'quancun-nonce': nonce, 'quancun-signature': `2:${mac}` },
  };
  return new Promise((resolve, reject) => {
    const asked = request({ agent, port, path, method: 'POST', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(JSON.parse(text) as Step);
        else reject(new Error(text));
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
