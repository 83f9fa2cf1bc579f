/**
 * The door: size, signature, clock, replay, scope and wrong-code limits, before anything inside is
 * asked. Refusals change nothing.
 */
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import { expectAdmitted, hostHashing, SIGNATURE_HEADERS } from '../../signing/index.js';
import type { RequestGuard } from '../guard.js';
import type { Caller, DoorLimits, Scope } from './terminals.js';
import { BODY_TOO_LARGE, SCOPE_MISSING, TOO_MANY_WRONG_CODES } from '../errors.js';

const HOUR_MS = 3_600_000;
const ALL = 'all';

/** What the door needs. */
export interface Door {
  readonly callers: readonly Caller[];
  readonly guard: RequestGuard;
  readonly limits: DoorLimits;
  readonly env: Env;
}

/** A request that was let in. */
export interface Admitted {
  readonly caller: Caller;
  readonly body: string;
}

/**
 * Lets a request in, or says why not.
 * @throws BODY_TOO_LARGE, SIGNATURE_INVALID, CLOCK_SKEW, REQUEST_REPLAYED, SCOPE_MISSING
 */
export async function admit(door: Door, request: Request, scope: Scope): Promise<Admitted> {
  const body = await readBody(request, door.limits.maxBodyBytes);
  const header = (name: keyof typeof SIGNATURE_HEADERS): string =>
    request.headers.get(SIGNATURE_HEADERS[name]) ?? '';
  const { pathname, search } = new URL(request.url);
  const signed = {
    ...{ method: request.method, path: pathname + search, body },
    ...{ keyId: header('keyId'), timestamp: header('timestamp'), nonce: header('nonce') },
    ...{ idempotencyKey: header('idempotencyKey'), session: header('session') },
    signature: header('signature'),
  };
  const { callers: keys, guard, limits } = door;
  const { key: caller } = await expectAdmitted(signed, {
    ...{ keys, guard, nowMs: door.env.now(), maxSkewMs: limits.maxSkewMs },
    hashing: hostHashing(),
  });
  if (!caller.scopes.includes(scope)) throw new QuancunError(SCOPE_MISSING, { details: { scope } });
  return { caller, body };
}

/** Refuses a card, a terminal or everybody that has shown too many wrong codes. */
export async function expectFewWrongCodes(
  door: Door,
  keyId: string,
  cardNumber: string,
): Promise<void> {
  const { guard, limits, env } = door;
  const nowMs = env.now();
  const since = (subject: string, ms: number): Promise<number> =>
    guard.wrongSince(subject, nowMs - ms);
  const [card, terminal, all] = await Promise.all([
    since(`card ${cardNumber}`, 24 * HOUR_MS),
    since(`terminal ${keyId}`, HOUR_MS),
    since(ALL, 24 * HOUR_MS),
  ]);
  const over =
    card >= limits.wrongPerCardDay ||
    terminal >= limits.wrongPerTerminalHour ||
    all >= limits.wrongPerDay;
  if (over) throw new QuancunError(TOO_MANY_WRONG_CODES);
}

/** Counts a wrong code against the card, the terminal and everybody. */
export async function countWrongCode(door: Door, keyId: string, cardNumber: string): Promise<void> {
  const nowMs = door.env.now();
  for (const subject of [`card ${cardNumber}`, `terminal ${keyId}`, ALL]) {
    await door.guard.countWrong(subject, nowMs);
  }
}

/**
 * Stops reading at the limit, whatever the headers promise.
 * @throws BODY_TOO_LARGE, MESSAGE_INVALID
 */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  const reader = request.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done || value === undefined) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new QuancunError(BODY_TOO_LARGE, { details: { maxBytes } });
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  try {
    // A mark of the byte order is part of what was signed; what is no UTF-8 cannot be read the same
    // way twice.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(whole);
  } catch {
    throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'UTF-8' } });
  }
}
