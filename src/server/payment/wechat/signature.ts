/**
 * The two signatures of WeChat Pay v3. Ours covers method, path with query, seconds, nonce and
 * body; theirs covers seconds, nonce and body; each part with a line feed behind it, the body as
 * the bytes that are sent. Theirs names its key by `Wechatpay-Serial`, and is good for 5 minutes.
 * Documents: 微信支付 APIv3, 签名生成, 签名验证, 应答签名探测 (probes).
 */
import { randomBytes } from 'node:crypto';
import type { PortCall } from '../port.js';
import type { Outgoing } from '../adapter/exchange.js';
import { failed } from '../adapter/failed.js';
import { isSignedBy, signerOf } from '../adapter/keys.js';
import type { KeyBook } from './key-book.js';
import type { WholeOptions } from './options.js';
import { MAX_SKEW_SECONDS, signedBytes } from './signed-bytes.js';

/** Signs requests: the value of `Authorization`. */
export type Authorize = (
  outgoing: Pick<Outgoing, 'method' | 'path' | 'body'>,
  call: PortCall,
) => Promise<string>;

/** Makes what signs requests for a merchant. */
export function authorizer(options: WholeOptions): Authorize {
  const sign = signerOf(options.privateKey);
  const nonceOf = options.randomNonce ?? (() => randomBytes(16).toString('hex').toUpperCase());
  return async ({ method, path, body = '' }, call) => {
    const nonce = nonceOf();
    if (!/^[0-9A-Za-z]{16,32}$/.test(nonce)) throw failed('randomNonce made no nonce');
    const seconds = String(Math.floor(options.now() / 1000));
    const text = [method, path, seconds, nonce, body].map((part) => `${part}\n`).join('');
    const fields = {
      mchid: options.merchantId,
      nonce_str: nonce,
      signature: await sign(text, call),
      timestamp: seconds,
      serial_no: options.certificateSerial.toUpperCase(),
    };
    const said = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
    return `WECHATPAY2-SHA256-RSA2048 ${said.join(',')}`;
  };
}

/** What is signed by WeChat Pay, or should be. */
export interface Signed {
  readonly header: (name: string) => string | undefined;
  readonly bytes: Uint8Array;
}

/**
 * `good`; `none` where no signature is there; otherwise what is wrong with it. A probe is one that
 * WeChat Pay sends to find out who does not verify.
 */
export type SignatureVerdict = 'good' | 'none' | 'probe' | 'late' | 'unknown key' | 'wrong';

const PROBE = 'WECHATPAY/SIGNTEST/';

/** Looks at the signature of a reply or a notification. */
export async function checkSignature(
  { header, bytes }: Signed,
  { keys, nowMs }: { readonly keys: KeyBook; readonly nowMs: number },
  call: PortCall,
): Promise<SignatureVerdict> {
  const signature = header('wechatpay-signature');
  if (signature === undefined) return 'none';
  if (signature.startsWith(PROBE)) return 'probe';
  const timestamp = header('wechatpay-timestamp') ?? '';
  const nonce = header('wechatpay-nonce') ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return 'wrong';
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > MAX_SKEW_SECONDS) return 'late';
  const key = await keys.find(header('wechatpay-serial') ?? '', call);
  if (key === undefined) return 'unknown key';
  return isSignedBy(key, signedBytes(timestamp, nonce, bytes), signature) ? 'good' : 'wrong';
}
