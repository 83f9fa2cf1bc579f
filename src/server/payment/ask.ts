/**
 * Asking a provider: every call has an end, and what comes back is held to the port's declaration.
 * What an adapter throws, or answers in another form, becomes an error that says to ask again.
 */
import * as v from 'valibot';
import { maybe, type Told } from '../../json/index.js';
import { isQuancunError, QuancunError } from '../../errors.js';
import { NoAnswer, within } from '../outage/time-limit.js';
import { PAYMENT_PROVIDER_FAILED } from './errors.js';
import {
  type Callback,
  type Notice,
  type PaymentPort,
  PORT_REASONS,
  type PortCall,
  type ProviderPayment,
  type QrAnswer,
  type QrRequest,
  type QrState,
  type RefundAnswer,
  type RefundRequest,
  type Statement,
} from './port.js';

/** What a provider said of a code: entries that are no payments are counted, and hide no others. */
export interface CheckedState extends QrState {
  readonly invalid: number;
}

/** A port whose answers are checked. */
export interface Provider {
  readonly name: string;
  readonly paysOnce: boolean;
  createQr(request: QrRequest): Promise<QrAnswer>;
  queryQr(request: QrRequest): Promise<CheckedState>;
  closeQr(request: QrRequest): Promise<void>;
  refund(request: RefundRequest): Promise<RefundAnswer>;
  queryRefund(request: RefundRequest): Promise<RefundAnswer>;
  readCallback(callback: Callback): Promise<Notice | undefined>;
  fetchStatement(day: string): Promise<Statement | undefined>;
}

const NUMBER = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/));
const FEN = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const MAYBE_FEN = maybe(v.pipe(v.number(), v.safeInteger(), v.minValue(0)));
const TIME = maybe(v.pipe(v.number(), v.safeInteger()));
const REASON = v.picklist(PORT_REASONS);
const MESSAGE = maybe(v.string());

const QR_ANSWER = v.variant('status', [
  v.object({ status: v.literal('open'), qrText: v.pipe(v.string(), v.minLength(1)) }),
  v.object({ status: v.picklist(['paid', 'closed']) }),
  v.object({ status: v.literal('refused'), reason: REASON, message: MESSAGE }),
]);
const QR_STATE = v.object({
  status: v.picklist(['open', 'closed', 'paid', 'unknown']),
  payments: v.array(v.unknown()),
  asOfMs: TIME,
  unsigned: maybe(v.literal(true)),
});
const PAYMENT = v.object({
  merchantOrderNumber: NUMBER,
  transactionId: NUMBER,
  settledFen: FEN,
  askedFen: MAYBE_FEN,
  payerFen: MAYBE_FEN,
  currency: maybe(v.string()),
  paidAtMs: TIME,
});
const REFUND_ANSWER = v.object({
  status: v.picklist(['done', 'pending', 'abnormal', 'closed', 'failed', 'refused', 'unknown']),
  reason: maybe(REASON),
  message: MESSAGE,
});
const NOTICE = v.optional(
  v.variant('about', [
    v.object({
      about: v.literal('payment'),
      merchantOrderNumber: NUMBER,
      transactionId: NUMBER,
      settledFen: FEN,
    }),
    v.object({ about: v.literal('refund'), merchantOrderNumber: NUMBER, refundNumber: NUMBER }),
  ]),
);
const STATEMENT = v.object({
  status: v.picklist(['ready', 'later', 'empty']),
  lines: v.array(
    v.object({
      about: v.picklist(['payment', 'refund']),
      // Other orders of a shared merchant account are in it, whatever their numbers are.
      merchantOrderNumber: v.string(),
      transactionId: NUMBER,
      refundNumber: maybe(NUMBER),
      amountFen: FEN,
    }),
  ),
});

/** The port, each of whose calls ends within the time and answers what it may. */
export function askingPort(port: PaymentPort, timeoutMs: number): Provider {
  const ask = <T>(what: string, call: (call: PortCall) => Promise<T>): Promise<T> =>
    inTime(timeoutMs, what, call);
  return {
    name: port.provider,
    paysOnce: port.paysOnce === true,
    createQr: async (request) =>
      checked(QR_ANSWER, 'a QR code', await ask('create', (c) => port.createQr(request, c))),
    queryQr: async (request) => {
      const said = await ask('query', (call) => port.queryQr(request, call));
      return checkedState(request, checked(QR_STATE, 'a payment', said));
    },
    closeQr: async (request) => ask('close', (call) => port.closeQr(request, call)),
    refund: async (request) =>
      checked(REFUND_ANSWER, 'a refund', await ask('refund', (c) => port.refund(request, c))),
    queryRefund: async (request) => {
      const said = await ask('refund query', (call) => port.queryRefund(request, call));
      return checked(REFUND_ANSWER, 'a refund', said);
    },
    readCallback: async (callback) =>
      checked(NOTICE, 'a notice', await ask('notice', (c) => port.readCallback(callback, c))),
    fetchStatement: async (day) => {
      const { fetchStatement } = port;
      if (fetchStatement === undefined) return undefined;
      // A day's file is larger than an answer.
      const said = await inTime(timeoutMs * 6, 'bill', (c) => fetchStatement.call(port, day, c));
      return checked(STATEMENT, 'a bill', said);
    },
  };
}

/** Entry by entry: a bad one is counted. All of them are of the code that was asked after. */
function checkedState(
  { merchantOrderNumber }: QrRequest,
  { status, payments, asOfMs, unsigned }: Told<typeof QR_STATE>,
): CheckedState {
  const good: ProviderPayment[] = [];
  for (const entry of payments) {
    const read = v.safeParse(PAYMENT, entry);
    const isOurs = read.success && read.output.merchantOrderNumber === merchantOrderNumber;
    if (isOurs) good.push(withoutNone(read.output) as ProviderPayment);
  }
  if (status === 'paid' && payments.length === 0) throw failed('it is paid by no payment');
  const when = asOfMs === undefined ? {} : { asOfMs };
  const how = unsigned === undefined ? {} : { unsigned };
  return { status, payments: good, invalid: payments.length - good.length, ...when, ...how };
}

async function inTime<T>(
  timeoutMs: number,
  what: string,
  run: (call: PortCall) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  try {
    return await within(timeoutMs, (async () => run({ signal: controller.signal }))());
  } catch (cause) {
    if (isQuancunError(cause)) throw cause;
    if (!(cause instanceof NoAnswer)) throw failed(`${what}: it could not be reached`, cause);
    throw failed(`${what}: no answer in ${String(timeoutMs)} ms`, cause);
  } finally {
    controller.abort();
  }
}

/** @throws PAYMENT_PROVIDER_FAILED for what is no answer to this question */
function checked<S extends v.GenericSchema>(schema: S, what: string, said: unknown): Told<S> {
  const read = v.safeParse(schema, said);
  if (!read.success) throw failed(`it did not say how ${what} stands`);
  return withoutNone(read.output) as Told<S>;
}

/** What is `undefined` is not there, in lists too. */
function withoutNone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNone);
  if (typeof value !== 'object' || value === null) return value;
  const told = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(told.map(([name, one]) => [name, withoutNone(one)]));
}

/** The provider gave no answer that can be used. */
export function failed(problem: string, cause?: unknown): QuancunError {
  return new QuancunError(PAYMENT_PROVIDER_FAILED, { details: { problem }, cause });
}
