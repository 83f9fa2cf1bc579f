/**
 * Recomputes the cryptograms of a recorded session with the keys of its card: a reader of exchanges
 * that remembers the open transaction and the last one, and says of each code whether it holds.
 */
import { parseCommand, parseResponse, SW_OK } from '../apdu/index.js';
import { copyOf } from '../bytes.js';
import type { Cipher } from '../crypto/index.js';
import {
  computeLoadSessionKey,
  computePurchaseSessionKey,
  creditForLoad,
  debitForPurchase,
  getTransactionProve,
  initializeForLoad,
  initializeForPurchase,
  verifyLoadMac1,
  verifyLoadMac2,
  verifyLoadTac,
  verifyPurchaseMac1,
  verifyPurchaseMac2,
  verifyPurchaseTac,
} from '../purse/index.js';
import { findTransactionType } from '../purse/index.js';

/** The keys of one card, as far as they are known. */
export interface CodeKeys {
  readonly cipher: Cipher;
  readonly loadKey?: Uint8Array;
  readonly tacKey?: Uint8Array;
  readonly purchaseKey?: Uint8Array;
}

/** One code that was recomputed. */
export interface CheckedCode {
  readonly name: 'MAC1' | 'MAC2' | 'TAC';
  readonly held: boolean;
}

/** Reads one exchange after the other; the response is missing where the card was lost. */
export type CodeChecker = (command: Uint8Array, response?: Uint8Array) => readonly CheckedCode[];

interface OpenLoad {
  readonly kind: 'load';
  readonly request: initializeForLoad.Request;
  readonly answer: initializeForLoad.Answer;
  readonly transactionType: number;
}
interface OpenPurchase {
  readonly kind: 'purchase';
  readonly request: initializeForPurchase.Request;
  readonly answer: initializeForPurchase.Answer;
  readonly transactionType: number;
}
type TacCheck = (tac: Uint8Array) => boolean;

/**
 * Starts at the beginning of a session. Codes whose key is missing are passed over.
 * 逐条重算会话中的 MAC1、MAC2、TAC（需该卡密钥，仅限实验室与模拟卡）。
 * @example
 * import { desCipher } from 'quancun/crypto';
 * import { fromHex } from 'quancun/bytes';
 * const check = createCodeChecker({ cipher: desCipher });
 * check(fromHex('805C000204'), fromHex('000013889000')); // []
 */
export function createCodeChecker(given: CodeKeys): CodeChecker {
  const keys = copied(given);
  let open: OpenLoad | OpenPurchase | undefined;
  let lastLoadTac: TacCheck | undefined;
  return (command, response) => {
    const { cla, ins, p1 } = parseCommand(command);
    if (cla !== 0x80) return [];
    const accepted = response !== undefined && parseResponse(response).sw === SW_OK;
    if (ins === 0x50) {
      open = accepted ? opened(command, response, p1) : undefined;
      return open?.kind === 'load' ? checkLoadMac1(keys, open) : [];
    }
    if (ins === 0x52 && open?.kind === 'load') {
      const { codes, tacCheck } = checkCredit(keys, open, command, response);
      lastLoadTac = tacCheck;
      open = undefined;
      return codes;
    }
    if (ins === 0x54 && p1 === 1 && open?.kind === 'purchase' && response !== undefined) {
      const codes = checkDebit(keys, open, command, response);
      open = undefined;
      return codes;
    }
    if (ins === 0x5a && accepted && lastLoadTac !== undefined) {
      const { transactionType } = getTransactionProve.parseCommand(command);
      const proof = getTransactionProve.parse(response);
      if (transactionType > 2 || !proof.ok) return [];
      return [{ name: 'TAC', held: lastLoadTac(proof.tac) }];
    }
    return [];
  };
}

/** They are the caller's, who may wipe them. */
function copied({ cipher, loadKey, tacKey, purchaseKey }: CodeKeys): CodeKeys {
  return {
    cipher,
    ...(loadKey === undefined ? {} : { loadKey: copyOf(loadKey) }),
    ...(tacKey === undefined ? {} : { tacKey: copyOf(tacKey) }),
    ...(purchaseKey === undefined ? {} : { purchaseKey: copyOf(purchaseKey) }),
  };
}

