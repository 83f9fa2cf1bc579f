/** Codes and trades: precreate, query, close, cancel, and the buyer (J, gh fzlee/alipay#9). */
import * as v from 'valibot';
import { formatYuan } from '../../../money.js';
import { formatChinaTime, parseChinaTime } from '../china-time.js';
import { sendTradeNotice } from './notices.js';
import { refundWhole, returnedFenOf } from './refunds.js';
import { type BizContent, expectTrade, fenOf, OUT_TRADE_NO, tradeOf, YUAN } from './requests.js';
import {
  type AlipayCode,
  type AlipayState,
  type AlipayTrade,
  businessFailed,
  invalidArgument,
  type Node,
  success,
} from './state.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CODE_LIVES_MS = 2 * HOUR_MS;
const TRADE_LIVES_MS = 3 * HOUR_MS;

const SPAN = v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}[mhd]$/));

export const PRECREATE = v.object({
  out_trade_no: OUT_TRADE_NO,
  total_amount: YUAN,
  subject: v.pipe(v.string(), v.minLength(1), v.maxLength(256), v.regex(/^[^/=&]*$/)),
  timeout_express: v.optional(SPAN),
  time_expire: v.optional(v.string()),
  qr_code_timeout_express: v.optional(SPAN),
});

/** A code. Of a number whose trade is paid, closed, or of another amount, there is none. */
export function precreate(
  state: AlipayState,
  biz: v.InferOutput<typeof PRECREATE>,
  notifyUrl: string,
): Node {
  const now = state.now();
  const totalFen = fenOf(biz.total_amount);
  const number = biz.out_trade_no;
  const trade = tradeOf(state, number);
  if (trade?.status === 'TRADE_CLOSED') throw businessFailed('ACQ.TRADE_HAS_CLOSE', '交易已经关闭');
  if (trade?.paidAtMs !== undefined) throw businessFailed('ACQ.TRADE_HAS_SUCCESS', '交易已被支付');
  if (trade !== undefined && trade.totalFen !== totalFen) {
    throw businessFailed('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改');
  }
  const endsAtMs =
    biz.time_expire === undefined
      ? now + (spanMs(biz.timeout_express) ?? TRADE_LIVES_MS)
      : parseChinaTime(biz.time_expire);
  if (!(endsAtMs > now)) throw invalidArgument('time_expire');
  const codeMs = Math.min(spanMs(biz.qr_code_timeout_express) ?? CODE_LIVES_MS, CODE_LIVES_MS);
  state.serial += 1;
  const qrCode = `https://qr.alipay.com/bax${String(state.serial).padStart(16, '0')}`;
  state.codes.set(number, {
    ...{ outTradeNo: number, subject: biz.subject, totalFen, notifyUrl, qrCode },
    ...{ codeEndsAtMs: now + codeMs, tradeEndsAtMs: endsAtMs, isDead: false },
  });
  return success({ out_trade_no: number, qr_code: qrCode });
}

function spanMs(span: string | undefined): number | undefined {
  if (span === undefined) return undefined;
  const units = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;
  return Number(span.slice(0, -1)) * units[span.slice(-1) as 'm' | 'h' | 'd'];
}

/** A refusal carries amounts too, all of them 0.00. */
export function queryTrade(state: AlipayState, biz: BizContent): Node {
  const nothing = {
    ...{ buyer_pay_amount: '0.00', invoice_amount: '0.00', point_amount: '0.00' },
    ...{ receipt_amount: '0.00', out_trade_no: biz.out_trade_no },
  };
  const trade = expectTrade(state, biz, nothing);
  return success({
    buyer_logon_id: '159****0000',
    buyer_pay_amount: formatYuan(trade.buyerPayFen),
    buyer_user_id: trade.buyerId,
    invoice_amount: formatYuan(trade.buyerPayFen),
    out_trade_no: trade.outTradeNo,
    point_amount: '0.00',
    receipt_amount: formatYuan(trade.receiptFen),
    ...(trade.paidAtMs === undefined ? {} : { send_pay_date: formatChinaTime(trade.paidAtMs) }),
    total_amount: formatYuan(trade.totalFen),
    trade_no: trade.tradeNo,
    trade_status: trade.status,
  });
}

