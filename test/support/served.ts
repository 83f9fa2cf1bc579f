/** The built server in a process of its own, over real sockets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { CLI, ROOT } from '../../build/entries.js';

const PROGRAM = join(ROOT, `dist/${CLI.name}.js`);

/** A server that runs. */
export interface Served {
  readonly child: ChildProcess;
  readonly port: number;
  readonly adminPort: number | undefined;
  /** Its exit status; `null` where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What it has logged so far. */
  logged(): string;
}

/** How it is started. */
export interface ServeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Words for Node in front of the program. */
  readonly node?: readonly string[];
}

/** Starts `serve` with these words, and waits until it listens. */
export async function startServed(
  words: readonly string[],
  { env = {}, node = [] }: ServeOptions = {},
): Promise<Served> {
  const all = [...node, PROGRAM, 'serve', '--port', '0', '--json', ...words];
  const child = spawn(process.execPath, all, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let logged = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (logged += text));
  const ended = new Promise<number | null>((exit) => child.once('exit', exit));
  let out = '';
  const line = await new Promise<string>((found, failed) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const [said] = /^.*"event":"listening".*\n/m.exec(out) ?? [];
      if (said !== undefined) found(said);
    });
    child.once('exit', () => {
      failed(new Error(out + logged));
    });
  });
  const { port, adminPort } = JSON.parse(line) as { port: number; adminPort?: number };
  return { child, port, adminPort, ended, logged: () => logged };
}

/** Sends bytes as they are, and waits until the server closes: what it answered. */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((done) => {
    let told = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part: string) => (told += part));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      done(told);
    });
  });
}
