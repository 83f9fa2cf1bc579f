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
import { declared, type Told, typed, wholeOf } from '../json/index.js';
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
  REMOTE_WORK,
  type RemoteWork,
} from './messages.js';

export const REMOTE_SESSION = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: typed<number>(v.literal(REMOTE_PROTOCOL_VERSION)),
    /** The terminal's key; no other may speak for it. */
    keyId: v.string(),
    card: typed<RemoteCard>(REMOTE_CARD),
    /** When the terminal's host ends the session, by the server's clock; `null`: never. */
    sessionDeadlineMs: v.nullable(v.number()),
    /** Who drives: a token that the newest transport has put here. */
    owner: v.string(),
    /** The newest step; 0 before the first. */
    step: wholeOf(0),
    /** Where that step stands. */
    phase: v.picklist(['asked', 'taken', 'settled', 'withdrawn', 'doubtful']),
    /** What it does; `null` before the first step, and once the session is closed. */
    work: v.nullable(typed<RemoteWork>(REMOTE_WORK)),
    deadlineAtMs: v.number(),
    result: v.nullable(typed<RemoteResult>(REMOTE_RESULT)),
    /** `left`: the terminal has gone; `closed`: the server needs the card no more. */
    end: v.picklist(['open', 'left', 'closed']),
  }),
);

/** A session, as it stands in its store. */
export interface RemoteSession extends Told<typeof REMOTE_SESSION> {}

/** A session that a terminal has just opened. */
export function openSession(keyId: string, card: RemoteCard, nowMs: number): RemoteSession {
  const { sessionLeftMs } = card;
  return {
    protocol: REMOTE_PROTOCOL_VERSION,
    keyId,
    card,
    sessionDeadlineMs: sessionLeftMs === null ? null : nowMs + sessionLeftMs,
    owner: '',
    step: 0,
    phase: 'settled',
    work: null,
    deadlineAtMs: 0,
    result: null,
    end: 'open',
  };
}

/** The server wants a step done. */
export function askStep(
  session: RemoteSession,
  work: RemoteWork,
  deadlineAtMs: number,
): RemoteSession {
  const step = session.step + 1;
  return { ...session, step, phase: 'asked', work, deadlineAtMs, result: null };
}

/** Nobody waits for the newest step any more. */
export function giveUp(session: RemoteSession): RemoteSession {
  if (session.phase === 'asked') return { ...session, phase: 'withdrawn' };
  return session.phase === 'taken' ? { ...session, phase: 'doubtful' } : session;
}

/**
 * The server needs the card no more. What the last step sent and got (a PIN, a MAC2) has done its
 * work, and does not wait in the store for the session to be forgotten.
 */
export function closeSession(session: RemoteSession): RemoteSession {
  if (session.end !== 'open' && session.work === null) return session;
  const end = session.end === 'open' ? 'closed' : session.end;
  return { ...session, end, work: null, result: null };
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
      ? { ...session, phase: 'settled' as const, result: expectResult(session.work, result) }
      : session;
  return kind === 'leave' && session.end === 'open' ? { ...settled, end: 'left' } : settled;
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
  if (session.end !== 'open') return [session, { protocol, do: 'stop' }];
  const { work, step, phase, deadlineAtMs } = session;
  const remainingMs = deadlineAtMs - nowMs;
  const open = (phase === 'asked' || phase === 'taken') && done < step && remainingMs > 0;
  if (!open || work === null) return [session, { protocol, do: 'wait' }];
  const taken = phase === 'taken' ? session : { ...session, phase: 'taken' as const };
  return [taken, { ...work, protocol, step, withinMs: heldMs + remainingMs }];
}

/** Whether two steps ask for the same. */
export function isSameWork(a: RemoteWork | null, b: RemoteWork): boolean {
  return a !== null && JSON.stringify(a) === JSON.stringify(b);
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
