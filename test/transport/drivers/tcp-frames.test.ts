import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/bytes.js';
import { createFrameReader, encodeFrame } from '../../../src/transport/drivers/tcp-frames.js';

describe('frames', () => {
  test('law: however the bytes are cut, the same frames come out', () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        frames,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (all, cuts) => {
          const stream = concat(...all.map(encodeFrame));
          const reader = createFrameReader();
          const got: string[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            got.push(...reader.push(stream.slice(at, at + size)).map(toHex));
            at += size;
          }
          expect(got).toEqual(all.map(toHex));
          expect(reader.pending()).toBe(0);
        },
      ),
    );
  });

  test('two bytes of length are all there are', () => {
    expect(() => encodeFrame(new Uint8Array(0x10000))).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_FRAME', sent: 'no' }),
    );
  });

  test('any two bytes are a length: there is no such thing as a bad one, only one unfinished', () => {
    const reader = createFrameReader();
    expect(reader.push(fromHex('FFFF00'))).toEqual([]);
    expect(reader.pending()).toBe(3);
    expect(reader.push(new Uint8Array(0xfffe))).toHaveLength(1);
    expect(reader.pending()).toBe(0);
  });

  test('a frame given out is not changed by what comes later', () => {
    const reader = createFrameReader();
    const chunk = fromHex('00029000');
    const [frame] = reader.push(chunk);
    chunk.fill(0xff);
    reader.push(chunk);
    expect(toHex(frame ?? chunk)).toBe('9000');
  });
});
