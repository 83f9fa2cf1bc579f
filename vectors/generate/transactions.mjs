/** The transactions of the purse vectors: keys and numbers, drawn once and for all. */
import { bytes, drawn } from './bytes.mjs';

const DATES = ['20240229', '20251231', '20260101', '20301130'];
const TIMES = ['000000', '235959', '093045', '120007'];

/** Loads: an ordinary one, one on an empty purse, one from a deposit, one at the limits. */
export function loads(suite) {
  return [
    { balanceFen: 1234, amountFen: 10000, onlineAtc: 23, transactionType: 2 },
    { balanceFen: 0, amountFen: 5000, onlineAtc: 0, transactionType: 2 },
    { balanceFen: 70001, amountFen: 30050, onlineAtc: 258, transactionType: 1 },
    { balanceFen: 0x01020304, amountFen: 0x00989680, onlineAtc: 0xfffe, transactionType: 2 },
  ].map((numbers, index) => ({
    name: `${suite.name}-${index + 1}`,
    ...drawnParts(suite, index),
    ...numbers,
  }));
}

/** Purchases: simple, compound, from a deposit. */
export function purchases(suite) {
  return [
    { amountFen: 950, offlineAtc: 5, transactionType: 6, terminalSerial: bytes('00010203') },
    { amountFen: 1, offlineAtc: 0x0a0b, transactionType: 9, terminalSerial: bytes('FEDCBA98') },
    {
      amountFen: 0x00010000,
      offlineAtc: 0xff,
      transactionType: 5,
      terminalSerial: bytes('12340000'),
    },
  ].map((numbers, index) => ({
    name: `${suite.name}-${index + 1}`,
    ...drawnParts(suite, index + 10),
    ...numbers,
  }));
}

function drawnParts(suite, index) {
  const label = `${suite.name} ${index}`;
  return {
    key: drawn(`${label} key`, 16),
    tacKey: drawn(`${label} tac key`, 16),
    random: drawn(`${label} random`, 4),
    terminal: drawn(`${label} terminal`, 6),
    date: DATES[index % DATES.length],
    time: TIMES[index % TIMES.length],
  };
}
