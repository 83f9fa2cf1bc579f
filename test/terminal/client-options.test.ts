/** What a client is made with wrongly is named, and a clock that is off is no reason to stop. */
import { describe, expect, test } from 'vitest';
import { createOutbox, memoryOutboxStore, serverClient } from '../../src/terminal/index.js';
import { manualEnv } from '../support/manual-env.js';
import { openServer, TERMINAL } from '../support/signed-fetch.js';

const card = '6201220000001234';
const never = new Promise<void>(() => undefined);

describe('a client that was made wrongly', () => {
  const good = {
    ...TERMINAL,
    url: 'http://authority.test',
    env: manualEnv(),
    fetch: () => Promise.reject(new Error('not asked')),
  };
  test.each([
    ['fetch', { fetch: undefined }],
    ['url', { url: '127.0.0.1:8080' }],
    ['url', { url: undefined }],
    ['secret', { secret: undefined }],
    ['secret', { secret: 'short' }],
    ['keyId', { keyId: '' }],
    ['env', { env: undefined }],
  ])('%s: named', async (what, changes) => {
    const client = serverClient({ ...good, ...changes } as never);
    await expect(client.findUnsettled(card)).rejects.toMatchObject({
      ...{ code: 'ARGUMENT_INVALID', details: { what } },
    });
  });
});

describe('a clock that is off', () => {
  test.each([600_000, -600_000, 15 * 365 * 86_400_000])('by %i ms', async (offMs) => {
    const server = openServer();
    const store = memoryOutboxStore();
    let sent = 0;
    const client = serverClient({
      ...TERMINAL,
      url: 'http://authority.test',
      env: { ...manualEnv(5), now: () => server.env.now() + offMs, sleep: () => never },
      outbox: createOutbox(store),
      fetch: (url, init) => {
        sent += 1;
        return server.handler.fetch(new Request(url, init));
      },
    });
    expect(await client.findUnsettled(card)).toBeUndefined();
    expect(sent).toBe(2);
    // It has been told what time it is.
    expect(await client.findUnsettled(card)).toBeUndefined();
    expect(sent).toBe(3);
  });
});

test('each retry is told to the screen', async () => {
  const told: unknown[] = [];
  const client = serverClient({
    ...TERMINAL,
    ...{ url: 'http://authority.test', env: manualEnv(), onRetry: (retry) => told.push(retry) },
    fetch: () => Promise.reject(new TypeError('fetch failed')),
  });
  await expect(client.findUnsettled(card)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  expect(told).toEqual([
    { tries: 2, waitMs: 200, code: 'SERVER_UNREACHABLE' },
    { tries: 3, waitMs: 800, code: 'SERVER_UNREACHABLE' },
  ]);
});
