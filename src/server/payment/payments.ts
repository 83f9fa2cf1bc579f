/**
 * QR payments over a port. One rule keeps the money right: the books are written from the
 * provider's answer to a query and from nothing else. A notification rings, the query tells.
 *
 * Every step may be the last one before a crash. Before a QR code is asked for, the ledger knows
 * that there may be one; it is asked after until the provider says that it was paid or closed; what
 * is owed back stays on the list until the provider has said `done`.
 */
import * as v from 'valibot';
import type { Env } from '../../env.js';
import { type ErrorCode, type ErrorRow, QuancunError } from '../../errors.js';
import { expectOptions, wholeOf } from '../../json/index.js';
import type { Authority, OrderView } from '../../load/index.js';
import { PAYMENT_BEING_TAKEN } from '../../load/errors.js';
import type { QrView } from '../../messages/index.js';
import type { RefundWord } from '../back-office.js';
import type { AwaitedPayment } from '../ledger/payment-book.js';
import type { Ledger } from '../ledger/ledger.js';
import type { BackOffice } from '../service.js';
import { viewBooked } from '../told.js';
import { askingPort } from './ask.js';
import { askCode, FIRST_ASK_MS } from './codes.js';
import { knownOrder, type PaymentsContext } from './context.js';
import { PAYMENT_REUSED } from '../errors.js';
import {
  PAYMENT_AMOUNT_CHANGED,
  PAYMENT_CURRENCY,
  PAYMENT_ENTRY_INVALID,
  PAYMENT_NOT_AWAITED,
  PAYMENT_NOT_SEEN,
  QR_EXPIRED,
  QR_OPEN,
  QR_REFUSED,
} from './errors.js';
import { requestOf } from './names.js';
import { takeNotice } from './notices.js';
import type { Acknowledgement, Callback, PaymentPort } from './port.js';
import { askByHand } from './refunds.js';
import { compareStatement, type StatementReport } from './statements.js';
import { sweep, type SweepPart, type SweepReport } from './sweep.js';

/** What the payments of a provider are made of. */
export interface PaymentsOptions {
  readonly port: PaymentPort;
  readonly authority: Authority & BackOffice;
  readonly ledger: Ledger;
  readonly env: Env;
  /** How long a QR code can be paid. Default: 15 minutes. */
  readonly qrLifetimeMs?: number;
  /** No code outlives its order: `expireUnpaidAfterMs` of the policy. Default: 24 hours. */
  readonly orderLifetimeMs?: number;
  /** For how long a provider that knows no such code is asked for late payments. Default: 24 h. */
  readonly askForMs?: number;
  /** How long one answer of the provider is waited for. Default: 10 s. */
  readonly callTimeoutMs?: number;
  /** Calls at the same time, of payments and of refunds each. Default: 8. */
  readonly concurrency?: number;
}

export type { QrView } from '../../messages/index.js';

/**
 * The QR payments of one provider.
 * 某一渠道的扫码支付。
 */
export interface Payments {
  readonly provider: string;
  /**
   * The QR code of an order; asked again, it is the same one, as long as it can be paid. An order
   * has one open code: of another provider's, that one's `endCodes` comes first.
   * @throws ORDER_UNKNOWN, PAYMENT_NOT_AWAITED, PAYMENT_BEING_TAKEN, QR_EXPIRED
   * @throws QR_OPEN, QR_REFUSED, PAYMENT_PROVIDER_FAILED
   */
  createQr(orderId: string): Promise<QrView>;
  /**
   * 【已完成支付】: asks the provider what was paid, and books it.
   * @throws ORDER_UNKNOWN, PAYMENT_PROVIDER_FAILED
   */
  query(orderId: string): Promise<OrderView>;
  /**
   * A terminal says that this payment was taken: the provider is asked, and what this one was
   * booked as is told. It is named by the provider's number, or by ours of the
   * code (the order's number).
   * @throws ORDER_UNKNOWN, PAYMENT_NOT_SEEN, PAYMENT_PROVIDER_FAILED
   */
  report(orderId: string, transactionId: string): Promise<OrderView>;
  /**
   * The order's codes cannot be paid any more, by the provider's word: another way of paying, or
   * the end of the order, may follow. What was paid meanwhile is booked.
   * @throws ORDER_UNKNOWN, QR_OPEN, PAYMENT_PROVIDER_FAILED
   */
  endCodes(orderId: string): Promise<OrderView>;
  /**
   * Takes a notification of the provider: verified, then asked back, then booked. What is thrown
   * must reach the provider as a failure, so that it notifies again.
   * @throws PAYMENT_CALLBACK_INVALID, ORDER_UNKNOWN, PAYMENT_CALLBACK_DISAGREES
   * @throws PAYMENT_AMOUNT_CHANGED, PAYMENT_REUSED, PAYMENT_PROVIDER_FAILED
   */
  takeCallback(callback: Callback): Promise<Acknowledgement>;
  /**
   * Before a person gives a payment back: the provider is asked. What is answered is handed to
   * `confirmRefund`. `reason`: who gives it back and why, which must be said of a refund that the
   * provider refuses for good.
   * @throws REFUND_NOT_DUE, REFUND_ON_ITS_WAY, REFUND_NEEDS_REASON, PAYMENT_PROVIDER_FAILED
   */
  askByHand(orderId: string, transactionId: string, reason?: string): Promise<RefundWord>;
  /** Asks for what is awaited and due, and gives back what is owed; or one of both. */
  sweep(only?: SweepPart): Promise<SweepReport>;
  /**
   * Holds the provider's bill of a day (`YYYY-MM-DD`, China) against the books; what differs is
   * noted for people.
   * @throws STATEMENT_NOT_READY, STATEMENT_NONE, PAYMENT_PROVIDER_FAILED
   */
  compareStatement(day: string): Promise<StatementReport>;
}

