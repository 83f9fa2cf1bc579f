/** An HSM over the children of a token. */
import * as v from 'valibot';
import { expectOptions, maybe, objectOf, saying, wholeOf } from '../../../json/index.js';
import type { Hsm } from '../hsm.js';
import { PKCS11_TOKEN, type Pkcs11Token } from './key-set.js';
import type { Question, Questions } from './messages.js';
import { type AskLimit, type Pkcs11Call, type Pkcs11Process, tokenPool } from './pool.js';
import { startTokenProcess } from './process.js';

/** A token, its keys, and how it is spoken to. */
export interface Pkcs11Options extends Pkcs11Token {
  /** The program of a child process: it calls `answerAsToken`. */
  readonly program: string | URL;
  /** Asked for whenever a child is started; goes to it by a pipe, never by argument. */
  readonly pin: () => string | Promise<string>;
  /** Children, each with a session of its own. Default: 2. */
  readonly processes?: number;
  /** How long an answer is waited for; a child without one is killed. Default: 3,000. */
  readonly timeoutMs?: number;
  /** How long a child may take to log in and find the keys. Default: 15,000. */
  readonly openTimeoutMs?: number;
  /** Each question's end. */
  readonly onCall?: (call: Pkcs11Call) => void;
  /** Each change of a child. */
  readonly onProcess?: (change: Pkcs11Process) => void;
}

/** An HSM that has processes, and so an end. */
export interface Pkcs11Hsm extends Hsm {
  /** Ends the children; whoever still waits is told HSM_UNAVAILABLE. */
  close(): Promise<void>;
}

const functionForm = <T>() =>
  v.custom<T>((given) => typeof given === 'function', saying('a function', '函数'));

const OPTIONS = objectOf({
  ...PKCS11_TOKEN.entries,
  program: v.custom<string | URL>(
    (given) => given instanceof URL || (typeof given === 'string' && given !== ''),
    saying('the path of a program', '程序路径'),
  ),
  pin: functionForm<Pkcs11Options['pin']>(),
  processes: v.optional(wholeOf(1, 64), 2),
  timeoutMs: v.optional(wholeOf(10, 600_000), 3_000),
  openTimeoutMs: v.optional(wholeOf(10, 600_000), 15_000),
  onCall: maybe(functionForm<(call: Pkcs11Call) => void>()),
  onProcess: maybe(functionForm<(change: Pkcs11Process) => void>()),
});

/**
 * An HSM on a PKCS#11 token. Nothing is started before the first question; `describeKeys()` is one.
 *
 * PKCS#11 加密机：主密钥为令牌内敏感且不可导出的对象，分散与过程密钥均在令牌内完成。
 *
 * Diversification and session keys: CKM_DES3_ECB_ENCRYPT_DATA over factor ‖ complement, and over
 * the session's eight bytes twice; MACs: the last block of CKM_DES3_CBC. The TAC key of one card is
 * read for one question (PKCS#11 cannot fold it) and wiped.
 *
 * @throws ARGUMENT_INVALID; questions: HSM_UNAVAILABLE, HSM_PIN_REFUSED, HSM_KEY_UNFIT,
 * HSM_CIPHER_UNSUPPORTED, KEY_UNKNOWN
 * @example
 * import { readFileSync } from 'node:fs';
 * const hsm = pkcs11Hsm({
 *   program: new URL('file:///opt/recharge/token.mjs'), // calls answerAsToken
 *   module: '/usr/lib/softhsm/libsofthsm2.so',
 *   tokenLabel: 'etc',
 *   pin: () => readFileSync('/run/secrets/pin', 'utf8').trim(),
 *   keys: [
 *     {
 *       keyIndex: 1,
 *       cipher: '3des',
 *       hierarchy: 'national',
 *       loadKey: { label: 'DLK-01' },
 *       tacKey: { label: 'DTK-01' },
 *     },
 *   ],
 * });
 * await hsm.close();
 */
export function pkcs11Hsm(options: Pkcs11Options): Pkcs11Hsm {
  const whole = expectOptions(OPTIONS, options, 'pkcs11Hsm');
  const { program, processes, timeoutMs, openTimeoutMs, module, tokenLabel, keys, sm4 } = whole;
  const token = { module, tokenLabel, keys, ...(sm4 === undefined ? {} : { sm4 }) };
  const pool = tokenPool({
    start: async () => startTokenProcess({ program, token, pin: await whole.pin(), openTimeoutMs }),
    ...{ processes, timeoutMs },
    onCall: quietly(whole.onCall),
    onProcess: quietly(whole.onProcess),
  });
  const ask = async <Name extends Question>(
    question: Name,
    query: Questions[Name]['query'],
    limit: AskLimit = {},
  ): Promise<Questions[Name]['answer']> =>
    (await pool.ask(question, query, limit)) as Questions[Name]['answer'];
  return {
    verifyMac1: (query, call) => ask('verifyMac1', query, call),
    computeMac2: (query, call) => ask('computeMac2', query, call),
    verifyTac: (query, call) => ask('verifyTac', query, call),
    describeKeys: (call) => ask('describeKeys', undefined, { ...call, openMs: openTimeoutMs }),
    close: () => pool.close(),
  };
}

/** A listener that fails keeps nobody from an answer. */
function quietly<T>(listener: ((value: T) => void) | undefined): (value: T) => void {
  return (value) => {
    try {
      listener?.(value);
    } catch {
      // It is theirs.
    }
  };
}
