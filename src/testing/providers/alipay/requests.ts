/** What Alipay takes in `biz_content`. */
import * as v from 'valibot';
import type { Fields } from './signature.js';
import {
  type AlipayState,
  type AlipayTrade,
  businessFailed,
  invalidArgument,
  type Node,
} from './state.js';

/** At most 64 letters, digits and underscores. */
export const OUT_TRADE_NO = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_]{1,64}$/));
/** Yuan, with two digits at most; some write a number. */
export const YUAN = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(String),
  v.regex(/^\d{1,9}(\.\d{1,2})?$/),
  v.check((text) => Number(text) >= 0.01),
);

/** An amount in fen, without a float on the way. */
export function fenOf(yuan: string): number {
  const [whole = '', part = ''] = yuan.split('.');
  return Number(whole) * 100 + Number(part.padEnd(2, '0'));
}

/** Which trade is meant, by either of its numbers. */
export const TRADE = v.object({
  out_trade_no: v.optional(OUT_TRADE_NO),
  trade_no: v.optional(v.pipe(v.string(), v.minLength(16), v.maxLength(64))),
});
export type BizContent = v.InferOutput<typeof TRADE>;

/**
 * Reads `biz_content`.
 * @throws AlipayRefusal 40002
 */
export function expectBiz<Schema extends v.GenericSchema>(
  schema: Schema,
  fields: Fields,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, parseJson(fields.biz_content ?? ''), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalidArgument(`${v.getDotPath(issue) ?? 'biz_content'}: ${issue.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidArgument('biz_content is not JSON');
  }
}

/**
 * The trade that is meant; of a code that nobody scanned there is none.
 * @throws AlipayRefusal ACQ.TRADE_NOT_EXIST
 */
export function expectTrade(state: AlipayState, biz: BizContent, fields: Node = {}): AlipayTrade {
  const { out_trade_no: number, trade_no: id } = biz;
  if (number === undefined && id === undefined) throw invalidArgument('which trade is not said');
  const found = [...state.trades.values()].find(
    ({ outTradeNo, tradeNo }) =>
      (id === undefined || tradeNo === id) && (number === undefined || outTradeNo === number),
  );
  if (found === undefined) throw businessFailed('ACQ.TRADE_NOT_EXIST', '交易不存在', fields);
  return tradeOf(state, found.outTradeNo) ?? found;
}

/** A trade that nobody paid in time is closed. */
export function tradeOf(state: AlipayState, outTradeNo: string): AlipayTrade | undefined {
  const trade = state.trades.get(outTradeNo);
  const isOver = trade?.status === 'WAIT_BUYER_PAY' && state.now() >= trade.endsAtMs;
  if (isOver) trade.status = 'TRADE_CLOSED';
  return trade;
}
