/** Refunds: a number pays once, accepted is not paid, CLOSED is over (W2556457, W3071031). */
import type * as v from 'valibot';
import { formatRfc3339 } from '../china-time.js';
import { sendRefundNotice } from './notices.js';
import type { REFUND } from './requests.js';
import {
  nextNumber,
  type Said,
  type WechatOrder,
  WechatRefusal,
  type WechatPayment,
  type WechatRefund,
  type WechatRefundStatus,
  type WechatState,
} from './state.js';
import type { WechatPayPlan } from './plan.js';

const DAY_MS = 86_400_000;
const DAYS_MS = 3 * DAY_MS;
const LAST_DAY_MS = 365 * DAY_MS;
const MOST_REFUNDS = 50;

type RefundBody = v.InferOutput<typeof REFUND>;

/**
 * Accepts a refund, or says again what became of the one with its number.
 * @throws WechatRefusal
 */
export function createRefund(state: WechatState, body: RefundBody): Said {
  const known = state.refunds.get(body.out_refund_no);
  if (known !== undefined) {
    expectSameRefund(known, body);
    return { status: 200, json: refundReply(state, known) };
  }
  const { order, payment } = expectPaid(state, body);
  expectRefundable(state, order, payment, body.amount);
  if (state.balanceFen !== undefined && state.balanceFen < body.amount.refund) throw notEnough();
  if (state.balanceFen !== undefined) state.balanceFen -= body.amount.refund;
  const now = state.now();
  const fate = fateOf(state.plan.next('refundFate'), state.refundMs);
  const refund: WechatRefund = {
    refundId: nextNumber(state, '5030001234'),
    outRefundNo: body.out_refund_no,
    outTradeNo: order.outTradeNo,
    transactionId: payment.transactionId,
    refundFen: body.amount.refund,
    totalFen: body.amount.total,
    reason: body.reason ?? '',
    notifyUrl: body.notify_url ?? '',
    createdAtMs: now,
    status: 'PROCESSING',
    settlesAtMs: now + fate.afterMs,
    fate: fate.status,
  };
  state.refunds.set(refund.outRefundNo, refund);
  // 200 says that it is accepted, and no more.
  return { status: 200, json: refundReply(state, refund) };
}

