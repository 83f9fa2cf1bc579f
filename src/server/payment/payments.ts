/**
 * QR payments over a port. One rule keeps the money right: the books are written from the
 * provider's answer to a query and from nothing else. A callback rings, the query tells.
 *
 * Every step may be the last one before a crash. Before a QR code is asked for, the ledger knows
 * that there may be one; what was paid is asked until the answer is final; what is owed back stays
 * on the list until the provider has said `done`.
 */
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import type { Authority, OrderView } from '../../load/index.js';
import type { QrView } from '../../messages/index.js';
import type { Ledger } from '../ledger/ledger.js';
import type { BackOffice } from '../service.js';
import { askPort, bookPayments, fromPort } from './ask.js';
import type { Acknowledgement, Callback, PaymentPort } from './port.js';
import { sweep, type SweepReport } from './sweep.js';
import { PAYMENT_CALLBACK_DISAGREES, PAYMENT_NOT_AWAITED, QR_EXPIRED } from './errors.js';
import { ORDER_UNKNOWN } from '../errors.js';

/** What the payments of a provider are made of. */
export interface PaymentsOptions {
  readonly port: PaymentPort;
  readonly authority: Authority & BackOffice;
  readonly ledger: Ledger;
  readonly env: Env;
  /** How long a QR code can be paid. Default: 15 minutes. */
  readonly qrLifetimeMs?: number;
  /** For how long after that the provider is asked for late payments. Default: 24 hours. */
  readonly askForMs?: number;
}

export type { QrView } from '../../messages/index.js';

/**
 * The QR payments of one provider.
 * 某一渠道的扫码支付。
 */
export interface Payments {
  readonly provider: string;
  /**
   * The QR code of an order; asked again, it is the same payment.
   * @throws ORDER_UNKNOWN, PAYMENT_NOT_AWAITED, QR_EXPIRED, PAYMENT_PROVIDER_FAILED
   */
  createQr(orderId: string): Promise<QrView>;
  /**
   * 【已完成支付】: asks the provider what was paid, and books it.
   * @throws ORDER_UNKNOWN, PAYMENT_PROVIDER_FAILED
   */
  query(orderId: string): Promise<OrderView>;
  /**
   * Takes a notification of the provider: verified, then asked back, then booked. What is thrown
   * must reach the provider as a failure, so that it notifies again.
   * @throws PAYMENT_CALLBACK_INVALID, ORDER_UNKNOWN, PAYMENT_CALLBACK_DISAGREES
   * @throws PAYMENT_PROVIDER_FAILED
   */
  takeCallback(callback: Callback): Promise<Acknowledgement>;
  /** Asks for what is awaited and due, and gives back what is owed. Run it every minute. */
  sweep(): Promise<SweepReport>;
}

/** When a new QR code is asked after for the first time, without any callback. */
const FIRST_ASK_MS = 15_000;

/** The options with every default filled in. */
export type PaymentsContext = Required<PaymentsOptions>;

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
  const context: PaymentsContext = {
    qrLifetimeMs: 15 * 60_000,
    askForMs: 24 * 3_600_000,
    ...options,
  };
  return {
    provider: options.port.provider,
    createQr: (orderId) => createQr(context, orderId),
    query: async (orderId) => {
      await knownOrder(context, orderId);
      await bookPayments(context, await askPort(context, orderId));
      return knownOrder(context, orderId);
    },
    takeCallback: (callback) => takeCallback(context, callback),
    sweep: () => sweep(context),
  };
}

async function createQr(context: PaymentsContext, orderId: string): Promise<QrView> {
  const { port, ledger, env, qrLifetimeMs } = context;
  const { state, amountFen } = await knownOrder(context, orderId);
  if (state !== 'CREATED' && state !== 'TAKING')
    throw new QuancunError(PAYMENT_NOT_AWAITED, { details: { state } });
  const openedAtMs = env.now();
  const { provider } = port;
  // Known to the ledger before the provider knows it: a QR code that nobody asks after cannot be.
  const { expiresAtMs } = await ledger.awaitPayment({
    orderId,
    provider,
    openedAtMs,
    expiresAtMs: openedAtMs + qrLifetimeMs,
    askAtMs: openedAtMs + FIRST_ASK_MS,
  });
  if (openedAtMs >= expiresAtMs) throw new QuancunError(QR_EXPIRED);
  const qrText = await fromPort(() => port.createQr({ orderId, amountFen, expiresAtMs }));
  return { orderId, provider, qrText, amountFen, expiresAtMs };
}

async function takeCallback(
  context: PaymentsContext,
  callback: Callback,
): Promise<Acknowledgement> {
  const { port } = context;
  const told = await fromPort(() => port.parseCallback(callback));
  if (told === undefined) return port.acknowledgement;
  await knownOrder(context, told.orderId);
  const found = await askPort(context, told.orderId);
  await bookPayments(context, found);
  const { transactionId, amountFen } = told;
  const agrees = found.some(
    (one) => one.transactionId === transactionId && one.amountFen === amountFen,
  );
  if (agrees) return port.acknowledgement;
  // Not the last word: the query may lag, so the order is asked after again.
  const askAtMs = context.env.now() + FIRST_ASK_MS;
  await context.ledger.askAgainAt(told.orderId, port.provider, askAtMs);
  throw new QuancunError(PAYMENT_CALLBACK_DISAGREES);
}

async function knownOrder({ authority }: PaymentsContext, orderId: string): Promise<OrderView> {
  const order = await authority.getOrder(orderId);
  if (order === undefined) throw new QuancunError(ORDER_UNKNOWN);
  return order;
}
