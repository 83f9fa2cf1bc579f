/**
 * Native payment: a code for an order, how it stands, and its closing.
 * Documents: 微信支付 APIv3, Native支付 › Native下单, 商户订单号查询订单, 关闭订单.
 */
import * as v from 'valibot';
import { checkJson, looseOf, textOf, wholeOf } from '../../../json/index.js';
import type {
  PortCall,
  PortReason,
  ProviderPayment,
  QrAnswer,
  QrRequest,
  QrState,
} from '../port.js';
import { chinaRfc3339, parseRfc3339 } from '../adapter/china.js';
import { failed } from '../adapter/failed.js';
import { ourNumber, providerNumber } from '../adapter/forms.js';
import type { Answered, Client, Refused } from './client.js';
import type { WholeOptions } from './options.js';

/** What the calls of a merchant are made with. */
export interface Merchant {
  readonly client: Client;
  readonly options: WholeOptions;
}

const CREATED = looseOf({ code_url: textOf(512, /^[\x21-\x7e]*$/) });

/** States of a trade: the last three are those of payment codes that a till scans, never ours. */
const TRADE_STATES = ['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED'] as const;

const AMOUNT = looseOf({
  total: wholeOf(1),
  payer_total: v.nullish(wholeOf(0)),
  currency: v.nullish(textOf(16), 'CNY'),
});

/** A trade as queries and notifications tell it. */
export const TRADE = looseOf({
  mchid: v.string(),
  appid: v.string(),
  out_trade_no: ourNumber(),
  transaction_id: v.nullish(v.string()),
  trade_state: v.picklist(TRADE_STATES),
  success_time: v.nullish(v.string()),
});

const PAID_TRADE = looseOf({ transaction_id: providerNumber(), amount: AMOUNT });

/**
 * Asks for a code. The same request gives a new text for the same order. What is refused because
 * the number is in use is decided by the query, whose answer is signed.
 */
export async function createQr(
  merchant: Merchant,
  request: QrRequest,
  call: PortCall,
): Promise<QrAnswer> {
  const { options, client } = merchant;
  const body = {
    appid: options.appId,
    mchid: options.merchantId,
    description: options.description,
    out_trade_no: request.merchantOrderNumber,
    // The first call fixes it: a later one that said another time would be another order.
    time_expire: chinaRfc3339(request.expiresAtMs),
    notify_url: options.notifyUrl,
    amount: { total: request.amountFen, currency: 'CNY' },
  };
  const reply = await client.ask({ path: '/v3/pay/transactions/native', body }, call);
  if (reply.ok) {
    const created = checkJson(CREATED, reply.json);
    if (!created.ok) throw failed('its answer has no QR code');
    return { status: 'open', qrText: created.value.code_url };
  }
  if (!NUMBER_IN_USE.includes(reply.code)) return refusal(reply);
  const { status } = await queryQr(merchant, request, call);
  if (status === 'paid' || status === 'closed') return { status };
  if (status === 'unknown') throw failed('it says that the number is in use, and does not know it');
  return { status: 'refused', reason: 'parameters', message: reply.message };
}

/** The order exists: under other parameters, paid, or closed. Older and global codes among them. */
const NUMBER_IN_USE: readonly string[] = [
  ...['OUT_TRADE_NO_USED', 'ORDERPAID', 'ORDER_PAID', 'ORDERCLOSED', 'ORDER_CLOSED'],
  'TRADE_ERROR',
];

