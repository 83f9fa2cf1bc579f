/**
 * A simulated gateway of QR payments, as bad as real ones are: replies are lost, callbacks are
 * late, doubled, wrong or never come, queries lag, refunds are refused. What goes wrong is a plan,
 * so that a run repeats exactly. It pays out whatever it is asked to under a new refund number:
 * a refund that is asked for twice shows in its books as money that is gone.
 */
import * as v from 'valibot';
import { expectOptions, objectOf, type Told } from '../json/index.js';
import { sha256Hex } from '../signing/index.js';
import { QuancunError } from '../errors.js';
import type {
  Callback,
  PaymentPort,
  QrRequest,
  RefundOutcome,
  RefundRequest,
  ProviderPayment,
} from '../server/index.js';
import { ORDER_UNKNOWN } from '../server/errors.js';
import { PAYMENT_CALLBACK_INVALID } from '../server/index.js';
import { promiseTry } from '../turns.js';

/** `late`: it comes when callbacks are fetched for the second time. */
const CALLBACK_FAULT = v.picklist([
  ...(['fine', 'lost', 'late', 'twice', 'wrong-amount', 'wrong-signature'] as const),
  'unknown-order',
]);

const GATEWAY_PLAN = objectOf({
  create: v.exactOptional(v.array(v.picklist(['fine', 'request-lost', 'reply-lost']))),
  callback: v.exactOptional(v.array(CALLBACK_FAULT)),
  /** `pending`: the answer is older than the order's last payment; so it is once for a payment. */
  query: v.exactOptional(v.array(v.picklist(['fine', 'reply-lost', 'pending']))),
  /** `pending`: it is on its way, and done when asked again. */
  refund: v.exactOptional(
    v.array(v.picklist(['fine', 'request-lost', 'reply-lost', 'refused', 'pending'])),
  ),
});

/**
 * What goes wrong, call by call: the first entry of a list is for the next call of that kind.
 * `fine` is a call that works; so is every call after the list has ended.
 */
export interface GatewayPlan extends Told<typeof GATEWAY_PLAN> {}

/** `late`: it comes when callbacks are fetched for the second time. */
export type CallbackFault = Told<typeof CALLBACK_FAULT>;

/** What the gateway itself has in its books, to be held against the ledger's. */
export interface GatewayBooks {
  readonly payments: readonly ProviderPayment[];
  readonly refunds: readonly RefundRequest[];
  readonly takenFen: number;
  readonly returnedFen: number;
}

