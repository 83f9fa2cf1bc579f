/**
 * The door: size, signature, clock, replay and scope, before anything inside is asked. Refusals
 * change nothing.
 */
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import {
  expectAdmitted,
  hostHashing,
  type NonceGuard,
  SIGNATURE_HEADERS,
} from '../../signing/index.js';
import { REQUEST_REPLAYED } from '../../signing/errors.js';
import type { RequestGuard } from '../guard.js';
import type { RequestSlip } from '../request-slip.js';
import type { Caller, DoorLimits, Scope } from './terminals.js';
import { BODY_TOO_LARGE, SCOPE_MISSING } from '../errors.js';

/** What the door needs. */
export interface Door {
  readonly callers: readonly Caller[];
  readonly guard: RequestGuard;
  readonly limits: DoorLimits;
  readonly env: Env;
  /** Whether a decision's transaction can spend the nonce; otherwise the door does, at once. */
  readonly sharesLedger: boolean;
  /** Told at each guess whether there were too many wrong ones of everybody's. */
  readonly onAlarm: (isAlarmed: boolean) => void;
}

/** A request that was let in. */
export interface Admitted {
  readonly caller: Caller;
  readonly body: string;
  /** Empty where none was sent. */
  readonly idempotencyKey: string;
  /** What is to be written with the decision that the request leads to. */
  readonly slip: RequestSlip;
  /**
   * Spends the nonce by itself, unless a decision has: before anything that is done outside of the
   * ledger, and at the end at the latest.
   * @throws REQUEST_REPLAYED
   */
  spend(): Promise<void>;
}

/** The nonce is looked at later, with what the request leads to. */
const LATER: NonceGuard = { spendNonce: () => Promise.resolve(true) };

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
  const nowMs = door.env.now();
  const { key: caller } = await expectAdmitted(signed, {
    ...{ keys, guard: LATER, nowMs, maxSkewMs: limits.maxSkewMs },
    hashing: hostHashing(),
  });
  const { keyId } = caller;
  const slip: RequestSlip = {
    nonce: { keyId, nonce: signed.nonce, atMs: nowMs },
    who: { by: keyId },
    codes: {},
  };
  let spent: Promise<boolean> | undefined;
  const spend = async (): Promise<void> => {
    if (slip.written !== undefined) return;
    spent ??= guard.spendNonce(keyId, signed.nonce, nowMs);
    if (!(await spent)) throw new QuancunError(REQUEST_REPLAYED);
    slip.written = { nonce: slip.nonce };
  };
  if (!door.sharesLedger || !caller.scopes.includes(scope)) await spend();
  if (!caller.scopes.includes(scope)) throw new QuancunError(SCOPE_MISSING, { details: { scope } });
  return { caller, body, idempotencyKey: signed.idempotencyKey, slip, spend };
}

/** The body as text. @throws BODY_TOO_LARGE, MESSAGE_INVALID */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  return decodeBody(await readBytes(request, maxBytes));
}

/** Stops reading at the limit, whatever the headers promise. @throws BODY_TOO_LARGE */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  // A server's parser holds a body to the length it was announced with, and reads it at once.
  const announced = /^\d{1,9}$/.exec(request.headers.get('content-length') ?? '')?.[0];
  if (announced !== undefined && Number(announced) <= maxBytes) {
    const whole = new Uint8Array(await request.arrayBuffer());
    if (whole.length > maxBytes) throw new QuancunError(BODY_TOO_LARGE, { details: { maxBytes } });
    return whole;
  }
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
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
  return whole;
}

let strictUtf8: InstanceType<typeof TextDecoder> | undefined;

/** @throws MESSAGE_INVALID */
function decodeBody(whole: Uint8Array): string {
  // Made when it is needed: the room loads on a host without one, too. A mark of the byte order is
  // part of what was signed; what is no UTF-8 cannot be read the same way twice.
  strictUtf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return strictUtf8.decode(whole);
  } catch {
    throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'UTF-8' } });
  }
}