/** How a code stands. */
export async function queryQr(
  { client, options }: Merchant,
  { merchantOrderNumber }: Pick<QrRequest, 'merchantOrderNumber'>,
  call: PortCall,
): Promise<QrState> {
  const path = `${pathOf(merchantOrderNumber)}?mchid=${options.merchantId}`;
  const reply = await client.ask({ path }, call);
  if (!reply.ok) {
    if (UNKNOWN_ORDER.includes(reply.code)) {
      const state = stateOf('unknown', [], reply);
      return reply.isSigned ? state : { ...state, unsigned: true };
    }
    throw failed(`HTTP ${reply.status} ${reply.code}`);
  }
  const trade = checkJson(TRADE, reply.json);
  if (!trade.ok) throw failed(`its answer is no trade (${trade.problem})`);
  const { mchid, appid, out_trade_no: number, trade_state: state } = trade.value;
  if (mchid !== options.merchantId || appid !== options.appId || number !== merchantOrderNumber) {
    throw failed('it answered for another order');
  }
  switch (state) {
    case 'NOTPAY':
      return stateOf('open', [], reply);
    case 'CLOSED':
      return stateOf('closed', [], reply);
    // A payment of which something was given back is listed as the payment that it was.
    case 'SUCCESS':
    case 'REFUND':
      return stateOf('paid', [paymentIn(reply.json, trade.value)], reply);
  }
}

/** Proves nothing, also where the number is known to nobody. */
const UNKNOWN_ORDER: readonly string[] = ['ORDER_NOT_EXIST', 'ORDERNOTEXIST'];

function stateOf(
  status: QrState['status'],
  payments: readonly ProviderPayment[],
  { asOfMs }: Answered | Refused,
): QrState {
  return { status, payments, ...(asOfMs === undefined ? {} : { asOfMs }) };
}

/** The payment of a trade that was paid: what was asked for is what it was settled with. */
export function paymentIn(json: unknown, trade: v.InferOutput<typeof TRADE>): ProviderPayment {
  const paid = checkJson(PAID_TRADE, json);
  if (!paid.ok) throw failed(`its answer is no payment (${paid.problem})`);
  const { amount, transaction_id: transactionId } = paid.value;
  const paidAtMs = parseRfc3339(trade.success_time ?? '');
  return {
    merchantOrderNumber: trade.out_trade_no,
    transactionId,
    settledFen: amount.total,
    askedFen: amount.total,
    // Coupons of the provider paid the rest.
    ...(typeof amount.payer_total === 'number' ? { payerFen: amount.payer_total } : {}),
    currency: amount.currency ?? 'CNY',
    ...(paidAtMs === undefined ? {} : { paidAtMs }),
  };
}

/** Closes a code. That it is closed is what the query says afterwards. */
export async function closeQr(
  { client, options }: Merchant,
  { merchantOrderNumber }: QrRequest,
  call: PortCall,
): Promise<void> {
  const path = `${pathOf(merchantOrderNumber)}/close`;
  const reply = await client.ask({ path, body: { mchid: options.merchantId } }, call);
  if (reply.ok || NUMBER_IN_USE.includes(reply.code) || UNKNOWN_ORDER.includes(reply.code)) return;
  throw failed(`HTTP ${reply.status} ${reply.code}`);
}

function pathOf(merchantOrderNumber: string): string {
  return `/v3/pay/transactions/out-trade-no/${encodeURIComponent(merchantOrderNumber)}`;
}

/** A request that was not taken, and why. */
export function refusal({ code, status, message }: Refused): {
  readonly status: 'refused';
  readonly reason: PortReason;
  readonly message: string;
} {
  return { status: 'refused', reason: REASONS[code] ?? reasonOf(status), message };
}

function reasonOf(status: number): PortReason {
  if (status === 429) return 'too-often';
  return status === 403 ? 'not-allowed' : 'other';
}

const REASONS: Readonly<Record<string, PortReason>> = {
  NOT_ENOUGH: 'not-enough',
  USER_ACCOUNT_ABNORMAL: 'account-abnormal',
  RESOURCE_NOT_EXISTS: 'unknown-payment',
  ORDER_NOT_EXIST: 'unknown-payment',
  FREQUENCY_LIMITED: 'too-often',
  FREQUENCY_LIMIT_EXCEED: 'too-often',
  RATELIMIT_EXCEEDED: 'too-often',
  PARAM_ERROR: 'parameters',
  INVALID_REQUEST: 'parameters',
  APPID_MCHID_NOT_MATCH: 'parameters',
  NO_AUTH: 'not-allowed',
  RULE_LIMIT: 'not-allowed',
};
