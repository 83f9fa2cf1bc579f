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
  type SignedRequest,
} from '../../signing/index.js';
import { REQUEST_REPLAYED } from '../../signing/errors.js';
import type { RequestGuard } from '../guard.js';
import type { RequestSlip } from '../request-slip.js';
import { type CallerSource, signingKeyOf } from '../callers.js';
import type { Who } from '../../load/index.js';
import type { PersonBook } from '../persons/book.js';
import { ROLE_MISSING, SESSION_REQUIRED } from '../persons/errors.js';
import { findSession, type LiveSession } from '../persons/sessions.js';
import { rightsOf, rightsOfBoth } from '../rights.js';
import type { Route } from './route.js';
import type { Caller, DoorLimits, Scope } from './terminals.js';
import { BODY_TOO_LARGE, SCOPE_MISSING } from '../errors.js';

/** What the door needs. */
export interface Door {
  readonly findCaller: CallerSource;
  /** Persons who log in, where the server keeps any. */
  readonly persons?: PersonBook;
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
  /** What device and person both may. */
  readonly rights: ReadonlySet<Scope>;
  /** Who is logged in there. */
  readonly session?: LiveSession;
  readonly body: string;
  /** Empty where none was sent. */
  readonly idempotencyKey: string;
  /** What is to be written with the decision that the request leads to. */
  readonly slip: RequestSlip;
  /** What the log will say of who asks. */
  readonly asking: Asking;
  /**
   * Spends the nonce by itself, unless a decision has: before anything that is done outside of the
   * ledger, and at the end at the latest.
   * @throws REQUEST_REPLAYED
   */
  spend(): Promise<void>;
}

/** What is known of who asks, for the log, as soon as it is known. */
export interface Asking {
  /** A known caller's; whether it is the one that signed, the status says. */
  caller?: string;
  person?: string;
  /** As the log names this request. */
  requestId?: string;
}

/** The nonce is looked at later, with what the request leads to. */
const LATER: NonceGuard = { spendNonce: () => Promise.resolve(true) };

/**
 * Lets a request in, or says why not.
 * @throws BODY_TOO_LARGE, SIGNATURE_INVALID, CLOCK_SKEW, REQUEST_REPLAYED, SCOPE_MISSING,
 *   SESSION_REQUIRED, SESSION_LOCKED, ROLE_MISSING
 */
export async function admit(
  door: Door,
  request: Request,
  route: Pick<Route, 'scope' | 'session'>,
  asking: Asking = {},
): Promise<Admitted> {
  const header = (name: keyof typeof SIGNATURE_HEADERS): string =>
    request.headers.get(SIGNATURE_HEADERS[name]) ?? '';
  const known = await door.findCaller(header('keyId'));
  if (known !== undefined) asking.caller = known.keyId;
  const body = await readBody(request, door.limits.maxBodyBytes);
  const { pathname, search } = new URL(request.url);
  const signed = {
    ...{ method: request.method, path: pathname + search, body },
    ...{ keyId: header('keyId'), timestamp: header('timestamp'), nonce: header('nonce') },
    ...{ idempotencyKey: header('idempotencyKey'), session: header('session') },
    signature: header('signature'),
  };
  const { guard } = door;
  const nowMs = door.env.now();
  const caller = await expectSigned(door, known, signed, nowMs);
  const { keyId } = caller;
  const nonce = { keyId, nonce: signed.nonce, atMs: nowMs };
  const slip: RequestSlip = { nonce, who: whoOf(keyId, undefined, asking), codes: {} };
  let spent: Promise<boolean> | undefined;
  const spend = async (): Promise<void> => {
    if (slip.written !== undefined) return;
    spent ??= guard.spendNonce(keyId, signed.nonce, nowMs);
    if (!(await spent)) throw new QuancunError(REQUEST_REPLAYED);
    slip.written = { nonce: slip.nonce };
  };
  if (!door.sharesLedger) await spend();
  try {
    const { rights, session } = await expectRight(door, caller, route, signed.session);
    slip.who = whoOf(keyId, session, asking);
    if (session !== undefined) asking.person = session.personId;
    const person = session === undefined ? {} : { session };
    const { idempotencyKey } = signed;
    return { caller, rights, ...person, body, idempotencyKey, slip, asking, spend };
  } catch (error) {
    // What was refused is heard once all the same.
    await spend();
    throw error;
  }
}

/** The caller that has signed. @throws SIGNATURE_INVALID, CLOCK_SKEW */
async function expectSigned(
  { limits }: Door,
  known: Caller | undefined,
  signed: SignedRequest,
  nowMs: number,
): Promise<Caller> {
  const keys = known === undefined ? [] : [{ ...signingKeyOf(known, nowMs), caller: known }];
  const { key } = await expectAdmitted(signed, {
    ...{ keys, guard: LATER, nowMs, maxSkewMs: limits.maxSkewMs },
    hashing: hostHashing(),
  });
  return key.caller;
}

function whoOf(by: string, session: LiveSession | undefined, { requestId }: Asking): Who {
  const { personId: person, shiftId: shift } = session ?? {};
  return {
    by,
    ...(person === undefined ? {} : { person }),
    ...(shift === undefined ? {} : { shift }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** What the device may, and the person at it where one is asked for or named. */
async function expectRight(
  { persons, env }: Door,
  caller: Caller,
  { scope, session: needed }: Pick<Route, 'scope' | 'session'>,
  token: string,
): Promise<Pick<Admitted, 'rights' | 'session'>> {
  const device = rightsOf(caller.scopes);
  if (scope !== 'any' && !device.has(scope)) {
    throw new QuancunError(SCOPE_MISSING, { details: { scope } });
  }
  // Where nobody is kept a session says nothing, and is asked of nobody.
  const isAsked = caller.persons === true || (token !== '' && persons !== undefined);
  if (needed === 'none' || !isAsked) return { rights: device };
  if (persons === undefined) throw new QuancunError(SESSION_REQUIRED);
  const session = await findSession({ persons, env }, caller, token, needed === 'locked');
  const rights = rightsOfBoth(caller.scopes, session.roles);
  if (scope !== 'any' && !rights.has(scope)) throw new QuancunError(ROLE_MISSING);
  return { rights, session };
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
