/**
 * One step on the terminal's own reader: its commands in order, none begun after the deadline, and
 * an end when the reader never answers.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { isQuancunError, QuancunError } from '../errors.js';
import { transmitAll, transmitOne, type Transport } from '../transport/index.js';
import { TRANSPORT_FRAME, TRANSPORT_LOST, TRANSPORT_TIMEOUT } from '../transport/errors.js';
import {
  isExpected,
  type RemoteCommand,
  type RemoteInstruction,
  type RemoteResult,
} from './messages.js';

/** 256 bytes and a status word. */
const MAX_ANSWER_BYTES = 258;

/** What there is to do, and until when it may begin. */
export type Step = Extract<RemoteInstruction, { readonly step: number }>;

/** With what it is done. */
export interface StepRig {
  readonly transport: Transport;
  readonly env: Env;
  readonly answerTimeoutMs?: number;
}

/** Runs it; what became of it is never an error. */
export async function runStep(
  { transport, env, answerTimeoutMs = 10_000 }: StepRig,
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
function answered<T>(work: Promise<T>, env: Env, timeoutMs: number): Promise<T> {
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
  const isFrame = transport.transmitBatch !== undefined && bytes.length > 1;
  const [first = new Uint8Array(0)] = bytes;
  const answers = isFrame
    ? await transmitAll(transport, bytes, { timeoutMs })
    : [await transmitOne(transport, first, { timeoutMs })];
  // No answer of a short command is longer: whatever it is, the card may have done its work.
  if (answers.every(({ length }) => length <= MAX_ANSWER_BYTES)) return answers;
  throw new QuancunError(TRANSPORT_FRAME, { details: { problem: 'too long' }, sent: 'maybe' });
}
