import { describe, test } from 'vitest';
import { memoryLedger } from '../../../src/server/index.js';
import { testLedger } from '../../../src/testing/index.js';
import { expectRightCounts, tellRandomly } from './counts.js';

describe('memoryLedger', () => {
  for (const { name, run } of testLedger(() => Promise.resolve(memoryLedger()))) test(name, run);

  test('it counts what it moved', async () => {
    const ledger = memoryLedger();
    await tellRandomly(ledger, 40);
    await expectRightCounts(ledger);
  });
});
