/**
 * What a WeChat mini program has instead of `crypto` and `fetch`: an Env whose random numbers are
 * WeChat's own, and a `fetch` over `wx.request`.
 */
import { ENV_INCOMPLETE } from '../../core-errors.js';
import { type Env, envFrom, type HostGlobals } from '../../env.js';
import { QuancunError } from '../../errors.js';

/** What is used of `wx` for random numbers (base library 2.15.0 and later). */
export interface WechatRandomHost {
  getRandomValues(request: {
    readonly length: number;
    readonly success: (result: { readonly randomValues: ArrayBuffer }) => void;
    readonly fail: (error: unknown) => void;
  }): void;
}

/** What is used of `wx` for requests. */
export interface WechatRequestHost {
  request(request: {
    readonly url: string;
    readonly method: string;
    readonly header: Readonly<Record<string, string>>;
    readonly data?: string;
    readonly dataType: string;
    readonly responseType: 'text';
    readonly timeout: number;
    readonly success: (result: { readonly statusCode: number; readonly data: unknown }) => void;
    readonly fail: (error: unknown) => void;
  }): { abort?(): void } | undefined;
}

/** The timers of a mini program: every page has them. */
export type WechatTimers = Omit<HostGlobals, 'crypto'>;

/** Bytes that are fetched at once: some hundred nonces. */
const POOL_BYTES = 4_096;
const RANDOM_TIMEOUT_MS = 5_000;
const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;

/**
 * Makes an Env of a mini program. `wx.getRandomValues` answers by a callback, and nonces are needed
 * at once: bytes are fetched ahead, given out once each, and fetched again when half are gone.
 * 微信小程序环境：随机数取自 `wx.getRandomValues`（预取，每个字节只用一次）。
 *
 * @throws ENV_INCOMPLETE where WeChat gives no random bytes, or not within 5 s; and from `random`
 * when all are given out before more came. Nothing weaker is taken
 * @example
 * declare const wx: WechatRandomHost;
 * const env = await wechatEnv(wx, { Date, setTimeout, clearTimeout });
 */
export async function wechatEnv(wx: WechatRandomHost, timers: WechatTimers): Promise<Env> {
  let pool = await fetchRandom(wx, timers);
  let fetching = false;
  const refill = (): void => {
    if (fetching) return;
    fetching = true;
    const add = (more: Uint8Array): void => {
      pool = Uint8Array.from([...pool, ...more]);
      fetching = false;
    };
    fetchRandom(wx, timers).then(add, () => {
      fetching = false;
    });
  };
  const getRandomValues = (bytes: Uint8Array): void => {
    if (pool.length - bytes.length < POOL_BYTES / 2) refill();
    if (pool.length < bytes.length) throw incomplete();
    bytes.set(pool.subarray(0, bytes.length));
    pool = pool.slice(bytes.length);
  };
  return envFrom({ ...pick(timers), crypto: { getRandomValues } });
}

/**
 * Makes a `fetch` over `wx.request`, as `serverClient` asks for it. A request that WeChat
 * forgets ends by time, and is given up.
 * 基于 `wx.request` 的 `fetch`，供 serverClient 使用。
 * @example
 * import { serverClient } from 'quancun';
 * declare const wx: WechatRandomHost & WechatRequestHost;
 * declare const secret: string;
 * const env = await wechatEnv(wx, { Date, setTimeout, clearTimeout });
 * const fetch = wechatFetch(wx, env);
 * const authority = serverClient({ url: 'https://etc.example', keyId: 'app', secret, env, fetch });
 */
export function wechatFetch(
  wx: WechatRequestHost,
  env: Pick<Env, 'sleep'>,
  { timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
) {
  return (
    url: string,
    init: {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    },
  ): Promise<{ readonly status: number; text(): Promise<string> }> =>
    new Promise((resolve, reject) => {
      const { method, headers: header, body } = init;
      let settle = (): void => undefined;
      const settled = new Promise<void>((done) => (settle = done));
      const fail = (error: Error): void => {
        reject(error);
        settle();
      };
      const task = wx.request({
        ...{ url, method, header, timeout: timeoutMs, responseType: 'text' as const },
        // Anything but `json`: what was signed is the text, not what it means.
        dataType: 'text',
        ...(body === undefined ? {} : { data: body }),
        success: ({ statusCode, data }) => {
          if (typeof data !== 'string') {
            fail(new Error('wx.request did not answer a text'));
            return;
          }
          resolve({ status: statusCode, text: () => Promise.resolve(data) });
          settle();
        },
        fail: (error) => fail(new Error(textOf(error))),
      });
      void env.sleep(timeoutMs, settled).then(() => {
        task?.abort?.();
        fail(new Error(`wx.request did not answer within ${String(timeoutMs)} ms`));
      });
    });
}

function fetchRandom(wx: WechatRandomHost, timers: WechatTimers): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown): void => reject(incomplete(cause));
    const timer = timers.setTimeout(fail, RANDOM_TIMEOUT_MS);
    const end = (): void => timers.clearTimeout(timer as never);
    if (typeof wx.getRandomValues !== 'function') {
      end();
      fail();
      return;
    }
    wx.getRandomValues({
      length: POOL_BYTES,
      success: ({ randomValues }) => {
        end();
        const bytes = new Uint8Array(randomValues).slice();
        if (bytes.length === POOL_BYTES) resolve(bytes);
        else fail();
      },
      fail: (cause) => {
        end();
        fail(cause);
      },
    });
  });
}

function incomplete(cause?: unknown): QuancunError {
  return new QuancunError(ENV_INCOMPLETE, { details: { what: 'wx.getRandomValues' }, cause });
}

/** Timers of a page are methods of nothing, and stay so. */
function pick({ Date, setTimeout, clearTimeout }: WechatTimers): WechatTimers {
  return {
    Date,
    setTimeout: (work, durationMs) => setTimeout(work, durationMs),
    clearTimeout: (timer) => {
      clearTimeout(timer);
    },
  };
}

function textOf(error: unknown): string {
  const { errMsg } = (error ?? {}) as { readonly errMsg?: unknown };
  return typeof errMsg === 'string' ? errMsg : 'wx.request failed';
}
