/** What every file codec promises, whatever its layout. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { ef0012, ef0015, ef0016, ef0018, ef0019 } from '../../src/etc/index.js';

interface FileCodec {
  decode(bytes: Uint8Array): object;
  encode(value: never): Uint8Array;
}
const FILES: readonly [name: string, codec: FileCodec, sizeBytes: number][] = [
  ['ef0012', ef0012, 40],
  [
    'ef0012, the Yunnan layout',
    { ...ef0012, decode: (x: Uint8Array) => ef0012.decode(x, 'yunnan-2020') },
    40,
  ],
  ['ef0015 of 43 bytes', ef0015, 43],
  ['ef0015 of 50 bytes', ef0015, 50],
  ['ef0016', ef0016, 55],
  ['ef0018', ef0018, 23],
  ['ef0019', ef0019, 43],
];

describe.each(FILES)('%s', (_name, { decode, encode }, sizeBytes) => {
  /** Bytes a card might hold: anything, but often padding and text. */
  const any = fc.oneof(
    fc.uint8Array({ minLength: sizeBytes, maxLength: sizeBytes }),
    fc
      .array(fc.constantFrom(0x00, 0xff, 0x41, 0xb8, 0xca, 0x20, 0x12, 0x50), {
        minLength: sizeBytes,
        maxLength: sizeBytes,
      })
      .map((bytes) => Uint8Array.from(bytes)),
  );

  test('law: encode(decode(x)) = x', () => {
    fc.assert(
      fc.property(any, (x) => {
        expect(toHex(encode(decode(x) as never))).toBe(toHex(x));
      }),
      { numRuns: 300 },
    );
  });

  test('law: decoding is the same after encoding without the source', () => {
    fc.assert(
      fc.property(any, (x) => {
        const decoded = decode(x);
        const again = decode(encode(decoded as never));
        expect(again).toEqual(decoded);
      }),
    );
  });

  test('another length is refused', () => {
    for (const size of [0, 1, sizeBytes - 1, sizeBytes + 1, 255]) {
      expect(() => decode(new Uint8Array(size))).toThrow(
        expect.objectContaining({ code: 'BYTES_LENGTH' }),
      );
    }
  });
});
