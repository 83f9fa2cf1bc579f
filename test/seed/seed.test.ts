/**
 * The operator guide's rows as library behaviour. What ran and passed here is what
 * docs/seed-table.md says; `npx vitest run --project unit test/seed --update` writes it anew.
 */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { composeTable, rowOf } from './page.js';
import { ROWS } from './rows.js';
import { STORIES_BEFORE } from './stories-before.js';
import { STORIES_OF_LOAD } from './stories-of-load.js';
import { STORIES_OF_MONEY } from './stories-of-money.js';
import { STORIES_OF_TROUBLE } from './stories-of-trouble.js';

const STORIES = Object.entries({
  ...{ ...STORIES_BEFORE, ...STORIES_OF_MONEY, ...STORIES_OF_LOAD, ...STORIES_OF_TROUBLE },
});
const passed: string[] = [];

describe('the operator guide', () => {
  afterEach(({ task }) => {
    if (task.result?.state === 'pass') passed.push(task.name);
  });

  test.each(STORIES)('%s', (_title, tell) => tell());
});

describe('docs/seed-table.md', () => {
  test('has every row once, in order, and every story belongs to one', () => {
    const ids = ROWS.map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, index) => `S${String(index + 1).padStart(2, '0')}`));
    expect(ids).toHaveLength(39);
    expect(STORIES.map(([title]) => rowOf(title)).filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('every row has an answer: a test that passed, a decision that is there, a screen', () => {
    const page = readFileSync(
      new URL('../../docs/internals/decisions.md', import.meta.url),
      'utf8',
    );
    const decided = [...page.matchAll(/^(\d+)\. (?!\*Struck)/gm)].map(([, number]) =>
      Number(number),
    );
    const without = ROWS.filter(
      ({ id, decision, screen }) =>
        !passed.some((title) => rowOf(title) === id) &&
        screen === undefined &&
        (decision === undefined || !decided.includes(decision.number)),
    );
    expect(without.map(({ id }) => id)).toEqual([]);
    const named = ROWS.flatMap(({ decision }) => decision?.number ?? []);
    expect(named.filter((number) => !decided.includes(number))).toEqual([]);
  });

  test('is the table that this run makes', async () => {
    expect(passed).toEqual(STORIES.map(([title]) => title));
    await expect(composeTable(ROWS, passed)).toMatchFileSnapshot('../../docs/seed-table.md');
  });
});
