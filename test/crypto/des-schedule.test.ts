import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createExpandInto, SCHEDULE_WORDS } from '../../src/crypto/des-schedule.js';
import { forgeDes } from '../../src/crypto/forge-des.js';
import { bytesOf } from '../support/crypto-oracle.js';

describe('createExpandInto', () => {
  const expandInto = createExpandInto(forgeDes);

  test('gives the schedule that forge gives, for any key at any offset', () => {
    fc.assert(
      fc.property(bytesOf(24), fc.nat({ max: 16 }), fc.nat({ max: 64 }), (keys, at, to) => {
        const words = new Array<number>(96).fill(7);
        expandInto(keys, at, words, to);
        expect(words.slice(to, to + SCHEDULE_WORDS)).toEqual(
          forgeDes.expand(keys.slice(at, at + 8)),
        );
        expect(words.filter((_, index) => index < to || index >= to + SCHEDULE_WORDS)).toEqual(
          new Array<number>(64).fill(7),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('every byte value at every position', () => {
    for (let position = 0; position < 8; position += 1) {
      for (let value = 0; value < 256; value += 1) {
        const key = new Uint8Array(8);
        key[position] = value;
        const words = new Array<number>(SCHEDULE_WORDS);
        expandInto(key, 0, words, 0);
        expect(words).toEqual(forgeDes.expand(key));
      }
    }
  });

  test('CIPHER_ENGINE for an engine whose schedule is not linear', () => {
    const crooked = {
      ...forgeDes,
      expand: (key: Uint8Array) => forgeDes.expand(key).map((word) => (word * 3) | 0),
    };
    expect(() => createExpandInto(crooked)).toThrow(
      expect.objectContaining({ code: 'CIPHER_ENGINE' }),
    );
  });
});
