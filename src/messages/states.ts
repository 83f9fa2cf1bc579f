/** The words of the protocol: where an order stands, how a credit was proved, what a code is. */
import * as v from 'valibot';
import { CODE_FORM, type Hint, type MoneyState } from '../error-row.js';
import type { ErrorCode } from '../errors.js';
import { declared, typed } from '../json/index.js';

/** The version of these messages. */
export const PROTOCOL_VERSION = 1;

/**
 * Where an order stands.
 * 订单状态。
 *
 * CREATED → PAID → ISSUED(n) → CREDITED is the straight road. HELD waits for the card, VOIDING
 * waits for a probe that proves nothing was written, REFUND_DUE waits for the payment provider.
 */
export type OrderState = Extract<(typeof ORDER_STATES)[number], string>;

/** How a credit was proved. */
export type CreditProof = 'tac' | 'counter' | 'people';

/**
 * What becomes of a frozen order: back to what it was (an issued one is HELD), credited, or the
 * money given back. Of a held one: the last two. While a MAC2 may be alive in the card, only
 * `destroyed` gives money back: the card is destroyed, or in the issuer's hands for good.
 */
export type Release = 'resume' | 'credited' | 'refund' | 'destroyed';

/** Every state there is. */
export const ORDER_STATES = [
  ...(['CREATED', 'PAID', 'ISSUED', 'HELD', 'VOIDING', 'CREDITED'] as const),
  ...(['REFUND_DUE', 'REFUNDED', 'EXPIRED', 'FROZEN'] as const),
] as const;

export const ORDER_STATE = /* @__PURE__ */ declared(() =>
  typed<OrderState>(v.picklist(ORDER_STATES)),
);
export const CREDIT_PROOF = /* @__PURE__ */ declared(() =>
  typed<CreditProof>(v.picklist(['tac', 'counter', 'people'])),
);
/** Of a server with a word more for it: the careful one. */
export const MONEY = /* @__PURE__ */ declared(() =>
  typed<MoneyState>(v.fallback(v.picklist(['untouched', 'moved', 'in-doubt']), 'in-doubt')),
);
/** A server may have codes that a terminal does not know. */
export const CODE = /* @__PURE__ */ declared(() =>
  typed<ErrorCode>(v.pipe(v.string(), v.regex(CODE_FORM))),
);
export const HINT = /* @__PURE__ */ declared(() =>
  typed<Hint>(v.object({ en: v.string(), zh: v.string() })),
);
