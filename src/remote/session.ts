/**
 * The state of a remote session and everything that can happen to it, as pure functions: a server
 * process reads a state, makes the next, and writes it if nobody was faster.
 *
 *   asked      the server wants a step, the terminal has not heard of it
 *     ├ withdrawn   nobody waits for it any more, and the terminal will never get it: sent no
 *     └ taken       the terminal was told, or may have been
 *         ├ settled     its result is here
 *         └ doubtful    nobody waits any more; it may have run: sent maybe. A result settles it
 */
import * as v from 'valibot';
import { fromHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { declared, maybe, type Told, typed, wholeOf } from '../json/index.js';
import { redactExchange } from '../redact-apdu.js';
import { REMOTE_DRIVER_GONE, REMOTE_INSTANCE } from './errors.js';
import {
  invalid,
  isExpected,
  REMOTE_PROTOCOL_VERSION,
  REMOTE_CARD,
  type RemoteCard,
  type RemoteInstruction,
  type RemoteReport,
  REMOTE_RESULT,
  type RemoteResult,
  type RemoteWork,
  STORED_WORK,
} from './messages.js';

/** The longest span that a message carries. */
const MAX_SPAN_MS = 1e9;
/** How long a driver may be silent before it counts as dead. */
export const LEASE_MS = 30_000;

export const REMOTE_SESSION = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: typed<number>(v.literal(REMOTE_PROTOCOL_VERSION)),
    /** The terminal's key; no other may speak for it. */
    keyId: v.string(),
    card: typed<RemoteCard>(REMOTE_CARD),
    /** When the terminal's host ends the session, by the server's clock; `null`: never. */
    sessionDeadlineMs: v.nullable(v.number()),
    /** The start of the terminal that opened it; absent for a terminal of 0.1.0. */
    instance: maybe(v.string()),
    /** Who drives: a token that the newest transport has put here; empty before the first. */
    owner: v.string(),
    /** How often it was taken over: 1 for the first driver. */
    turn: v.optional(wholeOf(0), 0),
    /** Counted up by whoever drives, as long as it lives. */
    beat: v.optional(wholeOf(0), 0),
    /** A driver whose beat stands still for so long is dead. */
    leaseMs: v.optional(wholeOf(1), LEASE_MS),
    /** The newest step that the terminal has said to have begun. */
    heard: v.optional(wholeOf(0), 0),
    /** The newest step; 0 before the first. */
    step: wholeOf(0),
    /** Where that step stands. */
    phase: v.picklist(['asked', 'taken', 'settled', 'withdrawn', 'doubtful']),
    /**
     * What it does; `null` before the first step, and once the session is over. Of what nobody will
     * be told any more PIN and MAC2 are gone.
     */
    work: v.nullable(typed<RemoteWork>(STORED_WORK)),
    /** By the clock of the process that asked. */
    deadlineAtMs: v.number(),
    /** How long it had when it was asked: what no other clock makes longer. */
    timeoutMs: v.optional(v.number(), MAX_SPAN_MS),
    result: v.nullable(typed<RemoteResult>(REMOTE_RESULT)),
    /**
     * `left`: the terminal has gone; `closed`: the server needs the card no more; `failed`: whoever
     * drove has failed, or is dead.
     */
    end: v.picklist(['open', 'left', 'closed', 'failed']),
  }),
);

/** A session, as it stands in its store. */
export interface RemoteSession extends Told<typeof REMOTE_SESSION> {}

/** A session that a terminal has just opened; somebody is to drive it within `leaseMs`. */
export function openSession(
  keyId: string,
  { card, instance }: Pick<RemoteReport, 'card' | 'instance'>,
  { nowMs, leaseMs }: { readonly nowMs: number; readonly leaseMs: number },
): RemoteSession {
  const { sessionLeftMs } = card;
  return {
    protocol: REMOTE_PROTOCOL_VERSION,
    keyId,
    card,
    sessionDeadlineMs: sessionLeftMs === null ? null : nowMs + sessionLeftMs,
    ...(instance === undefined ? {} : { instance }),
    ...{ owner: '', turn: 0, beat: 0, leaseMs, heard: 0 },
    ...{
      step: 0,
      phase: 'settled',
      work: null,
      deadlineAtMs: 0,
      timeoutMs: 0,
      result: null,
      end: 'open',
    },
  };
}

/** The server wants a step done. */
export function askStep(
  session: RemoteSession,
  work: RemoteWork,
  { nowMs, timeoutMs }: { readonly nowMs: number; readonly timeoutMs: number },
): RemoteSession {
  const deadlineAtMs = nowMs + timeoutMs;
  const step = session.step + 1;
  const beat = session.beat + 1;
  return { ...session, step, beat, phase: 'asked', work, deadlineAtMs, timeoutMs, result: null };
}

/** Nobody waits for the newest step any more. */
export function giveUp(session: RemoteSession): RemoteSession {
  if (session.phase === 'asked') return spent({ ...session, phase: 'withdrawn' });
  return session.phase === 'taken' ? spent({ ...session, phase: 'doubtful' }) : session;
}

/**
 * The server needs the card no more. What the last step sent and got (a PIN, a MAC2) has done its
 * work, and does not wait in the store for the session to be forgotten.
 */
export function closeSession(session: RemoteSession): RemoteSession {
  return endSession(session, 'closed');
}

/** Nobody drives any more, and nobody is going to: the terminal is told. */
export function failSession(session: RemoteSession): RemoteSession {
  return endSession(session, 'failed');
}

function endSession(session: RemoteSession, how: 'closed' | 'failed'): RemoteSession {
  if (session.end !== 'open' && session.work === null) return session;
  const end = session.end === 'open' ? how : session.end;
  return { ...session, end, work: null, result: null };
}

