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
import { closeSession, handOut, openSession, takeReport } from './session.js';
import { readSession, writeSession } from './state.js';
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
   * Called once for a session, by the process that its first report reached. When it fails, the
   * session is closed: the terminal is told that its card is needed no more.
   */
  readonly onOpen?: (sessionId: string, card: RemoteCard, keyId: string) => unknown;
  /** What `onOpen` failed with. */
  readonly onError?: (error: unknown, sessionId: string) => void;
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
  return async (text) => {
    const nowMs = env.now();
    let question: Question | undefined;
    let instruction: RemoteInstruction;
    try {
      question = await openQuestion(text, keys, guard, { nowMs, maxSkewMs });
      const report = parseRemoteReport(parseJson(question.body));
      instruction = await nextInstruction(options, question.key.keyId, report, nowMs);
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

/** Takes the report in, and holds the answer until there is something to do. */
async function nextInstruction(
  options: RemoteServerOptions,
  keyId: string,
  report: RemoteReport,
  arrivedMs: number,
): Promise<RemoteInstruction> {
  const { store, env, maxHoldMs = 25_000 } = options;
  const { sessionId } = report;
  const untilMs = arrivedMs + Math.min(report.waitMs, maxHoldMs);
  if (report.done === 0 && report.kind === 'ready') await openOnce(options, keyId, report);
  for (let races = 0; races < MAX_RACES;) {
    const { revision, session } = await readSession(store, sessionId);
    // Another terminal's session is as unknown to this one as none at all.
    if (session.keyId !== keyId) throw new QuancunError(REMOTE_SESSION_UNKNOWN, { sent: 'no' });
    const nowMs = env.now();
    const heard = takeReport(session, report);
    const [next, instruction] = handOut(heard, report.done, { nowMs, heldMs: nowMs - arrivedMs });
    if (next !== session) {
      const place = { replaces: revision, atMs: nowMs };
      if (!(await writeSession(store, sessionId, next, place))) {
        races += 1;
        continue;
      }
    }
    if (instruction.do !== 'wait' || nowMs >= untilMs) return instruction;
    const seen = { sessionId, revision: next === session ? revision : revision + 1 };
    await waitForChange(store, (ms, until) => env.sleep(ms, until), seen, untilMs - nowMs);
  }
  throw new QuancunError(LEDGER_BUSY);
}

/** The first report of a session makes it; the same report again finds it made. */
async function openOnce(
  options: RemoteServerOptions,
  keyId: string,
  { sessionId, card }: RemoteReport,
): Promise<void> {
  const { store, env, onOpen } = options;
  if ((await store.read(sessionId)) !== undefined) return;
  const nowMs = env.now();
  const place = { replaces: 0, atMs: nowMs };
  const first = await writeSession(store, sessionId, openSession(keyId, card, nowMs), place);
  if (!first || onOpen === undefined) return;
  // It goes on for as long as the session does; nobody here waits for it.
  void promiseTry(() => onOpen(sessionId, card, keyId)).catch(async (error: unknown) => {
    await giveUpSession(options, sessionId).catch(() => undefined);
    options.onError?.(error, sessionId);
  });
}

/** Nobody drives this card any more. */
async function giveUpSession(
  { store, env }: RemoteServerOptions,
  sessionId: string,
): Promise<void> {
  for (let races = 0; races < MAX_RACES; races += 1) {
    const { revision, session } = await readSession(store, sessionId);
    const closed = closeSession(session);
    if (closed === session) return;
    const place = { replaces: revision, atMs: env.now() };
    if (await writeSession(store, sessionId, closed, place)) return;
  }
}
