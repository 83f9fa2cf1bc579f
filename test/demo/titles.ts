/**
 * The titles of the page tests that passed, kept for docs/seed-table.md: written by the run, and
 * read by the run that makes the table, which has no browser.
 */
import { afterEach, expect } from 'vitest';
import { pageTest } from './counter-page.js';

/** Keeps those of a file; call it before its tests, so that what passed is known at the end. */
export function keepTitles(file: string): () => void {
  const passed: string[] = [];
  afterEach(({ task }) => {
    if (/^S\d\d /.test(task.name) && task.result?.state === 'pass') passed.push(task.name);
  });
  return () => {
    pageTest('what passed is what the table of the guide is made from', async () => {
      await expect(`${passed.join('\n')}\n`).toMatchFileSnapshot(`../seed/pages/${file}.txt`);
    });
  };
}
