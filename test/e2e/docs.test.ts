/**
 * The documentation, held to the built package: its programs compile and run, its commands are
 * there, its links lead somewhere. What a page has to do for it is in docs/internals/testing.md.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { compile, isInstalled } from '../support/docs/compile.js';
import { examplePrograms } from '../support/docs/examples.js';
import { deadLinks, unnamedSubpaths } from '../support/docs/links.js';
import { programsOf, proseOf, shellLinesOf } from '../support/docs/markdown.js';
import { isWhole } from '../support/docs/program.js';
import { run, runTogether } from '../support/docs/run.js';
import {
  checkCommand,
  checkScripts,
  commandsIn,
  needsNothing,
  runLine,
  spansIn,
} from '../support/docs/shell.js';

const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
const shown = pages.flatMap(({ file, text }) => programsOf(file, text));
const examples = examplePrograms();
const shellLines = pages.flatMap(({ file, text }) => shellLinesOf(file, text));
const prose = pages.flatMap(({ file, text }) => proseOf(file, text));

/** One complaint a line, so that each shows its place. */
function expectNone(complaints: readonly string[]): void {
  expect(complaints.join('\n')).toBe('');
}

describe('every program of the pages, and every @example', () => {
  test.each(['server', 'app'] as const)('compiles in the project of a %s', (project) => {
    expectNone(compile([...shown, ...examples], project));
  });

  test('of the pages runs, and gives what it says, where it has all it names', async () => {
    const whole = shown.filter((program) => isWhole(program, isInstalled));
    const files = new Set(whole.map(({ at }) => at.replace(/:.*/, '')));
    // Those that a reader runs first: none of them may become one that is compiled alone.
    expect([...files]).toEqual(
      expect.arrayContaining(['README.md', 'README.zh-CN.md', 'docs/guides/write-a-transport.md']),
    );
    expectNone(await run(whole));
  });

  test('of the doc comments runs, and gives what it says, where it has all it names', async () => {
    const whole = examples.filter((program) => isWhole(program, isInstalled));
    expect(whole.length).toBeGreaterThan(examples.length / 2);
    expectNone(await runTogether(whole));
  });
});

describe('every command of the pages', () => {
  test('is there, with its options', () => {
    const commands = [...shellLines, ...prose.flatMap(spansIn)].flatMap(commandsIn);
    expect(commands.length).toBeGreaterThan(20);
    expectNone(commands.flatMap(checkCommand));
    expectNone([...shellLines, ...prose].flatMap(checkScripts));
  });

  test(
    'in a shell block runs, where it needs no reader and no server',
    { timeout: 600_000 },
    async () => {
      const runnable = shellLines.filter(needsNothing);
      expect(runnable.length).toBeGreaterThan(2);
      for (const line of runnable) expectNone(await runLine(line));
    },
  );
});

describe('every page', () => {
  test('leads to what is there', () => {
    expectNone(pages.flatMap(({ file, text }) => deadLinks(file, text)));
  });

  test.each(['README.md', 'README.zh-CN.md'])('%s names every subpath', (name) => {
    expectNone(
      pages.flatMap(({ file, text }) => (file === name ? unnamedSubpaths(file, text) : [])),
    );
  });
});

describe('what is wrong is seen', () => {
  const page = (code: string): string => `# One\n\n\`\`\`ts\n${code}\n\`\`\`\n`;

  test('a name, a field and a type that are not there, with their lines', () => {
    const code = `import { readCard, readCart } from 'quancun';\nconst pin: number = undefined;`;
    const complaints = compile(programsOf('x.md', page(code)), 'server');
    expect(complaints.map((one) => one.slice(0, 13))).toEqual(['x.md:4 TS2724', 'x.md:5 TS2322']);
  });

  test('a value and a print that are not as said, and an end that is none', async () => {
    const wrong = ['1 + 1; // 3', 'console.log(1); // 2', "throw new Error('no')"].map(page);
    const programs = wrong.flatMap((text) => programsOf('x.md', text));
    expect(await run(programs)).toEqual([
      'x.md:4 Error: x.md:4 says 3 and gives 2',
      'x.md:4 Error: x.md:4 says 2 and prints 1',
      'x.md:4 Error: no',
    ]);
  });

  test('a comment that belongs to no block', () => {
    expect(() => programsOf('x.md', '<!-- continues -->\n\nText.\n')).toThrow('x.md:3');
    expect(() => programsOf('x.md', `<!-- continues -->\n${page('1;')}`)).toThrow('x.md:');
  });

  test('a command, an option, a script, a link and a heading that are not there', () => {
    const line = (text: string) => ({ text, file: 'x.md', line: 1 });
    const check = (text: string) => commandsIn(line(text)).flatMap(checkCommand);
    expect(check('npx quancun raed')).toHaveLength(1);
    expect(check('npx quancun purse balance\\|lod --card CARD')).toHaveLength(1);
    expect(check('npm ci && npx quancun read --crad sim:')).toHaveLength(1);
    expect(check('npx quancun read --card sim: # reads')).toEqual([]);
    expect(checkScripts(line('npm run nothing'))).toHaveLength(1);
    expect(deadLinks('x.md', '# One\n[a](nowhere.md) [b](#two) [c](#one)')).toHaveLength(2);
  });
});
