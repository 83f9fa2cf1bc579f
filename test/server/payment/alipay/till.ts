/** A merchant of Alipay on a line of ours, and Alipay's own hand. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { afterEach } from 'vitest';
import type { Callback } from '../../../../src/server/payment/port.js';
import { alipay, type AlipayOptions } from '../../../../src/server/payment/alipay/index.js';
import { openLine, type ProviderLine, type Told } from '../provider-line.js';
import { ALIPAY_KEY, APP_KEY } from '../test-keys.js';
import { NOW_MS, QR, REFUND as WECHAT_REFUND } from '../wechat/till.js';

export { CALL, NOW_MS, QR } from '../wechat/till.js';

export const REFUND = { ...WECHAT_REFUND, transactionId: '2026020322001400000000000001' };

export const OPTIONS: AlipayOptions = {
  appId: '2021000000000001',
  sellerId: '2088000000000001',
  privateKey: APP_KEY,
  alipayPublicKey: createPublicKey(createPrivateKey(ALIPAY_KEY)),
  notifyUrl: 'https://recharge.example.com/payments/alipay',
  now: () => NOW_MS,
};

/** What a merchant asked: the fields of the form, and what it asked for. */
export interface AskedForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly content: Readonly<Record<string, string>>;
  /** Whether its signature is the merchant's. */
  readonly isSigned: boolean;
}

/** A member of a reply and what it holds, as text. */
export interface Node {
  readonly text: string;
  readonly sign?: string;
  readonly name?: string;
}

const signed = (text: string): string =>
  sign('RSA-SHA256', Buffer.from(text), ALIPAY_KEY).toString('base64');

/** A signed answer. */
export function told(json: object): Node {
  const text = JSON.stringify({ code: '10000', msg: 'Success', ...json });
  return { text, sign: signed(text) };
}

/** A refusal. Its amounts are zeros, whatever the trade's. */
export function refused(
  code: string,
  subCode: string,
  how: 'signed' | 'unsigned' = 'signed',
): Node {
  const zeros = { buyer_pay_amount: '0.00', receipt_amount: '0.00', total_amount: '0.00' };
  const text = JSON.stringify({
    code,
    msg: 'Failed',
    sub_code: subCode,
    sub_msg: '因为',
    ...zeros,
  });
  return how === 'signed' ? { text, sign: signed(text) } : { text };
}

const lines: ProviderLine[] = [];
afterEach(async () => {
  for (const line of lines.splice(0)) await line.close();
});

/** A port on a line that answers so. */
export async function till(
  tell: (asked: AskedForm) => Node | Told,
  options: Partial<AlipayOptions> = {},
) {
  const forms: AskedForm[] = [];
  const line = await openLine(({ body, method, path }) => {
    if (method === 'GET') return tell({ fields: { path }, content: {}, isSigned: false }) as Told;
    const one = formOf(body);
    forms.push(one);
    const node = tell(one);
    if (!('text' in node)) return node;
    const name = node.name ?? `${one.fields.method?.replaceAll('.', '_') ?? ''}_response`;
    const signature = node.sign === undefined ? '' : `,"sign":"${node.sign}"`;
    const headers = { date: 'Tue, 03 Feb 2026 06:05:07 GMT' };
    return { headers, body: `{"${name}":${node.text}${signature}}` };
  });
  lines.push(line);
  const port = alipay({ ...OPTIONS, gatewayUrls: [`${line.url}/gateway.do`], ...options });
  return { port, line, forms };
}

function formOf(body: string): AskedForm {
  const all = Object.fromEntries(new URLSearchParams(body));
  const { sign: signature = '', ...fields } = all;
  const text = Object.keys(fields)
    .sort()
    .map((name) => `${name}=${fields[name] ?? ''}`)
    .join('&');
  const key = createPublicKey(createPrivateKey(APP_KEY));
  const isSigned = verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'base64'));
  const content = JSON.parse(fields.biz_content ?? '{}') as Record<string, string>;
  return { fields, content, isSigned };
}

export const TRADE = {
  buyer_logon_id: '159****5620',
  buyer_pay_amount: '95.00',
  out_trade_no: QR.merchantOrderNumber,
  point_amount: '0.00',
  receipt_amount: '100.00',
  send_pay_date: '2026-02-03 14:05:00',
  total_amount: '100.00',
  trade_no: REFUND.transactionId,
  trade_status: 'TRADE_SUCCESS',
};

export const NOTICE: Readonly<Record<string, string>> = {
  app_id: OPTIONS.appId,
  buyer_pay_amount: '95.00',
  charset: 'utf-8',
  fund_bill_list: '[{"amount":"95.00","fundChannel":"ALIPAYACCOUNT"}]',
  gmt_payment: '2026-02-03 14:05:00',
  notify_id: '2026020300222140500001',
  notify_type: 'trade_status_sync',
  out_trade_no: QR.merchantOrderNumber,
  seller_id: OPTIONS.sellerId,
  subject: 'ETC充值 100%25 a+b',
  total_amount: '100.00',
  trade_no: REFUND.transactionId,
  trade_status: 'TRADE_SUCCESS',
  version: '1.0',
};

/** A notification as it comes; empty values are among what is signed, or not. */
export function notification(
  fields: Readonly<Record<string, string>>,
  how: { readonly empty?: 'signed' | 'left out'; readonly signType?: string } = {},
): Callback {
  const text = Object.keys(fields)
    .sort()
    .filter((name) => how.empty === 'signed' || fields[name] !== '')
    .map((name) => `${name}=${fields[name] ?? ''}`)
    .join('&');
  const sent = { ...fields, sign_type: how.signType ?? 'RSA2', sign: signed(text) };
  return callbackOf(new URLSearchParams(sent).toString());
}

export function callbackOf(body: string): Callback {
  return { headers: {}, query: '', bytes: Buffer.from(body), body };
}
