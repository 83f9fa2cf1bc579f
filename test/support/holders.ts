/**
 * Processes that hold a file, each to be killed, stopped or asked: ones of the built package, and
 * ones that behave as a server of 0.1.0 does. All of them are dead after the test.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach } from 'vitest';
import { ROOT } from '../../build/entries.js';

const FILES = pathToFileURL(join(ROOT, 'dist/server/files.js')).href;

/** Holds the file that it is given, and stays; or says why not. */
const HOLDS = `
  import { holdFile } from '${FILES}';
  import { spawn } from 'node:child_process';
  const [, path, child] = process.argv;
  holdFile(path).then(
    () => {
      if (child !== undefined) {
        const { pid } = spawn('sleep', [child], { detached: true, stdio: 'ignore' });
        console.log('child ' + pid);
      }
      console.log('held');
      setInterval(() => undefined, 1e6);
    },
    (error) => console.log(error.code ?? String(error)),
  );`;

/** What 0.1.0 does with a file: its socket, its driver's folder, and the file open for writing. */
const HOLDS_AS_BEFORE = `
  import { mkdirSync, openSync } from 'node:fs';
  import { createServer } from 'node:net';
  const [, path, address = path + '.holder'] = process.argv;
  openSync(path, 'a+');
  mkdirSync(path + '.lock');
  createServer((socket) => socket.end('ab'.repeat(16))).listen(address, () => console.log('held'));`;

/** A process that holds, or was refused. */
export interface Holder {
  /** `held`, or the code of the refusal. */
  readonly answer: string;
  /** All it said. */
  readonly said: string;
  /** Sends a signal; after one that kills, waits for the end. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
}

/** How it is started. */
export interface HolderOptions {
  /** A command that starts it, such as `unshare -n`. */
  readonly by?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** More words for it. */
  readonly words?: readonly string[];
}

const running: ChildProcess[] = [];

/** Every process that a test started is killed at its end. */
export function killAllAfterEach(): void {
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });
}

/** A process of this release tries to hold the file. */
export function startHolder(path: string, options: HolderOptions = {}): Promise<Holder> {
  return start(HOLDS, path, options);
}

/** A process takes the file as 0.1.0 does. */
export function startFormerHolder(path: string, options: HolderOptions = {}): Promise<Holder> {
  return start(HOLDS_AS_BEFORE, path, options);
}

async function start(script: string, path: string, options: HolderOptions): Promise<Holder> {
  const { by = [], env = {}, words = [] } = options;
  const node = [process.execPath, '--input-type=module', '-e', script, path, ...words];
  const [program = '', ...rest] = [...by, ...node];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  running.push(child);
  const ended = new Promise<void>((end) => child.once('exit', () => end()));
  let said = '';
  await new Promise<void>((answered) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/^\w+\n$/m.test(said)) answered();
    });
    child.stdout.once('end', () => answered());
  });
  return {
    answer: said.trim().split('\n').at(-1) ?? '',
    said,
    signal: async (signal) => {
      child.kill(signal);
      if (signal === 'SIGKILL') await ended;
    },
  };
}

const OWN_MOUNTS = process.getuid?.() === 0 ? ['-m'] : ['-r', '-m'];

/** Whether this machine lets a process have mounts of its own. */
export const hasOwnMounts = spawnSync('unshare', [...OWN_MOUNTS, 'true']).status === 0;

/** Starts a program with mounts of its own, which are gone with it. */
export function withMounts(commands: string): readonly string[] {
  return ['unshare', ...OWN_MOUNTS, 'sh', '-ec', `${commands}\nexec "$@"`, 'sh'];
}
