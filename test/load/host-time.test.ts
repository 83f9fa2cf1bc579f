import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostTime } from '../../src/load/index.js';

describe('hostTime', () => {
  test('is the local date and time', () => {
    const instant = Date.UTC(2026, 11, 31, 16, 0, 1);
    expect(hostTime(instant, 480)).toEqual({ date: '20270101', time: '000001' });
  });

  test('agrees with the host calendar for every instant of two centuries', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6_311_433_600 }), (seconds) => {
        const text = new Date(seconds * 1000).toISOString().replace(/[-:T]/g, '');
        expect(hostTime(seconds * 1000, 0)).toEqual({
          date: text.slice(0, 8),
          time: text.slice(8, 14),
        });
      }),
    );
  });
});
