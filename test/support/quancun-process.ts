/** The built program in real processes, as a person or a script runs it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';

const PROGRAM = join(ROOT, `dist/${CLI.name}.js`);

/** A folder that is gone after the file's last test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-cli-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Exit status and what was said. */
export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program in English. */
export function quancun(...args: readonly string[]): Promise<Said> {
  return quancunIn('C', ...args);
}

/** Runs the program in a locale. */
export function quancunIn(locale: string, ...args: readonly string[]): Promise<Said> {
  return run(locale, process.execPath, [PROGRAM, ...args]);
}

/** Runs the program as a line of a manual, which the shell expands. */
export function quancunInShell(line: string): Promise<Said> {
  return run('C', 'sh', ['-c', `"${process.execPath}" "${PROGRAM}" ${line}`]);
}

function run(locale: string, file: string, args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const env = { ...process.env, LANG: locale, LC_ALL: '', LC_MESSAGES: '' };
    execFile(file, args, { cwd: ROOT, env }, (error, out, err) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

/** The lines of `--json`. */
export function events(out: string): Record<string, unknown>[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Starts a simulated card and waits until it listens. */
export async function startCard(
  ...args: readonly string[]
): Promise<{ url: string; child: ChildProcess }> {
  const words = [PROGRAM, 'sim', '--tcp', '0', '--json', ...args];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<unknown>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => {
      resolve(events(text)[0]?.port);
    });
    child.once('exit', reject);
  });
  return { url: `tcp:127.0.0.1:${String(port)}`, child };
}

/** Ends a card and waits for its end. */
export function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
}
