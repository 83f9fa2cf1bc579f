/**
 * Notifications: signed over the bytes as they came, and sealed with the APIv3 key.
 * Documents: 微信支付 APIv3, 支付成功回调通知, 退款结果回调通知.
 */
import * as v from 'valibot';
import { checkJson, looseOf } from '../../../json/index.js';
import type { Callback, Notice, PortCall } from '../port.js';
import { jsonOf } from '../adapter/exchange.js';
import { notTheirs } from '../adapter/failed.js';
import { OUR_REFUND_FORM, ourNumber } from '../adapter/forms.js';
import { type Merchant, paymentIn, TRADE } from './qr.js';
import { openSealed, SEALED } from './seal.js';
import { checkSignature } from './signature.js';

const NOTICE = looseOf({ event_type: v.string(), resource: SEALED });
const REFUND_NOTICE = looseOf({
  mchid: v.string(),
  out_trade_no: ourNumber(),
  out_refund_no: ourNumber(),
});

/** Reads a notification. @throws PAYMENT_CALLBACK_INVALID */
export async function readCallback(
  { client, options }: Merchant,
  { headers, bytes }: Callback,
  call: PortCall,
): Promise<Notice | undefined> {
  const signed = { header: (name: string) => headers[name], bytes };
  const at = { keys: client.keys, nowMs: options.now() };
  const verdict = await checkSignature(signed, at, call);
  if (verdict !== 'good') throw notTheirs(`signature: ${verdict}`);
  const notice = checkJson(NOTICE, jsonOf(bytes));
  if (!notice.ok) throw notTheirs('it is no notification');
  const opened = openSealed(notice.value.resource, options.apiV3Key);
  if (opened === undefined) throw notTheirs('it cannot be opened with the APIv3 key');
  const json = jsonOf(opened);
  if (notice.value.event_type === 'TRANSACTION.SUCCESS') return paymentNotice(json, options);
  return notice.value.event_type.startsWith('REFUND.') ? refundNotice(json, options) : undefined;
}

function paymentNotice(json: unknown, { merchantId, appId }: Merchant['options']): Notice {
  const trade = checkJson(TRADE, json);
  if (!trade.ok) throw notTheirs('it tells of no payment');
  const { mchid, appid, trade_state: state } = trade.value;
  if (mchid !== merchantId || appid !== appId) throw notTheirs('it is for another merchant');
  if (state !== 'SUCCESS') throw notTheirs('it tells of a payment that is none');
  const { merchantOrderNumber, transactionId, settledFen } = paymentIn(json, trade.value);
  return { about: 'payment', merchantOrderNumber, transactionId, settledFen };
}

function refundNotice(json: unknown, { merchantId }: Merchant['options']): Notice | undefined {
  const told = checkJson(REFUND_NOTICE, json);
  if (!told.ok) throw notTheirs('it tells of no refund');
  if (told.value.mchid !== merchantId) throw notTheirs('it is for another merchant');
  const { out_trade_no: merchantOrderNumber, out_refund_no: refundNumber } = told.value;
  if (!OUR_REFUND_FORM.test(refundNumber)) return undefined;
  return { about: 'refund', merchantOrderNumber, refundNumber };
}
