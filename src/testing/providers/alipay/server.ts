/**
 * Alipay's gateway on this machine, protocol v2 (`gateway.do`, RSA2): real HTTP, real signatures,
 * and what its documents say of codes, trades, refunds, notifications and bills. Written from them,
 * and from no client. It serves one app of one seller.
 */
import * as v from 'valibot';
import { expectOptions, objectOf } from '../../../json/index.js';
import { answerWith } from '../faulty-call.js';
import { type Answer, type Asked, startServer } from '../http-server.js';
import { createNotices, type Notices } from '../notices.js';
import { fetchBill } from './bills.js';
import { type AlipayMerchant, makeAlipayKeys } from './keys.js';
import { NOTICE_PAUSES_MS } from './notices.js';
import { type AlipayPlan, createAlipayPlan } from './plan.js';
import { advanceRefunds } from './refunds.js';
import { methodOf } from './methods.js';
import { expectSigned, fieldsOf, sealReply } from './signature.js';
import {
  type AlipayCode,
  AlipayRefusal,
  type AlipayRefund,
  type AlipayState,
  type AlipayTrade,
  businessFailed,
  type Said,
  throttled,
} from './state.js';
import { scanCode, takePayment, unpayable } from './trades.js';

/** How the server is, each with a default. */
export interface AlipayServerOptions {
  /** Default 0: one that is free. */
  readonly port?: number;
  /** Default: the clock of the process. */
  readonly now?: () => number;
  readonly plan?: AlipayPlan;
  /** Certificate mode (公钥证书模式) instead of bare keys. Default false. */
  readonly hasCertificates?: boolean;
  /** How long after one refund of a trade the next is taken. Default 3,000, as documented. */
  readonly refundPauseMs?: number;
  /** Whether cancelling a number also ends a code that nobody scanned. Default false. */
  readonly isCodeKilledByCancel?: boolean;
  /** `false`: notifications are sent by `notices.deliver()` alone. Default true. */
  readonly isAutomatic?: boolean;
}

/** What the provider itself has in its books, to be held against the ledger's. */
export interface AlipayBooks {
  readonly trades: readonly Readonly<AlipayTrade>[];
  readonly refunds: readonly Readonly<AlipayRefund>[];
  readonly takenFen: number;
  readonly returnedFen: number;
}

/** How a buyer pays. */
export interface AlipayPayment {
  /** Paid with a coupon of Alipay's: the seller gets all of it. */
  readonly couponFen?: number;
  /** Taken off by the seller: less is received. */
  readonly sellerCouponFen?: number;
  /** Scanned before the code ended. */
  readonly isLate?: boolean;
}

/** The server, and the buyer in front of it. */
export interface AlipayServer {
  /** Without a path. */
  readonly url: string;
  /** Where requests go to: `…/gateway.do`. */
  readonly gatewayUrl: string;
  readonly merchant: AlipayMerchant;
  readonly notices: Notices;
  /**
   * A buyer scans the last code of a number, and waits: from now on there is a trade.
   * @throws Error when the code cannot be paid
   */
  scan(outTradeNo: string): { readonly tradeNo: string };
  /**
   * A buyer scans and pays.
   * @throws Error when the code cannot be paid
   */
  pay(outTradeNo: string, how?: AlipayPayment): { readonly tradeNo: string };
  /** Whether `pay` would take the money. */
  canPay(outTradeNo: string): boolean;
  /** From now on the provider says another amount of a payment, under the same number. */
  correct(outTradeNo: string, totalFen: number): void;
  /** The time for refunds is over: TRADE_FINISHED. */
  finish(outTradeNo: string): void;
  /** What refunds can be paid with, from now on; `undefined` is always enough. */
  setBalance(fen: number | undefined): void;
  /** Adds to the plan. */
  misbehave(plan: AlipayPlan): void;
  /** Forgets the rest of the plan: from now on everything works. */
  recover(): void;
  books(): AlipayBooks;
  close(): Promise<void>;
}

const COUNT = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const OPTIONS = objectOf({
  port: v.exactOptional(COUNT),
  now: v.exactOptional(v.function()),
  plan: v.exactOptional(v.unknown()),
  hasCertificates: v.exactOptional(v.boolean()),
  refundPauseMs: v.exactOptional(COUNT),
  isCodeKilledByCancel: v.exactOptional(v.boolean()),
  isAutomatic: v.exactOptional(v.boolean()),
});

/**
 * Starts a server that behaves as Alipay's gateway does (当面付, precreate).
 * Its keys are published, and worth nothing.
 * 本地支付宝网关：真实 HTTP、真实 RSA2 签名，行为以官方文档为准，可编排故障。
 * @throws ARGUMENT_INVALID for an option or a fault that there is not
 * @example
 * const plan = { notice: ['lost'], refund: ['reply-lost'] } as const;
 * const server = await startAlipayServer({ plan });
 * server.merchant.privateKeyPem; // what the merchant signs with
 * server.canPay('ORDER_1'); // false, until its code was made at server.gatewayUrl
 * await server.close();
 */
