/**
 * The purse formulas, written down from the standard a second time and apart from the library.
 * Each is split in key, message and MAC, so that a mistake can be made in any one of them.
 */
import { bytes, join, not, pad80, uint, xor } from './bytes.mjs';

export const left4 = (block) => block.subarray(0, 4);

/** in8 → the session key. SM4 takes in8 and its complement as one block. */
export function sessionOf(suite, key, in8) {
  return suite.ecb(key, suite.name === 'sm4' ? join(in8, not(in8)) : in8);
}

export const loadIn8 = (t) => join(t.random, uint(t.onlineAtc, 2), bytes('8000'));

export const purchaseIn8 = (t) =>
  join(t.random, uint(t.offlineAtc, 2), t.terminalSerial.subarray(2));

/** 3DES folds the TAC key, SM4 takes it whole. */
export function tacKeyOf(suite, tacKey) {
  return suite.name === 'sm4' ? tacKey : xor(tacKey.subarray(0, 8), tacKey.subarray(8));
}

export const loadMessages = {
  mac1: (t) => join(uint(t.balanceFen, 4), uint(t.amountFen, 4), [t.transactionType], t.terminal),
  mac2: (t) => join(uint(t.amountFen, 4), [t.transactionType], t.terminal, bytes(t.date + t.time)),
  tac: (t) =>
    join(
      uint(t.balanceFen + t.amountFen, 4),
      uint(t.onlineAtc, 2),
      uint(t.amountFen, 4),
      [t.transactionType],
      t.terminal,
      bytes(t.date + t.time),
    ),
};

export const purchaseMessages = {
  mac1: loadMessages.mac2,
  mac2: (t) => uint(t.amountFen, 4),
  tac: (t) =>
    join(
      uint(t.amountFen, 4),
      [t.transactionType],
      t.terminal,
      t.terminalSerial,
      bytes(t.date + t.time),
    ),
};

/** What load and purchase differ in. */
export const LOAD = { messages: loadMessages, in8: loadIn8, atc: 'onlineAtc' };
export const PURCHASE = { messages: purchaseMessages, in8: purchaseIn8, atc: 'offlineAtc' };

/** All of one transaction: session key, the key of each cryptogram, its message, and itself. */
export function work(suite, kind, t) {
  const session = sessionOf(suite, t.key, kind.in8(t));
  const keys = { mac1: session, mac2: session, tac: tacKeyOf(suite, t.tacKey) };
  const messages = Object.fromEntries(
    Object.entries(kind.messages).map(([name, messageOf]) => [name, messageOf(t)]),
  );
  const blocks = Object.fromEntries(
    Object.keys(messages).map((name) => [name, suite.mac(keys[name], messages[name])]),
  );
  return { session, keys, messages, blocks };
}

/** The right cryptograms, four bytes each. */
export function cryptograms(suite, kind, t) {
  const { blocks } = work(suite, kind, t);
  return { mac1: left4(blocks.mac1), mac2: left4(blocks.mac2), tac: left4(blocks.tac) };
}

export const padded = (suite, message) => pad80(message, suite.block);