/** A step that nobody will be told any more: what it carried in secret has done its work. */
function spent(session: RemoteSession): RemoteSession {
  return session.work === null ? session : { ...session, work: masked(session.work) };
}

function masked(work: RemoteWork): RemoteWork {
  if (work.do === 'reset') return work;
  const hidden = work.commands.map(({ command, expect }) => {
    const [left] = command.includes('*') ? [command] : redactExchange(fromHex(command));
    return { command: left, expect };
  });
  return { do: 'run', commands: hidden };
}

/**
 * Whether the one who reports is the one who opened the session, and speaks of now. A start of the
 * terminal is told apart by its token, or, where it has none, by steps that it has not begun though
 * they were: it gets nothing to do, as a step runs on one card, once.
 * @throws REMOTE_INSTANCE
 */
export function expectInstance(session: RemoteSession, report: RemoteReport): void {
  if (session.instance === report.instance && report.done >= session.heard) return;
  throw new QuancunError(REMOTE_INSTANCE, { sent: 'no' });
}

/**
 * Takes in what a terminal reports. A result that is here already, or comes for a step that is no
 * longer the newest, changes nothing.
 * @throws MESSAGE_INVALID for a result that cannot be
 */
export function takeReport(session: RemoteSession, report: RemoteReport): RemoteSession {
  const { result, done, kind } = report;
  if (done > session.step) throw invalid('done');
  const running = session.phase === 'taken' || session.phase === 'doubtful';
  const settled =
    running && session.work !== null && done === session.step && result !== null
      ? spent({ ...session, phase: 'settled', result: expectResult(session.work, result) })
      : session;
  const heard = done > settled.heard ? { ...settled, heard: done } : settled;
  return kind === 'leave' && session.end === 'open' ? left(heard, report) : heard;
}

/** Who leaves begins nothing any more: what it had not begun, it never will. */
function left(session: RemoteSession, { done, instance }: RemoteReport): RemoteSession {
  const { phase, step } = session;
  const never = phase === 'asked' || (phase === 'taken' && done < step && instance !== undefined);
  return { ...giveUp(never ? { ...session, phase: 'asked' } : session), end: 'left' };
}

/** Less than this is the line's own unevenness. */
const DEADLINE_STEP_MS = 1_000;

/**
 * When the terminal's host ends its session, from the newest report: a span gets older on its way,
 * so the earliest end that was told is the nearest to the truth.
 */
export function takeDeadline(
  session: RemoteSession,
  { card }: RemoteReport,
  arrivedMs: number,
): RemoteSession {
  const { sessionDeadlineMs } = session;
  if (card.sessionLeftMs === null || sessionDeadlineMs === null) return session;
  const toldMs = arrivedMs + card.sessionLeftMs;
  const isNearer = toldMs <= sessionDeadlineMs - DEADLINE_STEP_MS;
  return isNearer ? { ...session, sessionDeadlineMs: toldMs } : session;
}

/**
 * What the terminal is told, and the state in which it has been told. A step is given again while
 * the terminal says it has not begun it; never after its deadline, and never when given up.
 * @param heldMs how long the report has been here
 */
export function handOut(
  session: RemoteSession,
  done: number,
  { nowMs, heldMs }: { readonly nowMs: number; readonly heldMs: number },
): readonly [RemoteSession, RemoteInstruction] {
  const protocol = REMOTE_PROTOCOL_VERSION;
  if (session.end === 'failed') {
    return [
      session,
      { protocol, do: 'refuse', error: new QuancunError(REMOTE_DRIVER_GONE).toJSON() },
    ];
  }
  if (session.end !== 'open') return [session, { protocol, do: 'stop' }];
  const { work, step, phase, deadlineAtMs } = session;
  const remainingMs = Math.min(deadlineAtMs - nowMs, session.timeoutMs);
  const open = (phase === 'asked' || phase === 'taken') && done < step && remainingMs > 0;
  if (!open || work === null) return [session, { protocol, do: 'wait' }];
  const taken = phase === 'taken' ? session : { ...session, phase: 'taken' as const };
  const withinMs = Math.min(Math.max(0, Math.round(heldMs + remainingMs)), MAX_SPAN_MS);
  return [taken, { ...work, protocol, step, withinMs }];
}

/** Whether a stored step asks for the same; the secrets of what was done are not compared. */
export function isSameWork(stored: RemoteWork | null, work: RemoteWork): boolean {
  const text = JSON.stringify(stored);
  return text === JSON.stringify(work) || text === JSON.stringify(masked(work));
}

/** A terminal stops at the first unexpected answer, and nowhere else without a failure. */
function expectResult(work: RemoteWork | null, result: RemoteResult): RemoteResult {
  const commands = work?.do === 'run' ? work.commands : [];
  const { answers, failure } = result;
  if (work?.do === 'reset') {
    if (answers.length !== (failure === null ? 1 : 0)) throw invalid('answers');
    return result;
  }
  if (answers.length + (failure === null ? 0 : 1) > commands.length) throw invalid('answers');
  const wentOn = (answer: string, at: number): boolean =>
    isExpected(fromHex(answer), commands[at]?.expect ?? []);
  if (!answers.every((answer) => answer.length >= 4)) throw invalid('answers');
  if (!answers.slice(0, -1).every(wentOn)) throw invalid('answers');
  const last = answers.length - 1;
  const complete = answers.length === commands.length;
  const stopped = last >= 0 && !wentOn(answers[last] ?? '', last);
  if (failure === null ? !(complete || stopped) : stopped) throw invalid('answers');
  return result;
}
