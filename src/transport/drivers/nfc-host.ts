/**
 * What React Native's Hermes lacks: random numbers, which an app hands in from a native module, and
 * a `fetch` that ends.
 */
import { ENV_INCOMPLETE } from '../../core-errors.js';
import { type Env, envFrom, type HostGlobals } from '../../env.js';
import { QuancunError } from '../../errors.js';

/** A native module's random bytes, such as `getRandomBytes` of expo-crypto. */
export type HermesRandom = (size: number) => ArrayLike<number>;

/** The part of React Native's `fetch` that is used. */
export type HermesFetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal?: never;
  },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

/** `new AbortController()` of React Native: it gives a request up. */
interface Controller {
  readonly signal: unknown;
  abort(): void;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;

/**
 * Makes an Env of React Native. Hermes has no `crypto`: hand in `random`, or load
 * `react-native-get-random-values` before, which puts one into the globals.
 * React Native（Hermes）环境：随机数由原生模块提供。
 *
 * @throws ENV_INCOMPLETE without either; and from `random` when the module gives other than so many
 * bytes. Nothing weaker is taken
 * @example
 * declare const getRandomBytes: (size: number) => Uint8Array; // of expo-crypto
 * const env = hermesEnv(globalThis, getRandomBytes);
 */
export function hermesEnv(globals: HostGlobals, random?: HermesRandom): Env {
  if (random === undefined) return envFrom(globals);
  const { Date } = globals;
  const getRandomValues = (bytes: Uint8Array): void => {
    const given = Array.from(random(bytes.length));
    const areBytes = given.every((one) => Number.isInteger(one) && one >= 0 && one <= 0xff);
    if (given.length !== bytes.length || !areBytes) {
      throw new QuancunError(ENV_INCOMPLETE, { details: { what: 'random bytes' } });
    }
    bytes.set(given);
  };
  return envFrom({
    Date,
    setTimeout: (work, durationMs) => globals.setTimeout(work, durationMs),
    clearTimeout: (timer) => {
      globals.clearTimeout(timer);
    },
    crypto: { getRandomValues },
  });
}

/**
 * Makes a `fetch` that ends: React Native's own waits as long as the phone's system likes, and
 * Hermes has no `AbortSignal.timeout`.
 * 带超时的 `fetch`，供 serverClient 使用。
 * @example
 * declare const getRandomBytes: (size: number) => Uint8Array; // of expo-crypto
 * const env = hermesEnv(globalThis, getRandomBytes);
 * const bounded = hermesFetch(fetch, env, { AbortController });
 */
export function hermesFetch(
  fetch: HermesFetch,
  env: Pick<Env, 'sleep'>,
  options: {
    readonly timeoutMs?: number;
    /** Where it is handed in, the request is given up too. */
    readonly AbortController?: new () => Controller;
  } = {},
): HermesFetch {
  const { timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS, AbortController } = options;
  return (url, init) => {
    const controller = AbortController === undefined ? undefined : new AbortController();
    const signal = controller === undefined ? {} : { signal: controller.signal as never };
    // The text too: a line that dies behind the headers is no answer.
    const answer = fetch(url, { ...init, ...signal }).then(async (response) => {
      const text = await response.text();
      return { status: response.status, text: () => Promise.resolve(text) };
    });
    const late = env.sleep(timeoutMs, answer).then(() => {
      controller?.abort();
      throw new Error(`fetch did not answer within ${String(timeoutMs)} ms`);
    });
    return Promise.race([answer, late]);
  };
}
