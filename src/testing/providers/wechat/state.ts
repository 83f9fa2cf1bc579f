/** What WeChat Pay remembers, and how it answers. */
import type { NoticeQueue } from '../notices.js';
import type { Planned } from '../plan.js';
import type { WechatPayKeys } from './keys.js';
import type { WechatPayPlan } from './plan.js';

/** Which key the platform signs with: the public key, certificates, or (while switching) both. */
export type WechatPayIdentity = 'public-key' | 'certificate' | 'both';

/** A payment that was taken. */
export interface WechatPayment {
  readonly transactionId: string;
  /** What the order is settled with (订单金额). */
  totalFen: number;
  /** What the customer paid of it; the rest is a coupon. */
  readonly payerFen: number;
  readonly openid: string;
  readonly paidAtMs: number;
}

/** An order, from the first request for a code on. */
export interface WechatOrder {
  readonly outTradeNo: string;
  readonly description: string;
  readonly totalFen: number;
  readonly attach: string;
  readonly notifyUrl: string;
  /** Fixed by the first request. */
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
  codeUrl: string;
  codeMadeAtMs: number;
  isClosed: boolean;
  payment?: WechatPayment;
}

/** SUCCESS and CLOSED are final. */
export type WechatRefundStatus = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';

/** A refund that was accepted. */
export interface WechatRefund {
  readonly refundId: string;
  readonly outRefundNo: string;
  readonly outTradeNo: string;
  readonly transactionId: string;
  readonly refundFen: number;
  readonly totalFen: number;
  readonly reason: string;
  readonly notifyUrl: string;
  readonly createdAtMs: number;
  status: WechatRefundStatus;
  /** When its fate comes, and which. */
  settlesAtMs: number;
  fate: WechatRefundStatus;
  settledAtMs?: number;
}

/** A bill that may be fetched. */
export interface WechatBillFile {
  readonly bytes: Uint8Array;
  readonly madeAtMs: number;
}

/** Everything behind one server. */
export interface WechatState {
  readonly now: () => number;
  readonly keys: WechatPayKeys;
  readonly identity: WechatPayIdentity;
  readonly isOlder: boolean;
  readonly refundMs: number;
  readonly refundPauseMs: number;
  readonly plan: Planned<WechatPayPlan>;
  readonly notices: NoticeQueue;
  readonly orders: Map<string, WechatOrder>;
  readonly refunds: Map<string, WechatRefund>;
  readonly files: Map<string, WechatBillFile>;
  /** Nonces by when they were used. */
  readonly nonces: Map<string, number>;
  /** What the merchant can pay refunds with; `undefined` is always enough. */
  balanceFen: number | undefined;
  /** Counts what needs a number. */
  serial: number;
  url: string;
}

/** A reply before it is signed; without JSON it has no body. */
export interface Said {
  readonly status: number;
  readonly json?: unknown;
  /** Errors of the signature are not signed. */
  readonly isUnsigned?: boolean;
}

/** What a request is refused with: `{ code, message }` (W2525171). */
export class WechatRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly isUnsigned = false,
  ) {
    super(message);
  }

  said(): Said {
    const { status, code, message, isUnsigned } = this;
    return { status, json: { code, message }, isUnsigned };
  }
}

export function paramError(message: string): WechatRefusal {
  return new WechatRefusal(400, 'PARAM_ERROR', message);
}

/** A number as WeChat Pay makes them: 28 digits, of which the last count. */
export function nextNumber(state: WechatState, prefix: string): string {
  state.serial += 1;
  return `${prefix}${String(state.serial).padStart(28 - prefix.length, '0')}`;
}
