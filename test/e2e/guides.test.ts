/** What the guides show runs: the whole programs in them, word for word, on the built package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** What the compiler says of a program in a project that has the libraries of a browser too. */
function compile(program: string): string {
  // Inside the package, where its own name leads to what was built.
  const folder = join(ROOT, '.bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'guide.mts');
  writeFileSync(file, program);
  // With nothing of this project's settings.
  const settings = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--types', 'node'];
  const words = [...settings, '--target', 'es2022', '--module', 'nodenext', file];
  return spawnSync(join(ROOT, 'node_modules/.bin/tsc'), words, { encoding: 'utf8' }).stdout;
}

test('the first example compiles in an app', () => {
  const [program = ''] = blocks(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'ts');
  expect(compile(program)).toBe('');
  expect(compile(program.replace('amountFen: parseYuan', 'amount: parseYuan'))).toContain('TS2');
});

test('running the authority: the server of your own compiles', () => {
  const text = readFileSync(join(ROOT, 'docs/operating/server.md'), 'utf8');
  const [program = ''] = blocks(text, 'ts');
  expect(program).toContain('createHttpHandler');
  const given = `
    import type { Hsm } from 'quancun/server';
    import type { Caller } from 'quancun/server/http';
    declare const connectionString: string, hsm: Hsm, callers: readonly Caller[];
  `;
  expect(compile(given + program)).toBe('');
});

describe.each(readdirSync(join(ROOT, 'docs/guides')))('%s', (name) => {
  test('every file it links to is there', () => {
    const links = [...guide(name).matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link);
    for (const link of links) {
      expect(() => readFileSync(join(ROOT, 'docs/guides', link))).not.toThrow();
    }
  });
});
