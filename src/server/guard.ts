/**
 * What the door of a server remembers: nonces that were used, answers that may be asked for again,
 * and how often something was wrong. It stands in the database, so that every instance of a server
 * knows what any of them has seen.
 */
import type { NonceGuard } from '../signing/index.js';

/** An answer that is given again, byte for byte. */
export interface StoredReply {
  /** SHA-256 of the request that got it. */
  readonly requestHash: string;
  readonly status: number;
  readonly body: string;
}

/** The memory of the door. */
export interface RequestGuard extends NonceGuard {
  findReply(keyId: string, idempotencyKey: string): Promise<StoredReply | undefined>;
  /** The first reply stands; answers the one that stands. */
  storeReply(
    keyId: string,
    idempotencyKey: string,
    reply: StoredReply,
    atMs: number,
  ): Promise<StoredReply>;
  /** Counts one more wrong code against a subject. */
  countWrong(subject: string, atMs: number): Promise<void>;
  /** How many there were since then. */
  wrongSince(subject: string, sinceMs: number): Promise<number>;
  /**
   * Forgets, of each kind at most `limit`, what has outlived its use: nonces after ten minutes,
   * kept replies and wrong codes after a year. Answers how many; as many as `limit`: there may be
   * more.
   */
  forget(nowMs: number, limit: number): Promise<number>;
}

/** How long a nonce is remembered: longer than a signature is accepted. */
export const NONCE_LIFE_MS = 10 * 60_000;
/** How long a reply is given again, and a wrong code kept for who looks into it. */
export const REPLY_LIFE_MS = 365 * 24 * 3_600_000;

/**
 * A guard in memory, for tests and for one process.
 * 内存门卫（单进程/测试）。
 * @example
 * const guard = memoryGuard();
 * await guard.spendNonce('T1', 'AA', 0); // true
 * await guard.spendNonce('T1', 'AA', 0); // false
 */
export function memoryGuard(): RequestGuard {
  const nonces = new Map<string, number>();
  const replies = new Map<string, StoredReply & { readonly atMs: number }>();
  let wrongs: { readonly subject: string; readonly atMs: number }[] = [];
  return {
    spendNonce: (keyId, nonce, atMs) => {
      for (const [name, seenMs] of nonces) if (seenMs < atMs - NONCE_LIFE_MS) nonces.delete(name);
      const name = `${keyId} ${nonce}`;
      const fresh = !nonces.has(name);
      if (fresh) nonces.set(name, atMs);
      return Promise.resolve(fresh);
    },
    findReply: (keyId, key) => Promise.resolve(shown(replies.get(`${keyId} ${key}`))),
    storeReply: (keyId, key, reply, atMs) => {
      const name = `${keyId} ${key}`;
      const standing = replies.get(name) ?? { ...reply, atMs };
      replies.set(name, standing);
      return Promise.resolve(shown(standing));
    },
    countWrong: (subject, atMs) => {
      wrongs.push({ subject, atMs });
      return Promise.resolve();
    },
    wrongSince: (subject, sinceMs) =>
      Promise.resolve(
        wrongs.filter((one) => one.subject === subject && one.atMs >= sinceMs).length,
      ),
    forget: (nowMs, limit) => {
      const old = [...replies].filter(([, { atMs }]) => atMs < nowMs - REPLY_LIFE_MS);
      for (const [name] of old.slice(0, limit)) replies.delete(name);
      const spent = [...nonces].filter(([, atMs]) => atMs < nowMs - NONCE_LIFE_MS);
      for (const [name] of spent.slice(0, limit)) nonces.delete(name);
      const kept = wrongs.filter(({ atMs }) => atMs >= nowMs - REPLY_LIFE_MS);
      const forgotten = Math.min(wrongs.length - kept.length, limit);
      wrongs = kept;
      return Promise.resolve(
        Math.max(forgotten, Math.min(old.length, limit), Math.min(spent.length, limit)),
      );
    },
  };
}

function shown<T extends StoredReply | undefined>(reply: T): T {
  if (reply === undefined) return reply;
  const { requestHash, status, body } = reply;
  return { requestHash, status, body } as T;
}
