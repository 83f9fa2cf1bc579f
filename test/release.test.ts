/** What stands against a release, and that today's checkout is refused while it has no address. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../build/entries.js';
import { isPlaceholder } from '../build/links.js';
import { notesOf, objections } from '../scripts/release.mjs';

const CHANGELOG = `# Changelog

## Unreleased

- Not yet.

## 1.2.0 (2026-11-26)

### Added

- Something.

## 1.1.0

- Something else.
`;
const sound = {
  version: '1.2.0',
  homepage: 'https://code.example/someone/quancun',
  changelog: CHANGELOG,
  changed: '',
  tags: ['v1.1.0'],
  isPlaceholder: false,
};

describe('a release', () => {
  test('may be made of what is committed, told, new, and has an address', () => {
    expect(objections(sound)).toEqual([]);
    expect(notesOf(CHANGELOG, '1.2.0')).toBe('### Added\n\n- Something.');
  });

  test.each([
    ['a change that is not committed', { changed: ' M src/index.ts' }, /^not committed:/],
    ['an address that nobody owns', { isPlaceholder: true }, /^nobody owns https:/],
    ['a version that is none', { version: '1.2' }, /is no version/],
    ['a version that is tagged', { tags: ['v1.2.0'] }, /tagged already/],
    ['a version that the changelog does not tell', { version: '1.3.0' }, /says nothing of 1\.3\.0/],
    ['a heading with nothing behind it', { changelog: '## 1.2.0\n' }, /says nothing of 1\.2\.0/],
  ])('is refused for %s', (_name, wrong, words) => {
    expect(objections({ ...sound, ...wrong }).join('\n')).toMatch(words);
  });

  test.each([
    ['https://owner.invalid/quancun', true],
    ['https://code.example/someone/quancun', false],
  ])('%s is a placeholder: %s', (address, answer) => {
    expect(isPlaceholder(address)).toBe(answer);
  });

  test('of this checkout is refused, tried dry, while the address is a placeholder', () => {
    const words = [join(ROOT, 'scripts/release.mjs'), '--dry-run'];
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('refused: nobody owns https:')]);
  });
});
