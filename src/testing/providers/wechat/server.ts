/**
 * WeChat Pay v3 on this machine: real HTTP, real signatures, and what its documents say of orders,
 * refunds, notifications and bills. Written from them, and from no client. It serves one merchant.
 */
import * as v from 'valibot';
import { expectOptions, objectOf } from '../../../json/index.js';
import { answerWith } from '../faulty-call.js';
import { type Answer, type Asked, startServer } from '../http-server.js';
import { createNotices, type Notices } from '../notices.js';
import { makeWechatPayKeys, rotateCertificate, type WechatPayMerchant } from './keys.js';
import { NOTICE_PAUSES_MS } from './notices.js';
import { takePayment, unpayable } from './orders.js';
import { createWechatPayPlan, type WechatPayPlan } from './plan.js';
import { advanceRefunds, settleRefund } from './refunds.js';
import { download, isDownload, routeOf } from './routes.js';
import { expectSigned, keyAskedFor, keysOf, sealReply } from './signature.js';
import {
  type Said,
  type WechatOrder,
  type WechatPayIdentity,
  WechatRefusal,
  type WechatRefund,
  type WechatRefundStatus,
  type WechatState,
} from './state.js';

/** How the server is, each with a default. */
export interface WechatPayServerOptions {
  /** Default 0: one that is free. */
  readonly port?: number;
  /** Default: the clock of the process. */
  readonly now?: () => number;
  readonly plan?: WechatPayPlan;
  /** Which key answers and notifications are signed with. Default `both`. */
  readonly identity?: WechatPayIdentity;
  /** How long a refund takes after it was accepted. Default 0: the next query says SUCCESS. */
  readonly refundMs?: number;
  /** How long after one refund of an order the next is taken. Default 60,000, as documented. */
  readonly refundPauseMs?: number;
  /** Older error codes: ORDERNOTEXIST, ORDER_CLOSED, ORDERPAID. Default false. */
  readonly isOlder?: boolean;
  /** `false`: notifications are sent by `notices.deliver()` alone. Default true. */
  readonly isAutomatic?: boolean;
}

/** What the provider itself has in its books, to be held against the ledger's. */
export interface WechatPayBooks {
  readonly orders: readonly Readonly<WechatOrder>[];
  readonly refunds: readonly Readonly<WechatRefund>[];
  readonly takenFen: number;
  /** Refunds that are not CLOSED: paid, or on their way. */
  readonly returnedFen: number;
}

/** The server, and the customer in front of it. */
export interface WechatPayServer {
  readonly url: string;
  readonly merchant: WechatPayMerchant;
  readonly notices: Notices;
  /**
   * A customer scans the last code of an order and pays, a part with a coupon if need be. `isLate`:
   * the payment was begun before the order expired.
   * @throws Error when the order cannot be paid
   */
  pay(
    outTradeNo: string,
    how?: { readonly couponFen?: number; readonly isLate?: boolean },
  ): { readonly transactionId: string };
  /** Whether `pay` would take the money. */
  canPay(outTradeNo: string): boolean;
  /** From now on the provider says another amount of a payment, under the same number. */
  correct(outTradeNo: string, totalFen: number): void;
  /** Ends a refund now: an ABNORMAL one that is paid after all, one that is CLOSED. */
  settleRefund(outRefundNo: string, status: Exclude<WechatRefundStatus, 'PROCESSING'>): void;
  /** What refunds can be paid with, from now on; `undefined` is always enough. */
  setBalance(fen: number | undefined): void;
  /** A new platform certificate: listed from now on, it signs in a day. */
  rotateCertificate(): void;
  /** Adds to the plan. */
  misbehave(plan: WechatPayPlan): void;
  /** Forgets the rest of the plan: from now on everything works. */
  recover(): void;
  books(): WechatPayBooks;
  close(): Promise<void>;
}

const COUNT = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const OPTIONS = objectOf({
  port: v.exactOptional(COUNT),
  now: v.exactOptional(v.function()),
  plan: v.exactOptional(v.unknown()),
  identity: v.exactOptional(v.picklist(['public-key', 'certificate', 'both'])),
  refundMs: v.exactOptional(COUNT),
  refundPauseMs: v.exactOptional(COUNT),
  isOlder: v.exactOptional(v.boolean()),
  isAutomatic: v.exactOptional(v.boolean()),
});

/**
 * Starts a server that behaves as WeChat Pay v3 does (APIv3, Native order).
 * Its keys are published, and worth nothing.
 * 本地微信支付 v3 服务：真实 HTTP、真实签名，行为以官方文档为准，可编排故障。
 * @throws ARGUMENT_INVALID for an option or a fault that there is not
 * @example
 * const plan = { notice: ['lost'], refund: ['reply-lost'] } as const;
 * const server = await startWechatPayServer({ plan });
 * server.merchant.privateKeyPem; // what the merchant signs with
 * server.canPay('ORDER_1'); // false, until its code was made at server.url; server.pay() then pays
 * await server.close();
 */
