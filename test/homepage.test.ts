/** The one address that pages are known by: in package.json, and in nobody's code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../build/entries.js';
import { INTERNAL } from '../src/core-errors.js';
import { addressOf, QuancunError } from '../src/errors.js';
import { sourceFiles } from './support/source-files.js';

const { homepage } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  homepage: string;
};

test('an error knows its page, under the address in package.json', () => {
  expect(homepage).toMatch(/^https:\/\/[\w.-]+\/(?:[\w.-]+\/)*$/);
  expect(addressOf('CARD_LOST')).toBe(`${homepage}errors/CARD_LOST.html`);
  const error = new QuancunError(INTERNAL, { details: { what: 'x' } });
  expect(error.docs).toBe(addressOf('INTERNAL'));
  // It is known from the code: nothing of it travels.
  expect(Object.keys(error.toJSON())).not.toContain('docs');
});

test('nobody else writes it down', () => {
  const { host } = new URL(homepage);
  expect(sourceFiles.filter(({ text }) => text.includes(host)).map(({ path }) => path)).toEqual([]);
});
