/**
 * The place of a campaign: the provider on its own sockets, real servers on one database, lines
 * between all of them on which somebody listens, and customers.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { envFrom } from '../../src/env.js';
import { startWechatPayServer, type WechatPayServer } from '../../src/testing/providers/index.js';
import type { Row } from './auditor.js';
import { type Caller, createCustomer } from './customer.js';
import { openRelay, type Passing, type Relay } from './relay.js';
import { type PlacedServer, type ServerWords, startServer } from './servers.js';

/** Where a campaign takes place. */
export interface Ground {
  /** For `--db`. */
  readonly db: string;
  readonly folder: string;
  /** How many servers share the database. */
  readonly servers: number;
  /** What stands in a table, when all servers have ended. */
  read(table: string): Promise<readonly Row[]>;
}

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const CUSTOMERS = 8;

/** When a server is killed. */
export interface Armed {
  /** What passes then: `before refund`. */
  readonly moment: string;
  readonly delayMs: number;
  /** So many things that pass are waited for; then it is killed wherever it is. */
  readonly passes: number;
}

/** An open one. */
export type Town = Awaited<ReturnType<typeof openTown>>;

/** Opens it; nothing has been started. */
export async function openTown(ground: Ground, draw: (below: number) => number) {
  const { folder, db } = ground;
  const keys = `${folder}/keys`;
  execFileSync(process.execPath, [CLI, 'test-keys', keys]);
  const callerIn = (file: string): Caller =>
    JSON.parse(readFileSync(`${keys}/${file}`, 'utf8')) as Caller;
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  const env = { ...envFrom(globalThis), now };
  const provider = await startWechatPayServer({ now, refundMs: 90_000 });
  const places: (PlacedServer | undefined)[] = [];
  const moments = new Map<string, number>();
  let armed: Armed | undefined;
  const killedAt = (at: number, moment: string): void => {
    const server = places[at];
    if (server?.isAlive() !== true) return;
    moments.set(moment, (moments.get(moment) ?? 0) + 1);
    server.kill('SIGKILL');
  };
  const onPass: Passing = (moment, what, at) => {
    if (armed === undefined) return;
    const { delayMs, passes } = armed;
    const isPlanned = armed.moment === `${moment} ${what}`;
    armed = { ...armed, passes: passes - 1 };
    if (!isPlanned && passes > 1) return;
    armed = undefined;
    const name = isPlanned ? `${moment} ${what}` : 'at random';
    if (delayMs === 0) killedAt(at, name);
    else setTimeout(() => killedAt(at, name), delayMs);
  };
  const alive = () => {
    const all = places.flatMap((one, at) => (one?.url === undefined ? [] : [{ url: one.url, at }]));
    const first = all.length === 0 ? 0 : draw(all.length);
    return [...all.slice(first), ...all.slice(0, first)];
  };
  const front = await openRelay(alive, frontName, onPass);
  const lines: Relay[] = [];
  const words: Omit<ServerWords, 'killAt'>[] = [];
  for (let at = 0; at < ground.servers; at += 1) {
    const line = await openRelay(() => [{ url: provider.url, at }], callName, onPass);
    lines.push(line);
    const payments = writePayments(`${folder}/${String(at)}`, provider, line.url, front.url);
    const journal = `${folder}/journal-${String(at)}`;
    words.push({ db, keys: `${keys}/server.json`, journal, payments });
  }
  const start = (at: number, killAt?: string): PlacedServer => {
    const own = words[at];
    if (own === undefined) throw new Error('there is no such place');
    const server = startServer(killAt === undefined ? own : { ...own, killAt }, aheadMs);
    places[at] = server;
    return server;
  };
  const parts = { url: front.url, env, provider, draw };
  const who = { terminal: callerIn('terminal.json'), office: callerIn('office.json') };
  return {
    ...{ provider, draw, places, moments, start },
    customers: Array.from({ length: CUSTOMERS }, (_none, index) =>
      createCustomer(index + 1, { ...parts, ...who }),
    ),
    arm: (plan: Armed) => {
      armed = plan;
    },
    disarm: () => {
      armed = undefined;
    },
    killedAt,
    goAhead: (byMs: number) => {
      aheadMs += byMs;
      for (const server of places) server?.tell(aheadMs);
    },
    startAll: async () => {
      for (let at = 0; at < ground.servers; at += 1) {
        const server = start(at);
        if (!(await server.ready)) throw new Error(`the first start: ${await server.ended}`);
      }
    },
    stopAll: async (wrong: string[]) => {
      for (const server of places) server?.kill('SIGTERM');
      for (const server of places) {
        const end = (await server?.ended) ?? '';
        if (!end.startsWith('status 0')) wrong.push(`the last stop: ${end}`);
      }
    },
    close: async () => {
      for (const server of places) if (server?.isAlive() === true) server.kill('SIGKILL');
      for (const one of [front, ...lines]) one.close();
      await provider.close();
    },
  };
}

function frontName(_method: string, path: string): string {
  return path.startsWith('/callbacks') ? 'callback' : 'other';
}

function callName(method: string, path: string): string {
  if (path.endsWith('/native')) return 'create';
  if (path.endsWith('/close')) return 'close';
  if (path.includes('/out-trade-no/')) return 'query';
  if (path.includes('/refund/')) return method === 'POST' ? 'refund' : 'refundQuery';
  return 'other';
}

/** The file of `serve --payments`, with its keys beside it. */
function writePayments(
  base: string,
  { merchant }: WechatPayServer,
  lineUrl: string,
  frontUrl: string,
): string {
  const files = {
    privateKeyFile: [`${base}-merchant.pem`, merchant.privateKeyPem],
    apiV3KeyFile: [`${base}-api-v3.key`, merchant.apiV3Key],
  } as const;
  for (const [path, text] of Object.values(files)) writeFileSync(path, text);
  writeFileSync(`${base}-wechat.pub`, merchant.publicKeyPem);
  const one = {
    ...{ provider: 'wechat', merchantId: merchant.mchid, appId: merchant.appid },
    certificateSerial: merchant.serialNumber,
    ...{ privateKeyFile: files.privateKeyFile[0], apiV3KeyFile: files.apiV3KeyFile[0] },
    publicKeyFiles: { [merchant.publicKeyId]: `${base}-wechat.pub` },
    platformCertificateFiles: 'fetch',
    notifyUrl: `${frontUrl}/callbacks/wechat`,
    ...{ baseUrls: [lineUrl], qrLifetimeMs: 180_000 },
  };
  writeFileSync(`${base}-payments.json`, JSON.stringify([one]));
  return `${base}-payments.json`;
}
