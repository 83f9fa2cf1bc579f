/** The words of the protocol: where an order stands, how a credit was proved, what a code is. */
import * as v from 'valibot';
import { type Actor, CODE_FORM, type Hint, type MoneyState, type Retry } from '../error-row.js';
import type { ErrorCode } from '../errors.js';
import { declared, typed } from '../json/index.js';

/** The version of these messages. */
export const PROTOCOL_VERSION = 1;

/**
 * Where an order stands.
 * 订单状态。
 *
 * CREATED → TAKING → PAID → ISSUED(n) → CREDITED is the straight road. In TAKING money is being
 * taken, and nobody may take it a second time. HELD waits for the card, VOIDING waits for a probe
 * that proves nothing was written, REFUND_DUE waits for the payment provider.
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
  ...(['CREATED', 'TAKING', 'PAID', 'ISSUED', 'HELD', 'VOIDING', 'CREDITED'] as const),
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
/** As {@link MONEY}: of a server with a word more for them, the careful one. */
export const ACTOR = /* @__PURE__ */ declared(() =>
  typed<Actor>(v.fallback(v.picklist(['customer', 'operator', 'administrator']), 'administrator')),
);
export const STOPS = /* @__PURE__ */ declared(() => typed<boolean>(v.fallback(v.boolean(), true)));
export const RETRY = /* @__PURE__ */ declared(() =>
  typed<Retry>(v.fallback(v.picklist(['safe', 'once', 'after', 'never']), 'never')),
);