export function notEnough(): WechatRefusal {
  return new WechatRefusal(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起');
}

export function noSuchResource(message: string): WechatRefusal {
  return new WechatRefusal(404, 'RESOURCE_NOT_EXISTS', message);
}

function fateOf(
  word: NonNullable<WechatPayPlan['refundFate']>[number],
  refundMs: number,
): { readonly status: WechatRefundStatus; readonly afterMs: number } {
  switch (word) {
    case 'fine':
      return { status: 'SUCCESS', afterMs: refundMs };
    case 'days':
      return { status: 'SUCCESS', afterMs: DAYS_MS };
    case 'closed':
      return { status: 'CLOSED', afterMs: refundMs };
    case 'closed-after-days':
      return { status: 'CLOSED', afterMs: DAYS_MS };
    case 'abnormal':
      return { status: 'ABNORMAL', afterMs: refundMs };
  }
}

/** Another amount under the same number is a mistake, never another refund. */
function expectSameRefund(known: WechatRefund, body: RefundBody): void {
  const isSame =
    (body.transaction_id ?? known.transactionId) === known.transactionId &&
    (body.out_trade_no ?? known.outTradeNo) === known.outTradeNo &&
    body.amount.refund === known.refundFen &&
    body.amount.total === known.totalFen;
  if (!isSame) throw invalid('out_refund_no was used with other parameters');
}

function expectPaid(
  state: WechatState,
  body: RefundBody,
): { readonly order: WechatOrder; readonly payment: WechatPayment } {
  const { transaction_id: id, out_trade_no: number } = body;
  if (id === undefined && number === undefined) throw invalid('which order is not said');
  const order = [...state.orders.values()].find(
    ({ outTradeNo, payment }) =>
      (number === undefined || outTradeNo === number) &&
      (id === undefined || payment?.transactionId === id),
  );
  if (order?.payment === undefined) throw noSuchResource('订单不存在或未支付');
  return { order, payment: order.payment };
}

function expectRefundable(
  state: WechatState,
  { outTradeNo }: WechatOrder,
  payment: WechatPayment,
  amount: RefundBody['amount'],
): void {
  const now = state.now();
  if (amount.total !== payment.totalFen) throw invalid('amount.total is not what was paid');
  if (now - payment.paidAtMs > LAST_DAY_MS) throw invalid('the payment is older than 365 days');
  const others = [...state.refunds.values()].filter((one) => one.outTradeNo === outTradeNo);
  if (others.length >= MOST_REFUNDS) throw invalid('an order has at most 50 refunds');
  const returned = others
    .filter(({ status }) => status !== 'CLOSED')
    .reduce((sum, { refundFen }) => sum + refundFen, 0);
  if (returned + amount.refund > payment.totalFen) throw invalid('more than is left');
  if (others.some(({ createdAtMs }) => now - createdAtMs < state.refundPauseMs)) {
    throw new WechatRefusal(429, 'FREQUENCY_LIMITED', 'one refund of an order a minute');
  }
}

function invalid(message: string): WechatRefusal {
  return new WechatRefusal(400, 'INVALID_REQUEST', message);
}

/** What became of a refund, by the merchant's number. */
export function queryRefund(state: WechatState, outRefundNo: string): Said {
  const refund = state.refunds.get(outRefundNo);
  if (refund === undefined) throw noSuchResource('退款单不存在');
  return { status: 200, json: refundReply(state, refund) };
}

/** Lets the time that has passed do its work: refunds that are due come to their end. */
export function advanceRefunds(state: WechatState): void {
  for (const refund of state.refunds.values()) {
    const isDue = refund.status === 'PROCESSING' && refund.settlesAtMs <= state.now();
    if (isDue) settleRefund(state, refund, refund.fate);
  }
}

/** Brings a refund to an end, and tells the merchant. ABNORMAL is none: it may be paid yet. */
export function settleRefund(
  state: WechatState,
  refund: WechatRefund,
  status: WechatRefundStatus,
): void {
  refund.status = status;
  refund.settledAtMs = state.now();
  if (status === 'CLOSED' && state.balanceFen !== undefined) state.balanceFen += refund.refundFen;
  if (refund.notifyUrl === '' || status === 'PROCESSING') return;
  sendRefundNotice(state, refund.notifyUrl, status, refundNoticeOf(state, refund));
}

function amountsOf(state: WechatState, refund: WechatRefund): Readonly<Record<string, number>> {
  const payment = state.orders.get(refund.outTradeNo)?.payment;
  const payerTotal = payment?.payerFen ?? refund.totalFen;
  // A coupon's part goes back to whoever gave the coupon.
  const payerRefund = Math.round((refund.refundFen * payerTotal) / refund.totalFen);
  return {
    ...{ total: refund.totalFen, refund: refund.refundFen },
    ...{ payer_total: payerTotal, payer_refund: payerRefund },
  };
}

function refundReply(state: WechatState, refund: WechatRefund): unknown {
  const amounts = amountsOf(state, refund);
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: refund.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    ...successTimeOf(refund),
    create_time: formatRfc3339(refund.createdAtMs),
    status: refund.status,
    funds_account: 'AVAILABLE',
    amount: {
      ...amounts,
      ...{ settlement_total: amounts.total, settlement_refund: amounts.refund },
      ...{ discount_refund: refund.refundFen - (amounts.payer_refund ?? 0), currency: 'CNY' },
    },
  };
}

/** No appid and no trade_state in it: it is no transaction. */
function refundNoticeOf(
  state: WechatState,
  refund: WechatRefund,
): Readonly<Record<string, unknown>> {
  return {
    mchid: state.keys.merchant.mchid,
    out_trade_no: refund.outTradeNo,
    transaction_id: refund.transactionId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: refund.status,
    ...successTimeOf(refund),
    user_received_account: '支付用户零钱',
    amount: amountsOf(state, refund),
  };
}

function successTimeOf({ status, settledAtMs }: WechatRefund): { success_time?: string } {
  const isDone = status === 'SUCCESS' && settledAtMs !== undefined;
  return isDone ? { success_time: formatRfc3339(settledAtMs) } : {};
}
