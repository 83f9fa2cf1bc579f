/** Everything outside that an authority asks, with a time limit: nobody waits for a hung module. */
import { isQuancunError, QuancunError } from '../errors.js';
import type { FindBookBalance } from './book-balance.js';
import type { Hsm } from './hsm/hsm.js';
import { limitHsm } from './hsm/limited.js';
import { nameOf } from './outage/cause.js';
import { BOOKS_UNAVAILABLE } from './outage/errors.js';
import { within } from './outage/time-limit.js';

/** What is asked, and how long an answer is waited for. */
interface Outside {
  readonly hsm: Hsm;
  readonly isStopped?: (cardNumber: string) => Promise<boolean>;
  readonly findBookBalance?: FindBookBalance;
  readonly askTimeoutMs?: number;
}

/** The same parts, each of which answers or fails in time. */
export function limitOutside<Parts extends Outside>(parts: Parts): Parts {
  const { hsm, isStopped, findBookBalance, askTimeoutMs = 5_000 } = parts;
  return {
    ...parts,
    hsm: limitHsm(hsm, askTimeoutMs),
    ...(isStopped === undefined
      ? {}
      : {
          isStopped: limited(async (cardNumber) => {
            const answer: unknown = await isStopped(cardNumber);
            if (typeof answer !== 'boolean') throw new TypeError('yes or no');
            return answer;
          }, askTimeoutMs),
        }),
    ...(findBookBalance === undefined
      ? {}
      : { findBookBalance: limited(checked(findBookBalance), askTimeoutMs) }),
  };
}

/** What is no number of fen is compared with nothing: the books have given no answer. */
function checked(find: FindBookBalance): FindBookBalance {
  return async (cardNumber) => {
    const books = await find(cardNumber);
    const { balanceFen, unclearedTollsFen } = books ?? { balanceFen: 0, unclearedTollsFen: 0 };
    if ([balanceFen, unclearedTollsFen].every(Number.isSafeInteger)) return books;
    throw new TypeError('balanceFen and unclearedTollsFen must be whole numbers of fen');
  };
}

function limited<T>(
  ask: (cardNumber: string) => Promise<T>,
  timeoutMs: number,
): (cardNumber: string) => Promise<T> {
  return async (cardNumber) => {
    try {
      return await within(timeoutMs, (async () => ask(cardNumber))());
    } catch (error) {
      if (isQuancunError(error)) throw error;
      const details = { problem: nameOf(error) };
      throw new QuancunError(BOOKS_UNAVAILABLE, { details, cause: error });
    }
  };
}
