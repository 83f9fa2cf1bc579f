/** Date and time of a transaction: `date(4) | time(3)`, BCD. */
import { concat, decodeBcd, encodeBcd } from '../bytes.js';

/** When, as the host says. */
export interface DateTime {
  /** YYYYMMDD */
  readonly date: string;
  /** hhmmss */
  readonly time: string;
}

/** Encodes date and time, 7 bytes. @throws DIGITS_INVALID */
export function encodeDateTime({ date, time }: DateTime): Uint8Array {
  return concat(encodeBcd(date, 4, 'date'), encodeBcd(time, 3, 'time'));
}

/** Reads 7 bytes. Nibbles A–F come out as letters: nothing is guessed. */
export function decodeDateTime(data: Uint8Array, offset: number): DateTime {
  return {
    date: decodeBcd(data.slice(offset, offset + 4)),
    time: decodeBcd(data.slice(offset + 4, offset + 7)),
  };
}
