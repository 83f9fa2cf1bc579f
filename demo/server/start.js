/** The demonstration's server: one port, and by the name in the address a till or the office. */
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createCounterDoor } from 'quancun/server/http';
import { DEFAULT_PIN, serverClient } from 'quancun';
import { makeDevices, makePhones, PASSWORD, PEOPLE } from './devices.js';
import { createPhoneDoor } from './phone-door.js';
import { createPlay } from './play.js';
import { createBridge } from './bridge.js';
import { seedHistory } from './history.js';
import { makeClock, openShop } from './shop.js';
import { SAFE_HEADERS, servePage } from './site.js';

/**
 * Starts it. Without a folder the books are in a temporary one, which goes at the end.
 * @param {{ port?: number, folder?: string, isEmpty?: boolean, reader?: string }} [options]
 */
export async function startDemo(options = {}) {
  const { port: wanted = 0, folder: given, isEmpty = false, reader = 'simulated' } = options;
  const bridge = reader === 'pcsc' ? await createBridge() : undefined;
  const folder = given ?? mkdtempSync(join(tmpdir(), 'quancun-counter-'));
  /** @type {(request: Request) => Promise<Response>} */
  let answer = async () => new Response('', { status: 503 });
  const server = createServer(getRequestListener((request) => answer(request)));
  const port = await listen(server, wanted);
  const devices = makeDevices();
  const { clock, env } = makeClock();
  const phones = makePhones();
  const callers = [...devices.map(({ caller }) => caller), phones];
  const shop = await openShop({ folder, port, callers, env });
  const play = createPlay({ folder, providers: shop.providers });
  if (!isEmpty) await seedHistory({ shop, clock, env, devices, shelf: play.shelf });
  const loader = loaderOf(phones, shop, env);
  const doors = new Map(
    devices.map((device) => [device.host, openDoor(device, { port, shop, env, reader, loader })]),
  );
  answer = async (request) => {
    const url = new URL(request.url);
    // Providers come by the address, and show who they are by their signatures.
    if (url.pathname.startsWith('/callbacks/')) return shop.handler.fetch(request);
    const door = doors.get(url.hostname);
    if (door === undefined) return Response.redirect(`http://localhost:${port}/`);
    if (url.pathname.startsWith('/play/')) return play.fetch(request);
    if (bridge !== undefined && url.pathname.startsWith('/bridge/')) return bridge.fetch(request);
    return door(request, url);
  };
  return {
    port,
    folder,
    addresses: devices.map(({ host, name }) => ({ name, url: `http://${host}:${port}/` })),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await shop.close();
      if (given === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What finishes orders on customers' phones: a device of its own, which takes no money.
 * @typedef {{ authority: import('quancun').Authority, terminal: string, pin: string }} Loader
 * @param {import('quancun/server').Caller} caller
 * @param {{ handler: import('quancun/server/http').HttpHandler }} shop
 * @param {import('quancun').Env} env
 * @returns {Loader}
 */
function loaderOf({ keyId, secret, terminal = '' }, { handler }, env) {
  const authority = serverClient({
    ...{ url: 'http://localhost', keyId, secret, env },
    fetch: (url, init) => handler.fetch(new Request(url, init)),
  });
  return { authority, terminal, pin: DEFAULT_PIN };
}

/** @param {import('node:http').Server} server @param {number} port @returns {Promise<number>} */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Both loopbacks: browsers take a name under localhost to be either.
    server.listen(port, 'localhost', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/**
 * @param {import('./devices.js').Device} device
 * @param {object} at
 * @param {number} at.port
 * @param {{ handler: import('quancun/server/http').HttpHandler }} at.shop
 * @param {import('quancun').Env} at.env
 * @param {string} at.reader
 * @param {Loader} at.loader
 * @returns {(request: Request, url: URL) => Promise<Response>}
 */
function openDoor({ host, kind, name, caller }, { port, shop: { handler }, env, reader, loader }) {
  const door = createCounterDoor({
    server: (request) => handler.fetch(request),
    origin: `http://${host}:${port}`,
    device: { keyId: caller.keyId, secret: caller.secret },
    env,
  });
  const phones = createPhoneDoor({
    counter: (request) => door.fetch(request),
    ...{ origin: `http://${host}:${port}`, env, ...loader },
  });
  const site = {
    kind,
    name,
    reader,
    terminal: caller.terminal ?? null,
    administrator: '0931-12122',
    service: '0931-12122',
    providers: ['wechat', 'alipay'],
    demo: { people: PEOPLE, password: PASSWORD },
  };
  return async (request, url) => {
    if (url.pathname.startsWith('/counter/')) return door.fetch(request);
    if (url.pathname.startsWith('/phone/')) return phones.fetch(request);
    // Open to whoever reaches the port, and names nobody.
    if (url.pathname === '/livez') return handler.fetch(request);
    if (url.pathname === '/site.json') {
      return Response.json(site, { headers: { ...SAFE_HEADERS, 'cache-control': 'no-store' } });
    }
    return servePage(url);
  };
}
