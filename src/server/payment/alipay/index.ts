/**
 * Alipay, gateway v2, precreate: the payment port of a merchant, on node:crypto and fetch. It keeps
 * no state at all.
 * @module
 */
import { QuancunError } from '../../../errors.js';
import { ARGUMENT_INVALID } from '../../../json/errors.js';
import type { PaymentPort } from '../port.js';
import { DAY_FORM } from '../adapter/china.js';
import { fetchStatement } from './bill.js';
import { alipayClient } from './client.js';
import { readCallback } from './notice.js';
import { type AlipayOptions, expectAlipayOptions } from './options.js';
import { closeQr, createQr, type Merchant, queryQr } from './qr.js';
import { queryRefund, refund } from './refund.js';

export type { AdapterFetch } from '../adapter/exchange.js';
export type { Signer, SigningKey } from '../adapter/keys.js';
export { ALIPAY_MERCHANT, type AlipayOptions } from './options.js';

/**
 * The payment port of a merchant of Alipay (open platform, precreate). Every reply is verified over
 * the text that was signed; what is not certain is thrown.
 *
 * 支付宝（开放平台，当面付预下单）渠道：应答逐条验签，结果不明一律抛错。
 *
 * States: WAIT_BUYER_PAY → `open`; TRADE_SUCCESS and TRADE_FINISHED → `paid`; TRADE_CLOSED →
 * `paid` where it was paid and given back, `closed` where nobody paid; ACQ.TRADE_NOT_EXIST →
 * `unknown`, of every code that nobody has scanned. Refunds: REFUND_SUCCESS → `done`.
 *
 * @throws ARGUMENT_INVALID, which names the option and never repeats it
 * @example
 * import { startAlipayServer } from 'quancun/testing/providers';
 * import { alipay } from 'quancun/server/payment/alipay';
 * const local = await startAlipayServer(); // in production: Alipay, and your own keys
 * const { merchant, gatewayUrl } = local;
 * const port = alipay({
 *   appId: merchant.appId,
 *   sellerId: merchant.sellerId,
 *   privateKey: merchant.privateKeyPem,
 *   alipayPublicKey: merchant.alipayPublicKeyPem,
 *   notifyUrl: 'https://recharge.example.com/callbacks/alipay',
 *   gatewayUrls: [gatewayUrl], // in production: left out
 * });
 * port.provider; // 'alipay'
 * await local.close();
 */
export function alipay(options: AlipayOptions): PaymentPort {
  const whole = expectAlipayOptions(options);
  const merchant: Merchant = { options: whole, client: alipayClient(whole) };
  return {
    provider: whole.provider,
    paysOnce: true,
    acknowledgement: { status: 200, contentType: 'text/plain', body: 'success' },
    createQr: (request, call) => createQr(merchant, request, call),
    queryQr: (request, call) => queryQr(merchant, request, call),
    closeQr: (request, call) => closeQr(merchant, request, call),
    refund: (request, call) => refund(merchant, request, call),
    queryRefund: (request, call) => queryRefund(merchant, request, call),
    readCallback: async (callback) => readCallback(callback, whole),
    fetchStatement: async (day, call) => {
      if (DAY_FORM.test(day)) return fetchStatement(merchant, day, call);
      const details = { what: 'fetchStatement', problem: 'the day must be YYYY-MM-DD' };
      throw new QuancunError(ARGUMENT_INVALID, { details });
    },
  };
}
