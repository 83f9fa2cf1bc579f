/** Env and fetch of hosts that have neither `crypto` nor, as browsers know it, `fetch`. */
import { randomFillSync } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { envFrom, type HostGlobals } from '../../../src/env.js';
import { hermesEnv, hermesFetch } from '../../../src/transport/drivers/nfc.js';
import {
  wechatEnv,
  wechatFetch,
  type WechatRandomHost,
  type WechatRequestHost,
} from '../../../src/transport/drivers/wechat.js';

const TIMERS = { Date, setTimeout, clearTimeout };
const soon = () => new Promise((resolve) => setImmediate(resolve));
type RandomRequest = Parameters<WechatRandomHost['getRandomValues']>[0];
type Request = Parameters<WechatRequestHost['request']>[0];

/** `wx.getRandomValues` as it behaves: later, in a callback. */
function fakeRandom(answer?: (request: RandomRequest) => void) {
  const asked: number[] = [];
  const wx: WechatRandomHost = {
    getRandomValues: (request) => {
      asked.push(request.length);
      const give = (): void =>
        request.success({ randomValues: randomFillSync(new Uint8Array(request.length)).buffer });
      void soon().then(() => (answer === undefined ? give() : answer(request)));
    },
  };
  return { asked, wx };
}

describe('wechatEnv', () => {
  test('clock, timer, and WeChat’s own random bytes, each once', async () => {
    const { asked, wx } = fakeRandom();
    const env = await wechatEnv(wx, TIMERS);
    expect(Math.abs(env.now() - Date.now())).toBeLessThan(1_000);
    await expect(env.sleep(1)).resolves.toBeUndefined();
    const seen = new Set<string>();
    for (let count = 0; count < 2_000; count += 1) {
      seen.add(Buffer.from(env.random(16)).toString('hex'));
      if (count % 50 === 0) await soon().then(soon);
    }
    expect(seen.size).toBe(2_000);
    expect(asked.length).toBeGreaterThan(7);
  });

  test('given out before more came: an error, never the same bytes and never weaker ones', async () => {
    let calls = 0;
    const { wx } = fakeRandom((request) => {
      calls += 1;
      if (calls === 1) request.success({ randomValues: new ArrayBuffer(request.length) });
      else request.fail({ errMsg: 'getRandomValues:fail' });
    });
    const env = await wechatEnv(wx, TIMERS);
    env.random(4_096);
    const empty = { code: 'ENV_INCOMPLETE', details: { what: 'wx.getRandomValues' } };
    expect(() => env.random(1)).toThrow(expect.objectContaining(empty));
    await soon();
    // It was asked again, and failed; the next call asks once more.
    expect(() => env.random(1)).toThrow(expect.objectContaining(empty));
    await soon();
    expect(calls).toBeGreaterThan(2);
  });

  test.each<[string, (request: RandomRequest) => void]>([
    ['refuses', (request) => request.fail({ errMsg: 'no' })],
    ['gives too few', (request) => request.success({ randomValues: new ArrayBuffer(16) })],
  ])('a WeChat that %s: ENV_INCOMPLETE', async (_what, answer) => {
    const made = wechatEnv(fakeRandom(answer).wx, TIMERS);
    await expect(made).rejects.toMatchObject({ code: 'ENV_INCOMPLETE' });
  });

  test('a WeChat that never answers, or does not know the call: ENV_INCOMPLETE', async () => {
    vi.useFakeTimers();
    try {
      const timers = { Date, setTimeout, clearTimeout };
      const never = wechatEnv({ getRandomValues: () => undefined }, timers);
      const seen = expect(never).rejects.toMatchObject({ code: 'ENV_INCOMPLETE' });
      await vi.advanceTimersByTimeAsync(5_000);
      await seen;
      const old = wechatEnv({} as WechatRandomHost, timers);
      await expect(old).rejects.toMatchObject({ code: 'ENV_INCOMPLETE' });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('wechatFetch', () => {
  const env = envFrom(globalThis);
  const init = { method: 'POST', headers: { 'x-key': 'T' }, body: '{"a":1}' };
  function fakeRequest(answer: (request: Request) => void) {
    const asked: Request[] = [];
    let aborts = 0;
    const wx: WechatRequestHost = {
      request: (request) => {
        asked.push(request);
        void soon().then(() => answer(request));
        return { abort: () => void (aborts += 1) };
      },
    };
    return { asked, wx, aborts: () => aborts };
  }

  test('asks as it was asked, and gives the text as it came', async () => {
    const { asked, wx } = fakeRequest((request) =>
      request.success({ statusCode: 409, data: '{ "b":2 }' }),
    );
    const response = await wechatFetch(wx, env)('https://etc.example/orders', init);
    expect([response.status, await response.text()]).toEqual([409, '{ "b":2 }']);
    expect(asked[0]).toMatchObject({
      ...{ url: 'https://etc.example/orders', method: 'POST', header: { 'x-key': 'T' } },
      ...{ data: '{"a":1}', dataType: 'text', responseType: 'text', timeout: 10_000 },
    });
    const { body: _body, ...get } = init;
    await wechatFetch(wx, env)('https://etc.example/orders', { ...get, method: 'GET' });
    expect(asked[1]).not.toHaveProperty('data');
  });

  test('a line that fails, and an answer that is no text, are errors', async () => {
    const failing = fakeRequest((request) => request.fail({ errMsg: 'request:fail timeout' }));
    await expect(wechatFetch(failing.wx, env)('https://x', init)).rejects.toThrow('timeout');
    const parsed = fakeRequest((request) => request.success({ statusCode: 200, data: { b: 2 } }));
    await expect(wechatFetch(parsed.wx, env)('https://x', init)).rejects.toThrow('text');
  });

  test('a request that WeChat forgets ends by time, and is given up', async () => {
    const forgetful = fakeRequest(() => undefined);
    const asked = wechatFetch(forgetful.wx, env, { timeoutMs: 5 })('https://x', init);
    await expect(asked).rejects.toThrow('5 ms');
    expect(forgetful.aborts()).toBe(1);
  });
});

describe('hermesEnv', () => {
  const bare: HostGlobals = { Date, setTimeout, clearTimeout };

  test('random bytes of a native module, as bytes or numbers', async () => {
    for (const random of [
      (size: number) => randomFillSync(new Uint8Array(size)),
      (size: number) => Array.from(randomFillSync(new Uint8Array(size))),
    ]) {
      const env = hermesEnv(bare, random);
      expect(env.random(16)).toHaveLength(16);
      expect(env.random(16)).not.toEqual(env.random(16));
      await expect(env.sleep(1)).resolves.toBeUndefined();
    }
    expect(hermesEnv(globalThis).random(16)).toHaveLength(16);
  });

  test('without a generator, or with one that gives no bytes: ENV_INCOMPLETE', () => {
    const refused = expect.objectContaining({ code: 'ENV_INCOMPLETE' }) as unknown;
    expect(() => hermesEnv(bare)).toThrow(refused);
    for (const wrong of [() => [], () => [1], () => [0.5, 1], () => [256, 1], () => [-1, 1]]) {
      expect(() => hermesEnv(bare, wrong).random(2)).toThrow(refused);
    }
  });
});

describe('hermesFetch', () => {
  const env = envFrom(globalThis);
  const init = { method: 'GET', headers: {} };

  test('an answer is an answer', async () => {
    const fetch = hermesFetch(async () => ({ status: 200, text: async () => 'ok' }), env);
    const response = await fetch('https://x', init);
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    await expect(
      hermesFetch(() => Promise.reject(new Error('line')), env)('https://x', init),
    ).rejects.toThrow('line');
  });

  test('no answer, or headers and no text, end by time, and the request is given up', async () => {
    const never = <T>(): Promise<T> => new Promise(() => undefined);
    for (const fetch of [never, async () => ({ status: 200, text: () => never<string>() })]) {
      let signal: AbortSignal | undefined;
      const seen = (_url: string, given: { readonly signal?: AbortSignal }) => {
        signal = given.signal;
        return fetch();
      };
      const bounded = hermesFetch(seen, env, { timeoutMs: 5, AbortController });
      await expect(bounded('https://x', init)).rejects.toThrow('5 ms');
      expect(signal?.aborted).toBe(true);
    }
  });
});
