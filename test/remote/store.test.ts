import { describe, test } from 'vitest';
import { memoryRemoteStore } from '../../src/remote/index.js';
import { SESSION_CASES } from '../server/session-cases.js';

describe('memoryRemoteStore', () => {
  test.each(Object.entries(SESSION_CASES))('%s', async (_name, run) => {
    await run(memoryRemoteStore());
  });
});
