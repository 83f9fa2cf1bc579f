/**
 * The terminal's side: it puts its card at a server's disposal, runs what it is told on its own
 * transport and reports the answers. A pipe that knows nothing of loads; what it knows is which
 * step it has begun, and that it never begins one twice.
 */
import { toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { isQuancunError, QuancunError, restated } from '../errors.js';
import type { AbortSignalLike, Transport } from '../transport/index.js';
import { tellApart } from '../turns.js';
import { type RemoteKey, sealQuestion } from './envelope.js';
import { type RemoteLink, within } from './links.js';
import { runStep } from './run-step.js';
import {
  parseJson,
  parseRemoteInstruction,
  REMOTE_PROTOCOL_VERSION,
  type RemoteCard,
  type RemoteInstruction,
  type RemoteReport,
  type RemoteResult,
} from './messages.js';
import { REMOTE_DRIVER_GONE } from './errors.js';
import { SERVER_UNREACHABLE } from '../signing/errors.js';
import { VISIT_TOO_LONG } from '../transport/errors.js';

/** What a terminal needs to lend its card. */
export interface RemoteTerminalOptions extends RemoteKey {
  /** The card's; wrapped in `withGetResponse` where it may show 61xx. */
  readonly transport: Transport;
  readonly link: RemoteLink;
  readonly env: Env;
  /**
   * The session's number, 32 hex digits. Default: a random one. Of two starts that use the same one
   * the second is refused: REMOTE_INSTANCE.
   */
  readonly sessionId?: string;
  /** How long the server may hold an answer. Default: 20,000; below what proxies cut off. */
  readonly waitMs?: number;
  /** How long an answer may take beyond that. Default: 10,000. */
  readonly timeoutMs?: number;
  /**
   * How long the reader may go on with a command after the deadline of its step, before it counts
   * as one that never answers. Default: 10,000.
   */
  readonly answerTimeoutMs?: number;
  /** Sendings of one report, with growing pauses. Default: 5. */
  readonly maxTries?: number;
  /** The first pause before a report is sent again; each is twice the one before. Default: 200. */
  readonly pauseMs?: number;
  /**
   * How long the server may have nothing to do, while somebody still drives; then the terminal
   * takes its card back. Default: 900,000, longer than a customer needs to pay.
   */
  readonly maxIdleMs?: number;
  /** Ends the session after the step that is going on; waiting for the next one ends at once. */
  readonly signal?: AbortSignalLike;
  /** Called before the first report and after each step; never with a command's bytes. */
  readonly onStep?: (sessionId: string, step: number) => void;
}

/** How a session ended. */
export interface RemoteTerminalEnd {
  readonly sessionId: string;
  /** `stopped`: by the server; `left`: by the terminal's own signal. */
  readonly end: 'stopped' | 'left';
  /** The newest step that was begun. */
  readonly steps: number;
}

/** Reports of one session, at most: far above what a day of waiting needs. */
const MAX_REPORTS = 100_000;
const MAX_PAUSE_MS = 5_000;
/** A line ends by itself in its time; one of the host's own that does not is ended after it. */
const LINK_MARGIN_MS = 1_000;

/**
 * Lends the card to a server until it needs it no more.
 * 将终端读卡器中的卡交由服务器操作，直到会话结束。
 *
 * The order of things is fixed: report, instruction, run, report. A step's commands run at most
 * once, whatever the network does; a report that may not have arrived is sent again, signed afresh.
 * @throws SERVER_UNREACHABLE or REMOTE_REFUSED_UNSIGNED after the last try, REMOTE_DRIVER_GONE when
 * nobody drives the card any more, and whatever the server refuses with; what the card answered
 * last is then only on the card: finish by 圈存 (load)
 * @example
 * import { envFrom, type Transport } from 'quancun';
 * declare const transport: Transport; // the terminal's own reader
 * const [env, secret] = [envFrom(globalThis), '11'.repeat(32)];
 * const link = httpLink({ url: 'https://etc.example/remote', fetch, env });
 * const end = await runRemoteTerminal({ transport, link, env, keyId: 'T1', secret });
 */
export async function runRemoteTerminal(
  options: RemoteTerminalOptions,
): Promise<RemoteTerminalEnd> {
  const { signal, env, maxIdleMs = 900_000, sessionId = toHex(env.random(16)) } = options;
  const instance = toHex(env.random(8));
  const { aborted, leave } = abortOf(signal);
  let done: Done = { step: 0, result: null };
  let idleMs = 0;
  tellApart(() => options.onStep?.(sessionId, 0));
  try {
    for (let count = 0; count < MAX_REPORTS; count += 1) {
      const isLeft = signal?.aborted === true;
      const kind = isLeft || idleMs >= maxIdleMs ? 'leave' : 'ready';
      const asking = report(options, {
        ...{ protocol: REMOTE_PROTOCOL_VERSION, sessionId, instance, kind },
        ...{ done: done.step, result: done.result },
        // Who leaves waits for nothing.
        waitMs: kind === 'leave' ? 0 : (options.waitMs ?? 20_000),
      });
      const got = await (kind === 'leave' ? asking : Promise.race([asking, aborted]));
      // Cancelled while it waited: an answer that comes now is nobody's.
      if (got === undefined) continue;
      const { instruction, sentAtMs } = got;
      if (instruction.do === 'refuse') throw refusal(instruction.error, done.step);
      if (kind === 'leave' && !isLeft) throw new QuancunError(REMOTE_DRIVER_GONE);
      if (kind === 'leave' || instruction.do === 'stop') {
        return { sessionId, end: isLeft ? 'left' : 'stopped', steps: done.step };
      }
      // What was begun is never begun again: its stored result is what the next report says.
      if (instruction.do === 'wait' || instruction.step <= done.step) {
        idleMs += await idled(options, sentAtMs);
        continue;
      }
      idleMs = 0;
      const { step } = instruction;
      const deadlineMs = sentAtMs + instruction.withinMs;
      done = { step, result: await runStep(options, instruction, deadlineMs) };
      tellApart(() => options.onStep?.(sessionId, step));
    }
  } finally {
    leave();
  }
  throw new QuancunError(VISIT_TOO_LONG);
}

/** A server that has nothing to do holds its answer; one that does not is asked less often. */
async function idled(
  { env, waitMs = 20_000, timeoutMs = 10_000, pauseMs = 200 }: RemoteTerminalOptions,
  sentAtMs: number,
): Promise<number> {
  const spentMs = env.now() - sentAtMs;
  if (spentMs < pauseMs) await env.sleep(pauseMs);
  // A clock that is put forward meanwhile makes nobody idle for long.
  return Math.min(Math.max(0, env.now() - sentAtMs), waitMs + timeoutMs);
}

/** Resolves when the signal is given; never without one. */
function abortOf(signal: AbortSignalLike | undefined): {
  readonly aborted: Promise<undefined>;
  leave(): void;
} {
  let leave: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    if (signal === undefined) return;
    const listener = (): void => {
      resolve(undefined);
    };
    signal.addEventListener('abort', listener);
    leave = () => {
      signal.removeEventListener('abort', listener);
    };
  });
  return { aborted, leave };
}

