/**
 * A simulated gateway of QR payments, as bad as real ones are: replies are lost, callbacks are
 * late, doubled, wrong or never come, queries lag, refunds are refused. What goes wrong is a plan,
 * so that a run repeats exactly. It pays out whatever it is asked to under a new refund number:
 * a refund that is asked for twice shows in its books as money that is gone.
 */
import * as v from 'valibot';
import { expectOptions, objectOf, type Told } from '../json/index.js';
import {
  type Arriving,
  CALLBACK_FAULT,
  type CallbackFault,
  readCallback,
  sign,
  spoil,
} from './gateway-callbacks.js';
import { QuancunError } from '../errors.js';
import type {
  Callback,
  PaymentPort,
  ProviderPayment,
  QrAnswer,
  QrRequest,
  QrState,
  RefundAnswer,
  RefundRequest,
} from '../server/index.js';
import { ORDER_UNKNOWN } from '../server/errors.js';
import { promiseTry } from '../turns.js';

const GATEWAY_PLAN = objectOf({
  create: v.exactOptional(v.array(v.picklist(['fine', 'request-lost', 'reply-lost']))),
  callback: v.exactOptional(v.array(CALLBACK_FAULT)),
  /** `pending`: the answer is older than the order's last payment; so it is once for a payment. */
  query: v.exactOptional(v.array(v.picklist(['fine', 'reply-lost', 'pending']))),
  /**
   * `pending`: it is on its way, and done when asked again. `closed`: this number never pays.
   * `failed`: nor does another. `refused`: not now; the merchant's account is short.
   */
  refund: v.exactOptional(
    v.array(
      v.picklist([
        ...(['fine', 'request-lost', 'reply-lost', 'refused', 'pending'] as const),
        ...(['closed', 'failed', 'abnormal', 'never-answers'] as const),
      ]),
    ),
  ),
  /** `race`: the customer pays while it is being closed. */
  close: v.exactOptional(v.array(v.picklist(['fine', 'request-lost', 'reply-lost', 'race']))),
});

/**
 * What goes wrong, call by call: the first entry of a list is for the next call of that kind.
 * `fine` is a call that works; so is every call after the list has ended.
 */
export interface GatewayPlan extends Told<typeof GATEWAY_PLAN> {}

/** What the gateway itself has in its books, to be held against the ledger's. */
export interface GatewayBooks {
  readonly payments: readonly ProviderPayment[];
  readonly refunds: readonly RefundRequest[];
  readonly takenFen: number;
  readonly returnedFen: number;
}

/** The gateway, and the customer in front of it. */
export interface SimulatedGateway extends PaymentPort {
  /**
   * A customer scans the order's last code and pays, if need be late, twice or another amount.
   * @throws ORDER_UNKNOWN where there is no code, or it was closed
   */
  pay(orderId: string, amountFen?: number): ProviderPayment;
  /** The callbacks that arrive now. */
  callbacks(): readonly Callback[];
  /** Adds to the plan. */
  misbehave(plan: GatewayPlan): void;
  /** Forgets the rest of the plan: from now on everything works. */
  recover(): void;
  books(): GatewayBooks;
}

type Verb = keyof GatewayPlan;

interface State {
  readonly provider: string;
  readonly codes: Map<string, QrRequest>;
  readonly closed: Set<string>;
  readonly payments: ProviderPayment[];
  readonly refunds: Map<string, RefundRequest>;
  /** Refund numbers that stand otherwise: they pay nothing. */
  readonly stuck: Map<string, RefundAnswer['status']>;
  /** Payments that a query did not show yet. */
  readonly passedOver: Set<ProviderPayment>;
  readonly plan: Record<Verb, string[]>;
  arriving: Arriving[];
}

/**
 * Makes a gateway.
 * 模拟支付渠道（可编排故障）。
 * @throws ARGUMENT_INVALID for a fault that there is not
 * @example
 * // The first callback is lost; the first answer to a refund too.
 * const port = simulatedGateway({ callback: ['lost'], refund: ['reply-lost'] });
 */
export function simulatedGateway(plan: GatewayPlan = {}, provider = 'simulated'): SimulatedGateway {
  const state: State = {
    provider,
    codes: new Map(),
    closed: new Set(),
    payments: [],
    refunds: new Map(),
    stuck: new Map(),
    passedOver: new Set(),
    plan: { create: [], callback: [], query: [], refund: [], close: [] },
    arriving: [],
  };
  misbehave(state, plan);
  return {
    provider,
    acknowledgement: { contentType: 'text/plain', body: 'success' },
    createQr: (request) => promiseTry(() => createQr(state, request)),
    queryQr: (request) => promiseTry(() => queryQr(state, request)),
    closeQr: (request) => promiseTry(() => closeQr(state, request)),
    refund: (request) => promiseTry(() => refund(state, request)),
    queryRefund: (request) => promiseTry(() => queryRefund(state, request)),
    readCallback: (callback) => promiseTry(() => readCallback(provider, callback)),
    pay: (orderId, amountFen) => pay(state, orderId, amountFen),
    callbacks: () => fetchCallbacks(state),
    misbehave: (more) => {
      misbehave(state, more);
    },
    recover: () => {
      for (const list of Object.values(state.plan)) list.length = 0;
    },
    books: () => {
      const refunds = [...state.refunds.values()];
      const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
      const { payments } = state;
      const takenFen = sum(payments.map(({ settledFen }) => settledFen));
      const totals = { takenFen, returnedFen: sum(refunds.map(({ amountFen }) => amountFen)) };
      return { payments: [...payments], refunds, ...totals };
    },
  };
}

