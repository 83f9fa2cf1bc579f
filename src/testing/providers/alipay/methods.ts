/** The methods of the gateway, by their names. */
import { askForBill, BILL } from './bills.js';
import type { AlipayPlan } from './plan.js';
import { balanceShort, queryRefund, REFUND, REFUND_QUERY, refundTrade } from './refunds.js';
import { expectBiz, TRADE } from './requests.js';
import type { Fields } from './signature.js';
import type { AlipayState, Node } from './state.js';
import {
  cancelTrade,
  closeTrade,
  precreate,
  PRECREATE,
  queryTrade,
  scanCode,
  takePayment,
  unpayable,
} from './trades.js';

/** A kind of call, as plans name it. */
export type AlipayCall = Exclude<keyof AlipayPlan, 'notice' | 'refundFate' | 'download'>;

/** What a method does. `fault` is the word of the plan for this call. */
export interface Method {
  readonly call: AlipayCall;
  /** Of the node in the reply. */
  readonly name: string;
  run(state: AlipayState, fields: Fields, fault: string): Node;
}

const METHODS: Readonly<Record<string, Omit<Method, 'name'>>> = {
  'alipay.trade.precreate': {
    call: 'precreate',
    run: (state, fields) => precreate(state, expectBiz(PRECREATE, fields), fields.notify_url ?? ''),
  },
  'alipay.trade.query': {
    call: 'query',
    run: (state, fields) => queryTrade(state, expectBiz(TRADE, fields)),
  },
  'alipay.trade.close': {
    call: 'close',
    run: (state, fields, fault) => {
      const biz = expectBiz(TRADE, fields);
      payMeanwhile(state, biz.out_trade_no ?? '', fault);
      return closeTrade(state, biz);
    },
  },
  'alipay.trade.cancel': {
    call: 'cancel',
    run: (state, fields, fault) => {
      const biz = expectBiz(TRADE, fields);
      payMeanwhile(state, biz.out_trade_no ?? '', fault);
      return cancelTrade(state, biz);
    },
  },
  'alipay.trade.refund': {
    call: 'refund',
    run: (state, fields, fault) => {
      const biz = expectBiz(REFUND, fields);
      if (fault === 'balance-short') throw balanceShort();
      return refundTrade(state, biz);
    },
  },
  'alipay.trade.fastpay.refund.query': {
    call: 'refundQuery',
    run: (state, fields) => queryRefund(state, expectBiz(REFUND_QUERY, fields)),
  },
  'alipay.data.dataservice.bill.downloadurl.query': {
    call: 'bill',
    run: (state, fields) => askForBill(state, expectBiz(BILL, fields)),
  },
};

/** The method of a name, if there is one. */
export function methodOf(method: string): Method | undefined {
  const found = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  return found && { ...found, name: `${method.replace(/\./g, '_')}_response` };
}

function payMeanwhile(state: AlipayState, outTradeNo: string, fault: string): void {
  const code = state.codes.get(outTradeNo);
  if (fault !== 'paid-meanwhile' || code === undefined) return;
  if (unpayable(state, code, true) !== undefined) return;
  takePayment(state, scanCode(state, code), { couponFen: 0, sellerCouponFen: 0 });
}
