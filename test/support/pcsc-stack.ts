/**
 * A real PC/SC stack for tests: pcscd in the foreground, the virtual reader vpcd, and simulated
 * cards put into it over TCP. The card lives in the test's process, so whoever talks to it must
 * not: a binding's `disconnect` waits for the card without letting it answer.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { CLI, ROOT } from '../../build/entries.js';
import type { CardLike } from '../../src/testing/index.js';
import type { PcscContext } from '../../src/transport/drivers/pcsc.js';
import { connectCardToReader } from '../../src/transport/drivers/tcp.js';

/** Where vpcd listens for cards, as Debian sets it up. */
export const VPCD = { host: '127.0.0.1', port: 35_963 } as const;

const TOOLS = ['pcscd', 'opensc-tool', 'scriptor'] as const;
const DRIVER = '/etc/reader.conf.d/vpcd';

/** What this machine lacks; empty where everything is there. */
export function missingForPcsc(): string[] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const missing: string[] = TOOLS.filter(
    (tool) => !folders.some((folder) => existsSync(join(folder, tool))),
  );
  if (!existsSync(DRIVER)) missing.push('vsmartcard-vpcd');
  try {
    pcscBinding();
  } catch {
    missing.push('the npm package smartcard');
  }
  return missing;
}

/** The binding, loaded from where the command line would load it. */
export function pcscBinding(): { readonly Context: new () => PcscContext } {
  return createRequire(join(ROOT, 'package.json'))('smartcard') as {
    readonly Context: new () => PcscContext;
  };
}

/**
 * Starts pcscd and waits until its virtual reader takes cards. A machine has one: where another
 * test's runs, it ends at once, and is started again when the other has gone.
 */
export async function startPcscd(): Promise<ChildProcess> {
  mkdirSync('/run/pcscd', { recursive: true });
  for (let tries = 0; tries < 200; tries += 1) {
    const child = spawn('pcscd', ['--foreground'], { stdio: 'ignore' });
    const gone = new Promise<'gone'>((resolve) => {
      child.once('error', () => resolve('gone'));
      child.once('exit', () => resolve('gone'));
    });
    const settled = await Promise.race([gone, pause(500)]);
    if (settled !== 'gone') {
      await untilReaders();
      return child;
    }
    await pause(500);
  }
  throw new Error('pcscd does not start: is another one running?');
}

async function untilReaders(): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      const context = new (pcscBinding().Context)();
      const found = context.listReaders().length > 0;
      context.close();
      if (found) return;
    } catch {
      // Not yet.
    }
    await pause(100);
  }
  throw new Error('pcscd shows no reader');
}

/** Ends a process and waits until it is gone. */
export function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Where the line to the reader is cut. */
export interface Tear {
  readonly kind: 'before' | 'after';
  /** Exchanges count from 1. */
  readonly exchange: number;
}

/** A card in the virtual reader. */
export interface Inserted {
  readonly exchanges: () => number;
  /** The line is cut at the next exchange. */
  readonly lose: (kind: Tear['kind']) => void;
  remove(): Promise<void>;
}

/** Puts a card into the virtual reader; the line is cut where the plan says. */
export async function insert(card: CardLike, planned?: Tear): Promise<Inserted> {
  let exchanges = 0;
  let tear = planned;
  const inReader = {
    reset: () => card.reset(),
    exchange: (command: Uint8Array): Uint8Array => {
      exchanges += 1;
      if (tear?.exchange !== exchanges) return card.exchange(command);
      if (tear.kind === 'after') card.exchange(command);
      void line.close();
      return new Uint8Array(2);
    },
  };
  const line = await connectCardToReader(inReader, VPCD);
  const lose = (kind: Tear['kind']): void => {
    tear = { kind, exchange: exchanges + 1 };
  };
  return { exchanges: () => exchanges, lose, remove: () => line.close() };
}

/** What a program said, and how it ended. */
export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program of the system. */
export function run(program: string, ...args: readonly string[]): Promise<Said> {
  const env = { ...process.env, LANG: 'C', LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT, env, timeout: 30_000 }, (error, out, err) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, out, err });
    });
  });
}

/** Runs the built command line. */
export function quancun(...args: readonly string[]): Promise<Said> {
  return run(process.execPath, join(ROOT, `dist/${CLI.name}.js`), ...args);
}

/** Starts a command that goes on; resolves with the first event it prints. */
export async function startQuancun(
  event: string,
  ...args: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly said: Record<string, unknown> }> {
  const words = [join(ROOT, `dist/${CLI.name}.js`), ...args, '--json'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  const said = await new Promise<Record<string, unknown>>((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`ended with ${String(status)}: ${text}`)));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const found = events(text).find((one) => one.event === event);
      if (found !== undefined) resolve(found);
    });
  });
  return { child, said };
}

/** The events of whole lines. */
export function events(out: string): Record<string, unknown>[] {
  return out
    .slice(0, out.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
