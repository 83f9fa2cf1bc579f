/** What INITIALIZE, CREDIT and DEBIT share: the kinds of transaction, their messages and codes. */
import { concat, fromHex, writeUint } from '../bytes.js';
import { cipherOfKey, mac4, sessionKeyOf, tacKeyOf } from './cryptograms.js';
import type { CardKey, CardState, OpenTransaction, Purse } from './state.js';

const EP = 0x02;
const ED = 0x01;

/** What the kinds of INITIALIZE differ in, by P1. */
export const KINDS = {
  0x00: { kind: 'load', use: 'load', counter: 'onlineAtc', type: { ep: 0x02, ed: 0x01 } },
  0x01: { kind: 'purchase', use: 'purchase', counter: 'offlineAtc', type: { ep: 0x06, ed: 0x05 } },
  0x03: { kind: 'compound', use: 'purchase', counter: 'offlineAtc', type: { ep: 0x09, ed: 0x09 } },
  0x05: { kind: 'unload', use: 'unload', counter: 'onlineAtc', type: { ep: 0x03, ed: 0x03 } },
} as const;
/** One row of them. */
export type Kind = (typeof KINDS)[keyof typeof KINDS];

/**
 * A MAC under the session key. Its input ends with 80 00 for the online transactions and with the
 * low half of the terminal's serial number for purchases.
 */
export function macOf(
  opened: OpenTransaction,
  message: Uint8Array,
  ending: Uint8Array = Uint8Array.of(0x80, 0x00),
): Uint8Array {
  const input = concat(fromHex(opened.random), writeUint(opened.atc, 2), ending);
  return mac4(cipherOfKey(opened.key), sessionKeyOf(opened.key, input), message);
}

/** The TAC, under the TAC key of the same algorithm; nothing where the card has none. */
export function tacOf(
  state: CardState,
  { key }: OpenTransaction,
  message: Uint8Array,
): Uint8Array | undefined {
  const isPartner = ({ use, algorithm }: CardKey): boolean =>
    use === 'tac' && algorithm === key.algorithm;
  const tacKey = state.keys.find(isPartner);
  return tacKey === undefined ? undefined : mac4(cipherOfKey(tacKey), tacKeyOf(tacKey), message);
}

/** Amount 4 · type 1 · terminal 6: the middle of most messages. */
export function amountTypeTerminal(opened: OpenTransaction): Uint8Array {
  const { amountFen, transactionType, terminal } = opened;
  return concat(writeUint(amountFen, 4), Uint8Array.of(transactionType), fromHex(terminal));
}

/** New balance 4 · counter before 2: the head of TAC and MAC3. */
export function balanceCounter(afterFen: number, opened: OpenTransaction): Uint8Array {
  return concat(writeUint(afterFen, 4), writeUint(opened.atc, 2));
}

/** The purse that P2 names. */
export function purseName(state: CardState, p2: number): 'ep' | 'ed' | undefined {
  if (p2 === EP) return 'ep';
  return p2 === ED && state.ed !== null ? 'ed' : undefined;
}

/** A purse by its name. */
export function purseOf(state: CardState, name: 'ep' | 'ed'): Purse {
  return name === 'ed' && state.ed !== null ? state.ed : state.ep;
}
