/**
 * Refunds: one `out_request_no` pays once. `fund_change` Y says that money moved now; N says that
 * this call moved none, which is true of a repetition as well: then the query tells. `refund_fee`
 * is all that was ever given back of the trade.
 * Documents: 支付宝开放平台, alipay.trade.refund, alipay.trade.fastpay.refund.query.
 */
import * as v from 'valibot';
import { checkJson, looseOf } from '../../../json/index.js';
import { formatYuan } from '../../../money.js';
import type { PortCall, RefundAnswer, RefundRequest } from '../port.js';
import { failed } from '../adapter/failed.js';
import { ourNumber, providerNumber } from '../adapter/forms.js';
import type { Refused } from './client.js';
import { type Merchant, refusal, yuan } from './qr.js';

const REFUNDED = looseOf({
  out_trade_no: ourNumber(),
  trade_no: providerNumber(),
  refund_fee: yuan(),
  fund_change: v.nullish(v.picklist(['Y', 'N']), 'N'),
});

const STANDING = looseOf({
  out_trade_no: v.nullish(ourNumber()),
  trade_no: v.nullish(providerNumber()),
  out_request_no: v.nullish(ourNumber()),
  refund_amount: v.nullish(yuan()),
  refund_status: v.nullish(v.string(), ''),
});

/** Gives a payment back. */
export async function refund(
  merchant: Merchant,
  request: RefundRequest,
  call: PortCall,
): Promise<RefundAnswer> {
  const content = { ...numbersOf(request), refund_amount: formatYuan(request.amountFen) };
  const reply = await merchant.client.ask('alipay.trade.refund', content, call);
  if (!reply.ok) {
    if (!MAYBE_DONE.includes(reply.subCode)) return asSigned(reply);
    // The trade has ended: by this refund, as an earlier call may have begun it, or otherwise.
    const { status } = await queryRefund(merchant, request, call);
    return status === 'done' ? { status } : asSigned(reply);
  }
  const checked = checkJson(REFUNDED, reply.json);
  if (!checked.ok) throw failed(`its answer is no refund (${checked.problem})`);
  const {
    out_trade_no: ours,
    trade_no: theirs,
    refund_fee: allFen,
    fund_change: moved,
  } = checked.value;
  if (ours !== request.merchantOrderNumber || theirs !== request.transactionId) {
    throw failed('it answered for another payment');
  }
  if (moved === 'Y') {
    if (allFen < request.amountFen) throw failed('it says that less was given back than was asked');
    return { status: 'done' };
  }
  const { status } = await queryRefund(merchant, request, call);
  // It was taken: what the query does not know yet, it will.
  return status === 'done' ? { status } : { status: 'pending' };
}

/** What lets a person give it back must be signed. */
function asSigned(reply: Refused): RefundAnswer {
  const said = refusal(reply);
  const isForGood = said.reason === 'too-late' || said.reason === 'account-abnormal';
  return isForGood && !reply.isSigned ? { ...said, reason: 'other' } : said;
}

const MAYBE_DONE: readonly string[] = [
  ...['ACQ.TRADE_HAS_CLOSE', 'ACQ.TRADE_STATUS_ERROR', 'ACQ.TRADE_HAS_FINISHED'],
  ...['ACQ.REASON_TRADE_REFUND_FEE_ERR', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL'],
];

/**
 * How a refund stands. Only REFUND_SUCCESS is one. Without a status the gateway has not had the
 * request, or it failed: both are asked for again under the same number.
 */
export async function queryRefund(
  { client }: Merchant,
  request: RefundRequest,
  call: PortCall,
): Promise<RefundAnswer> {
  const method = 'alipay.trade.fastpay.refund.query';
  const reply = await client.ask(method, numbersOf(request), call);
  if (!reply.ok) {
    if (UNKNOWN_REFUND.includes(reply.subCode)) return { status: 'unknown' };
    throw failed(`${reply.code} ${reply.subCode}`);
  }
  const checked = checkJson(STANDING, reply.json);
  if (!checked.ok) throw failed(`its answer is no refund (${checked.problem})`);
  const { value } = checked;
  if (value.refund_status === '') return { status: 'unknown' };
  const isTheSame =
    value.out_request_no === request.refundNumber &&
    value.trade_no === request.transactionId &&
    value.out_trade_no === request.merchantOrderNumber;
  if (!isTheSame) throw failed('it answered for another refund');
  switch (value.refund_status) {
    case 'REFUND_SUCCESS':
      if (value.refund_amount === request.amountFen) return { status: 'done' };
      throw failed('it gave back another amount than was asked');
    case 'REFUND_PROCESSING':
      return { status: 'pending' };
    case 'REFUND_FAIL':
      return { status: 'refused', reason: 'other', message: 'REFUND_FAIL' };
    default:
      throw failed('its answer is no refund (refund_status)');
  }
}

const UNKNOWN_REFUND: readonly string[] = ['ACQ.TRADE_NOT_EXIST', 'ACQ.REFUND_NOT_EXIST'];

function numbersOf({ transactionId, merchantOrderNumber, refundNumber }: RefundRequest) {
  return {
    trade_no: transactionId,
    out_trade_no: merchantOrderNumber,
    out_request_no: refundNumber,
  };
}
