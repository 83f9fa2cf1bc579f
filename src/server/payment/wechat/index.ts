/**
 * WeChat Pay, API v3, Native: the payment port of a merchant, on node:crypto and fetch. It keeps no
 * state but the platform certificates of WeChat Pay.
 * @module
 */
import { QuancunError } from '../../../errors.js';
import { ARGUMENT_INVALID } from '../../../json/errors.js';
import type { PaymentPort } from '../port.js';
import { DAY_FORM } from '../adapter/china.js';
import { fetchStatement } from './bill.js';
import { wechatClient } from './client.js';
import { readCallback } from './notice.js';
import { expectWechatOptions, type WechatPayOptions } from './options.js';
import { closeQr, createQr, type Merchant, queryQr } from './qr.js';
import { queryRefund, refund } from './refund.js';

export type { AdapterFetch } from '../adapter/exchange.js';
export type { Signer, SigningKey } from '../adapter/keys.js';
export { WECHAT_MERCHANT, type WechatPayOptions } from './options.js';

/**
 * The payment port of a merchant of WeChat Pay (API v3, Native). Every reply is verified over its
 * bytes; what is not certain is thrown.
 *
 * 微信支付（APIv3，Native 支付）渠道：应答逐条验签，结果不明一律抛错。
 *
 * States: SUCCESS and REFUND → `paid`, NOTPAY → `open`, CLOSED → `closed`, ORDER_NOT_EXIST →
 * `unknown`. Refunds: PROCESSING → `pending`, SUCCESS → `done`, CLOSED → `closed`, ABNORMAL →
 * `abnormal`.
 *
 * @throws ARGUMENT_INVALID, which names the option and never repeats it
 * @example
 * import { readFileSync } from 'node:fs';
 * import { wechatPay } from 'quancun/server/payment/wechat';
 * const port = wechatPay({
 *   merchantId: '1900000001',
 *   appId: 'wx0123456789abcdef',
 *   certificateSerial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
 *   privateKey: readFileSync('apiclient_key.pem', 'utf8'),
 *   apiV3Key: process.env.WECHAT_API_V3_KEY,
 *   notifyUrl: 'https://recharge.example.com/payments/wechat',
 * });
 */
export function wechatPay(options: WechatPayOptions): PaymentPort {
  const whole = expectWechatOptions(options);
  const merchant: Merchant = { options: whole, client: wechatClient(whole) };
  return {
    provider: whole.provider,
    paysOnce: true,
    acknowledgement: {
      status: 200,
      contentType: 'application/json',
      body: '{"code":"SUCCESS","message":"成功"}',
    },
    createQr: (request, call) => createQr(merchant, request, call),
    queryQr: (request, call) => queryQr(merchant, request, call),
    closeQr: (request, call) => closeQr(merchant, request, call),
    refund: (request, call) => refund(merchant, request, call),
    queryRefund: (request, call) => queryRefund(merchant, request, call),
    readCallback: (callback, call) => readCallback(merchant, callback, call),
    fetchStatement: async (day, call) => {
      if (DAY_FORM.test(day)) return fetchStatement(merchant, day, call);
      const details = { what: 'fetchStatement', problem: 'the day must be YYYY-MM-DD' };
      throw new QuancunError(ARGUMENT_INVALID, { details });
    },
  };
}
