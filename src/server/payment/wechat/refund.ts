/**
 * Refunds: one number pays once. A reply of 200 says that it was accepted and how it stands.
 * Documents: 微信支付 APIv3, 退款 › 申请退款, 查询单笔退款.
 */
import * as v from 'valibot';
import { checkJson, looseOf, textOf, wholeOf } from '../../../json/index.js';
import type { PortCall, RefundAnswer, RefundRequest } from '../port.js';
import { failed } from '../adapter/failed.js';
import { ourNumber, providerNumber } from '../adapter/forms.js';
import { type Merchant, refusal } from './qr.js';

const REFUND = looseOf({
  out_refund_no: ourNumber(),
  out_trade_no: ourNumber(),
  transaction_id: providerNumber(),
  status: v.picklist(['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL']),
  amount: looseOf({
    refund: wholeOf(1),
    total: wholeOf(1),
    currency: v.nullish(textOf(16), 'CNY'),
  }),
});

/** Theirs → ours. ABNORMAL is not the end: the provider may still be told another account. */
const STATUSES = {
  PROCESSING: 'pending',
  SUCCESS: 'done',
  CLOSED: 'closed',
  ABNORMAL: 'abnormal',
} as const;

/** Gives a payment back. */
export async function refund(
  merchant: Merchant,
  request: RefundRequest,
  call: PortCall,
): Promise<RefundAnswer> {
  const body = {
    transaction_id: request.transactionId,
    out_refund_no: request.refundNumber,
    notify_url: merchant.options.notifyUrl,
    amount: { refund: request.amountFen, total: request.totalFen, currency: 'CNY' },
  };
  const reply = await merchant.client.ask({ path: '/v3/refund/domestic/refunds', body }, call);
  if (reply.ok) return standingOf(reply.json, request);
  const { code, message } = reply;
  const isTooLate = code === 'INVALID_REQUEST' && isOver(request, merchant.options.now());
  const isForGood = code === 'USER_ACCOUNT_ABNORMAL' || isTooLate;
  if (!isForGood) return refusal(reply);
  // What nobody has signed lets no person give it back.
  if (!reply.isSigned) return { status: 'refused', reason: 'other', message };
  // An earlier request under this number may stand there.
  const found = await queryRefund(merchant, request, call);
  if (found.status !== 'unknown') return found;
  return { status: 'refused', reason: isTooLate ? 'too-late' : 'account-abnormal', message };
}

/** Refunds are taken for a year; the refusal afterwards has no code of its own. */
const REFUNDABLE_MS = 365 * 24 * 3_600_000;

function isOver({ paidAtMs }: RefundRequest, nowMs: number): boolean {
  return paidAtMs !== undefined && nowMs - paidAtMs > REFUNDABLE_MS;
}

/** How a refund stands. */
export async function queryRefund(
  { client }: Merchant,
  request: RefundRequest,
  call: PortCall,
): Promise<RefundAnswer> {
  const path = `/v3/refund/domestic/refunds/${encodeURIComponent(request.refundNumber)}`;
  const reply = await client.ask({ path }, call);
  if (reply.ok) return standingOf(reply.json, request);
  // It has been said of refunds that were there: it proves nothing, signed or not.
  if (reply.code === 'RESOURCE_NOT_EXISTS') return { status: 'unknown' };
  throw failed(`HTTP ${reply.status} ${reply.code}`);
}

function standingOf(json: unknown, request: RefundRequest): RefundAnswer {
  const checked = checkJson(REFUND, json);
  if (!checked.ok) throw failed(`its answer is no refund (${checked.problem})`);
  const { value } = checked;
  const isTheSame =
    value.out_refund_no === request.refundNumber &&
    value.out_trade_no === request.merchantOrderNumber &&
    value.transaction_id === request.transactionId &&
    value.amount.refund === request.amountFen &&
    value.amount.total === request.totalFen &&
    value.amount.currency === 'CNY';
  if (!isTheSame) throw failed('it answered for another refund');
  return { status: STATUSES[value.status] };
}
