/**
 * Names and plates on other versions of Node, whose decoders have differed: every code of
 * GB 18030, by the host's decoder and by the table, must be the same text.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';

/** Where `.ci/run` puts other versions of Node. */
const NODES = join(ROOT, 'node_modules/.cache/nodes/node_modules');

const others = ['node-22', 'node-24'].map((name) => ({
  name,
  path: join(NODES, name, 'bin/node'),
}));
const installed = others.filter(({ path }) => existsSync(path));
const missing = others.filter((other) => !installed.includes(other)).map(({ name }) => name);
if (missing.length > 0) console.warn(`GB 18030 is not read by: ${missing.join(', ')}`);

test.runIf(process.env.CI === 'true')('the other versions of Node are installed', () => {
  expect(missing).toEqual([]);
});

const nodes = [{ name: 'this Node', path: process.execPath }, ...installed];

describe.each(nodes)('$name', ({ path }) => {
  test('its decoder and the table agree on every code, without exception', () => {
    const script = join(ROOT, 'test/support/gbk-agreement.mjs');
    const built = ['gbk', 'gbk-table'].map((name) => join(ROOT, `dist/${name}.js`));
    const answer = execFileSync(path, [script, ...built], { encoding: 'utf8' });
    const said = JSON.parse(answer) as object;
    expect(said).toMatchObject({
      decoder: true,
      names: ['刘䶮', '㛃', '𬳿', '€'],
      // ASCII and all of GBK with what GB 18030 assigned in it; the BMP; the planes of Unicode but
      // the two that are private.
      oneAndTwo: 128 + 21_892,
      fourInBmp: 35_085,
      fourBeyond: 917_504,
      differing: [],
    });
  });
});
