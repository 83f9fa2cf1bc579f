/** The sessions of processes that have died, found in the store they left them in. */
import type { Env } from '../env.js';
import type { RemoteStore } from '../remote-store.js';
import { markOf, watchLeases } from './lease.js';
import type { RemoteCard } from './messages.js';
import { LEASE_MS, type RemoteSession } from './session.js';
import { parseSession } from './state.js';

/** A session that nobody drives. */
export interface AbandonedSession {
  readonly sessionId: string;
  /** The terminal's. */
  readonly keyId: string;
  readonly card: RemoteCard;
  /** The newest step that was asked. */
  readonly step: number;
  /** How it was found: `takeOver` of `remoteTransport` takes it as such, and one alone gets it. */
  readonly mark: string;
}

/** Looks in the time of a lease; the first and the last count too. */
const LOOKS = 4;
/** Longer leases than this are not waited for: their sessions are found by their terminals. */
const MAX_LEASE_MS = 10 * 60_000;

/**
 * Finds the open sessions whose driver has been silent for its lease, or that nobody ever drove. It
 * watches for as long as the longest lease: half a minute by default.
 * 查找无人操作的远程会话（原进程已停止），供接管。
 *
 * Of a store without `list` there are none: its sessions are found when their terminals report
 * (`onAbandoned` of `remoteServer`).
 * @example
 * import { envFrom } from 'quancun';
 * declare const store: RemoteStore; // what the process that died used
 * const env = envFrom(globalThis);
 * for (const { sessionId, mark } of await findAbandonedSessions({ store, env })) {
 *   const transport = await remoteTransport({ store, sessionId, env, takeOver: { mark } });
 *   await transport.close(); // or finish by load (圈存)
 * }
 */
export async function findAbandonedSessions({
  store,
  env,
}: {
  readonly store: RemoteStore;
  readonly env: Env;
}): Promise<readonly AbandonedSession[]> {
  const leases = watchLeases();
  let open = await openSessions(store);
  const longestMs = Math.max(LEASE_MS, ...[...open.values()].map(({ leaseMs }) => leaseMs));
  let silent: (readonly [string, RemoteSession])[] = [];
  for (let looks = 0; looks <= LOOKS; looks += 1) {
    if (looks > 0) {
      await env.sleep(Math.min(longestMs, MAX_LEASE_MS) / (LOOKS - 1));
      open = await openSessions(store);
    }
    const nowMs = env.now();
    silent = [...open].filter(([id, session]) => leases.isSilent(id, session, nowMs));
  }
  return silent.map(([sessionId, session]) => {
    const { keyId, card, step } = session;
    return { sessionId, keyId, card, step, mark: markOf(session) };
  });
}

/** Those of another version are another's. */
async function openSessions(store: RemoteStore): Promise<ReadonlyMap<string, RemoteSession>> {
  const found = new Map<string, RemoteSession>();
  for (const { sessionId, text } of (await store.list?.()) ?? []) {
    try {
      const session = parseSession(text);
      if (session.end === 'open') found.set(sessionId, session);
    } catch {
      continue;
    }
  }
  return found;
}
