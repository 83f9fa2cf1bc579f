/** Asking a purse and opening a transaction on it: nothing here changes any money. */
import { concat, fromHex, readUint, toHex, writeUint } from '../bytes.js';
import type { Received } from './received.js';
import { drawRandom } from './security.js';
import {
  accept,
  type CardState,
  findKey,
  type OpenTransaction,
  refuse,
  type Result,
  withSession,
} from './state.js';
import { amountTypeTerminal, type Kind, KINDS, macOf, purseName, purseOf } from './transaction.js';

/** GET BALANCE `80 5C 00 P2 04`. */
export function getBalance(state: CardState, { p1, p2, data, le }: Received): Result {
  const name = purseName(state, p2);
  if (p1 !== 0 || name === undefined) return refuse(state, 0x6a86);
  if (data.length > 0) return refuse(state, 0x6700);
  if (le !== undefined && le !== 256 && le !== 4) return refuse(state, 0x6c04);
  if (name === 'ed' && !state.session.pinVerified)
    return refuse(state, state.profile.statusWords.pinNotVerified);
  const { balanceFen } = purseOf(state, name);
  const bytes = writeUint(balanceFen, 4);
  if (state.profile.balanceTopBit) bytes[0] = (bytes[0] ?? 0) | 0x80;
  return accept(state, bytes);
}

/** INITIALIZE `80 50 P1 P2 0B keyIndex amount terminal`; checks in the order of real cards. */
export function initialize(state: CardState, command: Received): Result {
  const { p1, p2, data } = command;
  const kind: Kind | undefined = (KINDS as Readonly<Record<number, Kind>>)[p1];
  const name = purseName(state, p2);
  if (kind === undefined || name === undefined) return refuse(state, 0x6a86);
  if (kind.kind === 'compound' && name === 'ed') return refuse(state, 0x6a86);
  if (kind.kind === 'unload' && name === 'ep') return refuse(state, 0x6a86);
  if (data.length !== 11) return refuse(state, 0x6700);
  const key = findKey(state, kind.use, state.df.fid, data[0]);
  if (key === undefined) return refuse(state, 0x9403);
  if (isBusy(state, kind)) return refuse(state, 0x6901);
  const amountFen = readUint(data, 1, 4);
  const terminal = toHex(data.slice(5));
  const sw = refusalOf(state, kind, name, amountFen, terminal);
  if (sw !== undefined) return refuse(state, sw);
  const [drawn, random] = drawRandom(state, 4);
  const opened: OpenTransaction = {
    kind: kind.kind,
    purse: name,
    transactionType: kind.type[name],
    amountFen,
    atc: purseOf(state, name)[kind.counter],
    terminal,
    random: toHex(random),
    key,
  };
  return accept(open(drawn, opened), initializeAnswer(state, opened));
}

/** A compound purchase suffers no other transaction beside it, and begins only from rest. */
function isBusy(state: CardState, kind: Kind): boolean {
  const { open: list } = state.session;
  return kind.kind === 'compound'
    ? list.length > 0
    : list.some((transaction) => transaction.kind === 'compound');
}

function refusalOf(
  state: CardState,
  kind: Kind,
  name: 'ep' | 'ed',
  amountFen: number,
  terminal: string,
): number | undefined {
  const { profile } = state;
  const { balanceFen, [kind.counter]: counter } = purseOf(state, name);
  const needsPin = name === 'ed' || (kind.kind === 'load' && profile.pinForLoad);
  if (needsPin && !state.session.pinVerified) return profile.statusWords.pinNotVerified;
  if (!profile.terminalNumberFree && /[A-F]/.test(terminal)) return 0x6a80;
  if (kind.kind === 'load') {
    if (amountFen === 0 && !profile.initAmountZeroOk) return 0x6a80;
    if (profile.overflowChecked && balanceFen + amountFen > profile.maxBalanceFen) {
      return profile.statusWords.overflow;
    }
  } else if (amountFen > balanceFen) return 0x9401;
  if (counter >= profile.atcMax && !profile.atcWraps) return 0x9402;
  return undefined;
}

/** The new transaction, and the older ones where the card keeps them. */
function open(state: CardState, opened: OpenTransaction): CardState {
  const { profile, session } = state;
  const proofs = profile.proveClearedByInit ? [] : state.proofs;
  const older = profile.singleSession ? [] : session.open.slice(-3);
  return withSession({ ...state, proofs }, { open: [...older, opened], cache: [] });
}

/**
 * Load and unload: balance 4 · counter 2 · version 1 · algorithm 1 · random 4 · MAC1 4.
 * Purchase: balance 4 · counter 2 · overdraft 3 · version 1 · algorithm 1 · random 4.
 */
function initializeAnswer(state: CardState, opened: OpenTransaction): Uint8Array {
  const { key, atc, random } = opened;
  const balance = writeUint(purseOf(state, opened.purse).balanceFen, 4);
  const counter = writeUint(atc, 2);
  const keyBytes = Uint8Array.of(key.version, key.algorithm);
  if (opened.kind === 'purchase' || opened.kind === 'compound') {
    return concat(balance, counter, new Uint8Array(3), keyBytes, fromHex(random));
  }
  const mac1 = macOf(opened, concat(balance, amountTypeTerminal(opened)));
  return concat(balance, counter, keyBytes, fromHex(random), mac1);
}
