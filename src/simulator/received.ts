/** A command as the card receives it: short APDUs, split by the card's own reading of the bytes. */
import { copyOf } from '../bytes.js';

/** The parts of a command. */
export interface Received {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** Expected length; 256 where the byte was 00, absent where there was none. */
  readonly le?: number;
  /** The header with Lc, which the MAC of a protected command covers. */
  readonly header: Uint8Array;
}

/** Splits a command; nothing where the lengths do not add up (67 00). */
export function receive(bytes: Uint8Array): Received | undefined {
  const [cla, ins, p1, p2, p3 = 0] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) {
    return undefined;
  }
  const head = { cla, ins, p1, p2, header: copyOf(bytes, 0, 5) };
  const none = new Uint8Array(0);
  if (bytes.length === 4) return { ...head, data: none };
  if (bytes.length === 5) return { ...head, data: none, le: p3 === 0 ? 256 : p3 };
  const data = copyOf(bytes, 5, 5 + p3);
  if (p3 === 0 || data.length !== p3) return undefined;
  if (bytes.length === 5 + p3) return { ...head, data };
  if (bytes.length !== 6 + p3) return undefined;
  const le = bytes[5 + p3] ?? 0;
  return { ...head, data, le: le === 0 ? 256 : le };
}
