/**
 * The child process of a token: opens it once, answers one question at a time, and ends when its
 * server does or the token is lost. What hangs here hangs nobody else, and can be killed.
 */
import { isQuancunError } from '../../../errors.js';
import { nameOf } from '../../outage/cause.js';
import { type Cryptoki, TokenFault } from './cryptoki.js';
import type { FromToken, ToToken } from './messages.js';
import { openToken } from './open-token.js';
import { type TokenHsm, tokenHsm } from './token-hsm.js';

/** Opens a PKCS#11 module, by the binding of the host. */
export type OpenCryptoki = (module: string) => Cryptoki | Promise<Cryptoki>;

/**
 * Makes this process the child of a `pkcs11Hsm`. It is all that the child's program does.
 * 令牌子进程入口：由 `pkcs11Hsm` 启动的程序只需调用它。
 * @param open the binding, such as `koffiCryptoki`
 * @example
 * import koffi from 'koffi';
 * answerAsToken((module) => koffiCryptoki(koffi, module)); // the whole program
 */
export function answerAsToken(open: OpenCryptoki): void {
  let hsm: TokenHsm | undefined;
  let cryptoki: Cryptoki | undefined;
  const end = (): void => {
    try {
      cryptoki?.finalize();
    } finally {
      process.exit();
    }
  };
  const fail = (error: unknown): void => {
    // Said, and then ended: the next child finds out what of the token is there.
    const isTold = error instanceof TokenFault || error instanceof ModuleNotLoaded;
    const problem = isTold ? error.code : nameOf(error);
    say({ say: 'lost', problem }, end);
  };
  process.on('message', (message: ToToken) => {
    void (async () => {
      try {
        if (message.say === 'open') {
          cryptoki = await loaded(open, message.token.module);
          hsm = tokenHsm(openToken(cryptoki, message.token, Buffer.from(message.pin, 'utf8')));
          say({ say: 'ready' });
          return;
        }
        const ask = hsm?.[message.question] as (query: unknown) => unknown;
        say({ say: 'answer', answer: ask(message.query) });
      } catch (error) {
        if (!isQuancunError(error)) fail(error);
        else say({ say: 'refused', error: error.toJSON() }, hsm === undefined ? end : undefined);
      }
    })();
  });
  process.on('disconnect', end);
  // Whoever stops a server stops its whole group: it ends its visits first, and then this one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => undefined);
}

function say(message: FromToken, then: () => void = () => undefined): void {
  // A server that has gone hears nothing, and has closed the channel: that ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, then);
  else then();
}

class ModuleNotLoaded extends Error {
  readonly code = 'MODULE_NOT_LOADED';
}

/** What the system says of a library it cannot load has its path in it, and no code. */
async function loaded(open: OpenCryptoki, module: string): Promise<Cryptoki> {
  try {
    return await open(module);
  } catch (error) {
    if (error instanceof TokenFault) throw error;
    throw new ModuleNotLoaded();
  }
}
