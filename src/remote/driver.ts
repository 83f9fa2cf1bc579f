/**
 * One who drives a session: how it comes to do so, says that it lives, changes the state, and lets
 * go. Two never drive at once: whoever comes waits until the other has been silent for its lease,
 * and of several that waited the store lets one.
 */
import { INTERNAL } from '../core-errors.js';
import type { Env } from '../env.js';
import { isQuancunError, QuancunError, restated, type Sent } from '../errors.js';
import { type RemoteStore, SESSION_LIFE_MS } from '../remote-store.js';
import { LEDGER_BUSY } from '../signing/errors.js';
import { REMOTE_DRIVEN, REMOTE_TAKEN_OVER } from './errors.js';
import { beaten, BEATS_OF_A_LEASE, claimed, markOf, watchLeases } from './lease.js';
import { closeSession, type RemoteSession } from './session.js';
import { readSession, writeSession } from './state.js';
import { waitForChange } from './store.js';

/** Where a session is, and with what it is driven. */
export interface DrivenSession {
  readonly store: RemoteStore;
  readonly sessionId: string;
  readonly env: Env;
  readonly answerTimeoutMs?: number;
}

/** When a session that somebody drives may be taken: see `remoteTransport`. */
export type TakeOver = 'when-silent' | 'at-once' | { readonly mark: string };

/** One who drives. */
export interface Driver extends DrivenSession {
  readonly owner: string;
  readonly leaseMs: number;
  /** Settles when it is closed; whatever waits then waits no longer. */
  readonly stopped: Promise<void>;
  isStopped(): boolean;
  stop(): void;
  /** It was used: a driver that is not, though it lives, does not live for ever. */
  use(): void;
  /** One more beat: how many there were since it was used. */
  beat(): number;
  /** When the terminal's host ends its session, as it was told last. */
  sessionDeadlineMs(): number | null;
  see(session: RemoteSession): void;
}

/** How often a write is tried again when another one was faster. */
export const MAX_RACES = 64;

/** Makes one, of a session that is its own already. */
export function createDriver(
  { store, sessionId, env, answerTimeoutMs }: DrivenSession,
  owner: string,
  leaseMs: number,
  session: RemoteSession,
): Driver {
  let isStopped = false;
  let end: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (end = resolve));
  let beats = 0;
  let { sessionDeadlineMs } = session;
  return {
    ...{ store, sessionId, env, owner, leaseMs, stopped },
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    isStopped: () => isStopped,
    stop: () => {
      isStopped = true;
      end();
    },
    use: () => {
      beats = 0;
    },
    beat: () => (beats += 1),
    sessionDeadlineMs: () => sessionDeadlineMs,
    see: (newer) => {
      ({ sessionDeadlineMs } = newer);
    },
  };
}

/** Becomes the one who drives. @throws REMOTE_DRIVEN when somebody does, and lives */
export async function claim(
  { takeOver = 'when-silent', ...place }: DrivenSession & { readonly takeOver?: TakeOver },
  owner: string,
  leaseMs: number,
): Promise<RemoteSession> {
  if (takeOver === 'at-once') return change(place, (session) => claimed(session, owner, leaseMs));
  const { store, sessionId, env } = place;
  const leases = watchLeases();
  let mark = typeof takeOver === 'string' ? undefined : takeOver.mark;
  for (let looks = 0; looks < MAX_RACES; looks += 1) {
    const { revision, session } = await readSession(store, sessionId).catch(failedStore('no'));
    // A store may have written, and not have known.
    if (session.owner === owner) return session;
    const nowMs = env.now();
    // Nobody drives what is over; who asks of it is told so.
    const isFree = session.owner === '' || session.end !== 'open';
    const isFound = typeof takeOver !== 'string' && markOf(session) === mark;
    if (isFree || isFound || leases.isSilent(sessionId, session, nowMs)) {
      const next = claimed(session, owner, leaseMs);
      const written = writeSession(store, sessionId, next, { replaces: revision, atMs: nowMs });
      if (await written.catch(failedStore('no'))) return next;
      continue;
    }
    mark ??= markOf(session);
    if (markOf(session) !== mark) break;
    const sleep: Env['sleep'] = (ms, until) => env.sleep(ms, until);
    await waitForChange(store, sleep, { sessionId, revision }, session.leaseMs / 2);
  }
  throw new QuancunError(REMOTE_DRIVEN, { sent: 'no' });
}

/** A timer that ends at once (a test's) tells nothing of time: so many are borne in a row. */
const MAX_SHORT_PAUSES = 3;

/** Says that the driver lives, until it is closed, or somebody else drives. Never rejects. */
export async function keepLease(driver: Driver): Promise<void> {
  const { env, leaseMs, stopped } = driver;
  const pauseMs = leaseMs / BEATS_OF_A_LEASE;
  // Counted, as a clock may be put forward.
  const maxIdleBeats = SESSION_LIFE_MS / pauseMs;
  for (let short = 0; short < MAX_SHORT_PAUSES && driver.beat() <= maxIdleBeats;) {
    const beforeMs = env.now();
    await env.sleep(pauseMs, stopped).catch(() => undefined);
    if (driver.isStopped()) return;
    short = env.now() - beforeMs < pauseMs / 2 ? short + 1 : 0;
    const drives = await change(driver, (session) => {
      const isOurs = session.owner === driver.owner && session.end === 'open';
      return isOurs ? beaten(session) : session;
    }).then(
      ({ owner, end }) => owner === driver.owner && end === 'open',
      // The store is away: the next beat may arrive.
      (error: unknown) => !isQuancunError(error, 'REMOTE_SESSION_UNKNOWN'),
    );
    if (!drives) return;
  }
}

/** The terminal is told to stop; one who no longer drives closes nothing. */
export async function close(driver: Driver): Promise<void> {
  await change(driver, (session) =>
    session.owner === driver.owner ? closeSession(session) : session,
  );
}

/**
 * Makes the next state from the newest, until nobody was faster.
 * @param lost what a write that failed says of the card: it may have been done all the same
 */
export async function change(
  { store, sessionId, env }: DrivenSession,
  next: (session: RemoteSession) => RemoteSession,
  lost: Sent = 'no',
): Promise<RemoteSession> {
  for (let races = 0; races < MAX_RACES; races += 1) {
    const { revision, session } = await readSession(store, sessionId).catch(failedStore('no'));
    const changed = next(session);
    if (changed === session) return session;
    const place = { replaces: revision, atMs: env.now() };
    const written = writeSession(store, sessionId, changed, place);
    if (await written.catch(failedStore(lost))) return changed;
  }
  throw new QuancunError(LEDGER_BUSY, { sent: 'no' });
}

/** What a store failed with, and what that says of the card. */
export function failedStore(sent: Sent): (error: unknown) => never {
  const money = sent === 'no' ? 'untouched' : 'in-doubt';
  return (error) => {
    if (isQuancunError(error)) throw restated(error, { sent, money });
    const what = 'the store of remote sessions failed';
    throw new QuancunError(INTERNAL, { details: { what }, cause: error, sent, money });
  };
}

export function expectOwner(driver: Driver, session: RemoteSession, sent: Sent): void {
  if (session.owner !== driver.owner) throw new QuancunError(REMOTE_TAKEN_OVER, { sent });
}
