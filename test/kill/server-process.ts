/** The real server, in a process of its own, that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const HOOK = fileURLToPath(new URL('./kill-hook.mjs', import.meta.url));

/** How it is started. */
export interface StartOptions {
  readonly db: string;
  readonly keys: string;
  readonly journal: string;
  /** `12:before`: dies at its twelfth step. */
  readonly killAt?: string;
  /** Another program than the one that is built. */
  readonly program?: string;
}

/** A server that was started. It may be dead before it ever listened. */
export interface ServerProcess {
  /** Where it listens; nothing when it died before. */
  readonly url: Promise<string | undefined>;
  /** The signal or status it ended with. */
  readonly ended: Promise<string>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  isAlive(): boolean;
}

/** Starts it. */
export function startServer(options: StartOptions): ServerProcess {
  const { db, keys, journal, killAt, program = CLI } = options;
  const words = ['serve', '--db', db, '--keys', keys, '--journal', journal];
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', HOOK, program, ...words, '--port', '0', '--issuer', 'sole', '--json'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        KILL_AT: killAt ?? '0:before',
        KILL_DB: db.startsWith('sqlite') ? 'sqlite' : 'postgres',
      },
    },
  );
  let [said, complained, alive] = ['', '', true];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complained += text));
  const ended = new Promise<string>((end) => {
    child.once('exit', (status, signal) => {
      alive = false;
      const failure = said.includes('"error"') ? said : complained.slice(-500);
      end(signal ?? `status ${String(status)} ${status === 0 ? '' : failure}`);
    });
  });
  const listening = new Promise<string>((found) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, port] = /"listening".*"port":(\d+)/.exec(said) ?? [];
      if (port !== undefined) found(`http://127.0.0.1:${port}`);
    });
  });
  return {
    url: Promise.race([listening, ended.then(() => undefined)]),
    ended,
    kill: (signal) => {
      child.kill(signal);
    },
    isAlive: () => alive,
  };
}
