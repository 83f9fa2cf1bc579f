/** A merchant of WeChat Pay on a line of ours, and its provider's hand: signature and seal. */
import { createCipheriv, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { afterEach } from 'vitest';
import type {
  Callback,
  PortCall,
  QrRequest,
  RefundRequest,
} from '../../../../src/server/payment/port.js';
import { wechatPay, type WechatPayOptions } from '../../../../src/server/payment/wechat/index.js';
import { type Asked, openLine, type ProviderLine, type Told } from '../provider-line.js';
import { MERCHANT_KEY, PLATFORM_KEY, PLATFORM_SERIAL, WECHAT_KEY } from '../test-keys.js';

/** 2026-02-03 14:05:06 in China. */
export const NOW_MS = 1_770_098_706_000;
export const API_V3_KEY = '0123456789abcdef0123456789ABCDEF';
export const PUBLIC_KEY_ID = 'PUB_KEY_ID_0116000000012026';
export const CALL: PortCall = { signal: new AbortController().signal };

export const QR: QrRequest = {
  merchantOrderNumber: 'O20260203000001_2',
  orderId: 'O20260203000001',
  amountFen: 10_000,
  openedAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 300_000,
};
export const REFUND: RefundRequest = {
  refundNumber: 'R0123456789ABCDEF0123456789ABCDE',
  merchantOrderNumber: QR.merchantOrderNumber,
  orderId: QR.orderId,
  transactionId: '4200000000202602030000000001',
  amountFen: 10_000,
  totalFen: 10_000,
};

export const OPTIONS: WechatPayOptions = {
  merchantId: '1900000001',
  appId: 'wx0123456789abcdef',
  certificateSerial: '444444D096DE15EBE81A47057A7232F1B8E10001',
  privateKey: MERCHANT_KEY,
  apiV3Key: API_V3_KEY,
  publicKeys: { [PUBLIC_KEY_ID]: createPublicKey(createPrivateKey(WECHAT_KEY)) },
  notifyUrl: 'https://recharge.example.com/payments/wechat',
  now: () => NOW_MS,
};

/** Headers that WeChat Pay signs a body with. */
export function signedHeaders(
  body: string | Uint8Array,
  by: { readonly serial?: string; readonly key?: string; readonly atMs?: number } = {},
): Record<string, string> {
  const timestamp = String(Math.floor((by.atMs ?? NOW_MS) / 1000));
  const nonce = 'EKSsQFzWLTbnGx4N';
  const text = Buffer.concat([
    Buffer.from(`${timestamp}\n${nonce}\n`),
    Buffer.from(body),
    Buffer.from('\n'),
  ]);
  return {
    'wechatpay-serial': by.serial ?? PUBLIC_KEY_ID,
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': sign('RSA-SHA256', text, by.key ?? WECHAT_KEY).toString('base64'),
  };
}

export const BY_PLATFORM = { serial: PLATFORM_SERIAL, key: PLATFORM_KEY };

/** A signed answer. */
export function told(json: object | undefined, status = 200): Told {
  const body = json === undefined ? '' : JSON.stringify(json);
  return {
    status,
    body,
    headers: { ...signedHeaders(body), date: 'Tue, 03 Feb 2026 06:05:07 GMT' },
  };
}

/** A refusal; signed, or as a gateway in front writes it. */
export function refused(
  status: number,
  code: string,
  signed: 'signed' | 'unsigned' = 'signed',
): Told {
  const answer = told({ code, message: `因为 ${code}` }, status);
  return signed === 'signed' ? answer : { status, body: answer.body ?? '' };
}

/** What WeChat Pay seals with the APIv3 key. */
export function sealed(json: object | string, associated = 'transaction'): object {
  const cipher = createCipheriv('aes-256-gcm', API_V3_KEY, 'c5ac7061fccc');
  cipher.setAAD(Buffer.from(associated));
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  const parts = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: Buffer.concat(parts).toString('base64'),
    associated_data: associated,
    nonce: 'c5ac7061fccc',
  };
}

/** A notification as it comes. */
export function notification(
  eventType: string,
  json: object,
  headersOf: (body: string) => Record<string, string> = signedHeaders,
): Callback {
  const body = JSON.stringify({
    ...{
      id: 'EV-2026',
      create_time: '2026-02-03T14:05:06+08:00',
      resource_type: 'encrypt-resource',
    },
    ...{ event_type: eventType, summary: '支付成功', resource: sealed(json) },
  });
  return { headers: headersOf(body), query: '', bytes: Buffer.from(body), body };
}

export const TRADE = {
  mchid: OPTIONS.merchantId,
  appid: OPTIONS.appId,
  out_trade_no: QR.merchantOrderNumber,
  transaction_id: REFUND.transactionId,
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'CMC',
  attach: null,
  success_time: '2026-02-03T14:05:00+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 10_000, payer_total: 9_500, currency: 'CNY', payer_currency: 'CNY' },
};

const lines: ProviderLine[] = [];
afterEach(async () => {
  for (const line of lines.splice(0)) await line.close();
});

/** A port on a line that answers so. */
export async function till(tell: (asked: Asked) => Told, options: Partial<WechatPayOptions> = {}) {
  const line = await openLine(tell);
  lines.push(line);
  const port = wechatPay({ ...OPTIONS, baseUrls: [line.url], ...options });
  return { line, port, asked: line.asked };
}
