/**
 * CREDIT, DEBIT and the proof of them. The MAC is checked first; then balance, counter, log and
 * proof change in one step: there is no card between.
 */
import { concat, fromHex, readUint, toHex, writeUint } from '../bytes.js';
import { sameBytes } from './cryptograms.js';
import { withNewest } from './files.js';
import type { Received } from './received.js';
import {
  accept,
  type CardState,
  type OpenTransaction,
  type Proof,
  type Purse,
  refuse,
  type Result,
  withSession,
} from './state.js';
import { amountTypeTerminal, balanceCounter, KINDS, macOf, purseOf, tacOf } from './transaction.js';

const UINT32 = 0x1_0000_0000;
const NO_MAC = new Uint8Array(4);

/** CREDIT FOR LOAD `80 52 00 00 0B date time MAC2`. */
export function credit(state: CardState, { p1, p2, data }: Received): Result {
  if (p1 !== 0 || p2 !== 0) return refuse(state, 0x6a86);
  if (data.length !== 11) return refuse(state, 0x6700);
  const [dateTime, mac2] = [data.slice(0, 7), data.slice(7)];
  const message = (opened: OpenTransaction): Uint8Array =>
    concat(amountTypeTerminal(opened), dateTime);
  const found = findOpened(state, ['load'], (opened) =>
    sameBytes(macOf(opened, message(opened)), mac2),
  );
  if (typeof found === 'number') return macRefused(state, found);
  const { balanceFen } = purseOf(state, found.purse);
  const afterFen = (balanceFen + found.amountFen) % UINT32;
  const tac = tacOf(state, found, concat(balanceCounter(afterFen, found), message(found)));
  if (tac === undefined) return refuse(state, 0x9403);
  return accept(commit(state, found, { afterFen, dateTime, mac: NO_MAC, tac }), tac);
}

/** DEBIT `80 54 01 00 0F terminalSerial date time MAC1`, or `80 54 03 00 0B date time MAC2`. */
export function debit(state: CardState, command: Received): Result {
  if (command.p2 !== 0 || (command.p1 !== 1 && command.p1 !== 3)) return refuse(state, 0x6a86);
  return command.p1 === 1 ? debitPurchase(state, command) : debitUnload(state, command);
}

function debitPurchase(state: CardState, { data }: Received): Result {
  if (data.length !== 15) return refuse(state, 0x6700);
  const [serial, dateTime, mac1] = [data.slice(0, 4), data.slice(4, 11), data.slice(11)];
  const found = findOpened(state, ['purchase', 'compound'], (opened) =>
    sameBytes(macOf(opened, concat(amountTypeTerminal(opened), dateTime), serial.slice(2)), mac1),
  );
  if (typeof found === 'number') return macRefused(state, found);
  const { balanceFen } = purseOf(state, found.purse);
  if (found.amountFen > balanceFen) return refuse(state, 0x9401);
  const afterFen = balanceFen - found.amountFen;
  const mac2 = macOf(found, writeUint(found.amountFen, 4), serial.slice(2));
  const tac = tacOf(state, found, concat(amountTypeTerminal(found), serial, dateTime));
  if (tac === undefined) return refuse(state, 0x9403);
  const paid = commit(state, found, { afterFen, dateTime, mac: mac2, tac });
  return accept(writeCache(state, paid), concat(tac, mac2));
}

function debitUnload(state: CardState, { data }: Received): Result {
  if (data.length !== 11) return refuse(state, 0x6700);
  const [dateTime, mac2] = [data.slice(0, 7), data.slice(7)];
  const found = findOpened(state, ['unload'], (opened) =>
    sameBytes(macOf(opened, concat(amountTypeTerminal(opened), dateTime)), mac2),
  );
  if (typeof found === 'number') return macRefused(state, found);
  const { balanceFen } = purseOf(state, found.purse);
  if (found.amountFen > balanceFen) return refuse(state, 0x9401);
  const afterFen = balanceFen - found.amountFen;
  const message = concat(balanceCounter(afterFen, found), amountTypeTerminal(found), dateTime);
  const mac3 = macOf(found, message);
  return accept(commit(state, found, { afterFen, dateTime, mac: mac3, tac: NO_MAC }), mac3);
}

