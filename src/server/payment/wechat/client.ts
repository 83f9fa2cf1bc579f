/**
 * Signed requests to WeChat Pay and their verified replies. A reply of 2xx without a good signature
 * is forged. Other replies may come unsigned: their code says to wait, to repeat or to ask, and
 * never that something is over.
 * Documents: 微信支付 APIv3, 基本规则, 签名验证, 错误码和错误提示.
 */
import type { PortCall } from '../port.js';
import { exchange, type Incoming, jsonOf, type Outgoing } from '../adapter/exchange.js';
import { failed, saidBy } from '../adapter/failed.js';
import { type KeyBook, keyBook } from './key-book.js';
import { lineOf, type WholeOptions } from './options.js';
import { authorizer, checkSignature } from './signature.js';

/** A reply that was verified. */
export interface Answered {
  readonly ok: true;
  readonly json: unknown;
  readonly asOfMs?: number;
}

/** A refusal. */
export interface Refused {
  readonly ok: false;
  readonly status: number;
  /** Theirs, such as `ORDER_NOT_EXIST`. */
  readonly code: string;
  /** Code and text, for people. */
  readonly message: string;
  /** Whether it is certain that WeChat Pay said so. */
  readonly isSigned: boolean;
  readonly asOfMs?: number;
}

/** What WeChat Pay is asked with. */
export interface Client {
  readonly keys: KeyBook;
  /** @throws PAYMENT_PROVIDER_FAILED where it is not known what WeChat Pay said, or did */
  ask(request: Request, call: PortCall): Promise<Answered | Refused>;
  /** A file, whose reply is not signed: what it must be is known beforehand. */
  download(path: string, call: PortCall): Promise<Uint8Array>;
}

/** A request: `GET` without a body, `POST` with one. */
export interface Request {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A day's bill of a large merchant, packed. */
const MAX_FILE_BYTES = 64 << 20;

/** Makes a client for a merchant. */
export function wechatClient(options: WholeOptions): Client {
  const authorize = authorizer(options);
  const line = lineOf(options);
  const [publicKeyId] = Object.keys(options.publicKeys);
  const send = async (
    { path, body }: Request,
    call: PortCall,
    maxBytes?: number,
  ): Promise<Incoming> => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const plain = { path, method: text === undefined ? 'GET' : 'POST' } as const;
    const signed: Omit<Outgoing, 'headers'> = text === undefined ? plain : { ...plain, body: text };
    const headers = {
      Accept: 'application/json',
      'User-Agent': 'quancun',
      Authorization: await authorize(signed, call),
      ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(publicKeyId === undefined ? {} : { 'Wechatpay-Serial': publicKeyId }),
    };
    return exchange(line, { ...signed, headers }, call, maxBytes);
  };
  const keys = keyBook(options, (call) => send({ path: '/v3/certificates' }, call));
  return {
    keys,
    async ask(request, call) {
      const reply = await send(request, call);
      const verdict = await checkSignature(reply, { keys, nowMs: options.now() }, call);
      if (verdict !== 'good' && verdict !== 'none') throw failed(PROBLEMS[verdict]);
      return answerOf(reply, verdict === 'good');
    },
    async download(path, call) {
      const reply = await send({ path }, call, MAX_FILE_BYTES);
      if (reply.status === 200) return reply.bytes;
      throw failed(`a file could not be had (HTTP ${reply.status})`);
    },
  };
}

const PROBLEMS = {
  probe: 'its answer carries a probe instead of a signature',
  late: 'its answer was signed more than five minutes ago, or one of the clocks is wrong',
  'unknown key': 'its answer is signed with a key that is not known',
  wrong: 'its answer is not signed by WeChat Pay',
} as const;

function answerOf(reply: Incoming, isSigned: boolean): Answered | Refused {
  const { status, bytes } = reply;
  const asOf = reply.asOfMs === undefined ? {} : { asOfMs: reply.asOfMs };
  if (status >= 200 && status < 300) {
    if (!isSigned) throw failed('its answer is not signed');
    const json = bytes.length === 0 ? undefined : jsonOf(bytes);
    if (json === undefined && bytes.length > 0) throw failed('its answer is no JSON');
    return { ok: true, json, ...asOf };
  }
  const said = refusalIn(jsonOf(bytes));
  if (status === 401) {
    throw failed(`it does not accept our signature (${said.code}): check keys, serial and clock`);
  }
  if (status < 400 || status >= 500) throw failed(`HTTP ${status} ${said.code}`.trim());
  return { ok: false, status, ...said, isSigned, ...asOf };
}

function refusalIn(json: unknown): { readonly code: string; readonly message: string } {
  const said = (json ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const named = typeof said.code === 'string' ? said.code : '';
  const code = /^[A-Za-z_]{1,40}$/.test(named) ? named : 'NO_CODE';
  return { code, message: saidBy(code, said.message) };
}
