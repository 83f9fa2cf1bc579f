/** The real servers of a campaign: each at its own place, where it is killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const hook = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const HOOKS = ['./clock-hook.mjs', '../kill/kill-hook.mjs'].map(hook);

/** How a server is started. */
export interface ServerWords {
  readonly db: string;
  readonly keys: string;
  readonly journal: string;
  readonly payments: string;
  /** `12:before`: it dies at its twelfth step of database or journal. */
  readonly killAt?: string;
}

/** A server at a place. */
export interface PlacedServer {
  readonly url: string | undefined;
  /** The signal, or the status and what was said last. */
  readonly ended: Promise<string>;
  readonly ready: Promise<boolean>;
  tell(aheadMs: number): void;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  isAlive(): boolean;
}

/** Starts one. */
export function startServer(words: ServerWords, aheadMs: number): PlacedServer {
  const { db, keys, journal, payments, killAt = '0:before' } = words;
  const serve = ['serve', '--db', db, '--keys', keys, '--journal', journal, '--port', '0'];
  const imports = HOOKS.flatMap((one) => ['--import', one]);
  const child: ChildProcess = spawn(
    process.execPath,
    [...imports, CLI, ...serve, '--payments', payments, '--issuer', 'sole', '--json'],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        CLOCK_AHEAD_MS: String(aheadMs),
        KILL_AT: killAt,
        KILL_DB: db.startsWith('sqlite') ? 'sqlite' : 'postgres',
      },
    },
  );
  let [said, complained, alive] = ['', '', true];
  let url: string | undefined;
  child.on('error', () => undefined);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complained = `${complained}${text}`.slice(-2000);
  });
  const ended = new Promise<string>((end) => {
    child.once('exit', (status, signal) => {
      alive = false;
      end(signal ?? `status ${String(status)} ${status === 0 ? '' : said + complained}`);
    });
  });
  const listening = new Promise<boolean>((found) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
      const [, port] = /"listening".*"port":(\d+)/.exec(said) ?? [];
      if (port === undefined) return;
      url = `http://127.0.0.1:${port}`;
      found(true);
    });
  });
  return {
    get url() {
      return alive ? url : undefined;
    },
    ended,
    ready: Promise.race([listening, ended.then(() => false)]),
    tell: (ahead) => {
      if (child.connected) child.send({ aheadMs: ahead }, () => undefined);
    },
    kill: (signal) => {
      child.kill(signal);
    },
    isAlive: () => alive,
  };
}
