/** Orders of Native payment: a code, a customer, an end (W2525171, W2556352, dev00048a1e). */
import type * as v from 'valibot';
import { formatRfc3339 } from '../china-time.js';
import type { CREATE } from './requests.js';
import { sendPaymentNotice } from './notices.js';
import {
  nextNumber,
  paramError,
  type Said,
  type WechatOrder,
  WechatRefusal,
  type WechatState,
} from './state.js';

const HOUR_MS = 3_600_000;
const CODE_LIVES_MS = 2 * HOUR_MS;
const ORDER_LIVES_MS = 7 * 24 * HOUR_MS;
const SHORTEST_MS = 60_000;

/**
 * A code for an order: a new one each time, of the same order while its parameters stay.
 * @throws WechatRefusal
 */
export function createNative(state: WechatState, body: v.InferOutput<typeof CREATE>): Said {
  const { merchant } = state.keys;
  if (body.mchid !== merchant.mchid) throw paramError('mchid is not who signed');
  if (body.appid !== merchant.appid) {
    throw new WechatRefusal(400, 'APPID_MCHID_NOT_MATCH', 'appid and mchid do not belong together');
  }
  const now = state.now();
  const expiresAtMs =
    body.time_expire === undefined ? now + ORDER_LIVES_MS : Date.parse(body.time_expire);
  if (!(expiresAtMs - now >= SHORTEST_MS))
    throw paramError('time_expire is less than 1 minute off');
  const asked = {
    outTradeNo: body.out_trade_no,
    description: body.description,
    totalFen: body.amount.total,
    attach: body.attach ?? '',
    notifyUrl: body.notify_url,
  };
  const known = state.orders.get(asked.outTradeNo);
  if (known !== undefined) expectSameOrder(state, known, asked);
  const order = known ?? { ...asked, expiresAtMs, createdAtMs: now, isClosed: false };
  const code = nextNumber(state, 'c').replace(/^c0*/, '');
  const codeUrl = `weixin://wxpay/bizpayurl?pr=${code.padStart(9, 'q')}`;
  const withCode: WechatOrder = Object.assign(order, { codeUrl, codeMadeAtMs: now });
  state.orders.set(asked.outTradeNo, withCode);
  return { status: 200, json: { code_url: codeUrl } };
}

/** A number is used once: not with other parameters, not after its order has ended. */
function expectSameOrder(
  state: WechatState,
  known: WechatOrder,
  asked: Partial<WechatOrder>,
): void {
  const names = ['description', 'totalFen', 'attach', 'notifyUrl'] as const;
  const changed = names.filter((name) => known[name] !== asked[name]);
  const older = state.isOlder && changed.length === 0;
  if (older && known.isClosed) throw new WechatRefusal(400, 'ORDER_CLOSED', 'order is closed');
  if (older && known.payment) throw new WechatRefusal(400, 'ORDERPAID', 'order is paid');
  if (changed.length > 0 || known.isClosed || known.payment !== undefined) {
    throw new WechatRefusal(403, 'OUT_TRADE_NO_USED', 'out_trade_no is used');
  }
}

/** What is known of an order, by either of its numbers. */
export function queryOrder(
  state: WechatState,
  find: (order: WechatOrder) => boolean,
  mchid: string | null,
): Said {
  expectMerchant(state, mchid);
  const order = [...state.orders.values()].find(find);
  if (order === undefined) {
    const code = state.isOlder ? 'ORDERNOTEXIST' : 'ORDER_NOT_EXIST';
    throw new WechatRefusal(404, code, 'the order does not exist');
  }
  return { status: 200, json: transactionOf(state, order) };
}

/** 204, whatever the order is: who asks afterwards knows. A paid order stays paid. */
export function closeOrder(state: WechatState, outTradeNo: string, mchid: string): Said {
  expectMerchant(state, mchid);
  const order = state.orders.get(outTradeNo);
  if (order !== undefined && order.payment === undefined) order.isClosed = true;
  return { status: 204 };
}

function expectMerchant(state: WechatState, mchid: string | null): void {
  if (mchid !== state.keys.merchant.mchid) throw paramError('mchid is not who signed');
}

const DESCRIPTIONS = {
  SUCCESS: '支付成功',
  REFUND: '转入退款',
  NOTPAY: '订单未支付',
  CLOSED: '订单已关闭',
} as const;

function tradeStateOf(state: WechatState, order: WechatOrder): keyof typeof DESCRIPTIONS {
  if (order.payment === undefined) return order.isClosed ? 'CLOSED' : 'NOTPAY';
  const refunds = [...state.refunds.values()];
  return refunds.some(({ outTradeNo }) => outTradeNo === order.outTradeNo) ? 'REFUND' : 'SUCCESS';
}

/** An order as a query and, when paid, a notification tell it. */
export function transactionOf(
  state: WechatState,
  order: WechatOrder,
): Readonly<Record<string, unknown>> {
  const { mchid, appid } = state.keys.merchant;
  const tradeState = tradeStateOf(state, order);
  const common = {
    ...{ mchid, appid, out_trade_no: order.outTradeNo },
    ...(order.attach === '' ? {} : { attach: order.attach }),
    trade_state: tradeState,
    trade_state_desc: DESCRIPTIONS[tradeState],
  };
  const { payment } = order;
  if (payment === undefined) {
    return { ...common, amount: { total: order.totalFen, currency: 'CNY', payer_currency: 'CNY' } };
  }
  const couponFen = order.totalFen - payment.payerFen;
  const coupon = {
    ...{ coupon_id: `8${payment.transactionId.slice(-9)}`, name: '立减券', scope: 'GLOBAL' },
    ...{ type: 'CASH', amount: couponFen, currency: 'CNY' },
  };
  return {
    ...common,
    transaction_id: payment.transactionId,
    trade_type: 'NATIVE',
    bank_type: 'OTHERS',
    success_time: formatRfc3339(payment.paidAtMs),
    payer: { openid: payment.openid },
    amount: {
      ...{ total: payment.totalFen, payer_total: payment.payerFen },
      ...{ currency: 'CNY', payer_currency: 'CNY' },
    },
    ...(couponFen > 0 ? { promotion_detail: [coupon] } : {}),
  };
}

/** Why a customer cannot pay an order, if so. */
export function unpayable(
  state: WechatState,
  order: WechatOrder | undefined,
  isLate: boolean,
): string | undefined {
  if (order === undefined) return 'there is no such order';
  if (order.payment !== undefined) return 'the order is paid';
  if (order.isClosed) return 'the order is closed';
  if (isLate) return undefined;
  if (state.now() >= order.expiresAtMs) return 'the order has expired';
  if (state.now() >= order.codeMadeAtMs + CODE_LIVES_MS) return 'the code has expired';
  return undefined;
}

/** The customer's money is taken, and a notification goes out. */
export function takePayment(
  state: WechatState,
  order: WechatOrder,
  couponFen: number,
): { readonly transactionId: string } {
  const transactionId = nextNumber(state, '4200001234');
  const payerFen = order.totalFen - couponFen;
  const openid = `oTest${transactionId.slice(-23)}`;
  order.payment = {
    ...{ transactionId, payerFen, openid },
    ...{ totalFen: order.totalFen, paidAtMs: state.now() },
  };
  if (state.balanceFen !== undefined) state.balanceFen += order.totalFen;
  sendPaymentNotice(state, order.notifyUrl, transactionOf(state, order));
  return { transactionId };
}
