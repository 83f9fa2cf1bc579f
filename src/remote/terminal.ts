/**
 * The terminal's side: it puts its card at a server's disposal, runs what it is told on its own
 * transport and reports the answers. A pipe that knows nothing of loads; what it knows is which
 * step it has begun, and that it never begins one twice.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { isQuancunError, QuancunError } from '../errors.js';
import type { AbortSignalLike, Transport } from '../transport/index.js';
import { type RemoteKey, sealQuestion } from './envelope.js';
import { type RemoteLink, within } from './links.js';
import {
  isExpected,
  parseJson,
  parseRemoteInstruction,
  REMOTE_PROTOCOL_VERSION,
  type RemoteCard,
  type RemoteCommand,
  type RemoteInstruction,
  type RemoteReport,
  type RemoteResult,
} from './messages.js';
import { SERVER_UNREACHABLE } from '../signing/errors.js';
import { TRANSPORT_LOST, TRANSPORT_TIMEOUT, VISIT_TOO_LONG } from '../transport/errors.js';

/** What a terminal needs to lend its card. */
export interface RemoteTerminalOptions extends RemoteKey {
  /** The card's; wrapped in `withGetResponse` where it may show 61xx. */
  readonly transport: Transport;
  readonly link: RemoteLink;
  readonly env: Env;
  /** The session's number, 32 hex digits. Default: a random one. Never used for two cards. */
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
  /** Ends the session after the step that is going on. */
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
 * @throws SERVER_UNREACHABLE or REMOTE_REFUSED_UNSIGNED after the last try, and whatever the server
 * refuses with; what the card answered last is then only on the card: finish by 圈存 (load)
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
  const { signal, env, sessionId = toHex(env.random(16)) } = options;
  let done: Done = { step: 0, result: null };
  options.onStep?.(sessionId, 0);
  for (let count = 0; count < MAX_REPORTS; count += 1) {
    const leaving = signal?.aborted === true;
    const { instruction, sentAtMs } = await report(options, {
      protocol: REMOTE_PROTOCOL_VERSION,
      sessionId,
      kind: leaving ? 'leave' : 'ready',
      done: done.step,
      result: done.result,
      waitMs: options.waitMs ?? 20_000,
    });
    if (instruction.do === 'refuse') throw refusal(instruction.error);
    if (leaving || instruction.do === 'stop') {
      return { sessionId, end: leaving ? 'left' : 'stopped', steps: done.step };
    }
    // What was begun is never begun again: its stored result is what the next report says.
    if (instruction.do === 'wait' || instruction.step <= done.step) continue;
    const deadlineMs = sentAtMs + instruction.withinMs;
    done = { step: instruction.step, result: await perform(options, instruction, deadlineMs) };
    options.onStep?.(sessionId, done.step);
  }
  throw new QuancunError(VISIT_TOO_LONG);
}

interface Done {
  readonly step: number;
  readonly result: RemoteResult | null;
}

type Step = Extract<RemoteInstruction, { readonly step: number }>;

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
      cause = refusal(instruction.error);
    } catch (error) {
      if (isQuancunError(error, 'PROTOCOL_VERSION')) throw error;
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
function refusal(json: unknown): QuancunError {
  try {
    return QuancunError.fromJSON(json);
  } catch (cause) {
    return new QuancunError(SERVER_UNREACHABLE, { cause });
  }
}

async function perform(
  { transport, env, answerTimeoutMs = 10_000 }: RemoteTerminalOptions,
  instruction: Step,
  deadlineMs: number,
): Promise<RemoteResult> {
  const answers: string[] = [];
  const inTime = <T>(work: Promise<T>): Promise<T> =>
    answered(work, env, Math.max(0, deadlineMs - env.now()) + answerTimeoutMs);
  try {
    if (instruction.do === 'reset') {
      const atr = transport.reset === undefined ? undefined : await inTime(transport.reset());
      return { answers: [toHex(atr ?? new Uint8Array(0))], failure: null };
    }
    const { commands } = instruction;
    while (answers.length < commands.length) {
      const timeoutMs = deadlineMs - env.now();
      if (timeoutMs <= 0) {
        throw new QuancunError(TRANSPORT_TIMEOUT, { details: { timeoutMs: 0 }, sent: 'no' });
      }
      const got = await inTime(send(transport, commands.slice(answers.length), timeoutMs));
      answers.push(...got.map(toHex));
      const last = got[got.length - 1];
      if (last === undefined) throw new QuancunError(TRANSPORT_LOST, { sent: 'maybe' });
      if (!isExpected(last, commands[answers.length - 1]?.expect ?? [])) break;
    }
    return { answers, failure: null };
  } catch (error) {
    const known = isQuancunError(error);
    const code = known ? error.code : 'TRANSPORT_LOST';
    // A driver that does not say whether the card saw the command is taken to say maybe.
    return { answers, failure: { code, sent: known ? (error.sent ?? 'maybe') : 'maybe' } };
  }
}

/** The reader's answer, or an end: a host may never answer at all. */
function answered<T>(
  work: Promise<T>,
  env: RemoteTerminalOptions['env'],
  timeoutMs: number,
): Promise<T> {
  const end = env.sleep(timeoutMs, work).then(() => {
    throw new QuancunError(TRANSPORT_TIMEOUT, { details: { timeoutMs }, sent: 'maybe' });
  });
  return Promise.race([work, end]);
}

/** As many commands as one frame of the terminal's own host takes, or one. */
async function send(
  transport: Transport,
  commands: readonly RemoteCommand[],
  timeoutMs: number,
): Promise<readonly Uint8Array[]> {
  const { maxBatch } = transport.info;
  const plain = commands.findIndex(({ expect }) => expect.length !== 1 || expect[0] !== '9000');
  // A frame stops at what is not 9000: only its last command may expect something else.
  const size = Math.min(maxBatch, plain < 0 ? commands.length : plain + 1);
  const bytes = commands.slice(0, Math.max(1, size)).map(({ command }) => fromHex(command));
  if (transport.transmitBatch !== undefined && bytes.length > 1) {
    return transport.transmitBatch(bytes, { timeoutMs });
  }
  const [first = new Uint8Array(0)] = bytes;
  return [await transport.transmit(first, { timeoutMs })];
}
