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
        expandInto(keys, at, words, to, to);
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
        expandInto(key, 0, words, 0, 0);
        expect(words).toEqual(forgeDes.expand(key));
      }
    }
  });

  test('writes the same schedule at a second place', () => {
    const key = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const words = new Array<number>(96).fill(7);
    expandInto(key, 0, words, 0, 64);
    const own = forgeDes.expand(key);
    expect(words).toEqual([...own, ...new Array<number>(32).fill(7), ...own]);
  });

  test('CIPHER_ENGINE for an engine whose halves are mixed', () => {
    const mixed = {
      ...forgeDes,
      expand(key: Uint8Array) {
        const words = forgeDes.expand(key);
        return words.map((word, at) => word ^ (((words[at ^ 1] as number) & 1) << 16));
      },
    };
    expect(() => createExpandInto(mixed)).toThrow(
      expect.objectContaining({ code: 'CIPHER_ENGINE' }),
    );
  });

  test('CIPHER_ENGINE for an engine whose schedule is not linear', () => {
    const crooked = {
      ...forgeDes,
      expand: (key: Uint8Array) => forgeDes.expand(key).map((word) => word & (word << 1)),
    };
    expect(() => createExpandInto(crooked)).toThrow(
      expect.objectContaining({ code: 'CIPHER_ENGINE' }),
    );
  });
});
