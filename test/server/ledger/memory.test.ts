import { describe, test } from 'vitest';
import { memoryLedger } from '../../../src/server/index.js';
import { testLedger } from '../../../src/testing/index.js';

describe('memoryLedger', () => {
  for (const { name, run } of testLedger(() => Promise.resolve(memoryLedger()))) test(name, run);
});