export async function startAlipayServer(options: AlipayServerOptions = {}): Promise<AlipayServer> {
  expectOptions(OPTIONS, options, 'startAlipayServer');
  const state = makeState(options);
  const running = await startServer(options.port ?? 0, (asked) => answer(state, asked), state.now);
  state.url = running.url;
  return {
    url: running.url,
    gatewayUrl: `${running.url}/gateway.do`,
    merchant: state.keys.merchant,
    notices: state.notices,
    ...buyerOf(state),
    setBalance: (fen) => {
      state.balanceFen = fen;
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

function makeState(options: AlipayServerOptions): AlipayState {
  const { now = Date.now, isAutomatic = true, hasCertificates = false } = options;
  const plan = createAlipayPlan();
  plan.add(options.plan ?? {});
  const queue = createNotices({
    ...{ now, isAutomatic, pausesMs: NOTICE_PAUSES_MS },
    isAcknowledged: (status, body) => status === 200 && body === 'success',
  });
  const state: AlipayState = {
    now,
    keys: makeAlipayKeys(hasCertificates, now()),
    refundPauseMs: options.refundPauseMs ?? 3_000,
    isCodeKilledByCancel: options.isCodeKilledByCancel ?? false,
    plan,
    notices: {
      ...queue,
      deliver: () => {
        advanceRefunds(state);
        return queue.deliver();
      },
    },
    ...{ codes: new Map(), trades: new Map(), refunds: new Map(), files: new Map() },
    ...{ balanceFen: undefined, serial: 0, url: '' },
  };
  return state;
}

function buyerOf(
  state: AlipayState,
): Pick<AlipayServer, 'scan' | 'pay' | 'canPay' | 'correct' | 'finish'> {
  const expectCode = (number: string, isLate: boolean): AlipayCode => {
    const code = state.codes.get(number);
    const reason = unpayable(state, code, isLate);
    if (code !== undefined && reason === undefined) return code;
    throw new Error(`${number} cannot be paid: ${reason ?? ''}`);
  };
  const expectPaid = (number: string): AlipayTrade => {
    const trade = state.trades.get(number);
    if (trade?.paidAtMs !== undefined) return trade;
    throw new Error(`${number} is not paid`);
  };
  return {
    scan: (number) => {
      const { tradeNo } = scanCode(state, expectCode(number, false));
      return { tradeNo };
    },
    pay: (number, { couponFen = 0, sellerCouponFen = 0, isLate = false } = {}) => {
      const trade = scanCode(state, expectCode(number, isLate));
      takePayment(state, trade, { couponFen, sellerCouponFen });
      return { tradeNo: trade.tradeNo };
    },
    canPay: (number) => unpayable(state, state.codes.get(number), false) === undefined,
    correct: (number, totalFen) => {
      expectPaid(number).totalFen = totalFen;
    },
    finish: (number) => {
      expectPaid(number).status = 'TRADE_FINISHED';
    },
  };
}

function booksOf(state: AlipayState): AlipayBooks {
  advanceRefunds(state);
  const trades = [...state.trades.values()].map((trade) => ({ ...trade }));
  const refunds = [...state.refunds.values()].map((refund) => ({ ...refund }));
  const paid = trades.filter(({ paidAtMs }) => paidAtMs !== undefined);
  return {
    ...{ trades, refunds },
    takenFen: paid.reduce((sum, { totalFen }) => sum + totalFen, 0),
    returnedFen: refunds.reduce((sum, { refundFen }) => sum + refundFen, 0),
  };
}

/** Time first, then the signature, then what the plan says of this call, then the call. */
async function answer(state: AlipayState, asked: Asked): Promise<Answer> {
  advanceRefunds(state);
  if (asked.url.pathname === '/dwbill/file.zip') return answerFile(state, asked);
  if (asked.url.pathname !== '/gateway.do') return { status: 404 };
  const fields = fieldsOf(asked);
  const method = methodOf(fields.method ?? '');
  try {
    expectSigned(state, fields);
    if (method === undefined) {
      throw new AlipayRefusal('40002', 'isv.invalid-method', '不存在的方法名');
    }
  } catch (error) {
    // Whoever asked is not known: the answer is in a node of its own, and unsigned.
    const said = { name: 'error_response', node: nodeOf(error), isUnsigned: true };
    return sealReply(state, said, 'good');
  }
  const { name, call, run } = method;
  const fault = state.plan.next(call);
  const saying = (node: Said['node']): Said => ({ name, node });
  return answerWith(fault.replace(/^acq-/, ''), {
    act: () => {
      try {
        return saying(run(state, fields, fault));
      } catch (error) {
        return saying(nodeOf(error));
      }
    },
    seal: (said, seal) => sealReply(state, said, seal),
    throttled: saying(throttled().node()),
    systemError: saying(
      fault.startsWith('acq-')
        ? businessFailed('ACQ.SYSTEM_ERROR', '系统错误').node()
        : new AlipayRefusal('20000', 'isp.unknow-error', '系统繁忙').node(),
    ),
  });
}

function answerFile(state: AlipayState, { url }: Asked): Promise<Answer> {
  return answerWith<Answer>(state.plan.next('download'), {
    act: () => fetchBill(state, url.searchParams.get('token')),
    seal: (file) => file,
    throttled: { status: 429 },
    systemError: { status: 500 },
  });
}

function nodeOf(error: unknown): Said['node'] {
  if (error instanceof AlipayRefusal) return error.node();
  throw error;
}
