import { describe, test } from 'vitest';
import { memoryLedger } from '../../../src/server/index.js';
import { ledgerConformance } from '../../../src/testing/index.js';

describe('memoryLedger', () => {
  for (const { name, run } of ledgerConformance(() => Promise.resolve(memoryLedger())))
    test(name, run);
});
