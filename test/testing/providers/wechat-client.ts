/** A merchant of WeChat Pay, as short as one can be: it signs, and says what came. */
import { createDecipheriv, createSign, randomBytes } from 'node:crypto';
import type { WechatPayServer } from '../../../src/testing/providers/index.js';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Buffer;
  /** The body; of none, an empty object. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Signing {
  readonly seconds?: number;
  readonly nonce?: string;
  readonly serial?: string;
  readonly mchid?: string;
  /** What is signed in place of the body that is sent. */
  readonly signedBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  sign?(text: string): string;
}

/** Calls a server at a moment of the clock. */
export function wechatClient({ url, merchant }: WechatPayServer, now: () => number) {
  const call = async (
    method: string,
    target: string,
    json?: unknown,
    how: Signing = {},
  ): Promise<Reply> => {
    const body = json === undefined ? '' : JSON.stringify(json);
    const seconds = String(how.seconds ?? Math.floor(now() / 1000));
    const nonce = how.nonce ?? randomBytes(8).toString('hex');
    const text = [method, target, seconds, nonce, how.signedBody ?? body, ''].join('\n');
    const sign =
      how.sign ??
      ((one) => createSign('sha256').update(one).sign(merchant.privateKeyPem, 'base64'));
    const { mchid = merchant.mchid, serial = merchant.serialNumber } = how;
    const fields = { mchid, nonce_str: nonce, signature: sign(text), timestamp: seconds };
    const pairs = Object.entries({ ...fields, serial_no: serial }).map(([k, v]) => `${k}="${v}"`);
    const response = await fetch(`${url}${target}`, {
      method,
      ...(body === '' ? {} : { body }),
      headers: {
        authorization: `WECHATPAY2-SHA256-RSA2048 ${pairs.join(',')}`,
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
        ...how.headers,
      },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const said = bytes.toString('utf8');
    const isJson = said.startsWith('{');
    const parsed = isJson ? (JSON.parse(said) as Readonly<Record<string, unknown>>) : {};
    return { status: response.status, headers: response.headers, text: said, json: parsed, bytes };
  };
  const { mchid, appid } = merchant;
  const order = (number: string, notifyUrl: string, total = 10_000) => ({
    ...{ appid, mchid, description: 'ETC 圈存充值', out_trade_no: number, notify_url: notifyUrl },
    amount: { total, currency: 'CNY' },
  });
  return {
    call,
    order,
    create: (number: string, notifyUrl: string, changes: object = {}) =>
      call('POST', '/v3/pay/transactions/native', { ...order(number, notifyUrl), ...changes }),
    query: (number: string) =>
      call('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${mchid}`),
    close: (number: string) =>
      call('POST', `/v3/pay/transactions/out-trade-no/${number}/close`, { mchid }),
    refund: (number: string, refundNumber: string, refund: number, changes: object = {}) =>
      call('POST', '/v3/refund/domestic/refunds', {
        ...{ out_trade_no: number, out_refund_no: refundNumber },
        amount: { refund, total: 10_000, currency: 'CNY' },
        ...changes,
      }),
    download: (target: string) => call('GET', target),
    refundQuery: (refundNumber: string) =>
      call('GET', `/v3/refund/domestic/refunds/${refundNumber}`),
  };
}

/** What is in a resource, with its tag checked. */
export function openResource(apiV3Key: string, resource: Readonly<Record<string, string>>): string {
  const bytes = Buffer.from(resource.ciphertext ?? '', 'base64');
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, resource.nonce ?? '');
  decipher.setAAD(Buffer.from(resource.associated_data ?? ''));
  decipher.setAuthTag(bytes.subarray(-16));
  const start = decipher.update(bytes.subarray(0, -16));
  return Buffer.concat([start, decipher.final()]).toString('utf8');
}
