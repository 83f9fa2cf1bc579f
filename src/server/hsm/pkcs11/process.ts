/** One child process with a token in it, as its server sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { QuancunError } from '../../../errors.js';
import type { Pkcs11Token } from './key-set.js';
import type { FromToken, Question, ToToken } from './messages.js';

/** The child, or its token, is no more; `code` says how. */
export class TokenLost extends Error {
  override readonly name = 'TokenLost';

  constructor(readonly code: string) {
    super(code);
  }
}

/** A child whose token is open. */
export interface TokenProcess {
  readonly pid: number | undefined;
  /** Ends when the child has. */
  readonly ended: Promise<TokenLost>;
  /** @throws TokenLost, or what the token refused */
  ask(question: Question, query: unknown, timeoutMs: number): Promise<unknown>;
  /** Lets go of the token and ends. */
  close(): Promise<void>;
}

/** How a child is started. */
export interface StartOptions {
  readonly program: string | URL;
  readonly token: Pkcs11Token;
  readonly pin: string;
  readonly openTimeoutMs: number;
}

const CLOSE_MS = 2_000;

/**
 * Starts a child and opens its token.
 * @throws TokenLost, HSM_PIN_REFUSED, HSM_KEY_UNFIT, HSM_CIPHER_UNSUPPORTED
 */
export async function startTokenProcess(options: StartOptions): Promise<TokenProcess> {
  // Nothing of a question is in its arguments or its environment. Of what a module prints nothing
  // is known: it is not let into the server's log.
  const child = fork(options.program, [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let said: string | undefined;
  let waiting: { resolve(answer: unknown): void; reject(error: unknown): void } | undefined;
  const ended = new Promise<TokenLost>((resolve) => {
    const over = (code: string): void => {
      const lost = new TokenLost(said ?? code);
      waiting?.reject(lost);
      waiting = undefined;
      resolve(lost);
    };
    child.once('error', (error) => over((error as NodeJS.ErrnoException).code ?? 'spawn'));
    child.once('exit', (status, signal) => over(signal ?? `exit ${String(status)}`));
  });
  child.on('message', (message: FromToken) => {
    // What it was lost for is told when it has ended: never two children for one question.
    if (message.say === 'lost') said = message.problem;
    else if (message.say === 'refused') waiting?.reject(QuancunError.fromJSON(message.error));
    else waiting?.resolve(message.say === 'answer' ? message.answer : undefined);
  });
  const tell = (message: ToToken, timeoutMs: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        said = 'TIMEOUT';
        child.kill('SIGKILL');
      }, timeoutMs);
      const done =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          waiting = undefined;
          end(value);
        };
      waiting = { resolve: done(resolve), reject: done(reject) };
      try {
        if (child.connected) child.send(message, () => undefined);
      } catch (error) {
        // What cannot be written as JSON was not sent, and harms nobody else.
        waiting.reject(error);
      }
    });
  // A question has a timer of its own, which keeps the server; a child that idles does not.
  child.unref();
  child.channel?.unref();
  const { token, pin, openTimeoutMs } = options;
  await tell({ say: 'open', token, pin }, openTimeoutMs);
  return {
    pid: child.pid,
    ended,
    ask: (question, query, timeoutMs) => tell({ say: 'ask', question, query }, timeoutMs),
    close: () => close(child, ended),
  };
}

async function close(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
  if (child.connected) child.disconnect();
  await ended;
  clearTimeout(timer);
}
