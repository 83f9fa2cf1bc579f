/**
 * The card of the transport suite: it answers what the case wants, and keeps what it was sent. Its
 * answers share one buffer, as some hosts' do: a driver that hands them on sees them change.
 */
import { copyOf } from '../bytes.js';
import type { CardLike } from '../transport/drivers/simulator.js';

/** A card that answers by a function, and remembers. */
export interface RecordingCard extends CardLike {
  /** The commands that reached the card, in order. */
  readonly seen: readonly Uint8Array[];
  readonly resets: () => number;
  /** What it answers from now on: data ‖ SW1 SW2. */
  answerBy(answer: (command: Uint8Array) => readonly number[]): void;
}

const ATR = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);
const LONGEST_ANSWER = 65_538;

/** The header of the command and 9000: every command has an answer of its own. */
export function echo(command: Uint8Array): readonly number[] {
  return [...command.slice(0, 4), 0x90, 0x00];
}

/** Makes the card. */
export function recordingCard(): RecordingCard {
  const seen: Uint8Array[] = [];
  const buffer = new Uint8Array(LONGEST_ANSWER);
  let resets = 0;
  let answer = echo;
  return {
    seen,
    resets: () => resets,
    answerBy: (next) => {
      answer = next;
    },
    reset: () => {
      resets += 1;
      return ATR.slice();
    },
    exchange: (command) => {
      seen.push(copyOf(command));
      const bytes = answer(command);
      buffer.fill(0xee);
      buffer.set(bytes);
      return buffer.subarray(0, bytes.length);
    },
  };
}
