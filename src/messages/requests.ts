/**
 * What a terminal asks, and the back office. Requests are strict: an unknown field is refused, so
 * that a misspelt one is noticed the first time and not after a year of being ignored.
 */
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
import { SILENT_IN_PLATES } from '../plate.js';
import { ORDER_STATE, type OrderState, PROTOCOL_VERSION, type Release } from './states.js';

const PROTOCOL = /* @__PURE__ */ declared(() => typed<number>(v.literal(PROTOCOL_VERSION)));
export const CARD_NUMBER = /* @__PURE__ */ digitsOf(16);
export const ORDER_ID = /* @__PURE__ */ textOf(64);
const TERMINAL = /* @__PURE__ */ hexOf(6);
/**
 * A payment is known as `provider:number` afterwards: the first colon parts the two. One spelling
 * of a name, so that nobody is taken for another: small letters, digits and hyphens.
 */
/** The name of a provider. */
export const PROVIDER = /* @__PURE__ */ textOf(32, /^[a-z][a-z0-9-]*$/);
/** Data ‖ SW1 SW2. */
const RESPONSE = /* @__PURE__ */ hexOf(2, 258);

const ISSUE_INFORMATION = /* @__PURE__ */ declared(() =>
  typed<string>(v.pipe(v.string(), v.regex(/^([0-9A-Fa-f]{86}|[0-9A-Fa-f]{100})$/))),
);

export const CREATE_ORDER = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: PROTOCOL,
    /** Chosen by the terminal; the same key gives the same order. At most 64 characters. */
    idempotencyKey: textOf(64),
    /** EF 0015 as read, hex: card number, kind, version and validity are taken from it. */
    issueInformation: ISSUE_INFORMATION,
    /** From 1 to what the deployment allows. */
    amountFen: typed<number>(v.pipe(v.number(), v.safeInteger())),
    outlet: textOf(64),
    /** The number of the terminal that makes it, 12 hex digits. */
    terminal: maybe(TERMINAL),
  }),
);

/** A new order. */
export interface CreateOrderRequest extends Told<typeof CREATE_ORDER> {}

export const CHECK_CARD = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: PROTOCOL,
    /** EF 0015 as read, hex. */
    issueInformation: ISSUE_INFORMATION,
    /** What the card says it holds. */
    balanceFen: maybe(typed<number>(v.pipe(v.number(), v.safeInteger()))),
    /** What is to be recharged; without it the amount is not looked at. */
    amountFen: maybe(typed<number>(v.pipe(v.number(), v.safeInteger()))),
    outlet: maybe(textOf(64)),
  }),
);

/** Which card is asked about before money is taken. */
export interface CheckCardRequest extends Told<typeof CHECK_CARD> {}

export const BEGIN_PAYMENT = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: PROTOCOL,
    orderId: ORDER_ID,
    /** The number read from the card in the reader, not from the order. */
    cardNumber: CARD_NUMBER,
    /** The card's answer to INITIALIZE FOR LOAD with the order's amount and `check.terminal`. */
    response: RESPONSE,
    /** Who takes the money: `pos`, `cash`, a provider. */
    provider: maybe(PROVIDER),
    /** The payment's number, where it is known before: then no other one ends it. */
    transactionId: maybe(textOf(64)),
    /** Drawn for one visit: asked again it is the same, and another visit does not begin too. */
    visit: maybe(textOf(64)),
  }),
);

/** Money is about to be taken for an order, by who holds its card. */
export interface BeginPaymentRequest extends Told<typeof BEGIN_PAYMENT> {}

export const END_PAYMENT = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: PROTOCOL,
    orderId: ORDER_ID,
    /** The intent that ends: `check.terminal` it began with, or `taking.terminal`. */
    terminal: TERMINAL,
  }),
);

/** Nothing was taken: said by the terminal, and the person, that was to take it. */
export interface EndPaymentRequest extends Told<typeof END_PAYMENT> {}

