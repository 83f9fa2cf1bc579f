/**
 * What every decoder of GB 18030 here agrees on, the host's and the table's: where its codes begin
 * and end, and what is no text.
 */

/** Bytes to text; `undefined` when they are not text. What a host without a decoder hands in. */
export type DecodeText = (bytes: Uint8Array) => string | undefined;

/** Four-byte codes count in mixed bases; Unicode beyond the BMP begins at this count. */
export const SUPPLEMENTARY_COUNT = 189_000;

/** Private use, and the two points of the BMP that are no characters. */
const NOT_TEXT = /[\ue000-\uf8ff\ufffe\uffff]|[\udb80-\udbff][\udc00-\udfff]/;

/**
 * The codes of 1, 2 and 4 bytes that follow each other. `undefined` where the last one is cut off,
 * or where one begins with 80 or FF: some hosts read 80 as a euro sign, which no issuer means.
 */
export function splitCodes(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const codes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const [lead = 0, second = 0] = bytes.subarray(at, at + 2);
    if (lead === 0x80 || lead === 0xff) return undefined;
    const isLong = second >= 0x30 && second <= 0x39;
    const size = lead < 0x80 ? 1 : isLong ? 4 : 2;
    if (at + size > bytes.length) return undefined;
    codes.push(bytes.subarray(at, at + size));
    at += size;
  }
  return codes;
}

/** The text, unless something in it is private use: what such a code shows differs by font. */
export function textOrNothing(text: string): string | undefined {
  return NOT_TEXT.test(text) ? undefined : text;
}
