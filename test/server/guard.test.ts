import { describe, test } from 'vitest';
import { memoryGuard } from '../../src/server/index.js';
import { GUARD_CASES } from './guard-cases.js';

describe('memoryGuard', () => {
  test.each(Object.entries(GUARD_CASES))('%s', async (_name, run) => {
    await run(memoryGuard());
  });
});