export async function startWechatPayServer(
  options: WechatPayServerOptions = {},
): Promise<WechatPayServer> {
  expectOptions(OPTIONS, options, 'startWechatPayServer');
  const state = makeState(options);
  const running = await startServer(options.port ?? 0, (asked) => answer(state, asked), state.now);
  state.url = running.url;
  return {
    url: running.url,
    merchant: state.keys.merchant,
    notices: state.notices,
    ...customerOf(state),
    settleRefund: (number, status) => {
      settleRefund(state, expectKnown(state.refunds, number), status);
    },
    setBalance: (fen) => {
      state.balanceFen = fen;
    },
    rotateCertificate: () => {
      rotateCertificate(state.keys, state.now());
    },
    misbehave: state.plan.add,
    recover: state.plan.clear,
    books: () => booksOf(state),
    close: async () => {
      state.notices.stop();
      await running.close();
    },
  };
}

function makeState(options: WechatPayServerOptions): WechatState {
  const { now = Date.now, isAutomatic = true } = options;
  const plan = createWechatPayPlan();
  plan.add(options.plan ?? {});
  const queue = createNotices({
    ...{ now, isAutomatic, pausesMs: NOTICE_PAUSES_MS },
    // The words of the body do not matter: 200 with FAIL is not repeated.
    isAcknowledged: (status) => status === 200 || status === 204,
  });
  const state: WechatState = {
    now,
    keys: makeWechatPayKeys(now()),
    identity: options.identity ?? 'both',
    isOlder: options.isOlder ?? false,
    refundMs: options.refundMs ?? 0,
    refundPauseMs: options.refundPauseMs ?? 60_000,
    plan,
    notices: {
      ...queue,
      deliver: () => {
        advanceRefunds(state);
        return queue.deliver();
      },
    },
    ...{ orders: new Map(), refunds: new Map(), files: new Map(), nonces: new Map() },
    ...{ balanceFen: undefined, serial: 0, url: '' },
  };
  return state;
}

function customerOf(state: WechatState): Pick<WechatPayServer, 'pay' | 'canPay' | 'correct'> {
  return {
    pay: (number, { couponFen = 0, isLate = false } = {}) => {
      const order = state.orders.get(number);
      const reason = unpayable(state, order, isLate);
      if (order === undefined || reason !== undefined) {
        throw new Error(`${number} cannot be paid: ${reason ?? ''}`);
      }
      return takePayment(state, order, couponFen);
    },
    canPay: (number) => unpayable(state, state.orders.get(number), false) === undefined,
    correct: (number, totalFen) => {
      const { payment } = expectKnown(state.orders, number);
      if (payment === undefined) throw new Error(`${number} is not paid`);
      payment.totalFen = totalFen;
    },
  };
}

function expectKnown<Row>(rows: ReadonlyMap<string, Row>, number: string): Row {
  const row = rows.get(number);
  if (row === undefined) throw new Error(`there is no ${number}`);
  return row;
}

function booksOf(state: WechatState): WechatPayBooks {
  advanceRefunds(state);
  const orders = [...state.orders.values()].map((order) => ({
    ...order,
    ...(order.payment === undefined ? {} : { payment: { ...order.payment } }),
  }));
  const refunds = [...state.refunds.values()].map((refund) => ({ ...refund }));
  const returned = refunds.filter(({ status }) => status !== 'CLOSED');
  return {
    ...{ orders, refunds },
    takenFen: orders.reduce((sum, { payment }) => sum + (payment?.totalFen ?? 0), 0),
    returnedFen: returned.reduce((sum, { refundFen }) => sum + refundFen, 0),
  };
}

const NOT_FOUND: Said = { status: 404, json: { code: 'NOT_FOUND', message: 'no such address' } };
const THROTTLED: Said = {
  status: 429,
  json: { code: 'FREQUENCY_LIMITED', message: '频率限制，请降低请求频率' },
};
const SYSTEM_ERROR: Said = {
  status: 500,
  json: { code: 'SYSTEM_ERROR', message: '系统异常，请用相同参数重新调用' },
};

/** Time first, then the signature, then what the plan says of this call, then the call. */
async function answer(state: WechatState, asked: Asked): Promise<Answer> {
  advanceRefunds(state);
  let [key] = keysOf(state);
  const isFile = isDownload(asked);
  try {
    expectSigned(state, asked);
    key = keyAskedFor(state, asked.headers['wechatpay-serial']);
    if (isFile) return await answerFile(state, asked);
  } catch (error) {
    return sealReply(state, key, saidOf(error), 'good');
  }
  const route = routeOf(asked);
  if (route === undefined) return sealReply(state, key, NOT_FOUND, 'good');
  const fault = state.plan.next(route.call);
  return answerWith(fault, {
    act: () => {
      try {
        return route.run(state, fault);
      } catch (error) {
        return saidOf(error);
      }
    },
    seal: (said, seal) => sealReply(state, key, said, seal),
    throttled: THROTTLED,
    systemError: SYSTEM_ERROR,
  });
}

function answerFile(state: WechatState, asked: Asked): Promise<Answer> {
  const plain = ({ status, json }: Said): Answer => ({ status, body: JSON.stringify(json) });
  return answerWith<Answer>(state.plan.next('download'), {
    act: () => download(state, asked),
    seal: (file, seal) => (seal === 'tampered' ? cut(file) : file),
    throttled: plain(THROTTLED),
    systemError: plain(SYSTEM_ERROR),
  });
}

/** A file that ends too early. */
function cut(file: Answer): Answer {
  if (typeof file === 'string' || typeof file.body !== 'object') return file;
  return { ...file, body: file.body.subarray(0, file.body.length - 20) };
}

function saidOf(error: unknown): Said {
  if (error instanceof WechatRefusal) return error.said();
  throw error;
}
