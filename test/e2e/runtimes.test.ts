/**
 * Every runtime that can be had here loads a card with both builds. `.ci/run` puts the runtimes
 * into a folder of their own, as packages whose install scripts do not run: their programs are in
 * them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';

const RUNTIMES = join(ROOT, 'node_modules/.cache/nodes/node_modules');
const SCRIPT = join(ROOT, 'test/support/load-a-card.mjs');

interface Runtime {
  readonly name: string;
  readonly path: string;
  readonly words: readonly string[];
}

const all: readonly Runtime[] = [
  { name: 'this Node', path: process.execPath, words: [] },
  { name: 'Node 22', path: join(RUNTIMES, 'node-22/bin/node'), words: [] },
  { name: 'Node 24', path: join(RUNTIMES, 'node-24/bin/node'), words: [] },
  {
    name: 'Deno',
    path: join(RUNTIMES, '@deno/linux-x64-glibc/deno'),
    words: [
      'run',
      '--no-lock',
      '--cached-only',
      '--allow-read',
      '--allow-env',
      '--node-modules-dir=manual',
    ],
  },
];
const installed = all.filter(({ path }) => existsSync(path));
const missing = all.filter((one) => !installed.includes(one)).map(({ name }) => name);
if (missing.length > 0) console.warn(`no card is loaded by: ${missing.join(', ')}`);

test.runIf(process.env.CI === 'true')('every runtime is installed', () => {
  expect(missing).toEqual([]);
});

describe.each(installed)('$name', ({ path, words }) => {
  test.each(['import', 'require'])('%s: both ciphers, and a plate', (how) => {
    const all = [...words, SCRIPT, how, join(ROOT, 'dist')];
    const said = execFileSync(path, all, { cwd: ROOT, encoding: 'utf8', timeout: 60_000 });
    expect(JSON.parse(said)).toEqual([
      'credited tac 150.00 甘A12345',
      'credited tac 150.00 甘A12345',
    ]);
  });

  test('the command line tells its whole story', () => {
    const all = [...words, join(ROOT, 'dist/cli/main.js'), 'vectors', 'vectors/given.json'];
    const said = execFileSync(path, all, { cwd: ROOT, encoding: 'utf8', timeout: 60_000 });
    expect(said).toMatch(/\d+ passed, 0 failed\n$/);
  });
});
