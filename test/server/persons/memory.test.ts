import { describe, test } from 'vitest';
import { memoryPersons } from '../../../src/server/index.js';
import { PERSON_CASES } from '../person-cases.js';

describe('memoryPersons', () => {
  test.each(Object.entries(PERSON_CASES))('%s', async (_name, run) => {
    await run(memoryPersons());
  });
});