/** GET TRANSACTION PROVE `80 5A 00 type 02 counter`. */
export function prove(state: CardState, { p1, p2, data }: Received): Result {
  const types = Object.values(KINDS).flatMap(({ type }) => [type.ep, type.ed] as number[]);
  if (p1 !== 0 || !types.includes(p2)) return refuse(state, 0x6a86);
  if (data.length !== 2) return refuse(state, 0x6700);
  const { proveArg, proveHalf, statusWords } = state.profile;
  const asked = readUint(data, 0, 2);
  const found = state.proofs.find(
    ({ transactionType, atcBefore, atcAfter }) =>
      transactionType === p2 &&
      ((proveArg !== 'before' && asked === atcAfter) ||
        (proveArg !== 'after' && asked === atcBefore)),
  );
  if (found === undefined) return refuse(state, statusWords.noProof);
  const { mac, tac } = found;
  return accept(state, fromHex(proveHalf === 'mac-tac' ? mac + tac : tac + mac));
}

/** The newest open transaction of these kinds whose MAC is right, or why there is none. */
function findOpened(
  state: CardState,
  kinds: readonly OpenTransaction['kind'][],
  macIsRight: (opened: OpenTransaction) => boolean,
): OpenTransaction | number {
  const candidates = state.session.open.filter(({ kind }) => kinds.includes(kind));
  if (candidates.length === 0) return state.profile.statusWords.noTransaction;
  return [...candidates].reverse().find(macIsRight) ?? state.profile.statusWords.macWrong;
}

/** A wrong MAC is counted; the one that reaches the limit blocks the application. */
function macRefused(state: CardState, sw: number): Result {
  const { statusWords, wrongMacLimit } = state.profile;
  if (sw !== statusWords.macWrong || wrongMacLimit === 0) return refuse(state, sw);
  const wrongMacs = state.wrongMacs + 1;
  if (wrongMacs < wrongMacLimit) return refuse({ ...state, wrongMacs }, sw);
  return refuse({ ...state, wrongMacs, application: 'blocked' }, 0x6985);
}

interface Outcome {
  readonly afterFen: number;
  readonly dateTime: Uint8Array;
  readonly mac: Uint8Array;
  readonly tac: Uint8Array;
}

/** Balance, counter, log and proof in one value: a torn card has all of it, or nothing. */
function commit(state: CardState, opened: OpenTransaction, outcome: Outcome): CardState {
  const { profile } = state;
  const online = opened.kind === 'load' || opened.kind === 'unload';
  const counter = online ? 'onlineAtc' : 'offlineAtc';
  const atcAfter = opened.atc >= profile.atcMax ? 0 : opened.atc + 1;
  const changed: Purse = {
    ...purseOf(state, opened.purse),
    balanceFen: outcome.afterFen,
    [counter]: atcAfter,
  };
  const proof: Proof = {
    transactionType: opened.transactionType,
    atcBefore: opened.atc,
    atcAfter,
    mac: toHex(outcome.mac),
    tac: toHex(outcome.tac),
  };
  const kept = profile.proveClearedByPurchase
    ? []
    : state.proofs.filter(({ transactionType }) => transactionType !== proof.transactionType);
  const shared =
    opened.purse === 'ed' && online && profile.otherOnlineOps
      ? { ep: { ...state.ep, onlineAtc: (state.ep.onlineAtc + 1) & 0xffff } }
      : {};
  const done = {
    ...state,
    ...shared,
    [opened.purse]: changed,
    proofs: [proof, ...kept],
    wrongMacs: 0,
  };
  const pinVerified = state.session.pinVerified && !profile.pinClearedByTransaction;
  return withSession(logged(done, opened, atcAfter, outcome.dateTime), {
    open: [],
    cache: [],
    pinVerified,
  });
}

/** One more log record: counter 2 · overdraft 3 · amount 4 · type 1 · terminal 6 · date, time 7. */
function logged(
  state: CardState,
  opened: OpenTransaction,
  atcAfter: number,
  dateTime: Uint8Array,
): CardState {
  const atc = state.profile.logAtc === 'after' ? atcAfter : opened.atc;
  const record = toHex(
    concat(writeUint(atc, 2), new Uint8Array(3), amountTypeTerminal(opened), dateTime),
  );
  const files = state.df.files.map((file) =>
    file.fid === 0x0018 ? withNewest(file, record) : file,
  );
  return { ...state, df: { ...state.df, files } };
}

/** The records that UPDATE CAPP DATA CACHE left waiting. */
function writeCache(before: CardState, state: CardState): CardState {
  const { cache } = before.session;
  const files = state.df.files.map((file) => ({
    ...file,
    contents: file.contents.map((old, index) => {
      const waiting = cache.find(({ fid, record }) => fid === file.fid && record === index);
      return waiting === undefined ? old : waiting.hex + old.slice(waiting.hex.length);
    }),
  }));
  return cache.length === 0 ? state : { ...state, df: { ...state.df, files } };
}
