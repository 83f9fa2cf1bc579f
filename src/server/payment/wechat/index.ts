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
 * import { startWechatPayServer } from 'quancun/testing/providers';
 * import { wechatPay } from 'quancun/server/payment/wechat';
 * const local = await startWechatPayServer(); // in production: WeChat Pay, and your own keys
 * const { merchant, url } = local;
 * const port = wechatPay({
 *   merchantId: merchant.mchid,
 *   appId: merchant.appid,
 *   certificateSerial: merchant.serialNumber,
 *   privateKey: merchant.privateKeyPem,
 *   apiV3Key: merchant.apiV3Key,
 *   publicKeys: { [merchant.publicKeyId]: merchant.publicKeyPem },
 *   notifyUrl: 'https://recharge.example.com/callbacks/wechat',
 *   baseUrls: [url], // in production: left out
 * });
 * port.provider; // 'wechat'
 * await local.close();
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
