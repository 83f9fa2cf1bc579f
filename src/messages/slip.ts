/** What a slip of an order says, as the server answers it: never a whole card number. */
import * as v from 'valibot';
import {
  declared,
  digitsOf,
  hexOf,
  maybe,
  textOf,
  type Told,
  typed,
  wholeOf,
} from '../json/index.js';
import { ORDER_STATE } from './states.js';

const TEXT = /* @__PURE__ */ declared(() => typed<string>(v.string()));
const COUNT = /* @__PURE__ */ wholeOf(0);
/** A card may be overdrawn. */
const BALANCE_FEN = /* @__PURE__ */ declared(() =>
  typed<number>(v.pipe(v.number(), v.safeInteger())),
);

const SLIP_PAYMENT = /* @__PURE__ */ declared(() =>
  v.object({
    provider: TEXT,
    /** The till's or the provider's own number. */
    transactionId: TEXT,
    paidAtMs: maybe(COUNT),
  }),
);

/** How the customer paid. */
export interface SlipPayment extends Told<typeof SLIP_PAYMENT> {}

const SLIP_PROOF = /* @__PURE__ */ declared(() =>
  v.object({
    /** 联机交易序号. */
    onlineAtc: wholeOf(0, 0xffff),
    /** 交易认证码, and the date and time it was made with: of a load that a TAC proved. */
    tac: maybe(hexOf(4)),
    date: maybe(digitsOf(8)),
    time: maybe(digitsOf(6)),
  }),
);

/** What proves the load. */
export interface SlipProof extends Told<typeof SLIP_PROOF> {}

export const SLIP_VIEW = /* @__PURE__ */ declared(() =>
  v.object({
    orderId: textOf(64),
    /** `receipt`: the load is proved; `held`: paid, and not proved. */
    kind: typed<'receipt' | 'held'>(v.picklist(['receipt', 'held'])),
    /** 0 is the first print; from 1 on the slip says 补打第 n 次. */
    copy: COUNT,
    /** When this copy was counted. */
    printedAtMs: COUNT,
    /** Who asked for it. */
    by: maybe(TEXT),
    amountFen: COUNT,
    state: ORDER_STATE,
    outlet: TEXT,
    terminal: maybe(hexOf(6)),
    /** The person who made the order. */
    operator: maybe(TEXT),
    plate: TEXT,
    plateColour: COUNT,
    /** The last four digits of the card number. */
    cardTail: hexOf(2),
    createdAtMs: COUNT,
    payment: maybe(typed<SlipPayment>(SLIP_PAYMENT)),
    /** Before and after the load, where a TAC proved it. */
    balanceBeforeFen: maybe(BALANCE_FEN),
    balanceAfterFen: maybe(BALANCE_FEN),
    /** On a receipt. */
    proof: maybe(typed<SlipProof>(SLIP_PROOF)),
  }),
);

/**
 * One copy of an order's slip, to be laid out and printed.
 * 订单小票（一次打印）。
 */
export interface SlipView extends Told<typeof SLIP_VIEW> {}
