/**
 * The server's ear: takes what terminals report, over whatever line it came, and answers with what
 * to do. It keeps nothing of its own: any process with the same store can answer.
 */
import type { Env } from '../env.js';
import { isQuancunError, QuancunError } from '../errors.js';
import {
  type NonceGuard,
  openQuestion,
  type Question,
  type RemoteKey,
  sealUnsigned,
} from './envelope.js';
import {
  parseJson,
  parseRemoteReport,
  REMOTE_PROTOCOL_VERSION,
  type RemoteCard,
  type RemoteInstruction,
  type RemoteReport,
} from './messages.js';
import { expectDistinctKeys } from '../signing/index.js';
import { promiseTry } from '../turns.js';
import { type LeaseWatch, released, watchLeases } from './lease.js';
import {
  expectInstance,
  failSession,
  handOut,
  LEASE_MS,
  openSession,
  type RemoteSession,
  takeDeadline,
  takeReport,
} from './session.js';
import { readSession, type StoredSession, writeSession } from './state.js';
import type { RemoteStore } from '../remote-store.js';
import { waitForChange } from './store.js';
import { REMOTE_SESSION_UNKNOWN } from './errors.js';
import { LEDGER_BUSY } from '../signing/errors.js';
import { INTERNAL } from '../core-errors.js';

/** What a server needs to answer terminals. */
export interface RemoteServerOptions {
  readonly store: RemoteStore;
  /** Remembers nonces, for every process of the server. */
  readonly guard: NonceGuard;
  readonly env: Env;
  readonly keys: readonly RemoteKey[];
  /**
   * Called once for a session, by the process that its first report reached. When it fails,
   * `onAbandoned` goes on; without it the session is over, and the terminal is told so
   * (REMOTE_DRIVER_GONE).
   */
  readonly onOpen?: (sessionId: string, card: RemoteCard, keyId: string) => unknown;
  /**
   * Called by one process when whoever drove a session has died or failed, or nobody ever drove it:
   * drive it from here, with the card still in the reader. Absent: the session is over, and the
   * terminal is told so (REMOTE_DRIVER_GONE).
   */
  readonly onAbandoned?: (sessionId: string, card: RemoteCard, keyId: string) => unknown;
  /** What `onOpen` or `onAbandoned` failed with. */
  readonly onError?: (error: unknown, sessionId: string) => unknown;
  /** Within this time somebody must begin to drive a new session. Default: 30,000. */
  readonly leaseMs?: number;
  /** How long an answer is held at most while there is nothing to do. Default: 25,000. */
  readonly maxHoldMs?: number;
  /** How far a terminal's clock may be off. Default: 120,000. */
  readonly maxSkewMs?: number;
}

/** Takes the text of a question, gives the text of the answer; never throws. */
export type RemoteServer = (text: string) => Promise<string>;

/** How often a state is read again when another process was faster. */
const MAX_RACES = 64;

/**
 * Makes the server's ear: hand it the body of an HTTP request, or a message of a WebSocket.
 * 远程卡服务端应答器（与通道无关、无状态）。
 * @example
 * import { envFrom, readCard } from 'quancun';
 * import { memoryGuard } from 'quancun/server';
 * const [env, secret] = [envFrom(globalThis), '11'.repeat(32)];
 * const store = memoryRemoteStore();
 * const answer = remoteServer({
 *   ...{ store, guard: memoryGuard(), env, keys: [{ keyId: 'T1', secret }] },
 *   onOpen: async (sessionId) => {
 *     const transport = await remoteTransport({ store, sessionId, env });
 *     await readCard(transport).finally(() => transport.close());
 *   },
 * });
 */
export function remoteServer(options: RemoteServerOptions): RemoteServer {
  const { guard, env, keys, maxSkewMs = 120_000 } = options;
  expectDistinctKeys(keys, 'remoteServer');
  const ear: Ear = { ...options, leases: watchLeases() };
  return async (text) => {
    const nowMs = env.now();
    let question: Question | undefined;
    let instruction: RemoteInstruction;
    try {
      question = await openQuestion(text, keys, guard, { nowMs, maxSkewMs });
      const report = parseRemoteReport(parseJson(question.body));
      instruction = await nextInstruction(ear, question.key.keyId, report, nowMs);
    } catch (thrown) {
      const what = 'the server failed';
      const error = isQuancunError(thrown)
        ? thrown
        : new QuancunError(INTERNAL, { details: { what } });
      instruction = {
        protocol: REMOTE_PROTOCOL_VERSION,
        do: 'refuse',
        error: { ...error.toJSON() },
      };
    }
    const body = JSON.stringify(instruction);
    return question === undefined ? sealUnsigned(body) : question.seal(body);
  };
}

interface Ear extends RemoteServerOptions {
  readonly leases: LeaseWatch;
}

