/**
 * A code by precreate, how its trade stands, and its closing. Alipay knows a trade from the moment
 * when somebody scans the code; before, it knows no such number. A cancelling (alipay.trade.cancel)
 * is never used: it gives a payment back.
 * Documents: 支付宝开放平台, 当面付 › alipay.trade.precreate, alipay.trade.query, alipay.trade.close.
 */
import * as v from 'valibot';
import { checkJson, looseOf, textOf } from '../../../json/index.js';
import { formatYuan } from '../../../money.js';
import type {
  PortCall,
  PortReason,
  ProviderPayment,
  QrAnswer,
  QrRequest,
  QrState,
} from '../port.js';
import { chinaTime, fenOf, parseChinaTime } from '../adapter/china.js';
import { failed } from '../adapter/failed.js';
import { ourNumber, providerNumber } from '../adapter/forms.js';
import type { Client, Refused } from './client.js';
import type { WholeOptions } from './options.js';

/** What the calls of a merchant are made with. */
export interface Merchant {
  readonly client: Client;
  readonly options: WholeOptions;
}

/** Yuan, which older versions of the gateway write as a number: its text, exact, in fen. */
export const yuan = () =>
  v.pipe(
    v.union([v.string(), v.number()]),
    v.transform((text) => fenOf(String(text))),
    v.custom<number>((amountFen) => amountFen !== undefined),
  );

const CREATED = looseOf({ out_trade_no: ourNumber(), qr_code: textOf(1024, /^[\x21-\x7e]*$/) });

const TRADE = looseOf({
  out_trade_no: ourNumber(),
  trade_no: providerNumber(),
  trade_status: v.picklist(['WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED']),
  total_amount: yuan(),
  trans_currency: v.nullish(textOf(16)),
  buyer_pay_amount: v.nullish(yuan()),
  receipt_amount: v.nullish(yuan()),
  send_pay_date: v.nullish(v.string()),
});
type Trade = v.InferOutput<typeof TRADE>;

/** A QR code is for the same minutes as its order, counted from when it was first asked for. */
function minutesOf({ openedAtMs, expiresAtMs }: QrRequest): string {
  return `${String(Math.max(1, Math.ceil((expiresAtMs - openedAtMs) / 60_000)))}m`;
}

/** Asks for a code. What is refused because of the trade that is there is decided by the query. */
export async function createQr(
  merchant: Merchant,
  request: QrRequest,
  call: PortCall,
): Promise<QrAnswer> {
  const content = {
    out_trade_no: request.merchantOrderNumber,
    total_amount: formatYuan(request.amountFen),
    subject: merchant.options.description,
    // The first call fixes it: a later one that said another time would be another order.
    time_expire: chinaTime(request.expiresAtMs),
    qr_code_timeout_express: minutesOf(request),
  };
  const reply = await merchant.client.ask('alipay.trade.precreate', content, call);
  if (reply.ok) {
    const created = checkJson(CREATED, reply.json);
    if (!created.ok) throw failed('its answer has no QR code');
    if (created.value.out_trade_no === request.merchantOrderNumber) {
      return { status: 'open', qrText: created.value.qr_code };
    }
    throw failed('it answered for another order');
  }
  if (!TRADE_IS_THERE.includes(reply.subCode)) return refusal(reply);
  const { status } = await queryQr(merchant, request, call);
  if (status === 'paid' || status === 'closed') return { status };
  return { status: 'refused', reason: 'parameters', message: reply.message };
}

const TRADE_IS_THERE: readonly string[] = [
  ...['ACQ.CONTEXT_INCONSISTENT', 'ACQ.TRADE_HAS_SUCCESS', 'ACQ.TRADE_HAS_CLOSE'],
  ...['ACQ.TRADE_HAS_FINISHED', 'ACQ.TRADE_STATUS_ERROR'],
];

