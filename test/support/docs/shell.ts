/**
 * The commands that the pages show: that each exists, with the options it is given, and, of those
 * in shell blocks that need no card, no server and no reader, that they run.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CLI, ROOT } from '../../../build/entries.js';
import type { ShownLine } from './program.js';

const BINARY = join(ROOT, `dist/${CLI.name}.js`);
/** What a command has to have that this machine has not, or that never ends. */
const NEEDS = /pcsc:|tcp:|--server|\bquancun (serve|sim)\b|[A-Z]{4,}/;
/** `prove` takes a minute of a machine that does nothing else. */
const TIME_LIMIT_MS = 300_000;

/** One use of the command line, its words after `quancun`. */
export interface ShownCommand {
  readonly at: string;
  readonly words: readonly string[];
}

/** The commands in a line of a shell block, or between the backticks of a line of prose. */
export function commandsIn({ text, file, line }: ShownLine): ShownCommand[] {
  const at = `${file}:${line}`;
  return text
    .replace(/\s#\s.*$/, '')
    .split(/&&|(?<!\\)\||&\s*$/)
    .map((piece) => /^\s*(?:\$ )?(?:npx )?quancun(?:\s+(.*))?$/.exec(piece))
    .flatMap((found) => (found === null ? [] : [{ at, words: wordsOf(found[1] ?? '') }]))
    .flatMap(alternatives);
}

export function spansIn(line: ShownLine): ShownLine[] {
  return [...line.text.matchAll(/`([^`]+)`/g)].map(([, text = '']) => ({ ...line, text }));
}

function wordsOf(text: string): string[] {
  return (text.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^['"]|['"]$/g, ''));
}

/** `purse balance\|load` in a table is two commands. */
function alternatives({ at, words }: ShownCommand): ShownCommand[] {
  const many = words.findIndex((word) => word.includes('\\|'));
  if (many < 0) return [{ at, words }];
  const [before, after] = [words.slice(0, many), words.slice(many + 1)];
  return (words[many] ?? '')
    .split('\\|')
    .map((word) => ({ at, words: [...before, word, ...after] }));
}

const helps = new Map<string, string>();

function helpOf(names: readonly string[]): string {
  const key = names.join(' ');
  const known = helps.get(key);
  if (known !== undefined) return known;
  const said = execFileSync(process.execPath, [BINARY, ...names, '--help'], { encoding: 'utf8' });
  helps.set(key, said);
  return said;
}

/** What is wrong with a command: a name or an option that its help does not know. */
export function checkCommand({ at, words }: ShownCommand): string[] {
  const names: string[] = [];
  for (const word of words) {
    const [, listed] = helpOf(names).split('\nCommands:\n');
    if (listed === undefined) break;
    if (word.startsWith('-') || word === '…') break;
    if (!new RegExp(`^ {2}${word}\\b`, 'm').test(listed)) {
      return [`${at} quancun ${[...names, word].join(' ')}: there is no such command`];
    }
    names.push(word);
  }
  const help = helpOf(names);
  return words
    .filter((word) => /^--\w/.test(word) && !new RegExp(`^ *${word}\\b`, 'm').test(help))
    .map((word) => `${at} quancun ${names.join(' ')} has no ${word}`);
}

/** Whether a line of a shell block runs here by itself. */
export function needsNothing(line: ShownLine): boolean {
  return commandsIn(line).length > 0 && !NEEDS.test(line.text);
}

/** Runs lines in a folder of their own, beside the vectors. */
export async function runLine({ text, file, line }: ShownLine): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-docs-'));
  symlinkSync(join(ROOT, 'vectors'), join(folder, 'vectors'));
  const command = text.replace('npm ci && ', '').replace(/npx quancun/g, '"$NODE" "$QUANCUN"');
  const env = { ...process.env, NODE: process.execPath, QUANCUN: BINARY };
  const options = { cwd: folder, env, timeout: TIME_LIMIT_MS };
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], options, (error, _out, said) => {
      rmSync(folder, { recursive: true });
      resolve(error === null ? [] : [`${file}:${line} ${text}: ${said.trim() || error.message}`]);
    });
  });
}

/** The scripts of the package.json beside a page; of ours, where there is none. */
function scriptsAt(file: string): Record<string, string> {
  const beside = join(ROOT, dirname(file), 'package.json');
  const manifest = existsSync(beside) ? beside : join(ROOT, 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { scripts: Record<string, string> })
    .scripts;
}

/** `npm run x` where package.json has no x. */
export function checkScripts({ text, file, line }: ShownLine): string[] {
  return [...text.matchAll(/npm run ([\w:-]+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !Object.hasOwn(scriptsAt(file), name))
    .map((name) => `${file}:${line} npm run ${name}: package.json has no such script`);
}
