/** What Alipay remembers, and how it answers. */
import type { NoticeQueue } from '../notices.js';
import type { Planned } from '../plan.js';
import type { AlipayKeys } from './keys.js';
import type { AlipayPlan } from './plan.js';

/** The states of a trade (交易状态). */
export type AlipayTradeStatus =
  'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_FINISHED' | 'TRADE_CLOSED';

/** A code: there is no trade before somebody scans it. */
export interface AlipayCode {
  readonly outTradeNo: string;
  readonly subject: string;
  readonly totalFen: number;
  readonly notifyUrl: string;
  readonly qrCode: string;
  readonly codeEndsAtMs: number;
  /** Of the trade that comes of it. */
  readonly tradeEndsAtMs: number;
  isDead: boolean;
}

/** A trade, from the first scan on. */
export interface AlipayTrade {
  readonly tradeNo: string;
  readonly outTradeNo: string;
  readonly subject: string;
  readonly notifyUrl: string;
  readonly createdAtMs: number;
  readonly endsAtMs: number;
  readonly buyerId: string;
  totalFen: number;
  status: AlipayTradeStatus;
  paidAtMs?: number;
  /** What the buyer paid, and what the seller got: less than the total where there are coupons. */
  buyerPayFen: number;
  receiptFen: number;
}

/** A refund that was accepted. */
export interface AlipayRefund {
  readonly outRequestNo: string;
  readonly outTradeNo: string;
  readonly refundFen: number;
  readonly createdAtMs: number;
  readonly settlesAtMs: number;
  isDone: boolean;
}

/** Everything behind one server. */
export interface AlipayState {
  readonly now: () => number;
  readonly keys: AlipayKeys;
  readonly refundPauseMs: number;
  readonly isCodeKilledByCancel: boolean;
  readonly plan: Planned<AlipayPlan>;
  readonly notices: NoticeQueue;
  /** The last code of each number. */
  readonly codes: Map<string, AlipayCode>;
  readonly trades: Map<string, AlipayTrade>;
  /** By trade number and request number. */
  readonly refunds: Map<string, AlipayRefund>;
  readonly files: Map<string, { readonly bytes: Uint8Array; readonly madeAtMs: number }>;
  /** What refunds can be paid with; `undefined` is always enough. */
  balanceFen: number | undefined;
  /** Counts what needs a number. */
  serial: number;
  url: string;
}

/** The fields of a response node, in order. */
export type Node = Readonly<Record<string, unknown>>;

/** A reply before it is signed. */
export interface Said {
  /** `error_response` for what is wrong with the request as such. */
  readonly name: string;
  readonly node: Node;
  readonly isUnsigned?: boolean;
}

/** 10000: done. */
export function success(fields: Node): Node {
  return { code: '10000', msg: 'Success', ...fields };
}

/** A call that is refused, or not known to be done. */
export class AlipayRefusal extends Error {
  constructor(
    readonly code: string,
    readonly subCode: string,
    message: string,
    /** What the node carries besides: a query's amounts of 0.00. */
    readonly fields: Node = {},
  ) {
    super(message);
  }

  node(): Node {
    const { code, subCode, message, fields } = this;
    const texts = { code, msg: MESSAGES[code] ?? 'Error', sub_code: subCode, sub_msg: message };
    return { ...texts, ...fields };
  }
}

/** 40004: refused for what it is about. */
export function businessFailed(subCode: string, message: string, fields: Node = {}): AlipayRefusal {
  return new AlipayRefusal('40004', subCode, message, fields);
}

/** 40002: a field is wrong. */
export function invalidArgument(message: string): AlipayRefusal {
  return new AlipayRefusal('40002', 'isv.invalid-parameter', message);
}

/** 40005. */
export function throttled(): AlipayRefusal {
  return new AlipayRefusal('40005', 'isv.app-call-limited', '应用调用次数超限');
}

const MESSAGES: Readonly<Record<string, string>> = {
  '20000': 'Service Currently Unavailable',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40004': 'Business Failed',
  '40005': 'Call Limited',
};
