/**
 * What a card does when CREDIT FOR LOAD brought no TAC: it asks. First 805A with the counter after
 * and the counter before, for cards disagree; then INITIALIZE, whose counter MAC1 vouches for.
 */
import { isQuancunError, QuancunError } from '../../errors.js';
import {
  computeLoadSessionKey,
  getTransactionProve,
  initializeForLoad,
  verifyLoadMac1,
  verifyLoadTac,
} from '../../purse/index.js';
import { needKey } from '../options/tool-keys.js';
import type { Output } from '../output.js';
import { type OpenCard, presentPinOfKeys } from './work-on-card.js';
import { LOAD_NOT_WRITTEN } from '../errors.js';
import { LOAD_IN_DOUBT } from '../../load/errors.js';

/** What the TAC of the doubtful load would cover. */
export type TacInputs = Parameters<typeof verifyLoadTac>[2];

/**
 * Finds out whether the card was written.
 * @returns the TAC where 805A showed it; nothing where the counter alone proves the credit
 * @throws LOAD_NOT_WRITTEN (money untouched) when the counter proves that nothing was written;
 *   LOAD_IN_DOUBT when the card does not say
 */
export async function settleDoubt(
  card: OpenCard,
  inputs: TacInputs,
  refusal: QuancunError,
  output: Output,
): Promise<Uint8Array | undefined> {
  try {
    const tac = await askProof(card, inputs);
    if (tac !== undefined) {
      output.line({ en: '805A shows the TAC: written', zh: '805A 返回 TAC：已写入' });
      return tac;
    }
    const moved = (await askCounter(card, inputs, output)) - inputs.onlineAtc;
    if (moved === 1) {
      output.line({ en: 'the counter has moved: written', zh: '联机序号已增加：已写入' });
      return undefined;
    }
    if (moved === 0) throw new QuancunError(LOAD_NOT_WRITTEN, { cause: refusal });
  } catch (error) {
    if (isQuancunError(error, 'LOAD_NOT_WRITTEN')) throw error;
  }
  throw new QuancunError(LOAD_IN_DOUBT, { cause: refusal, details: refusal.details });
}

/** The proof counts only where its TAC verifies; without a TAC key it says nothing. */
async function askProof(card: OpenCard, inputs: TacInputs): Promise<Uint8Array | undefined> {
  const { transport, keys } = card;
  if (keys.tacKey === undefined) return undefined;
  const { transactionType, onlineAtc } = inputs;
  for (const atc of [onlineAtc + 1, onlineAtc]) {
    if (atc > 0xffff) continue;
    const command = getTransactionProve.build({ transactionType, atc });
    const answer = readProof(await transport.transmit(command));
    const codes = answer === undefined ? [] : [answer.tac, answer.mac];
    const found = codes.find((tac) => verifyLoadTac(keys.cipher, keys.tacKey ?? tac, inputs, tac));
    if (found !== undefined) return found;
  }
  return undefined;
}

function readProof(response: Uint8Array): getTransactionProve.Answer | undefined {
  try {
    const answer = getTransactionProve.parse(response);
    return answer.ok ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** The counter of a fresh INITIALIZE. One fen, which no MAC2 will follow: some refuse nothing. */
async function askCounter(card: OpenCard, inputs: TacInputs, output: Output): Promise<number> {
  const { transport, keys, purse } = card;
  await presentPinOfKeys(card, output);
  const { terminal, transactionType } = inputs;
  const probe = { keyIndex: keys.keyIndex, amountFen: 1, terminal, purse };
  const answer = initializeForLoad.parse(await transport.transmit(initializeForLoad.build(probe)));
  if (!answer.ok) throw new QuancunError(LOAD_IN_DOUBT);
  const sessionKey = computeLoadSessionKey(keys.cipher, needKey(keys, 'loadKey'), answer);
  const fields = { ...answer, amountFen: 1, terminal, transactionType };
  if (!verifyLoadMac1(keys.cipher, sessionKey, fields, answer.mac1)) {
    throw new QuancunError(LOAD_IN_DOUBT);
  }
  return answer.onlineAtc;
}