/** A word that is no fault would be a call that works, and its test would test nothing. */
function misbehave({ plan }: State, more: GatewayPlan): void {
  expectOptions(GATEWAY_PLAN, more, 'simulatedGateway');
  for (const verb of Object.keys(plan) as Verb[]) plan[verb].push(...(more[verb] ?? []));
}

function nextFault({ plan }: State, verb: Verb): string {
  return plan[verb].shift() ?? 'fine';
}

function createQr(state: State, request: QrRequest): QrAnswer {
  const fault = nextFault(state, 'create');
  if (fault === 'request-lost') throw lost();
  const { merchantOrderNumber: number } = request;
  if (!state.codes.has(number)) state.codes.set(number, request);
  if (fault === 'reply-lost') throw lost();
  if (paymentsOf(state, number).length > 0) return { status: 'paid' };
  if (state.closed.has(number)) return { status: 'closed' };
  return { status: 'open', qrText: `https://pay.invalid/${state.provider}/${number}` };
}

function queryQr(state: State, { merchantOrderNumber: number }: QrRequest): QrState {
  const fault = nextFault(state, 'query');
  if (fault === 'reply-lost') throw lost();
  const all = paymentsOf(state, number);
  const payments = shown(state, all, fault);
  if (payments.length > 0) return { status: 'paid', payments };
  // An answer from before the payment: the code was open then.
  if (all.length > 0) return { status: 'open', payments };
  const isKnown = state.codes.has(number);
  const status = state.closed.has(number) ? 'closed' : isKnown ? 'open' : 'unknown';
  return { status, payments };
}

function paymentsOf({ payments }: State, number: string): readonly ProviderPayment[] {
  return payments.filter((payment) => payment.merchantOrderNumber === number);
}

/** An answer that lags does not know the last payment, once. */
function shown(
  { passedOver }: State,
  found: readonly ProviderPayment[],
  fault: string,
): readonly ProviderPayment[] {
  const last = found[found.length - 1];
  if (fault !== 'pending' || last === undefined || passedOver.has(last)) return found;
  passedOver.add(last);
  return found.slice(0, -1);
}

function closeQr(state: State, { merchantOrderNumber: number, orderId }: QrRequest): void {
  const fault = nextFault(state, 'close');
  if (fault === 'request-lost') throw lost();
  if (fault === 'race' && state.codes.has(number)) pay(state, orderId);
  if (state.codes.has(number)) state.closed.add(number);
  if (fault === 'reply-lost') throw lost();
}

/** One payout for a refund number, whatever else is asked. */
function refund(state: State, request: RefundRequest): RefundAnswer | Promise<never> {
  const fault = nextFault(state, 'refund');
  const { refundNumber } = request;
  if (fault === 'request-lost') throw lost();
  if (fault === 'never-answers') return new Promise<never>(() => undefined);
  const known = standingOf(state, refundNumber);
  if (known !== undefined && fault === 'fine') return { status: known };
  if (fault === 'refused') return { status: 'refused', reason: 'not-enough' };
  if (known === undefined && isStuck(fault)) state.stuck.set(refundNumber, fault);
  if (isStuck(fault)) return { status: standingOf(state, refundNumber) ?? fault };
  if (known !== undefined && known !== 'done') return { status: known };
  const { merchantOrderNumber: number, transactionId, amountFen } = request;
  const taken = state.payments.find((payment) => payment.transactionId === transactionId);
  if (taken?.merchantOrderNumber !== number || taken.settledFen !== amountFen) {
    return { status: 'refused', reason: 'unknown-payment' };
  }
  if (!state.refunds.has(refundNumber)) state.refunds.set(refundNumber, request);
  if (fault === 'reply-lost') throw lost();
  return { status: fault === 'pending' ? 'pending' : 'done' };
}

function queryRefund(state: State, { refundNumber }: RefundRequest): RefundAnswer {
  return { status: standingOf(state, refundNumber) ?? 'unknown' };
}

function isStuck(fault: string): fault is 'closed' | 'failed' | 'abnormal' {
  return fault === 'closed' || fault === 'failed' || fault === 'abnormal';
}

function standingOf(state: State, refundNumber: string): RefundAnswer['status'] | undefined {
  return state.refunds.has(refundNumber) ? 'done' : state.stuck.get(refundNumber);
}

function pay(state: State, orderId: string, amountFen?: number): ProviderPayment {
  const codes = [...state.codes.values()].filter((one) => one.orderId === orderId);
  const asked = codes[codes.length - 1];
  if (asked === undefined || state.closed.has(asked.merchantOrderNumber)) {
    throw new QuancunError(ORDER_UNKNOWN);
  }
  const { merchantOrderNumber, amountFen: askedFen } = asked;
  const transactionId = `SIM${String(state.payments.length + 1).padStart(6, '0')}`;
  const payment = { merchantOrderNumber, transactionId, settledFen: amountFen ?? askedFen };
  state.payments.push(payment);
  const fault = nextFault(state, 'callback') as CallbackFault;
  const good = { callback: sign(state.provider, payment), after: 0 };
  state.arriving.push(...spoil(state.provider, payment, fault, good));
  return payment;
}

function fetchCallbacks(state: State): readonly Callback[] {
  const now = state.arriving.filter(({ after }) => after === 0);
  state.arriving = state.arriving
    .filter(({ after }) => after > 0)
    .map(({ callback, after }) => ({ callback, after: after - 1 }));
  return now.map(({ callback }) => callback);
}

function lost(): Error {
  return new Error('the connection was lost');
}
