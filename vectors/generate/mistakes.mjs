/**
 * Every mistake that the cryptogram vectors try, as changes to the making of one code: the
 * transaction it is made from, its key, its message, its MAC, or the finished four bytes.
 */
import {
  bytes,
  drawn,
  flipped,
  join,
  not,
  padZero,
  pad80,
  pad80WhenNeeded,
  reversed,
  swapHalves,
  xor,
} from './bytes.mjs';
import { sessionOf } from './formulas.mjs';

/** Mistakes in the finished code. */
export const FINISHED = {
  BitFlip: [(code) => flipped(code, 0, 7), (code) => flipped(code, 3, 0)],
  Constant: [() => Buffer.alloc(4), () => Buffer.alloc(4, 0xff)],
  WrongLength: [(code) => code.subarray(0, 3), (code) => join(code, [0]), () => Buffer.alloc(0)],
};

/** Mistakes in the MAC: key and message are right. */
export const MACS = {
  RightHalf: (suite, key, message) => suite.mac(key, message).subarray(-4),
  ZeroPadding: (suite, key, message) => suite.macOfPadded(key, padZero(message, suite.block)),
  PaddingWhenNeeded: (suite, key, message) =>
    suite.macOfPadded(key, pad80WhenNeeded(message, suite.block)),
  Ff80Padding: (suite, key, message) =>
    suite.macOfPadded(key, padZero(join(message, [0xff]), suite.block)),
  NonZeroIv: (suite, key, message) => suite.mac(key, message, Buffer.alloc(suite.block, 0x11)),
  EcbOfLastBlock: (suite, key, message) =>
    suite.ecb(key, pad80(message, suite.block).subarray(-suite.block)),
};

/** Mistakes in the key of a MAC; the TAC has its own. */
export function keyMistakes(suite, kind, t) {
  const session = sessionOf(suite, t.key, kind.in8(t));
  const of = (in8) => sessionOf(suite, t.key, in8);
  const in8 = kind.in8(t);
  const forMacs = {
    CardKey: suite.name === 'sm4' ? t.key : t.key.subarray(0, 8),
    MasterKeyHalvesSwapped: sessionOf(suite, swapHalves(t.key), in8),
    TacKeyAsSessionKey: suite.name === 'sm4' ? t.tacKey : foldOf(t.tacKey),
    CounterAfter: of(kind.in8({ ...t, [kind.atc]: t[kind.atc] + 1 })),
    CounterLittleEndian: of(
      join(in8.subarray(0, 4), reversed(in8.subarray(4, 6)), in8.subarray(6)),
    ),
    SessionEnding: of(join(in8.subarray(0, 6), bytes(kind.atc === 'onlineAtc' ? '0080' : '8000'))),
    OtherRandom: of(kind.in8({ ...t, random: drawn('another random', 4) })),
    ...(suite.name === '3des' ? { RetailMac: t.key } : {}),
    ...(suite.name === 'sm4'
      ? {
          NoComplement: suite.ecb(t.key, join(in8, in8)),
          ComplementFirst: suite.ecb(t.key, join(not(in8), in8)),
        }
      : {}),
    ...(kind.atc === 'offlineAtc'
      ? { SerialHighHalf: of(join(in8.subarray(0, 6), t.terminalSerial.subarray(0, 2))) }
      : {}),
  };
  const forTac = {
    UnfoldedTacKey: suite.name === 'sm4' ? join(foldOf(t.tacKey), foldOf(t.tacKey)) : t.tacKey,
    SessionKeyAsTacKey: session,
    MasterKeyHalvesSwapped: suite.name === 'sm4' ? swapHalves(t.tacKey) : undefined,
  };
  return { mac1: forMacs, mac2: forMacs, tac: forTac };
}

function foldOf(key) {
  return xor(key.subarray(0, 8), key.subarray(8));
}

/** Mistakes in the transaction that a message is made from. */
export const TRANSACTIONS = {
  AmountOff: (t) => ({ ...t, amountFen: t.amountFen + 1 }),
  AmountInYuan: (t) => ({ ...t, amountFen: Math.floor(t.amountFen / 100) }),
  OtherType: (t) => ({ ...t, transactionType: t.transactionType === 6 ? 9 : 6 }),
  OtherTerminal: (t) => ({ ...t, terminal: flipped(t.terminal, 5) }),
  TerminalReversed: (t) => ({ ...t, terminal: reversed(t.terminal) }),
  OtherDate: (t) => ({ ...t, date: nextDay(t.date) }),
  CounterAfter: (t) => (t.onlineAtc === undefined ? t : { ...t, onlineAtc: t.onlineAtc + 1 }),
  BalanceBefore: (t) =>
    t.balanceFen === undefined ? t : { ...t, balanceFen: t.balanceFen - t.amountFen },
};

function nextDay(date) {
  const day = String(Number(date.slice(6)) === 1 ? 2 : Number(date.slice(6)) - 1);
  return date.slice(0, 6) + day.padStart(2, '0');
}

/** Mistakes in the bytes of a message. `amount` is where its four bytes begin. */
export const MESSAGES = {
  AmountLittleEndian: (message, { amountAt }) =>
    join(
      message.subarray(0, amountAt),
      reversed(message.subarray(amountAt, amountAt + 4)),
      message.subarray(amountAt + 4),
    ),
  NoType: (message, { typeAt }) =>
    typeAt === undefined
      ? message
      : join(message.subarray(0, typeAt), message.subarray(typeAt + 1)),
  BalanceSwapped: (message, { amountAt }) =>
    amountAt === 4
      ? join(message.subarray(4, 8), message.subarray(0, 4), message.subarray(8))
      : message,
  TimeBeforeDate: (message, { dateAt }) =>
    dateAt === undefined
      ? message
      : join(
          message.subarray(0, dateAt),
          message.subarray(dateAt + 4),
          message.subarray(dateAt, dateAt + 4),
        ),
  TwoDigitYear: (message, { dateAt }) =>
    dateAt === undefined
      ? message
      : join(message.subarray(0, dateAt), message.subarray(dateAt + 1)),
  NoTerminalSerial: (message, { serialAt }) =>
    serialAt === undefined
      ? message
      : join(message.subarray(0, serialAt), message.subarray(serialAt + 4)),
};

/** Where the parts of each message lie. */
export const PLACES = {
  load: {
    mac1: { amountAt: 4, typeAt: 8 },
    mac2: { amountAt: 0, typeAt: 4, dateAt: 11 },
    tac: { amountAt: 6, typeAt: 10, dateAt: 17 },
  },
  purchase: {
    mac1: { amountAt: 0, typeAt: 4, dateAt: 11 },
    mac2: { amountAt: 0 },
    tac: { amountAt: 0, typeAt: 4, serialAt: 11, dateAt: 15 },
  },
};