export const CONFIRM_PAYMENT = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: PROTOCOL,
    orderId: ORDER_ID,
    provider: PROVIDER,
    transactionId: textOf(64),
    amountFen: wholeOf(1, 0xffffffff),
    /** When the till or the provider took it, if it says so. */
    paidAtMs: maybe(wholeOf(0)),
  }),
);

/** A payment that the outlet or the payment provider confirms. */
export interface ConfirmPaymentRequest extends Told<typeof CONFIRM_PAYMENT> {}

const EVIDENCE = /* @__PURE__ */ declared(() =>
  v.variant('kind', [
    v.strictObject({
      /** The card is in the reader: what next? */
      kind: v.literal('present'),
    }),
    v.strictObject({
      /** INITIALIZE FOR LOAD was sent with this terminal number. */
      kind: v.literal('initialized'),
      terminal: TERMINAL,
      response: RESPONSE,
    }),
    v.strictObject({
      /** CREDIT FOR LOAD was answered. */
      kind: v.literal('credited'),
      response: RESPONSE,
    }),
    v.strictObject({
      /** GET TRANSACTION PROVE was answered, once for each ATC asked. */
      kind: v.literal('proved'),
      responses: v.pipe(v.array(RESPONSE), v.maxLength(4)),
    }),
    v.strictObject({
      /** No answer came. Whether the card executed the command is not known. */
      kind: v.literal('lost'),
    }),
  ]),
);

/**
 * What a terminal saw. Card answers are passed on whole (data ‖ SW1 SW2, hex); the authority does
 * the parsing and the checking.
 * 终端上报的证据。
 */
export type TerminalEvidence = Extract<Told<typeof EVIDENCE>, object>;

export const VISIT_REPORT = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: PROTOCOL,
    orderId: ORDER_ID,
    /** The number read from the card in the reader, not from the order. */
    cardNumber: CARD_NUMBER,
    evidence: typed<TerminalEvidence>(EVIDENCE),
  }),
);

/** One report of a terminal with a card in its reader. */
export interface VisitReport extends Told<typeof VISIT_REPORT> {}

/** Which card's unsettled order is asked for. */
export const CARD_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({ protocol: PROTOCOL, cardNumber: CARD_NUMBER }),
);

export const FOREIGN_RECORD = /* @__PURE__ */ declared(() =>
  v.strictObject({
    atc: wholeOf(0, 0xffff),
    /** Raw four-byte balance after the load. */
    rawBalanceAfter: wholeOf(0, 0xffffffff),
    amountFen: wholeOf(0, 0xffffffff),
    /** 12 hex digits. */
    terminal: TERMINAL,
    date: digitsOf(8),
    time: digitsOf(6),
    /** 8 hex digits. */
    tac: hexOf(4),
  }),
);

/**
 * A load by another issuer's system, as that issuer's ledger has it. The TAC only checks it:
 * whoever reports it vouches that it came from there.
 */
export interface ForeignRecord extends Told<typeof FOREIGN_RECORD> {}

/** What no text of ours holds, as {@link textOf} says; and what it does hold instead of halves. */
const HIDDEN = '\\u0000-\\u001f\\u007f\\ud800-\\udfff';
const PAIR = '[\\ud800-\\udbff][\\udc00-\\udfff]';
/** As the ledger names a payment: `provider:number`. */
const PAYMENT_NAME = /* @__PURE__ */ declared(() =>
  textOf(97, new RegExp(`^[^:${HIDDEN}]{1,32}:(?:[^${HIDDEN}]|${PAIR}){1,64}$`)),
);

/** Nothing but blanks and dots would be every card that is bound to no vehicle. */
const PLATE = /* @__PURE__ */ declared(() =>
  textOf(
    16,
    new RegExp(`^(?=[${SILENT_IN_PLATES}]*[^${SILENT_IN_PLATES}])(?:[^${HIDDEN}]|${PAIR})*$`),
  ),
);

