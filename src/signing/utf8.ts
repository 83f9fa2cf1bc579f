/**
 * Text to the bytes that are hashed. Mini programs have no TextEncoder, and a library for this one
 * step would weigh more than it.
 */

/**
 * UTF-8. Half of a surrogate pair becomes U+FFFD, as every host's own encoder does: what is hashed
 * is what goes over the line.
 */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(3 * text.length);
  let size = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) ?? 0;
    if (code > 0xffff) at += 1;
    size = writeCodePoint(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code, bytes, size);
  }
  return bytes.slice(0, size);
}

/** Answers where the next one goes. */
function writeCodePoint(code: number, bytes: Uint8Array, at: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  const following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  const lead = [0, 0xc0, 0xe0, 0xf0][following] as number;
  bytes[at] = lead | (code >> (6 * following));
  for (let left = following - 1; left >= 0; left -= 1) {
    bytes[at + following - left] = 0x80 | ((code >> (6 * left)) & 0x3f);
  }
  return at + following + 1;
}
