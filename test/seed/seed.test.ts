/**
 * The operator guide's rows as library behaviour. What ran and passed here is what
 * docs/seed-table.md says; `npx vitest run --project unit test/seed --update` writes it anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
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
/** The titles that the run in the browser has left. */
const PAGES = new URL('pages/', import.meta.url);
const inThePage = readdirSync(PAGES)
  .sort()
  .flatMap((file) => readFileSync(new URL(file, PAGES), 'utf8').trim().split('\n'));

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

  test('what a page has to show is seen in a browser, and every title there belongs to a row', () => {
    const shown = ROWS.filter(({ isShown }) => isShown === true).map(({ id }) => id);
    const seen = inThePage.map(rowOf);
    expect(shown.filter((id) => !seen.includes(id))).toEqual([]);
    expect(seen.filter((id) => !ROWS.some((row) => row.id === id))).toEqual([]);
  });

  test('every row has an answer: a test that passed, or a decision that is there', () => {
    const page = readFileSync(
      new URL('../../docs/internals/decisions.md', import.meta.url),
      'utf8',
    );
    const decided = [...page.matchAll(/^(\d+)\. (?!\*Struck)/gm)].map(([, number]) =>
      Number(number),
    );
    const without = ROWS.filter(
      ({ id, decision }) =>
        ![...passed, ...inThePage].some((title) => rowOf(title) === id) &&
        (decision === undefined || !decided.includes(decision.number)),
    );
    expect(without.map(({ id }) => id)).toEqual([]);
    const named = ROWS.flatMap(({ decision }) => decision?.number ?? []);
    expect(named.filter((number) => !decided.includes(number))).toEqual([]);
  });

  test('is the table that this run makes', async () => {
    expect(passed).toEqual(STORIES.map(([title]) => title));
    await expect(composeTable(ROWS, passed, inThePage)).toMatchFileSnapshot(
      '../../docs/seed-table.md',
    );
  });
});
