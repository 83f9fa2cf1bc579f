/** Refunds: a request number pays once, `refund_fee` is the sum of all of them (J). */
import * as v from 'valibot';
import { formatYuan } from '../../../money.js';
import { formatChinaTime } from '../china-time.js';
import { sendTradeNotice } from './notices.js';
import { expectTrade, fenOf, TRADE, YUAN } from './requests.js';
import {
  type AlipayRefund,
  type AlipayState,
  type AlipayTrade,
  businessFailed,
  type Node,
  success,
  throttled,
} from './state.js';

/** A query of a refund does not see it earlier. */
const SEEN_AFTER_MS = 10_000;
const DAYS_MS = 3 * 86_400_000;

const OUT_REQUEST_NO = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

export const REFUND = v.object({
  ...TRADE.entries,
  refund_amount: YUAN,
  out_request_no: v.optional(OUT_REQUEST_NO),
});

export const REFUND_QUERY = v.object({ ...TRADE.entries, out_request_no: OUT_REQUEST_NO });

/**
 * Gives back a part or all. The same request number with the same amount says what is already so.
 * @throws AlipayRefusal
 */
export function refundTrade(state: AlipayState, biz: v.InferOutput<typeof REFUND>): Node {
  const trade = expectTrade(state, biz);
  const refundFen = fenOf(biz.refund_amount);
  // Without a number of its own, the trade's number is the refund's, and it must be whole.
  const outRequestNo = biz.out_request_no ?? trade.outTradeNo;
  const known = state.refunds.get(keyOf(trade, outRequestNo));
  if (known !== undefined && known.refundFen !== refundFen) {
    throw businessFailed('ACQ.DISCORDANT_REPEAT_REQUEST', '请求信息不一致');
  }
  if (known !== undefined) return refundReply(state, trade, 'N');
  expectRefundable(state, trade, refundFen, biz.out_request_no === undefined);
  const isSlow = state.plan.next('refundFate') === 'days';
  addRefund(state, trade, outRequestNo, refundFen, isSlow ? DAYS_MS : 0);
  return refundReply(state, trade, isSlow ? 'N' : 'Y');
}

function expectRefundable(
  state: AlipayState,
  trade: AlipayTrade,
  refundFen: number,
  isWhole: boolean,
): void {
  if (trade.status === 'TRADE_FINISHED')
    throw businessFailed('ACQ.TRADE_HAS_FINISHED', '交易已完结');
  if (trade.status !== 'TRADE_SUCCESS') {
    throw businessFailed('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
  }
  const restFen = trade.totalFen - returnedFenOf(state, trade);
  if (refundFen > restFen || (isWhole && refundFen !== trade.totalFen)) {
    throw businessFailed('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限');
  }
  if (state.balanceFen !== undefined && state.balanceFen < refundFen) throw balanceShort();
  const others = refundsOf(state, trade);
  if (others.some(({ createdAtMs }) => state.now() - createdAtMs < state.refundPauseMs)) {
    throw throttled();
  }
}

export function balanceShort(): Error {
  return businessFailed('ACQ.SELLER_BALANCE_NOT_ENOUGH', '商户的可退余额不足');
}

function addRefund(
  state: AlipayState,
  trade: AlipayTrade,
  outRequestNo: string,
  refundFen: number,
  afterMs: number,
): void {
  const now = state.now();
  const refund: AlipayRefund = {
    ...{ outRequestNo, outTradeNo: trade.outTradeNo, refundFen },
    ...{ createdAtMs: now, settlesAtMs: now + afterMs, isDone: false },
  };
  if (state.balanceFen !== undefined) state.balanceFen -= refundFen;
  state.refunds.set(keyOf(trade, outRequestNo), refund);
  advanceRefunds(state);
}

/** What a cancelled trade gives back: all that is left. */
export function refundWhole(state: AlipayState, trade: AlipayTrade): void {
  const restFen = trade.totalFen - returnedFenOf(state, trade);
  addRefund(state, trade, `cancel_${trade.outTradeNo}`.slice(0, 64), restFen, 0);
}

/** Lets the time that has passed do its work. */
export function advanceRefunds(state: AlipayState): void {
  for (const refund of state.refunds.values()) {
    const trade = state.trades.get(refund.outTradeNo);
    if (trade === undefined || refund.isDone || refund.settlesAtMs > state.now()) continue;
    refund.isDone = true;
    const doneFen = refundsOf(state, trade)
      .filter(({ isDone }) => isDone)
      .reduce((sum, { refundFen }) => sum + refundFen, 0);
    if (doneFen >= trade.totalFen) trade.status = 'TRADE_CLOSED';
    sendTradeNotice(state, trade, refund);
  }
}

/** `fund_change` Y: it moved with this call. N: it did before, or it does later. */
function refundReply(state: AlipayState, trade: AlipayTrade, fundChange: 'Y' | 'N'): Node {
  const returned = formatYuan(returnedFenOf(state, trade));
  return success({
    buyer_logon_id: '159****0000',
    buyer_user_id: trade.buyerId,
    fund_change: fundChange,
    gmt_refund_pay: formatChinaTime(state.now()),
    out_trade_no: trade.outTradeNo,
    refund_fee: returned,
    send_back_fee: returned,
    trade_no: trade.tradeNo,
  });
}

/** 10000 says nothing of the refund: `refund_status` does, where it is there. */
export function queryRefund(state: AlipayState, biz: v.InferOutput<typeof REFUND_QUERY>): Node {
  const trade = expectTrade(state, biz);
  const refund = state.refunds.get(keyOf(trade, biz.out_request_no));
  const numbers = { out_trade_no: trade.outTradeNo, trade_no: trade.tradeNo };
  const isSeen = refund !== undefined && state.now() - refund.createdAtMs >= SEEN_AFTER_MS;
  if (!isSeen) return success({});
  return success({
    out_request_no: refund.outRequestNo,
    ...numbers,
    refund_amount: formatYuan(refund.refundFen),
    ...(refund.isDone ? { refund_status: 'REFUND_SUCCESS' } : {}),
    total_amount: formatYuan(trade.totalFen),
  });
}

/** All that was given back of a trade, or is on its way. */
export function returnedFenOf(state: AlipayState, trade: AlipayTrade): number {
  return refundsOf(state, trade).reduce((sum, { refundFen }) => sum + refundFen, 0);
}

function refundsOf({ refunds }: AlipayState, trade: AlipayTrade): readonly AlipayRefund[] {
  return [...refunds.values()].filter(({ outTradeNo }) => outTradeNo === trade.outTradeNo);
}

function keyOf({ outTradeNo }: AlipayTrade, outRequestNo: string): string {
  return `${outTradeNo} ${outRequestNo}`;
}