const OPTIONS = v.object({
  provider: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/), v.notValues(['cash', 'pos'])),
  qrLifetimeMs: wholeOf(60_000, 24 * 3_600_000),
  orderLifetimeMs: wholeOf(60_000),
  askForMs: wholeOf(0),
  callTimeoutMs: wholeOf(1, 120_000),
  concurrency: wholeOf(1, 64),
});
/** A code that could not be paid in time is none. */
const LEAST_LIFETIME_MS = 60_000;
const MAX_TRIES = 4;
const PROBLEMS: readonly ErrorRow[] = [
  ...[PAYMENT_AMOUNT_CHANGED, PAYMENT_REUSED, PAYMENT_CURRENCY, PAYMENT_ENTRY_INVALID],
];

/**
 * Makes the payments of a provider. Any number of servers may share one ledger and one provider.
 * 创建扫码支付服务。
 * @example
 * import { envFrom } from 'quancun';
 * import { createTestAuthority, simulatedGateway } from 'quancun/testing';
 * const env = envFrom(globalThis);
 * const { authority, ledger } = createTestAuthority({ env });
 * const port = simulatedGateway(); // in production: a port to your provider
 * const payments = createPayments({ port, authority, ledger, env });
 * await payments.sweep(); // { asked: 0, refunded: 0, pending: 0, problems: [] }
 */
export function createPayments(options: PaymentsOptions): Payments {
  const numbers = {
    qrLifetimeMs: options.qrLifetimeMs ?? 15 * 60_000,
    orderLifetimeMs: options.orderLifetimeMs ?? 24 * 3_600_000,
    askForMs: options.askForMs ?? 24 * 3_600_000,
    concurrency: options.concurrency ?? 8,
  };
  const { port, callTimeoutMs = 10_000, authority, ledger, env } = options;
  const { provider: name } = (port as PaymentPort | undefined) ?? {};
  const told = { provider: name, callTimeoutMs, ...numbers };
  expectOptions(OPTIONS, told, 'createPayments');
  const provider = askingPort(port, callTimeoutMs);
  const context: PaymentsContext = { provider, authority, ledger, env, ...numbers };
  return {
    provider: port.provider,
    createQr: (orderId) => createQr(context, orderId),
    query: (orderId) => query(context, orderId),
    report: (orderId, transactionId) => report(context, orderId, transactionId),
    endCodes: (orderId) => endCodes(context, orderId),
    takeCallback: async (callback) => {
      await takeNotice(context, callback);
      return port.acknowledgement;
    },
    askByHand: (...asked) => askByHand(context, ...asked),
    sweep: (only) => sweep(context, only),
    compareStatement: (day) => compareStatement(context, day),
  };
}

async function createQr(context: PaymentsContext, orderId: string): Promise<QrView> {
  const { provider, ledger } = context;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    await expectAwaiting(context, orderId);
    const codes = await ledger.findAwaitedOf(orderId);
    const open = codes.find(({ end }) => end === undefined);
    if (open !== undefined && open.provider !== provider.name) throw stillOpen(open);
    if (open !== undefined && context.env.now() >= open.expiresAtMs) {
      await expectEnded(context, open);
      continue;
    }
    // Known to the ledger before the provider knows it: no code that nobody asks after.
    const mine = open ?? (await ledger.awaitPayment(await draftCode(context, orderId, codes)));
    if (mine.provider !== provider.name || mine.end !== undefined) continue;
    const answer = await provider.createQr(requestOf(mine));
    if (answer.status === 'open') {
      await expectStillWanted(context, mine);
      const { amountFen, expiresAtMs } = mine;
      return {
        ...{ orderId, provider: provider.name, qrText: answer.qrText, amountFen, expiresAtMs },
      };
    }
    if (answer.status === 'refused') {
      throw new QuancunError(QR_REFUSED, { details: { reason: answer.reason } });
    }
    // Paid or closed: nobody is to pay with it, and what was paid is booked.
    await expectEnded(context, mine);
  }
  throw new QuancunError(QR_OPEN, { details: { provider: provider.name } });
}

