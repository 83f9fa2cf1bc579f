/** The page of the command line: what each command says with `--help`. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLI, ROOT } from '../entries.js';
import { write } from './stage.js';

const run = promisify(execFile);

/** @param {string} stage */
export async function stageCommands(stage) {
  const text = [
    '# Commands',
    '',
    'Every command takes `--json`, one JSON object a line, and `--lang zh`. It ends with 0 when its work is done, 1 when the',
    'work failed (the last line names the code), and 2 when its options were wrong.',
    '',
    ...(await sectionsOf([])),
  ];
  write(stage, 'en/reference/commands.md', text.join('\n'));
}

/** @param {readonly string[]} names @returns {Promise<string[]>} */
async function sectionsOf(names) {
  const help = await helpOf(names);
  const [, listed = ''] = help.split('\nCommands:\n');
  const below = [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');
  const own = [`## ${['quancun', ...names].join(' ')}`, '', '```text', help.trim(), '```', ''];
  /** @type {string[]} */
  const sections = [];
  // Two at a time: a process costs more than it does.
  for (let at = 0; at < below.length; at += 2) {
    const pair = below.slice(at, at + 2).map((name) => sectionsOf([...names, name]));
    sections.push(...(await Promise.all(pair)).flat());
  }
  return [...own, ...sections];
}

/** @param {readonly string[]} names */
async function helpOf(names) {
  const words = [join(ROOT, `dist/${CLI.name}.js`), ...names, '--help'];
  const env = { ...process.env, LC_ALL: 'C', COLUMNS: '100' };
  return (await run(process.execPath, words, { env })).stdout;
}
