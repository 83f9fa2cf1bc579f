/** What the guides show runs: the whole programs in them, word for word, on the built package. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';

const guide = (name: string): string => readFileSync(join(ROOT, 'docs/guides', name), 'utf8');
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );

test('write a transport: the driver keeps the rules and recharges a card', () => {
  const [program = ''] = blocks(guide('write-a-transport.md'), 'js');
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(said).toBe('20 rules kept\ncredited 15000\n');
});

describe.each(['write-a-transport.md', 'hosts.md', 'simulated-card.md'])('%s', (name) => {
  test('every file it links to is there', () => {
    const links = [...guide(name).matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link);
    for (const link of links) {
      expect(() => readFileSync(join(ROOT, 'docs/guides', link))).not.toThrow();
    }
  });
});
