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
    verifyMac1: (query) => ask((call) => hsm.verifyMac1(query, call)),
    computeMac2: (query) => ask((call) => hsm.computeMac2(query, call)),
    verifyTac: (query) => ask((call) => hsm.verifyTac(query, call)),
    describeKeys: () => ask((call) => hsm.describeKeys(call)),
  };
}
