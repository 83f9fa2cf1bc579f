/** The memory of the door, in memory. */
import {
  type Cleared,
  NONCE_LIFE_MS,
  REPLY_LIFE_MS,
  type RequestGuard,
  type StoredReply,
} from './guard.js';
import { findPlace, type Guess, GUESS_DAY_MS } from './guess-rule.js';

interface Kept extends Guess {
  wasWrong: boolean;
  cleared: boolean;
}

/**
 * A guard in memory, for tests and for one process.
 * 内存门卫（单进程/测试）。
 * @example
 * const guard = memoryGuard();
 * await guard.spendNonce('T1', 'AA', 0); // true
 * await guard.spendNonce('T1', 'AA', 0); // false
 */
export function memoryGuard(): RequestGuard {
  const nonces = memoryNonces();
  const replies = new Map<string, StoredReply & { readonly atMs: number }>();
  const wrongs = memoryWrongCodes();
  return {
    spendNonce: (keyId, nonce, atMs) => Promise.resolve(nonces.spend(`${keyId} ${nonce}`, atMs)),
    findReply: (keyId, key) => Promise.resolve(shown(replies.get(`${keyId} ${key}`))),
    storeReply: (keyId, key, reply, atMs) => {
      const name = `${keyId} ${key}`;
      const standing = replies.get(name) ?? { ...reply, atMs };
      replies.set(name, standing);
      return Promise.resolve(shown(standing));
    },
    ...wrongs.ofGuard,
    forget: (nowMs, limit) => {
      const old = [...replies].filter(([, { atMs }]) => atMs < nowMs - REPLY_LIFE_MS);
      for (const [name] of old.slice(0, limit)) replies.delete(name);
      return Promise.resolve(
        Math.max(
          wrongs.forget(nowMs - REPLY_LIFE_MS, limit),
          nonces.forget(nowMs, limit),
          Math.min(old.length, limit),
        ),
      );
    },
  };
}

function memoryNonces() {
  const nonces = new Map<string, number>();
  let newestMs = -Infinity;
  return {
    spend: (name: string, atMs: number): boolean => {
      newestMs = Math.max(newestMs, atMs);
      const fresh = !nonces.has(name);
      if (fresh) nonces.set(name, atMs);
      return fresh;
    },
    forget: (nowMs: number, limit: number): number => {
      const beforeMs = Math.min(nowMs, newestMs) - NONCE_LIFE_MS;
      const spent = [...nonces].filter(([, atMs]) => atMs < beforeMs).slice(0, limit);
      for (const [name] of spent) nonces.delete(name);
      return spent.length;
    },
  };
}

function memoryWrongCodes() {
  const places = new Map<string, Kept>();
  let clearings: Cleared[] = [];
  const counting = (kind: Guess['kind'] | undefined, sinceMs: number) =>
    [...places.values()]
      .filter((one) => !one.cleared && one.atMs > sinceMs)
      .filter((one) => kind === undefined || one.kind === kind)
      .map((one) => ({ ...one, isWrong: one.wasWrong }));
  const ofGuard = {
    takePlace: (guess, rule) => {
      const taken = counting(guess.kind, guess.atMs - GUESS_DAY_MS);
      const wrongDay = taken.filter(({ name }) => places.get(name)?.wasWrong).length;
      const place = findPlace(guess, taken, wrongDay, rule);
      if (place.is === 'taken') {
        if (places.has(guess.name)) return Promise.resolve({ is: 'known' });
        places.set(guess.name, { ...guess, wasWrong: false, cleared: false });
      }
      return Promise.resolve(place);
    },
    giveBackPlace: (name) => {
      places.delete(name);
      return Promise.resolve();
    },
    keepPlace: (name) => {
      const place = places.get(name);
      if (place !== undefined) place.wasWrong = true;
      return Promise.resolve();
    },
    countWrong: (kind, sinceMs) =>
      Promise.resolve(counting(kind, sinceMs).filter(({ isWrong }) => isWrong).length),
    findWrong: (sinceMs, limit) =>
      Promise.resolve(
        counting(undefined, sinceMs)
          .map(({ kind, keyId, about, atMs, isWrong }) => ({ kind, keyId, about, atMs, isWrong }))
          .sort((a, b) => b.atMs - a.atMs)
          .slice(0, limit),
      ),
    clearWrong: (clearing) => {
      const { keyId, about } = clearing;
      const cleared = [...places.values()].filter(
        (one) =>
          !one.cleared &&
          (keyId === undefined || one.keyId === keyId) &&
          (about === undefined || one.about === about) &&
          one.wasWrong,
      );
      for (const one of cleared) one.cleared = true;
      const { more = 0, ...said } = clearing;
      clearings.unshift({ ...said, codes: cleared.length + more });
      return Promise.resolve(cleared.length);
    },
    findCleared: (sinceMs, limit) =>
      Promise.resolve(clearings.filter(({ atMs }) => atMs > sinceMs).slice(0, limit)),
  } satisfies Partial<RequestGuard>;
  return {
    ofGuard: ofGuard as Pick<RequestGuard, keyof typeof ofGuard>,
    forget: (beforeMs: number, limit: number): number => {
      const old = [...places.values()].filter(({ atMs }) => atMs < beforeMs).slice(0, limit);
      for (const { name } of old) places.delete(name);
      clearings = clearings.filter(({ atMs }) => atMs >= beforeMs);
      return old.length;
    },
  };
}

function shown<T extends StoredReply | undefined>(reply: T): T {
  if (reply === undefined) return reply;
  const { requestHash, status, body } = reply;
  return { requestHash, status, body } as T;
}
