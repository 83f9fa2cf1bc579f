/** Random transactions for the laws of the purse formulas, and the oracle's session key. */
import fc from 'fast-check';
import { bytesOf, oracleEcb } from './crypto-oracle.js';

const uint32 = fc.nat({ max: 0xffffffff });
const digits = (count: number): fc.Arbitrary<string> =>
  fc.array(fc.nat({ max: 9 }), { minLength: count, maxLength: count }).map((list) => list.join(''));

/** Every field that any formula takes. */
export const transactions = fc.record({
  random: bytesOf(4),
  onlineAtc: fc.nat({ max: 0xffff }),
  offlineAtc: fc.nat({ max: 0xffff }),
  rawBalance: uint32,
  rawBalanceAfter: uint32,
  amountFen: uint32,
  transactionType: fc.nat({ max: 0xff }),
  terminal: bytesOf(6),
  terminalSerial: bytesOf(4),
  date: digits(8),
  time: digits(6),
});

/** A whole transaction with plain values, to be bent in one field by a test. */
export const plainTransaction = {
  random: Uint8Array.of(0x11, 0x22, 0x33, 0x44),
  onlineAtc: 7,
  offlineAtc: 9,
  rawBalance: 1000,
  rawBalanceAfter: 11000,
  amountFen: 10000,
  transactionType: 2,
  terminal: Uint8Array.of(1, 2, 3, 4, 5, 6),
  terminalSerial: Uint8Array.of(0, 0, 0, 1),
  date: '20260101',
  time: '083000',
} as const;

/** Big-endian bytes, written down apart from the library's own. */
export function bigEndian(value: number, sizeBytes: number): number[] {
  return [...Buffer.from(value.toString(16).padStart(2 * sizeBytes, '0'), 'hex')];
}

/** BCD bytes of a digit text. */
export function bcd(text: string): number[] {
  return [...Buffer.from(text, 'hex')];
}

/** The session key by OpenSSL, from the eight bytes of its input. */
export function oracleSessionKey(
  name: '3des' | 'sm4',
  key: Uint8Array,
  in8: readonly number[],
): Uint8Array {
  const flipped = name === 'sm4' ? in8.map((byte) => 0xff - byte) : [];
  return oracleEcb(name, key, Uint8Array.from([...in8, ...flipped]));
}
