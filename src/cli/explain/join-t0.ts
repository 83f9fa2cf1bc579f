/**
 * A session that was recorded at a T=0 reader: the answer to a command comes in parts, 61xx first,
 * the rest by GET RESPONSE. Cryptograms are in the whole of it.
 */
import { statusWordOf } from '../../apdu/index.js';
import { concat } from '../../bytes.js';
import type { CheckedCode, CodeChecker } from '../../explain/index.js';

const MORE = 0x61;
const WRONG_LE = 0x6c;
const GET_RESPONSE = 0xc0;

interface Waiting {
  readonly command: Uint8Array;
  /** The data that came with each 61xx. */
  readonly data: Uint8Array;
}

/** The same checker, for whom a command and its answer are one exchange. */
export function joiningT0(check: CodeChecker): CodeChecker {
  let waiting: Waiting | undefined;
  /** What was never fetched is as lost as an answer that never came. */
  const giveUp = (): readonly CheckedCode[] => {
    const left = waiting;
    waiting = undefined;
    return left === undefined ? [] : check(left.command);
  };
  return (command, response) => {
    const isRest = waiting !== undefined && command[0] === 0 && command[1] === GET_RESPONSE;
    const before = isRest ? [] : giveUp();
    const sw1 = response === undefined ? undefined : statusWordOf(response) >> 8;
    const whole = waiting?.command ?? command;
    const data = concat(waiting?.data ?? NONE, response?.subarray(0, -2) ?? NONE);
    if (sw1 === MORE) {
      waiting = { command: whole, data };
      return before;
    }
    // GET RESPONSE is asked again with the right Le.
    if (isRest && sw1 === WRONG_LE) return before;
    waiting = undefined;
    const answer = response === undefined ? undefined : concat(data, response.subarray(-2));
    return [...before, ...check(whole, answer)];
  };
}

const NONE = new Uint8Array(0);
