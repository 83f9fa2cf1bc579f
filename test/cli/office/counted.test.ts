/** What was counted, as it is typed. */
import { expect, test } from 'vitest';
import { readCounted } from '../../../src/cli/office/counted.js';
import { UsageError } from '../../../src/cli/output.js';

test('amounts by method; what went back may be more than what came in', () => {
  expect(readCounted('--counted', 'cash=1234.50, pos=-0.05')).toEqual([
    { method: 'cash', countedFen: 123_450 },
    { method: 'pos', countedFen: -5 },
  ]);
  expect(readCounted('--counted')).toEqual([]);
});

test.each(['cash', 'cash=', 'cash=1.234', 'cash=1,cash=2', 'Cash=1', '=1', 'cash=1e3'])(
  '%s is refused',
  (text) => {
    expect(() => readCounted('--counted', text)).toThrow(UsageError);
  },
);
