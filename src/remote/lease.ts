/**
 * Who drives, and whether it lives. A driver counts up a beat in the session as long as it is
 * there; whoever wants to know watches that beat for a while on its own clock. No time of day is
 * compared with that of another process, so clocks need not agree.
 */
import type { RemoteSession } from './session.js';

/** Two beats may be lost on a slow database before a driver counts as dead. */
export const BEATS_OF_A_LEASE = 3;

/** Somebody takes the session over: who drove before drives no more. */
export function claimed(session: RemoteSession, owner: string, leaseMs: number): RemoteSession {
  return { ...session, owner, leaseMs, turn: session.turn + 1, beat: session.beat + 1 };
}

/** Whoever drives is still there. */
export function beaten(session: RemoteSession): RemoteSession {
  return { ...session, beat: session.beat + 1 };
}

/** Whoever drove drives no more; who comes first, and within the lease, may. */
export function released(session: RemoteSession, leaseMs: number): RemoteSession {
  return { ...session, owner: '', leaseMs, beat: session.beat + 1 };
}

/** What changes as long as the driver lives. */
export function markOf({ owner, beat }: RemoteSession): string {
  return `${owner} ${String(beat)}`;
}

/** Tells for how long drivers have been silent, as far as this process has watched. */
export interface LeaseWatch {
  /** Whether the session's driver has been silent for its lease; looks count, so look often. */
  isSilent(sessionId: string, session: RemoteSession, nowMs: number): boolean;
  /** Nobody asks about this session any more. */
  forget(sessionId: string): void;
}

/** How many sessions are watched at once; beyond that the longest unseen is watched anew. */
const MAX_WATCHED = 100_000;

interface Seen {
  readonly mark: string;
  readonly lookedAtMs: number;
  readonly silentMs: number;
}

/**
 * Begins to watch. A look that comes long after the one before counts for half a lease: a clock
 * that was put forward alone makes nobody dead.
 */
export function watchLeases(): LeaseWatch {
  const watched = new Map<string, Seen>();
  return {
    isSilent: (sessionId, session, nowMs) => {
      const mark = markOf(session);
      const before = watched.get(sessionId);
      const sinceMs = before === undefined ? 0 : nowMs - before.lookedAtMs;
      const stepMs = Math.min(Math.max(0, sinceMs), session.leaseMs / 2);
      const silentMs = before?.mark === mark ? before.silentMs + stepMs : 0;
      // Put at the end: the first of the map is the longest unseen.
      watched.delete(sessionId);
      watched.set(sessionId, { mark, lookedAtMs: nowMs, silentMs });
      if (watched.size > MAX_WATCHED) watched.delete(watched.keys().next().value ?? '');
      return silentMs >= session.leaseMs;
    },
    forget: (sessionId) => void watched.delete(sessionId),
  };
}
