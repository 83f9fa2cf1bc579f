/** An HSM of one request: what became of the codes that the request has shown is written down. */
import type { Hsm } from './hsm.js';

/** What the HSM has said of the codes of a request; the last word counts. */
export interface CodesShown {
  mac1?: 'right' | 'wrong';
  /** Right once any attempt has the TAC: each is asked about by itself. */
  tac?: 'right' | 'wrong';
}

/** The HSM, whose answers are noted. */
export function watchHsm(hsm: Hsm, codes: CodesShown): Hsm {
  return {
    verifyMac1: async (query) => {
      const isRight = await hsm.verifyMac1(query);
      codes.mac1 = isRight ? 'right' : 'wrong';
      return isRight;
    },
    computeMac2: (query) => hsm.computeMac2(query),
    describeKeys: () => hsm.describeKeys(),
    verifyTac: async (query) => {
      const isRight = await hsm.verifyTac(query);
      if (isRight || codes.tac === undefined) codes.tac = isRight ? 'right' : 'wrong';
      return isRight;
    },
  };
}