export const RECORDS_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({
    orderId: maybe(ORDER_ID),
    /** The order that this payment was booked for; `provider:number`. */
    payment: maybe(PAYMENT_NAME),
    cardNumber: maybe(CARD_NUMBER),
    /** As it is typed: blanks, width, case and the middle dot make no difference. */
    plate: maybe(PLATE),
    /** A card whose colour is not known is found by every colour. */
    plateColour: maybe(wholeOf(0, 0xffff)),
    outlet: maybe(textOf(64)),
    /** The person, and the shift, that made it. */
    person: maybe(textOf(64)),
    shift: maybe(textOf(64)),
    states: maybe(
      typed<OrderState[]>(v.pipe(v.array(ORDER_STATE), v.minLength(1), v.maxLength(16))),
    ),
    /**
     * Created at or after, and before. Their days, the last moment's being the second, are at most
     * 30 apart: a month of 31 days is one range. Optional where an order or a payment is named.
     */
    fromMs: maybe(wholeOf(0)),
    toMs: maybe(wholeOf(0)),
    /** `next` of the page before. */
    cursor: maybe(typed<string>(v.pipe(v.string(), v.regex(/^\d{1,15}\.[0-9A-Z]{1,64}$/)))),
    /** 1 to 100. Default: 20. */
    limit: maybe(wholeOf(1, 100)),
  }),
);

/**
 * Which orders to list (充值记录): those that fit all that is named. Without order, payment, card or
 * plate it is a question of the back office.
 */
export interface RecordsRequest extends Told<typeof RECORDS_REQUEST> {}

/** Which provider's QR code is meant. */
export const PAYING = /* @__PURE__ */ declared(() =>
  v.strictObject({ protocol: PROTOCOL, provider: PROVIDER }),
);

/**
 * A surplus payment's number; without one, the order's own. `reason`: needed for a refund by hand
 * that its provider refuses for good.
 */
export const REFUND = /* @__PURE__ */ declared(() =>
  v.strictObject({ transactionId: maybe(PAYMENT_NAME), reason: maybe(textOf(256)) }),
);

/** Where the page before ended. */
export const REFUNDS_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({ after: maybe(textOf(100)) }),
);

/** Why a supervisor ends the taking of a payment, in their own words. */
export const NOT_TAKEN = /* @__PURE__ */ declared(() =>
  v.strictObject({
    reason: textOf(256),
    /** The intent that ends: `taking.terminal` of the order. */
    terminal: TERMINAL,
  }),
);

/** The same, with the name of whoever says so; a provider closes it, and answers: unpaid. */
export const NOT_TAKEN_WORD = /* @__PURE__ */ declared(() =>
  v.variant('how', [
    v.strictObject({ ...NOT_TAKEN.entries, how: v.literal('supervisor'), by: textOf(256) }),
    v.strictObject({ how: v.literal('provider'), by: textOf(256), terminal: TERMINAL }),
  ]),
);

/** Who says that nothing was taken. */
export type NotTakenWord = Extract<Told<typeof NOT_TAKEN_WORD>, object>;

/** What one of two people wants done. */
export const RELEASE = /* @__PURE__ */ declared(() =>
  v.strictObject({
    release: typed<Release>(v.picklist(['resume', 'credited', 'refund', 'destroyed'])),
  }),
);

/** The same, with the name of whoever wants it. */
export const RELEASE_WORD = /* @__PURE__ */ declared(() =>
  v.strictObject({ ...RELEASE.entries, by: textOf(256), discounts: v.exactOptional(textOf(256)) }),
);

/** Which journal two people give up, by its number. */
export const JOURNAL_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({ journalId: textOf(64, /^[0-9a-f]+$/) }),
);

/** A request that the address says whole. */
export const NOTHING = /* @__PURE__ */ declared(() => v.strictObject({}));
