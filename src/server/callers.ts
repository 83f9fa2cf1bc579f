/** Who may call over HTTP, and what they may do: one declaration for programs and for key files. */
import * as v from 'valibot';
import { INTERNAL } from '../core-errors.js';
import { QuancunError } from '../errors.js';
import {
  expectOptions,
  hexOf,
  objectOf,
  saying,
  textOf,
  type Told,
  typed,
  wholeOf,
} from '../json/index.js';
import { expectDistinctKeys, type KnownKey } from '../signing/index.js';
import { type Scope, SCOPES } from './rights.js';

export type { Scope };

const SECRET = hexOf(32);
const DATE = /\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/;
const TIME = /([01]\d|2[0-3]):[0-5]\d:[0-5]\d/;
const MOMENT = new RegExp(`^${DATE.source}T${TIME.source}(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$`);

/**
 * A terminal, or a back office, that signs its requests: an entry of a key file's `terminals`.
 * 调用方（终端或后台）的声明：密钥文件 `terminals` 中的一项。
 */
export const CALLER = objectOf({
  /** Printable ASCII without blanks: it travels in a header. */
  keyId: textOf(256, /^[\x21-\x7e]*$/),
  /** 32 bytes, hex. */
  secret: SECRET,
  /** While a secret is exchanged, the one before it is heard too, until it ends. */
  former: v.exactOptional(objectOf({ secret: SECRET, until: momentOf() })),
  scopes: v.array(v.picklist(SCOPES)),
  /** A person must be logged in: then a request may what the device and the person both may. */
  persons: v.exactOptional(v.boolean()),
  /** The outlet it stands in: then it makes orders for no other one, and need not name it. */
  outlet: v.exactOptional(textOf(64)),
  /** The number of the terminal, 12 hex digits: then its orders carry no other one. */
  terminal: v.exactOptional(hexOf(6)),
  /** Ways of paying that it may report as taken. Default: `cash` and `pos`; a QR provider never. */
  takes: v.exactOptional(v.array(textOf(32, /^[a-z][a-z0-9-]*$/))),
  /** Cap on one payment that it reports, and on all that it reports in a day, in fen. */
  maxReportFen: v.exactOptional(wholeOf(1)),
  maxDayFen: v.exactOptional(wholeOf(1)),
  /** Cap on one order, below the deployment's. */
  maxAmountFen: v.exactOptional(wholeOf(1)),
});

/** A terminal, or a back office, that signs its requests. */
export interface Caller extends Told<typeof CALLER> {}

/**
 * Where callers are kept: asked at each request by the key id that the request names, which nobody
 * has vouched for yet. No two of them may have one secret.
 * 调用方来源（例如自有数据库）。
 */
export type CallerSource = (keyId: string) => Caller | undefined | Promise<Caller | undefined>;

/**
 * Where a handler finds its callers: the list that it was given, held to the declaration whole, or
 * a source of its owner's, each of whose answers is held to it.
 * @throws ARGUMENT_INVALID
 */
export function callerSource(callers: readonly Caller[] | CallerSource): CallerSource {
  const what = 'createHttpHandler: callers';
  if (typeof callers === 'function') {
    const checked = new WeakSet<Caller>();
    return async (keyId) => {
      const caller = await callers(keyId);
      if (caller?.keyId !== keyId) return undefined;
      if (!checked.has(caller)) expectOfSource(caller, what);
      checked.add(caller);
      return caller;
    };
  }
  const list = expectOptions(v.array(CALLER), callers, what);
  expectDistinctKeys(list.map(withFormer), 'createHttpHandler');
  const byKeyId = new Map(list.map((caller) => [caller.keyId, caller]));
  return (keyId) => byKeyId.get(keyId);
}

/** Who is refused is no terminal's fault, and is told nothing of it: the log says the field. */
function expectOfSource(caller: Caller, what: string): void {
  try {
    expectOptions(CALLER, caller, what);
  } catch (cause) {
    throw new QuancunError(INTERNAL, { details: { what }, cause });
  }
}

/** A caller with both of its secrets, whether the former one is still heard or not. */
export function withFormer({ keyId, secret, former }: Caller): KnownKey {
  return { keyId, secret, ...(former === undefined ? {} : { formerSecret: former.secret }) };
}

/** The secrets that a caller may sign with at this moment. */
export function signingKeyOf(caller: Caller, nowMs: number): KnownKey {
  const { keyId, secret, former } = caller;
  const isHeard = former !== undefined && nowMs < Date.parse(former.until);
  return isHeard ? withFormer(caller) : { keyId, secret };
}

/** A moment with its zone: whoever reads the file in another place reads the same one. */
function momentOf(): v.GenericSchema<string> {
  const wanted = saying(
    'a moment, such as "2026-12-01T00:00:00+08:00"',
    '时刻，例如 "2026-12-01T00:00:00+08:00"',
  );
  return typed<string>(v.pipe(v.string(wanted), v.regex(MOMENT, wanted)));
}