/** Closes a trade that waits for its buyer. A code that nobody scanned has none. */
export function closeTrade(state: AlipayState, biz: BizContent): Node {
  const trade = expectTrade(state, biz);
  if (trade.status !== 'WAIT_BUYER_PAY') {
    throw businessFailed('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
  }
  trade.status = 'TRADE_CLOSED';
  return success({ out_trade_no: trade.outTradeNo, trade_no: trade.tradeNo });
}

/** Ends a trade whatever it is: unpaid it is closed, paid it is given back. */
export function cancelTrade(state: AlipayState, biz: BizContent): Node {
  const number = biz.out_trade_no ?? '';
  const code = state.codes.get(number);
  if (code !== undefined && state.isCodeKilledByCancel) code.isDead = true;
  const numbers = { out_trade_no: number, retry_flag: 'N' };
  if (biz.trade_no === undefined && tradeOf(state, number) === undefined) return success(numbers);
  const trade = expectTrade(state, biz);
  if (state.now() - trade.createdAtMs > DAY_MS) {
    throw businessFailed('ACQ.TRADE_CANCEL_TIME_OUT', '超过撤销时间范围', { retry_flag: 'N' });
  }
  if (trade.status === 'TRADE_FINISHED') {
    throw businessFailed('ACQ.TRADE_HAS_FINISHED', '交易已经结束', { retry_flag: 'N' });
  }
  if (trade.status === 'TRADE_SUCCESS') refundWhole(state, trade);
  trade.status = 'TRADE_CLOSED';
  const action = returnedFenOf(state, trade) > 0 ? 'refund' : 'close';
  return success({ ...numbers, trade_no: trade.tradeNo, action });
}

/** Why a buyer cannot pay with the last code of a number, if so. */
export function unpayable(
  state: AlipayState,
  code: AlipayCode | undefined,
  isLate: boolean,
): string | undefined {
  if (code === undefined) return 'there is no such code';
  const trade = tradeOf(state, code.outTradeNo);
  if (trade?.paidAtMs !== undefined) return 'the trade is paid';
  if (trade?.status === 'TRADE_CLOSED') return 'the trade is closed';
  if (trade !== undefined) return undefined;
  if (code.isDead) return 'the code was cancelled';
  if (isLate) return undefined;
  if (state.now() >= Math.min(code.codeEndsAtMs, code.tradeEndsAtMs)) return 'the code has expired';
  return undefined;
}

/** A buyer scans: from now on there is a trade, which waits. */
export function scanCode(state: AlipayState, code: AlipayCode): AlipayTrade {
  const known = state.trades.get(code.outTradeNo);
  if (known !== undefined) return known;
  state.serial += 1;
  const now = state.now();
  const serial = String(state.serial).padStart(10, '0');
  const day = formatChinaTime(now).slice(0, 10).replace(/-/g, '');
  const { outTradeNo, subject, totalFen, notifyUrl } = code;
  const trade: AlipayTrade = {
    ...{ tradeNo: `${day}2200140000${serial}`, outTradeNo, subject, totalFen, notifyUrl },
    ...{ createdAtMs: now, endsAtMs: code.tradeEndsAtMs, buyerId: `208810${serial}` },
    ...{ status: 'WAIT_BUYER_PAY', buyerPayFen: 0, receiptFen: 0 },
  };
  state.trades.set(outTradeNo, trade);
  return trade;
}

/** The buyer's money is taken, and a notification goes out. */
export function takePayment(
  state: AlipayState,
  trade: AlipayTrade,
  coupons: { readonly couponFen: number; readonly sellerCouponFen: number },
): void {
  trade.status = 'TRADE_SUCCESS';
  trade.paidAtMs = state.now();
  trade.buyerPayFen = trade.totalFen - coupons.couponFen - coupons.sellerCouponFen;
  // What the seller gives away, the seller does not get.
  trade.receiptFen = trade.totalFen - coupons.sellerCouponFen;
  if (state.balanceFen !== undefined) state.balanceFen += trade.receiptFen;
  sendTradeNotice(state, trade);
}
