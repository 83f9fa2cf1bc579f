import { describe, expect, test } from 'vitest';
import { isRepeatable } from '../../src/transport/index.js';

const HARMLESS = ['0084', '00A4', '00B0', '00B2', '8050', '805A', '805C'];
const HARMFUL = [
  ['CREDIT FOR LOAD', 0x80, 0x52],
  ['DEBIT', 0x80, 0x54],
  ['VERIFY', 0x00, 0x20],
  ['UPDATE BINARY', 0x00, 0xd6],
  ['UPDATE RECORD', 0x00, 0xdc],
  ['UPDATE CAPP DATA CACHE', 0x80, 0xdc],
  ['PIN CHANGE', 0x80, 0x5e],
  ['EXTERNAL AUTHENTICATE', 0x00, 0x82],
  ['GET RESPONSE', 0x00, 0xc0],
] as const;

describe('isRepeatable', () => {
  test('of all 65,536 headers, seven that only read', () => {
    const found: string[] = [];
    for (let header = 0; header < 0x10000; header += 1) {
      if (isRepeatable(Uint8Array.of(header >> 8, header & 0xff, 0, 0, 0))) {
        found.push(header.toString(16).toUpperCase().padStart(4, '0'));
      }
    }
    expect(found).toEqual(HARMLESS);
  });

  test.each(HARMFUL)('%s never is, whatever its parameters', (_name, cla, ins) => {
    for (let p1 = 0; p1 < 0x100; p1 += 1) {
      for (const p2 of [0, 1, 2, 0xff]) {
        expect(isRepeatable(Uint8Array.of(cla, ins, p1, p2, 0))).toBe(false);
      }
    }
  });

  test('what is too short to be a command is not', () => {
    for (const bytes of [[], [0x00], [0x80]])
      expect(isRepeatable(Uint8Array.from(bytes))).toBe(false);
  });
});
