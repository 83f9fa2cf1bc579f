/** What WeChat Pay takes in a body, and nothing else (W2525171, W2556457). */
import * as v from 'valibot';
import type { Asked } from '../http-server.js';
import { paramError } from './state.js';

const TEXT = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const FEN = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const CURRENCY = v.literal('CNY');

/** 6 to 32 of these characters. */
export const OUT_TRADE_NO = v.pipe(v.string(), v.regex(/^[0-9A-Za-z_\-|*]{6,32}$/));
const OUT_REFUND_NO = v.pipe(v.string(), v.regex(/^[0-9A-Za-z_\-|*@]{1,64}$/));

/**
 * At most 255 characters, https, no query. This stand-in also takes http to the machine it runs
 * on, where nobody has a certificate.
 */
const NOTIFY_URL = v.pipe(
  TEXT(255),
  v.regex(/^(https:\/\/[^?#]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/[^?#]*)$/),
);
const RFC3339 = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+08:00|Z|[+-]\d\d:\d\d)$/),
);

/** Native order: fields that are not named here are let pass, and forgotten. */
export const CREATE = v.object({
  appid: TEXT(32),
  mchid: TEXT(32),
  description: TEXT(127),
  out_trade_no: OUT_TRADE_NO,
  time_expire: v.optional(RFC3339),
  attach: v.optional(TEXT(128)),
  notify_url: NOTIFY_URL,
  amount: v.object({ total: FEN, currency: v.optional(CURRENCY) }),
});

export const CLOSE = v.object({ mchid: TEXT(32) });

export const REFUND = v.object({
  transaction_id: v.optional(TEXT(32)),
  out_trade_no: v.optional(OUT_TRADE_NO),
  out_refund_no: OUT_REFUND_NO,
  reason: v.optional(TEXT(80)),
  notify_url: v.optional(NOTIFY_URL),
  amount: v.object({ refund: FEN, total: FEN, currency: CURRENCY }),
});

/**
 * Reads a body: no nulls, no characters of four bytes, every field in its form.
 * @throws WechatRefusal PARAM_ERROR
 */
export function expectBody<Schema extends v.GenericSchema>(
  schema: Schema,
  { body, headers }: Asked,
): v.InferOutput<Schema> {
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
    throw paramError('Content-Type must be application/json');
  }
  const text = body.toString('utf8');
  if (/[\ud800-\udfff]/.test(text)) throw paramError('a character takes four bytes');
  const result = v.safeParse(schema, parseJson(text), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw paramError(`${v.getDotPath(issue) ?? 'body'}: ${issue.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (name, value: unknown) => {
      if (value === null) throw paramError(`${name} is null`);
      return value;
    }) as unknown;
  } catch (error) {
    throw error instanceof SyntaxError ? paramError('the body is not JSON') : error;
  }
}
