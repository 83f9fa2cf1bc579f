/** The table of the guide to prompts is the one that the data makes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROMPTS } from '../../src/prompts/index.js';

test('docs/guides/prompts.md has every prompt, as it is', () => {
  const rows = PROMPTS.map(({ id, kind, text, actor, stop, codes }) => {
    const acts = stop ? `${actor}, stop` : actor;
    const shown = codes.map((code) => `\`${code}\``).join(', ');
    return `| ${[id, kind, text.zh, text.en, acts, shown].join(' | ')} |`;
  });
  const guide = readFileSync(new URL('../../docs/guides/prompts.md', import.meta.url), 'utf8');
  expect(guide.split('\n').filter((line) => /^\| S\d\d/.test(line))).toEqual(rows);
});
