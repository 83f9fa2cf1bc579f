/** Big-endian words in bytes: what both engines read and write. */

/** The signed 32-bit word at an offset. */
export function readWord(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  );
}

/** The word at an offset of data ‖ 80 ‖ 00…, without writing the padding anywhere. */
export function readPaddedWord(data: Uint8Array, offset: number): number {
  const size = data.length;
  if (offset + 4 <= size) return readWord(data, offset);
  const high = (readPaddedByte(data, offset) << 24) | (readPaddedByte(data, offset + 1) << 16);
  return high | (readPaddedByte(data, offset + 2) << 8) | readPaddedByte(data, offset + 3);
}

function readPaddedByte(data: Uint8Array, at: number): number {
  const size = data.length;
  if (at < size) return data[at] as number;
  return at === size ? 0x80 : 0;
}

/** Writes a word at an offset. */
export function writeWord(bytes: Uint8Array, offset: number, word: number): void {
  bytes[offset] = word >>> 24;
  bytes[offset + 1] = word >>> 16;
  bytes[offset + 2] = word >>> 8;
  bytes[offset + 3] = word;
}