function opened(
  command: Uint8Array,
  response: Uint8Array,
  p1: number,
): OpenLoad | OpenPurchase | undefined {
  const transactionType = findTransactionType(command) ?? 0;
  if (p1 === 0) {
    const answer = initializeForLoad.parse(response);
    const request = initializeForLoad.parseCommand(command);
    return answer.ok ? { kind: 'load', request, answer, transactionType } : undefined;
  }
  if (p1 !== 1 && p1 !== 3) return undefined;
  const answer = initializeForPurchase.parse(response);
  // Both kinds of purchase carry the same bytes behind P1.
  const plain = command.slice();
  plain[2] = 1;
  const request = initializeForPurchase.parseCommand(plain);
  return answer.ok ? { kind: 'purchase', request, answer, transactionType } : undefined;
}

function loadSession(keys: CodeKeys, { request, answer, transactionType }: OpenLoad) {
  if (keys.loadKey === undefined) return undefined;
  const { amountFen, terminal } = request;
  const sessionKey = computeLoadSessionKey(keys.cipher, keys.loadKey, answer);
  return { sessionKey, inputs: { amountFen, terminal, transactionType } };
}

function checkLoadMac1(keys: CodeKeys, open: OpenLoad): readonly CheckedCode[] {
  const session = loadSession(keys, open);
  if (session === undefined) return [];
  const inputs = { ...open.answer, ...session.inputs };
  const { mac1 } = open.answer;
  return [{ name: 'MAC1', held: verifyLoadMac1(keys.cipher, session.sessionKey, inputs, mac1) }];
}

/** The TAC is checked here, and kept for a later 805A, which shows it again. */
function checkCredit(
  keys: CodeKeys,
  open: OpenLoad,
  command: Uint8Array,
  response: Uint8Array | undefined,
): { readonly codes: readonly CheckedCode[]; readonly tacCheck?: TacCheck } {
  const { date, time, mac2 } = creditForLoad.parseCommand(command);
  const { amountFen, terminal } = open.request;
  const base = { amountFen, terminal, transactionType: open.transactionType, date, time };
  const session = loadSession(keys, open);
  const codes: CheckedCode[] = [];
  if (session !== undefined) {
    const held = verifyLoadMac2(keys.cipher, session.sessionKey, base, mac2);
    codes.push({ name: 'MAC2', held });
  }
  const { tacKey } = keys;
  if (tacKey === undefined) return { codes };
  const { onlineAtc, rawBalance } = open.answer;
  const rawBalanceAfter = rawBalance + amountFen;
  const tacCheck: TacCheck = (tac) =>
    verifyLoadTac(keys.cipher, tacKey, { ...base, rawBalanceAfter, onlineAtc }, tac);
  const answer = response === undefined ? undefined : creditForLoad.parse(response);
  if (answer?.ok === true) codes.push({ name: 'TAC', held: tacCheck(answer.tac) });
  return { codes, tacCheck };
}

function checkDebit(
  keys: CodeKeys,
  open: OpenPurchase,
  command: Uint8Array,
  response: Uint8Array,
): readonly CheckedCode[] {
  const { terminalSerial, date, time, mac1 } = debitForPurchase.parseCommand(command);
  const { amountFen, terminal } = open.request;
  const inputs = { amountFen, terminal, transactionType: open.transactionType, date, time };
  const codes: CheckedCode[] = [];
  const answer = debitForPurchase.parse(response);
  if (keys.purchaseKey !== undefined) {
    const { random, offlineAtc } = open.answer;
    const session = { random, offlineAtc, terminalSerial };
    const sessionKey = computePurchaseSessionKey(keys.cipher, keys.purchaseKey, session);
    codes.push({ name: 'MAC1', held: verifyPurchaseMac1(keys.cipher, sessionKey, inputs, mac1) });
    if (answer.ok) {
      const held = verifyPurchaseMac2(keys.cipher, sessionKey, { amountFen }, answer.mac2);
      codes.push({ name: 'MAC2', held });
    }
  }
  if (keys.tacKey !== undefined && answer.ok) {
    const tacInputs = { ...inputs, terminalSerial };
    const held = verifyPurchaseTac(keys.cipher, keys.tacKey, tacInputs, answer.tac);
    codes.push({ name: 'TAC', held });
  }
  return codes;
}
