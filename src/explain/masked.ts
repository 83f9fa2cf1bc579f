/**
 * What may be shown of bytes, by the one redactor: a value is read twice, from the bytes and from
 * a copy whose hidden bytes are turned over. Where the two differ, it came out of hidden bytes.
 */
import { toHex } from '../bytes.js';

/** Names and values of fields, in the order of the bytes. */
export type FieldRows = readonly (readonly [name: string, value: string])[];

/** The same bytes with every hidden one turned over; `redacted` is the redactor's hex. */
export function turnHidden(bytes: Uint8Array, redacted: string): Uint8Array {
  return bytes.map((byte, index) => (redacted[2 * index] === '*' ? byte ^ 0xff : byte));
}

/** Bytes as hex, with `**` for each that differs in the twin. */
export function maskBytes(bytes: Uint8Array, twin: unknown): string {
  const other = twin instanceof Uint8Array ? twin : new Uint8Array(0);
  const shown = Array.from(bytes, (byte, index) =>
    other.length === bytes.length && other[index] === byte ? toHex(Uint8Array.of(byte)) : '**',
  );
  return shown.length > 0 && shown.every((text) => text === '**')
    ? notShown(bytes)
    : shown.join('');
}

/** Stands for bytes of which nothing is shown. */
export function notShown(bytes: Uint8Array): string {
  return `(${String(bytes.length)} bytes, not shown)`;
}

/**
 * The fields of a parsed record, objects in it flattened. A number or a text that differs in the
 * twin is hidden whole.
 */
export function maskFields(
  record: object,
  twin: object,
  words: (name: string, value: unknown, twin: unknown) => string,
  path = '',
): [string, string][] {
  const others = new Map<string, unknown>(Object.entries(twin));
  return Object.entries(record).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const other = others.get(name);
    if (value === undefined) return [];
    if (value instanceof Uint8Array || typeof value !== 'object' || value === null) {
      return [[path + name, words(name, value, other)]];
    }
    const inner = typeof other === 'object' && other !== null ? other : {};
    return maskFields(value, inner, words, `${path}${name}.`);
  });
}