/** How a code stands. */
export async function queryQr(
  { client }: Merchant,
  { merchantOrderNumber }: QrRequest,
  call: PortCall,
): Promise<QrState> {
  const content = { out_trade_no: merchantOrderNumber };
  const reply = await client.ask('alipay.trade.query', content, call);
  const asOf = reply.asOfMs === undefined ? {} : { asOfMs: reply.asOfMs };
  if (!reply.ok) {
    if (reply.subCode !== 'ACQ.TRADE_NOT_EXIST') throw failed(`${reply.code} ${reply.subCode}`);
    const how = reply.isSigned ? {} : ({ unsigned: true } as const);
    return { status: 'unknown', payments: [], ...asOf, ...how };
  }
  const checked = checkJson(TRADE, reply.json);
  if (!checked.ok) throw failed(`its answer is no trade (${checked.problem})`);
  const trade = checked.value;
  if (trade.out_trade_no !== merchantOrderNumber) throw failed('it answered for another order');
  if (trade.trade_status === 'WAIT_BUYER_PAY') return { status: 'open', payments: [], ...asOf };
  if (trade.trade_status === 'TRADE_CLOSED' && !wasPaid(trade)) {
    return { status: 'closed', payments: [], ...asOf };
  }
  return { status: 'paid', payments: [paymentOf(trade)], ...asOf };
}

/**
 * TRADE_CLOSED is a trade that nobody paid in time, and one that was paid and given back whole. The
 * second one has the time at which it was paid (`send_pay_date`). Money without that time is
 * neither, and nothing is concluded from it.
 */
function wasPaid({ send_pay_date: at, buyer_pay_amount: payer, receipt_amount: got }: Trade) {
  if (typeof at === 'string' && at !== '') return true;
  if ((payer ?? 0) === 0 && (got ?? 0) === 0) return false;
  throw failed('it cannot be told whether a closed trade had been paid');
}

function paymentOf(trade: Trade): ProviderPayment {
  const { total_amount: settledFen, buyer_pay_amount: payerFen } = trade;
  const paidAtMs = parseChinaTime(trade.send_pay_date ?? '');
  return {
    merchantOrderNumber: trade.out_trade_no,
    transactionId: trade.trade_no,
    settledFen,
    askedFen: settledFen,
    // "0.00" is what merchants are told who have no right to know it.
    ...(typeof payerFen === 'number' && payerFen > 0 ? { payerFen } : {}),
    currency: trade.trans_currency ?? 'CNY',
    ...(paidAtMs === undefined ? {} : { paidAtMs }),
  };
}

/** Closes a trade. Of a code that nobody has scanned there is none, and its time closes it. */
export async function closeQr(
  { client }: Merchant,
  { merchantOrderNumber }: QrRequest,
  call: PortCall,
): Promise<void> {
  const content = { out_trade_no: merchantOrderNumber };
  const reply = await client.ask('alipay.trade.close', content, call);
  if (reply.ok || NOTHING_TO_CLOSE.includes(reply.subCode)) return;
  throw failed(`${reply.code} ${reply.subCode}`);
}

const NOTHING_TO_CLOSE: readonly string[] = [
  ...['ACQ.TRADE_NOT_EXIST', 'ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID'],
  ...['ACQ.REASON_ILLEGAL_STATUS', 'ACQ.TRADE_HAS_SUCCESS', 'ACQ.TRADE_HAS_CLOSE'],
  'ACQ.TRADE_HAS_FINISHED',
];

/** A request that was not taken, and why. */
export function refusal({ code, subCode, message }: Refused): {
  readonly status: 'refused';
  readonly reason: PortReason;
  readonly message: string;
} {
  return { status: 'refused', reason: REASONS[subCode] ?? REASONS[code] ?? 'other', message };
}

const REASONS: Readonly<Record<string, PortReason>> = {
  'ACQ.SELLER_BALANCE_NOT_ENOUGH': 'not-enough',
  'ACQ.BUYER_ERROR': 'account-abnormal',
  'ACQ.BUYER_NOT_EXIST': 'account-abnormal',
  'ACQ.TRADE_HAS_FINISHED': 'too-late',
  'ACQ.TRADE_NOT_EXIST': 'unknown-payment',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': 'parameters',
  'ACQ.DISCORDANT_REPEAT_REQUEST': 'parameters',
  'ACQ.CONTEXT_INCONSISTENT': 'parameters',
  'ACQ.INVALID_PARAMETER': 'parameters',
  '20001': 'not-allowed',
  '40001': 'parameters',
  '40002': 'parameters',
  '40005': 'too-often',
  '40006': 'not-allowed',
};
