/** Notifications: a form with `sign`, over its other fields but `sign_type` (csdn 75254860). */
import { randomBytes } from 'node:crypto';
import { formatYuan } from '../../../money.js';
import { formatChinaTime } from '../china-time.js';
import type { Seal } from '../faulty-call.js';
import type { Letter } from '../notices.js';
import { signText } from '../rsa.js';
import { textToSign } from './signature.js';
import type { AlipayRefund, AlipayState, AlipayTrade } from './state.js';

const MINUTE_MS = 60_000;

/** Between attempts: 4 min, 10 min twice, 1, 2, 6, 15 h. */
export const NOTICE_PAUSES_MS: readonly number[] = [4, 10, 10, 60, 120, 360, 900].map(
  (minutes) => minutes * MINUTE_MS,
);

/**
 * The trade as it is now: TRADE_SUCCESS when it is paid, and again for a refund of a part;
 * TRADE_CLOSED for a refund of the whole.
 */
export function sendTradeNotice(
  state: AlipayState,
  trade: AlipayTrade,
  refund?: AlipayRefund,
): void {
  if (trade.notifyUrl === '') return;
  const { keys } = state;
  const fields = fieldsOf(state, trade, refund);
  const write = (seal: Seal, isWrongAmount: boolean): Letter => {
    const total = formatYuan(trade.totalFen + (isWrongAmount ? 1 : 0));
    const told = { ...fields, notify_time: formatChinaTime(state.now()), total_amount: total };
    const sign = signText(textToSign(told), seal === 'forged' ? keys.strangerKey : keys.alipayKey);
    const shown =
      seal === 'tampered' ? { ...told, total_amount: formatYuan(trade.totalFen + 1) } : told;
    const signed = seal === 'unsigned' ? shown : { ...shown, sign, sign_type: 'RSA2' };
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams(signed).toString(),
    };
  };
  state.notices.send({ url: trade.notifyUrl, fault: state.plan.next('notice'), write });
}

/** What does not change from one attempt to the next. */
function fieldsOf(
  { keys, refunds, now }: AlipayState,
  trade: AlipayTrade,
  refund: AlipayRefund | undefined,
): Readonly<Record<string, string>> {
  const returnedFen = [...refunds.values()]
    .filter(({ outTradeNo, isDone }) => isDone && outTradeNo === trade.outTradeNo)
    .reduce((sum, { refundFen }) => sum + refundFen, 0);
  return {
    notify_id: randomBytes(17).toString('hex'),
    notify_type: 'trade_status_sync',
    ...{ app_id: keys.merchant.appId, auth_app_id: keys.merchant.appId },
    ...{ charset: 'utf-8', version: '1.0' },
    seller_id: keys.merchant.sellerId,
    buyer_id: trade.buyerId,
    out_trade_no: trade.outTradeNo,
    trade_no: trade.tradeNo,
    trade_status: trade.status,
    subject: trade.subject,
    buyer_pay_amount: formatYuan(trade.buyerPayFen),
    receipt_amount: formatYuan(trade.receiptFen),
    gmt_create: formatChinaTime(trade.createdAtMs),
    ...(trade.paidAtMs === undefined ? {} : { gmt_payment: formatChinaTime(trade.paidAtMs) }),
    ...(refund === undefined
      ? {}
      : {
          refund_fee: formatYuan(returnedFen),
          gmt_refund: `${formatChinaTime(now())}.000`,
          out_biz_no: refund.outRequestNo,
        }),
  };
}
