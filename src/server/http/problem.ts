/** Errors as problem+json (RFC 9457): our code, both languages, what to do, what money did. */
import { type ErrorCode, QuancunError } from '../../errors.js';
import { INTERNAL } from '../../core-errors.js';

/** The one home of each code's status; what is not here is 422, a refusal for a reason. */
const STATUSES: Partial<Readonly<Record<ErrorCode, number>>> = {
  MESSAGE_INVALID: 400,
  JSON_INVALID: 400,
  PROTOCOL_VERSION: 400,
  BODY_TOO_LARGE: 413,
  SIGNATURE_INVALID: 401,
  REQUEST_REPLAYED: 401,
  CLOCK_SKEW: 401,
  SCOPE_MISSING: 403,
  LOGIN_REFUSED: 403,
  PERSON_LOCKED: 429,
  LOGINS_CLEARED_BEFORE: 429,
  SESSION_REQUIRED: 401,
  SESSION_LOCKED: 401,
  ROLE_MISSING: 403,
  PERSON_NOT_VOUCHED: 403,
  SHIFT_NOT_OPEN: 409,
  PERSON_UNKNOWN: 404,
  PERSON_EXISTS: 409,
  ORIGIN_REFUSED: 403,
  AMOUNT_OVER_TERMINAL_LIMIT: 403,
  ROUTE_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_MALFORMED: 400,
  REQUEST_TIMEOUT: 408,
  SERVER_BUSY: 503,
  SERVER_CLOSING: 503,
  ORDER_UNKNOWN: 404,
  ORDER_OPEN: 409,
  PAYMENT_BEING_TAKEN: 409,
  PAYMENT_REUSED: 409,
  IDEMPOTENCY_CONFLICT: 422,
  TOO_MANY_WRONG_CODES: 429,
  PAYMENT_CALLBACK_INVALID: 401,
  PAYMENT_PROVIDER_UNKNOWN: 404,
  PAYMENT_NOT_AWAITED: 409,
  PAYMENT_CALLBACK_DISAGREES: 409,
  PAYMENT_AMOUNT_CHANGED: 409,
  PAYMENT_PROVIDER_FAILED: 503,
  PAYMENT_NOT_SEEN: 409,
  PAYMENT_NOT_REPORTABLE: 403,
  REPORT_OVER_LIMIT: 403,
  QR_OPEN: 409,
  REFUND_ON_ITS_WAY: 409,
  REFUND_NEEDS_REASON: 409,
  STATEMENT_NOT_READY: 503,
  WORK_UNKNOWN: 404,
  DAY_NOT_OVER: 409,
  DAY_OUT_OF_ORDER: 409,
  DAY_CLOSED: 409,
  DAY_NOT_CLOSED: 409,
  LEDGER_BUSY: 503,
  LEDGER_REPLACED: 503,
  LEDGER_INCOMPLETE: 503,
  LEDGER_UNAVAILABLE: 503,
  LEDGER_READ_ONLY: 503,
  LEDGER_ACCESS_DENIED: 503,
  LEDGER_DATABASE_UNKNOWN: 503,
  HSM_UNAVAILABLE: 503,
  BOOKS_UNAVAILABLE: 503,
  JOURNAL_UNKNOWN: 404,
  JOURNAL_MISSING: 503,
  JOURNAL_FOREIGN: 503,
  JOURNAL_BEHIND: 503,
  JOURNAL_IN_USE: 503,
  JOURNAL_UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** The HTTP status of a refusal with this code. */
export function statusOf(code: ErrorCode): number {
  return STATUSES[code] ?? 422;
}

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  /** Of this answer alone. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request must carry to be let in, as 401 has to say. */
export const CHALLENGE = 'QUANCUN2 realm="quancun"';

/** The answer to an error; of one that is none of ours nothing is told. */
export function problem(thrown: unknown): Answer {
  const error =
    thrown instanceof Error && thrown.name === 'QuancunError'
      ? (thrown as QuancunError)
      : new QuancunError(INTERNAL, { details: { what: 'the server failed' } });
  const status = statusOf(error.code);
  const { hint, ...json } = error.toJSON();
  const fields = {
    type: `urn:quancun:error:${error.code}`,
    title: error.message,
    status,
    detail: hint.en,
    ...json,
    hint,
  };
  const contentType = 'application/problem+json';
  return { status, body: JSON.stringify(fields), contentType, ...headersOf(status, error) };
}

/** What a status promises to say in a header. */
function headersOf(status: number, { details }: QuancunError): Pick<Answer, 'headers'> {
  if (status === 401) return { headers: { 'www-authenticate': CHALLENGE } };
  if (status === 405) return { headers: { allow: String(details.allow) } };
  if (status !== 503 && status !== 429) return {};
  // Of a refusal that ends by itself: when to ask again.
  const { retryAfterSeconds } = details;
  const seconds = typeof retryAfterSeconds === 'number' ? retryAfterSeconds : 1;
  return { headers: { 'retry-after': String(seconds) } };
}

/** An answer that succeeded. */
export function answer(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value), contentType: 'application/json' };
}
