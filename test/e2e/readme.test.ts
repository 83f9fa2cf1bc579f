/** The first screen of both READMEs runs, word for word (every page: docs.test.ts). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';

const scripts = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  }
).scripts;

describe.each(['README.md', 'README.zh-CN.md'])('%s', (name) => {
  const text = readFileSync(join(ROOT, name), 'utf8');
  const blocks = (language: string): string[] =>
    [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
      ([, code = '']) => code.trim(),
    );

  test('one line runs the main job from npm, one from a clone, and one passes the tests', () => {
    expect(blocks('bash')[0]).toMatch(/^npx quancun demo( --lang zh)?$/);
    const [demo = '', tests = ''] = blocks('sh');
    expect(demo).toMatch(/^npm ci && npx quancun demo( --lang zh)?$/);
    expect(tests).toBe('npm ci && npm test');
    expect(scripts.test).toBe('node build/test.js');
    const said = execFileSync('npx', demo.split(' && npx ')[1]?.split(' ') ?? [], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(said).toMatch(/They agree|一致/);
  });

  test('the example is a whole program', () => {
    const [example = ''] = blocks('ts');
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', example], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(said).toBe('150.00\n');
  });
});
