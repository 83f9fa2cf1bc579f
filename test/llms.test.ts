/** llms.txt, held to the package: its rules, the names it gives, and where it leads. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENTRIES, ROOT } from '../build/entries.js';
import * as main from '../src/index.js';
import * as terminal from '../src/terminal/index.js';

const text = readFileSync(join(ROOT, 'llms.txt'), 'utf8');
const section = (title: string): string =>
  text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

describe('llms.txt', () => {
  test('begins as such a file does: a title, and what it is', () => {
    expect(text).toMatch(/^# quancun 圈存\n\n> A TypeScript library/);
  });

  test.each([
    /CREDIT FOR LOAD .* is never sent again/,
    /time-out is no proof, and neither is a status word/,
    /balance proves nothing/,
    /never taken twice/,
    /never given back because somebody says/,
    /recognised by `code`.*never by `instanceof`/,
    /Keys, PINs, MAC2 and whole card numbers go into no log/,
    /Nothing was verified on a real card/,
  ])('has the rule %s', (rule) => {
    expect(section('Rules that must never be broken')).toMatch(rule);
  });

  test('leads to what is there, by names that work in a clone and in the package', () => {
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  });

  test('names subpaths and functions that there are', () => {
    const subpaths = new Set(ENTRIES.map(({ subpath }) => subpath.replace(/^\./, 'quancun')));
    for (const [, name = ''] of text.matchAll(/`(quancun(?:\/[\w-]+)+)`/g)) {
      expect(subpaths).toContain(name);
    }
    const names = new Set([...Object.keys(main), ...Object.keys(terminal)]);
    for (const name of ['readCard', 'checkCard', 'recharge', 'load', 'serverClient']) {
      expect(names).toContain(name);
    }
    const called = ['submitPayment', 'declareNotTaken', 'loadRecord'];
    for (const name of called) expect([text.includes(name), names.has(name)]).toEqual([true, true]);
  });
});
