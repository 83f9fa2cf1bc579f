/** An HSM, each question to which ends: an answer, a refusal of its own, or HSM_UNAVAILABLE. */
import { isQuancunError, QuancunError } from '../../errors.js';
import { nameOf } from '../outage/cause.js';
import { HSM_UNAVAILABLE } from '../outage/errors.js';
import { NoAnswer, within } from '../outage/time-limit.js';
import type { Hsm, HsmCall } from './hsm.js';

/** Puts a time limit on each question; the HSM's own code is told when it is over. */
export function limitHsm(hsm: Hsm, timeoutMs: number): Hsm {
  const ask = async <T>(question: (call?: HsmCall) => Promise<T>): Promise<T> => {
    // The engine with nothing has no word for it either.
    const given = typeof AbortController === 'function' ? new AbortController() : undefined;
    try {
      // A call that throws before it gives a promise fails as one that rejects does.
      const call = given === undefined ? undefined : { signal: given.signal, timeoutMs };
      const answer = (async () => question(call))();
      return await within(timeoutMs, answer);
    } catch (error) {
      if (isQuancunError(error)) throw error;
      if (error instanceof NoAnswer) given?.abort();
      const problem = error instanceof NoAnswer ? error.code : nameOf(error);
      throw new QuancunError(HSM_UNAVAILABLE, { details: { problem }, cause: error });
    }
  };
  return {
    verifyMac1: (query) => ask(async (call) => yesOrNo(await hsm.verifyMac1(query, call))),
    computeMac2: (query) => ask(async (call) => asMac2(await hsm.computeMac2(query, call))),
    verifyTac: (query) => ask(async (call) => yesOrNo(await hsm.verifyTac(query, call))),
    describeKeys: () => ask((call) => hsm.describeKeys(call)),
  };
}

/** What is true to a program is not yet a yes: an object, a text, a number mean anything. */
function yesOrNo(answer: unknown): boolean {
  if (typeof answer !== 'boolean') throw new NotAnAnswer();
  return answer;
}

function asMac2(answer: unknown): string {
  if (typeof answer !== 'string' || !/^[0-9A-F]{8}$/i.test(answer)) throw new NotAnAnswer();
  return answer;
}

/** The module said something that is no answer to its question. */
class NotAnAnswer extends TypeError {
  override readonly name = 'NotAnAnswer';
}
