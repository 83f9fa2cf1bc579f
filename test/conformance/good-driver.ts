/**
 * A driver that keeps every rule: one host object with batches, reset, loss, silence, time-outs and
 * cancelling. Its broken twins change one thing each.
 */
import { QuancunError } from '../../src/errors.js';
import type { CardLike, TransportRig } from '../../src/testing/index.js';
import type { Transport, TransmitOptions } from '../../src/transport/index.js';

/** What a twin may do otherwise. */
export interface Habits {
  readonly maxBatch?: number;
  /** What becomes of the command on its way to the card. */
  readonly outward?: (command: Uint8Array) => Uint8Array;
  /** What becomes of the answer on its way back. */
  readonly inward?: (answer: Uint8Array, command: Uint8Array) => Uint8Array | Error;
  readonly onOpen?: (card: CardLike) => void;
  /** What is said of a card that was lost. */
  readonly onLoss?: (when: 'before' | 'after', command: Uint8Array, card: CardLike) => Error;
  readonly afterLoss?: (card: CardLike, last: Uint8Array | undefined) => Uint8Array | undefined;
  readonly refuseNothing?: boolean;
  readonly unstopping?: boolean;
  readonly reversed?: boolean;
  readonly resetNothing?: boolean;
  readonly onAbort?: (began: boolean) => Error;
  readonly onTimeout?: () => Error;
  readonly onClose?: (times: number) => void;
  readonly closedError?: () => Error;
  readonly cutAbove?: number;
  readonly maxCommandBytes?: number;
  /** Takes a copy of an answer for the answer to the next command. */
  readonly believing?: boolean;
}

const lost = (sent: 'no' | 'maybe'): QuancunError => new QuancunError('TRANSPORT_LOST', { sent });

/** The good driver, or a twin with other habits. */
export function goodRig(card: CardLike, habits: Habits = {}): TransportRig {
  let armed: 'before' | 'after' | undefined;
  let silent = false;
  let closes = 0;
  let gone = false;
  let stale: Uint8Array | undefined;
  let repeating = false;
  let copy: Uint8Array | undefined;
  habits.onOpen?.(card);

  const exchange = async (command: Uint8Array): Promise<Uint8Array> => {
    if (closes > 0 && habits.refuseNothing !== true) {
      throw habits.closedError?.() ?? new QuancunError('TRANSPORT_CLOSED', { sent: 'no' });
    }
    if (gone) {
      const late = habits.afterLoss?.(card, stale);
      if (late !== undefined) return late;
      throw lost('no');
    }
    const out = habits.outward?.(command) ?? command;
    if (armed !== undefined) {
      const when = armed;
      armed = undefined;
      gone = true;
      if (when === 'after') stale = card.exchange(out).slice();
      throw habits.onLoss?.(when, command, card) ?? lost('maybe');
    }
    const raw = card.exchange(out);
    if (silent) return new Promise(() => undefined);
    const answer = habits.inward?.(raw, command) ?? raw.slice();
    const late = copy;
    if (repeating && !(answer instanceof Error)) copy = answer;
    if (habits.believing === true && late !== undefined) return late;
    if (answer instanceof Error) throw answer;
    if (answer.length < 2 && habits.inward === undefined) throw lost('maybe');
    return answer;
  };

  const transmit = async (command: Uint8Array, options?: TransmitOptions): Promise<Uint8Array> => {
    const { signal, timeoutMs } = options ?? {};
    if (signal?.aborted === true) {
      throw habits.onAbort?.(false) ?? new QuancunError('TRANSPORT_ABORTED', { sent: 'no' });
    }
    const racing = [exchange(command)];
    if (signal !== undefined) {
      racing.push(
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            const own = new QuancunError('TRANSPORT_ABORTED', { sent: 'maybe' });
            reject(habits.onAbort?.(true) ?? own);
          });
        }),
      );
    }
    if (timeoutMs !== undefined) {
      const own = new QuancunError('TRANSPORT_TIMEOUT', { details: { timeoutMs }, sent: 'maybe' });
      const late = habits.onTimeout?.() ?? own;
      racing.push(new Promise((_, reject) => setTimeout(reject, timeoutMs, late)));
    }
    return Promise.race(racing);
  };

  const transport: Transport = {
    info: {
      kind: 'good',
      maxBatch: habits.maxBatch ?? 4,
      maxCommandBytes: habits.maxCommandBytes ?? 700,
    },
    transmit,
    transmitBatch: async (commands) => {
      const answers: Uint8Array[] = [];
      for (const command of commands) {
        const answer = await exchange(command);
        answers.push(answer);
        if (answer.at(-2) !== 0x90 && habits.unstopping !== true) break;
      }
      return habits.reversed === true ? answers.reverse() : answers;
    },
    reset: async () => {
      if (closes > 0) throw new QuancunError('TRANSPORT_CLOSED', { sent: 'no' });
      return habits.resetNothing === true ? Uint8Array.of(0x3b) : card.reset();
    },
    close: async () => {
      closes += 1;
      habits.onClose?.(closes);
    },
  };
  return {
    transport,
    lose: (when) => {
      armed = when;
    },
    silence: () => {
      silent = true;
    },
    repeat: () => {
      repeating = true;
    },
  };
}
