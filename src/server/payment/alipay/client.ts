/**
 * Signed requests to Alipay's gateway and their verified replies. A reply with code 10000 and
 * without a good signature is forged. A refusal may come unsigned: its code says to wait, to repeat
 * or to ask, and never that something is over. Amounts in refusals are "0.00", and not read.
 * Documents: 支付宝开放平台, 自行实现签名, 自行实现验签, 公共错误码.
 */
import type { PortCall } from '../port.js';
import { chinaTime } from '../adapter/china.js';
import { exchange, textOrNothing } from '../adapter/exchange.js';
import { failed, saidBy } from '../adapter/failed.js';
import { isSignedBy, signerOf } from '../adapter/keys.js';
import type { WholeOptions } from './options.js';
import { jsonString, membersOf } from './reply-node.js';

/** A reply with code 10000 that was verified. */
export interface Answered {
  readonly ok: true;
  readonly json: unknown;
  readonly asOfMs?: number;
}

/** A refusal. */
export interface Refused {
  readonly ok: false;
  /** `40004` … */
  readonly code: string;
  /** `ACQ.TRADE_NOT_EXIST` … */
  readonly subCode: string;
  readonly message: string;
  /** Whether it is certain that Alipay said so. */
  readonly isSigned: boolean;
  readonly asOfMs?: number;
}

/** What Alipay is asked with. */
export interface Client {
  /** @throws PAYMENT_PROVIDER_FAILED where it is not known what Alipay said, or did */
  ask(method: string, content: Content, call: PortCall): Promise<Answered | Refused>;
}

/** `biz_content`. */
export type Content = Readonly<Record<string, string>>;

/** Makes a client for a merchant. */
export function alipayClient(options: WholeOptions): Client {
  const { fetch, gatewayUrls: baseUrls } = options;
  const sign = signerOf(options.privateKey);
  return {
    async ask(method, content, call) {
      const fields: Record<string, string> = {
        app_id: options.appId,
        method,
        format: 'JSON',
        charset: 'utf-8',
        sign_type: 'RSA2',
        timestamp: chinaTime(options.now()),
        version: '1.0',
        ...(NOTIFYING.includes(method) ? { notify_url: options.notifyUrl } : {}),
        biz_content: JSON.stringify(content),
      };
      const signature = await sign(signedText(fields), call);
      const body = new URLSearchParams({ ...fields, sign: signature }).toString();
      const headers = {
        'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8',
        'User-Agent': 'quancun',
      };
      const outgoing = { method: 'POST', path: '', headers, body } as const;
      const reply = await exchange({ fetch, baseUrls }, outgoing, call);
      if (reply.status !== 200) throw failed(`HTTP ${reply.status}`);
      const answer = answerIn(textOrNothing(reply.bytes) ?? '', method, options);
      return reply.asOfMs === undefined ? answer : { ...answer, asOfMs: reply.asOfMs };
    },
  };
}

/** Which methods make something happen later of which we want to hear. */
const NOTIFYING: readonly string[] = ['alipay.trade.precreate'];

/** Names in their order, `k=v` joined by `&`, nothing encoded, empty values left out. */
export function signedText(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function answerIn(text: string, method: string, { alipayPublicKey }: WholeOptions) {
  const members = membersOf(text);
  if (members === undefined) throw failed('its answer is no JSON');
  const name = `${method.replace(/\./g, '_')}_response`;
  const node = members.get(name) ?? members.get('error_response');
  if (node === undefined) throw failed('it answered another question');
  const sign = members.get('sign');
  const signature = sign === undefined ? '' : (jsonString(sign) ?? '-');
  const isGood = isSignedBy(alipayPublicKey, Buffer.from(node, 'utf8'), signature);
  // An unsigned refusal is told as what it says; one with a signature that is wrong is nobody's.
  if (!isGood && signature !== '') throw failed('its answer is not signed by Alipay');
  const said = parsed(node);
  const [code, subCode] = [textIn(said.code), textIn(said.sub_code)];
  if (code === '10000') {
    if (!isGood || !members.has(name)) throw failed('its answer is not signed');
    return { ok: true, json: said } as const;
  }
  if (UNCERTAIN.includes(code) || UNCERTAIN_DETAIL.test(subCode)) {
    throw failed(`${code} ${subCode}: it does not know itself`);
  }
  const message = saidBy(subCode === '' ? code : subCode, said.sub_msg ?? said.msg);
  return { ok: false, code, subCode, message, isSigned: isGood } as const;
}

/** Service not available, and waiting for the customer: nothing is known. */
const UNCERTAIN: readonly string[] = ['20000', '10003', ''];
/** `ACQ.SYSTEM_ERROR`, `aop.ACQ.SYSTEM_ERROR`, `isp.unknow-error` as they spell it. */
const UNCERTAIN_DETAIL = /SYSTEM_ERROR|unknow/;

function parsed(node: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(node);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw failed('its answer is no JSON');
}

function textIn(value: unknown): string {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : '';
}