async function query(context: PaymentsContext, orderId: string): Promise<OrderView> {
  await knownOrder(context, orderId);
  for (const code of await ownCodes(context, orderId)) {
    const { problems } = await askCode(context, code, { endsTaking: false });
    expectBooked(problems, await knownOrder(context, orderId));
  }
  return knownOrder(context, orderId);
}

async function report(
  context: PaymentsContext,
  orderId: string,
  number: string,
): Promise<OrderView> {
  await knownOrder(context, orderId);
  const names = new Set([`${context.provider.name}:${number}`]);
  for (const code of await ownCodes(context, orderId)) {
    const { payments } = await askCode(context, code, { endsTaking: false });
    const isNamed = [orderId, requestOf(code).merchantOrderNumber].includes(number);
    for (const { transactionId } of isNamed ? payments : []) {
      names.add(`${context.provider.name}:${transactionId}`);
    }
  }
  const { order, payments = [] } = (await context.ledger.read(orderId))?.situation ?? {};
  const booked = payments.filter(({ transactionId }) => names.has(transactionId));
  const one = booked.find(({ surplus }) => !surplus) ?? booked[0];
  if (order === undefined || one === undefined) throw new QuancunError(PAYMENT_NOT_SEEN);
  return viewBooked(order, one);
}

async function endCodes(context: PaymentsContext, orderId: string): Promise<OrderView> {
  await knownOrder(context, orderId);
  for (const code of await ownCodes(context, orderId)) {
    if (code.end === undefined) await expectEnded(context, code);
  }
  return knownOrder(context, orderId);
}

async function ownCodes(
  { ledger, provider }: PaymentsContext,
  orderId: string,
): Promise<readonly AwaitedPayment[]> {
  const codes = await ledger.findAwaitedOf(orderId);
  return codes.filter((one) => one.provider === provider.name);
}

async function expectEnded(context: PaymentsContext, code: AwaitedPayment): Promise<void> {
  const { isShut, problems } = await askCode(context, code, { close: true, endsTaking: false });
  expectBooked(problems, await knownOrder(context, code.orderId));
  if (!isShut) throw stillOpen(code);
}

/** Money came that is not booked: nobody asks for more before a person has looked. */
function expectBooked(problems: readonly ErrorCode[], { state }: OrderView): void {
  if (state !== 'CREATED' && state !== 'TAKING') return;
  const row = PROBLEMS.find(({ code }) => problems.includes(code));
  if (row !== undefined) throw new QuancunError(row);
}

function stillOpen({ provider }: AwaitedPayment): QuancunError {
  return new QuancunError(QR_OPEN, { details: { provider } });
}

/** The order waits for this provider's payment, or for any. */
async function expectAwaiting(context: PaymentsContext, orderId: string): Promise<void> {
  const { state, taking } = await knownOrder(context, orderId);
  if (state !== 'CREATED' && state !== 'TAKING') {
    throw new QuancunError(PAYMENT_NOT_AWAITED, { details: { state } });
  }
  const isTheirs = taking?.provider !== undefined && taking.provider !== context.provider.name;
  if (state === 'TAKING' && isTheirs) throw new QuancunError(PAYMENT_BEING_TAKEN);
}

/** The order may have ended while the provider was asked: then nobody is shown a code. */
async function expectStillWanted(context: PaymentsContext, code: AwaitedPayment): Promise<void> {
  try {
    await expectAwaiting(context, code.orderId);
  } catch (error) {
    await askCode(context, code, { close: true, endsTaking: false });
    throw error;
  }
}

async function draftCode(
  context: PaymentsContext,
  orderId: string,
  codes: readonly AwaitedPayment[],
): Promise<AwaitedPayment> {
  const { provider, env, qrLifetimeMs, orderLifetimeMs } = context;
  const { amountFen, createdAtMs } = await knownOrder(context, orderId);
  const openedAtMs = env.now();
  const expiresAtMs = Math.min(openedAtMs + qrLifetimeMs, createdAtMs + orderLifetimeMs);
  if (expiresAtMs < openedAtMs + LEAST_LIFETIME_MS) throw new QuancunError(QR_EXPIRED);
  const generation = Math.max(0, ...codes.map((one) => one.generation)) + 1;
  const times = { openedAtMs, expiresAtMs, askAtMs: openedAtMs + FIRST_ASK_MS };
  return { orderId, provider: provider.name, generation, amountFen, ...times, asks: 0 };
}