/** The gateway, and the customer in front of it. */
export interface SimulatedGateway extends PaymentPort {
  /** A customer scans the order's code and pays, if need be late, twice or another amount. */
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
  readonly orders: Map<string, QrRequest>;
  readonly payments: ProviderPayment[];
  readonly refunds: Map<string, RefundRequest>;
  /** Payments that a query did not show yet. */
  readonly passedOver: Set<ProviderPayment>;
  readonly plan: Record<Verb, string[]>;
  /** Callbacks by how often they are still passed over. */
  arriving: { readonly callback: Callback; readonly after: number }[];
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
    orders: new Map(),
    payments: [],
    refunds: new Map(),
    passedOver: new Set(),
    plan: { create: [], callback: [], query: [], refund: [] },
    arriving: [],
  };
  misbehave(state, plan);
  return {
    provider,
    acknowledgement: { contentType: 'text/plain', body: 'success' },
    createQr: (request) => promiseTry(() => createQr(state, request)),
    findPayments: (orderId) => promiseTry(() => findPayments(state, orderId)),
    refund: (request) => promiseTry(() => refund(state, request)),
    parseCallback: (callback) => promiseTry(() => parseCallback(provider, callback)),
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
      const sum = (rows: readonly ProviderPayment[]): number =>
        rows.reduce((total, { amountFen }) => total + amountFen, 0);
      const { payments } = state;
      const totals = { takenFen: sum(payments), returnedFen: sum(refunds) };
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

function createQr(state: State, request: QrRequest): string {
  const fault = nextFault(state, 'create');
  if (fault === 'request-lost') throw lost();
  if (!state.orders.has(request.orderId)) state.orders.set(request.orderId, request);
  if (fault === 'reply-lost') throw lost();
  return `https://pay.invalid/${state.provider}/${request.orderId}`;
}

function findPayments(state: State, orderId: string): readonly ProviderPayment[] {
  const fault = nextFault(state, 'query');
  if (fault === 'reply-lost') throw lost();
  const found = state.payments.filter((payment) => payment.orderId === orderId);
  const last = found[found.length - 1];
  if (fault !== 'pending' || last === undefined || state.passedOver.has(last)) return found;
  state.passedOver.add(last);
  return found.slice(0, -1);
}

/** One payout for a refund number, whatever else is asked. */
function refund(state: State, request: RefundRequest): RefundOutcome {
  const fault = nextFault(state, 'refund');
  if (fault === 'request-lost') throw lost();
  if (fault === 'refused') return 'refused';
  const { orderId, transactionId } = request;
  const taken = state.payments.find((payment) => payment.transactionId === transactionId);
  if (taken?.orderId !== orderId) return 'refused';
  if (!state.refunds.has(request.refundNumber)) state.refunds.set(request.refundNumber, request);
  if (fault === 'reply-lost') throw lost();
  return fault === 'pending' ? 'pending' : 'done';
}

function pay(state: State, orderId: string, amountFen?: number): ProviderPayment {
  const asked = state.orders.get(orderId);
  if (asked === undefined) throw new QuancunError(ORDER_UNKNOWN);
  const number = String(state.payments.length + 1).padStart(6, '0');
  const transactionId = `SIM${number}`;
  const payment = { orderId, transactionId, amountFen: amountFen ?? asked.amountFen };
  state.payments.push(payment);
  const fault = nextFault(state, 'callback') as CallbackFault;
  const good = { callback: sign(state.provider, payment), after: 0 };
  state.arriving.push(...spoil(state.provider, payment, fault, good));
  return payment;
}

type Arriving = State['arriving'][number];

function spoil(
  provider: string,
  payment: ProviderPayment,
  fault: CallbackFault,
  good: Arriving,
): readonly Arriving[] {
  const wrong = (changes: Partial<ProviderPayment>): readonly Arriving[] => [
    { callback: sign(provider, { ...payment, ...changes }), after: 0 },
  ];
  switch (fault) {
    case 'fine':
      return [good];
    case 'lost':
      return [];
    case 'late':
      return [{ ...good, after: 1 }];
    case 'twice':
      return [good, { ...good, after: 1 }];
    case 'wrong-amount':
      return wrong({ amountFen: payment.amountFen + 1 });
    case 'unknown-order':
      return wrong({ orderId: 'ZZZZZZZZZZZZZZZZZZZZ' });
    case 'wrong-signature': {
      const headers = { signature: '0'.repeat(64) };
      return [{ callback: { ...good.callback, headers }, after: 0 }];
    }
  }
}

function fetchCallbacks(state: State): readonly Callback[] {
  const now = state.arriving.filter(({ after }) => after === 0);
  state.arriving = state.arriving
    .filter(({ after }) => after > 0)
    .map(({ callback, after }) => ({ callback, after: after - 1 }));
  return now.map(({ callback }) => callback);
}

function sign(provider: string, payment: ProviderPayment): Callback {
  const body = JSON.stringify(payment);
  return { headers: { signature: signatureOf(provider, body) }, body };
}

/** The gateway's secret is its name: it guards nothing but tests. */
function signatureOf(provider: string, body: string): string {
  return sha256Hex([provider, body, provider].join('\n'));
}

function parseCallback(provider: string, { headers, body }: Callback): ProviderPayment {
  if (headers.signature !== signatureOf(provider, body)) {
    throw new QuancunError(PAYMENT_CALLBACK_INVALID);
  }
  return JSON.parse(body) as ProviderPayment;
}

function lost(): Error {
  return new Error('the connection was lost');
}