interface Done {
  readonly step: number;
  readonly result: RemoteResult | null;
}

function describe({ info, reset }: Transport, nowMs: number): RemoteCard {
  const leftMs = info.sessionDeadlineMs === undefined ? null : info.sessionDeadlineMs - nowMs;
  return {
    kind: info.kind,
    atr: info.atr === undefined ? null : toHex(info.atr),
    contactless: info.contactless === true,
    canReset: reset !== undefined,
    sessionLeftMs: leftMs === null ? null : Math.min(1e9, Math.max(0, Math.round(leftMs))),
  };
}

/**
 * Sends a report until an answer comes. An answer that is not the server's is none: what it says of
 * the money is not repeated.
 */
async function report(
  options: RemoteTerminalOptions,
  content: Omit<RemoteReport, 'card'>,
): Promise<{ readonly instruction: RemoteInstruction; readonly sentAtMs: number }> {
  const { env, link, transport, maxTries = 5, pauseMs = 200, timeoutMs = 10_000 } = options;
  const waitMs = content.waitMs + timeoutMs;
  let cause: unknown;
  for (let tries = 0; tries < maxTries; tries += 1) {
    // Nobody waits for it any more.
    if (tries > 0 && content.kind === 'ready' && options.signal?.aborted === true) break;
    if (tries > 0) await env.sleep(Math.min(pauseMs * 2 ** (tries - 1), MAX_PAUSE_MS));
    const sentAtMs = env.now();
    try {
      // Described at each try: what is left of the host's session runs out meanwhile.
      const told: RemoteReport = { ...content, card: describe(transport, sentAtMs) };
      const asked = sealQuestion(options, JSON.stringify(told), env);
      const text = await within(link.exchange(asked.text, waitMs), waitMs + LINK_MARGIN_MS, env);
      const instruction = parseRemoteInstruction(parseJson(asked.open(text)));
      // What another try may mend; so may it a question that went twice over the line, unsigned.
      const again = instruction.do === 'refuse' && mayMend(instruction.error.code);
      if (!again) return { instruction, sentAtMs };
      cause = refusal(instruction.error, content.done);
    } catch (error) {
      if (isQuancunError(error, 'PROTOCOL_VERSION')) throw afterSteps(error, content.done);
      cause = error;
    }
  }
  // Whoever sends such answers all the time is not believed either, but an operator should know.
  if (isQuancunError(cause, 'REMOTE_REFUSED_UNSIGNED')) throw cause;
  throw new QuancunError(SERVER_UNREACHABLE, { cause });
}

/** Refusals that another try may mend: the server, or what stands behind it, is away. */
const AGAIN: readonly string[] = ['LEDGER_BUSY', 'LEDGER_READ_ONLY', 'INTERNAL'];

function mayMend(code: unknown): boolean {
  return typeof code === 'string' && (AGAIN.includes(code) || code.endsWith('_UNAVAILABLE'));
}

/** What the server says, also when it knows codes that this version does not. */
function refusal(json: unknown, steps: number): QuancunError {
  try {
    return afterSteps(QuancunError.fromJSON(json), steps);
  } catch (cause) {
    return new QuancunError(SERVER_UNREACHABLE, { cause });
  }
}

/** A refused report moved nothing; the steps before it may have. */
function afterSteps(error: QuancunError, steps: number): QuancunError {
  const isDoubt = steps > 0 && error.money === 'untouched';
  return isDoubt ? restated(error, { money: 'in-doubt' }) : error;
}
