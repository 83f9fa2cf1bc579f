/** The documentation, held to the built package: it compiles, it runs, its links lead somewhere. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { compile, isInstalled } from '../support/docs/compile.js';
import { examplePrograms } from '../support/docs/examples.js';
import { programsOf } from '../support/docs/markdown.js';
import { isWhole } from '../support/docs/program.js';
import { run, runTogether } from '../support/docs/run.js';

const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
const shown = pages.flatMap(({ file, text }) => programsOf(file, text));
const examples = examplePrograms();

describe('every program of the pages, and every @example', () => {
  test.each(['server', 'app'] as const)('compiles in the project of a %s', (project) => {
    expect(compile([...shown, ...examples], project).join("\n")).toBe("");
  });

  test('of the pages runs, and gives what it says, where it has all it names', async () => {
    const whole = shown.filter((program) => isWhole(program, isInstalled));
    expect((await run(whole)).join("\n")).toBe("");
  });

  test('of the doc comments runs, and gives what it says, where it has all it names', async () => {
    const whole = examples.filter((program) => isWhole(program, isInstalled));
    expect((await runTogether(whole)).join("\n")).toBe("");
  });
});