/** Takes the report in, and holds the answer until there is something to do. */
async function nextInstruction(
  ear: Ear,
  keyId: string,
  report: RemoteReport,
  arrivedMs: number,
): Promise<RemoteInstruction> {
  const { store, env, maxHoldMs = 25_000 } = ear;
  const { sessionId } = report;
  const untilMs = arrivedMs + Math.min(report.waitMs, maxHoldMs);
  if (report.done === 0 && report.kind === 'ready') await openOnce(ear, keyId, report);
  for (let races = 0; races < MAX_RACES;) {
    const stored = await readSession(store, sessionId);
    const { revision, session } = stored;
    // Another terminal's session is as unknown to this one as none at all.
    if (session.keyId !== keyId) throw new QuancunError(REMOTE_SESSION_UNKNOWN, { sent: 'no' });
    expectInstance(session, report);
    const nowMs = env.now();
    const heard = takeDeadline(takeReport(session, report), report, arrivedMs);
    const [next, instruction] = handOut(heard, report.done, { nowMs, heldMs: nowMs - arrivedMs });
    if (next !== session) {
      const place = { replaces: revision, atMs: nowMs };
      if (!(await writeSession(store, sessionId, next, place))) {
        races += 1;
        continue;
      }
    }
    if (next.end !== 'open') ear.leases.forget(sessionId);
    else if (next === session && ear.leases.isSilent(sessionId, session, nowMs)) {
      await abandon(ear, sessionId, stored);
      races += 1;
      continue;
    }
    if (instruction.do !== 'wait' || nowMs >= untilMs) return instruction;
    const seen = { sessionId, revision: next === session ? revision : revision + 1 };
    // Half a lease is the longest that a look at the driver counts for.
    const maxMs = Math.min(untilMs - nowMs, next.leaseMs / 2);
    await waitForChange(store, (ms, until) => env.sleep(ms, until), seen, maxMs);
  }
  throw new QuancunError(LEDGER_BUSY);
}

/** The first report of a session makes it; the same report again finds it made. */
async function openOnce(ear: Ear, keyId: string, report: RemoteReport): Promise<void> {
  const { store, env, leaseMs = LEASE_MS } = ear;
  const { sessionId } = report;
  if ((await store.read(sessionId)) !== undefined) return;
  const nowMs = env.now();
  const session = openSession(keyId, report, { nowMs, leaseMs });
  const place = { replaces: 0, atMs: nowMs };
  if (!(await writeSession(store, sessionId, session, place))) return;
  handOver(ear, ear.onOpen, sessionId, session);
}

/** Whoever drove is dead: one process finds somebody else, or says so to the terminal. */
async function abandon(
  ear: Ear,
  sessionId: string,
  { revision, session }: StoredSession,
): Promise<void> {
  const { store, env, onAbandoned, leaseMs = LEASE_MS } = ear;
  const next = onAbandoned === undefined ? failSession(session) : released(session, leaseMs);
  const place = { replaces: revision, atMs: env.now() };
  if (!(await writeSession(store, sessionId, next, place))) return;
  const { onAbandoned: _heir, ...last } = ear;
  if (onAbandoned !== undefined) handOver(last, onAbandoned, sessionId, next);
}

/** The program goes on for as long as the session does; nobody here waits for it. */
function handOver(
  ear: Ear,
  program: RemoteServerOptions['onOpen'],
  sessionId: string,
  { card, keyId, turn }: RemoteSession,
): void {
  if (program === undefined) return;
  void promiseTry(() => program(sessionId, card, keyId)).catch(async (error: unknown) => {
    // A store that is away now: the silence of the driver is noticed later.
    const next = await giveUpSession(ear, sessionId, turn, error).catch(() => undefined);
    const { onAbandoned, ...last } = ear;
    // An heir that fails has none of its own.
    if (next !== undefined) handOver(last, onAbandoned, sessionId, next);
    // Whoever reports errors may fail, too; the process goes on.
    await promiseTry(() => ear.onError?.(error, sessionId)).catch(() => undefined);
  });
}

/**
 * Nobody drives this card any more, unless another one has taken it from what has failed: it is
 * for its heir, where there is one, or over.
 */
async function giveUpSession(
  { store, env, onAbandoned, leaseMs = LEASE_MS }: Ear,
  sessionId: string,
  turn: number,
  error: unknown,
): Promise<RemoteSession | undefined> {
  if (isQuancunError(error, 'REMOTE_TAKEN_OVER') || isQuancunError(error, 'REMOTE_DRIVEN'))
    return undefined;
  for (let races = 0; races < MAX_RACES; races += 1) {
    const { revision, session } = await readSession(store, sessionId);
    const failed = failSession(session);
    if (failed === session || session.turn > turn + 1) return undefined;
    const isLeft = onAbandoned !== undefined && session.end === 'open';
    const next = isLeft ? released(session, leaseMs) : failed;
    const place = { replaces: revision, atMs: env.now() };
    if (await writeSession(store, sessionId, next, place)) return isLeft ? next : undefined;
  }
  return undefined;
}
