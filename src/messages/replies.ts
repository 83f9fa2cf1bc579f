/**
 * What a server answers. A reader takes no notice of fields that a newer server adds, and is strict
 * about those that it uses: what another system on the way answers is no reply.
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
import { ACTOR, CODE, CREDIT_PROOF, HINT, MONEY, ORDER_STATE, RETRY, STOPS } from './states.js';

const TEXT = /* @__PURE__ */ declared(() => typed<string>(v.string()));
const COUNT = /* @__PURE__ */ wholeOf(0);
const BYTE = /* @__PURE__ */ wholeOf(0, 0xff);
/** What INITIALIZE FOR LOAD can be asked for. */
const LOAD_FEN = /* @__PURE__ */ wholeOf(1, 0xffffffff);

const DETAILS = /* @__PURE__ */ declared(() =>
  typed<Readonly<Record<string, unknown>>>(v.looseObject({})),
);

const CHECK = /* @__PURE__ */ declared(() =>
  v.object({
    keyIndex: BYTE,
    /** What the card is given as terminal number, 12 hex digits: drawn for this order alone. */
    terminal: hexOf(6),
  }),
);

/** INITIALIZE FOR LOAD that spends nothing: it shows what the card has against the order. */
export interface CardCheckStep extends Told<typeof CHECK> {}

const TAKING = /* @__PURE__ */ declared(() =>
  v.object({
    sinceMs: COUNT,
    /** The intent's own number: `check.terminal` of the order before. */
    terminal: hexOf(6),
    /** Whose terminal takes it. */
    by: maybe(TEXT),
    provider: maybe(TEXT),
    /** The only number that ends it, where it was fixed before. */
    transactionId: maybe(TEXT),
  }),
);

/** Money is being taken for an order. */
export interface TakingView extends Told<typeof TAKING> {}

const order = {
  orderId: textOf(64),
  /** 16 digits; a messy card's may have the letters A–F. */
  cardNumber: hexOf(8),
  amountFen: COUNT,
  state: ORDER_STATE,
  outlet: TEXT,
  createdAtMs: COUNT,
  creditedBy: maybe(CREDIT_PROOF),
  /** In CREATED: how the card is asked before any money is taken. */
  check: maybe(typed<CardCheckStep>(CHECK)),
  /** In TAKING. */
  taking: maybe(typed<TakingView>(TAKING)),
  /** In the answer to a payment: whether it pays for the order, or is owed back. */
  booked: maybe(typed<'payment' | 'surplus'>(v.picklist(['payment', 'surplus']))),
};
export const ORDER_VIEW = /* @__PURE__ */ declared(() => v.object(order));

/** An order as terminals see it: no keys, no cryptograms. */
export interface OrderView extends Told<typeof ORDER_VIEW> {}

/** A refusal: an error of ours as JSON. By its name it is told from a gateway's own. */
export const REFUSAL = /* @__PURE__ */ declared(() =>
  v.object({
    name: v.literal('QuancunError'),
    code: CODE,
    message: TEXT,
    messageZh: TEXT,
    hint: HINT,
    money: MONEY,
    /** An older server says none of these: the careful choice is read. */
    actor: maybe(ACTOR),
    stop: maybe(STOPS),
    retry: maybe(RETRY),
  }),
);

export const CARD_REPORT = /* @__PURE__ */ declared(() =>
  v.object({
    cardNumber: hexOf(8),
    /** Whether nothing that the server knows stands against a recharge. */
    rechargeable: typed<boolean>(v.boolean()),
    /** Everything that does, the most urgent first. */
    objections: v.array(v.object({ ...REFUSAL.entries, details: maybe(DETAILS) })),
    /** The order to be finished before another one is made. */
    openOrder: v.nullable(ORDER_VIEW),
    /** The most that may be recharged now. */
    maxAmountFen: COUNT,
    /** The server's clock. */
    nowMs: COUNT,
  }),
);

/** What the server knows of a card, before any money. */
export interface CardReport extends Told<typeof CARD_REPORT> {}

export const UNSETTLED = /* @__PURE__ */ declared(() =>
  v.object({ order: v.nullable(ORDER_VIEW) }),
);

const STOP = /* @__PURE__ */ declared(() =>
  v.object({
    do: v.literal('stop'),
    state: ORDER_STATE,
    /** Why, when the visit did not end in CREDITED. */
    code: maybe(CODE),
    /** What the code says, so that a terminal need not know it. */
    message: maybe(TEXT),
    messageZh: maybe(TEXT),
    hint: maybe(HINT),
    /** Who acts next, whether he stops, and whether the order may be tried again. */
    actor: maybe(ACTOR),
    stop: maybe(STOPS),
    retry: maybe(RETRY),
    money: MONEY,
    creditedBy: maybe(CREDIT_PROOF),
    details: maybe(DETAILS),
  }),
);

/** The visit is over. */
export interface StopStep extends Told<typeof STOP> {}

export const STEP = /* @__PURE__ */ declared(() =>
  v.variant('do', [
    v.object({
      /** Ask 805A for type 02 with each of these ATCs, before any INIT. */
      do: v.literal('prove'),
      transactionType: BYTE,
      atcs: v.pipe(v.array(wholeOf(0, 0xffff)), v.minLength(1), v.maxLength(4)),
    }),
    v.object({
      /** Verify the PIN, then INITIALIZE FOR LOAD with the terminal's own number. */
      do: v.literal('initialize'),
      keyIndex: BYTE,
      amountFen: LOAD_FEN,
    }),
    v.object({
      /** INITIALIZE FOR LOAD with this terminal number; no MAC2 will ever be made for it. */
      do: v.literal('probe'),
      keyIndex: BYTE,
      amountFen: LOAD_FEN,
      terminal: hexOf(6),
    }),
    v.object({
      /** CREDIT FOR LOAD, at once and only once. */
      do: v.literal('credit'),
      date: digitsOf(8),
      time: digitsOf(6),
      mac2: hexOf(4),
    }),
    STOP,
  ]),
);

/**
 * What the terminal does next.
 * 终端下一步。
 */
export type Step = Exclude<Told<typeof STEP>, { readonly do: 'stop' }> | StopStep;

export const ORDER_RECORD = /* @__PURE__ */ declared(() =>
  v.object({
    ...order,
    plate: TEXT,
    plateColour: COUNT,
    /** Whether 圈存 with the card in the reader leads on. */
    loadable: v.boolean(),
    /** Why not. */
    why: maybe(CODE),
    /** What `why` says and what to do, so that an app need not know the code. */
    message: maybe(TEXT),
    messageZh: maybe(TEXT),
    hint: maybe(HINT),
    actor: maybe(ACTOR),
    stop: maybe(STOPS),
    retry: maybe(RETRY),
  }),
);

/** One order as an operator sees it. */
export interface OrderRecord extends Told<typeof ORDER_RECORD> {}

export const RECORDS_PAGE = /* @__PURE__ */ declared(() =>
  v.object({
    records: v.array(typed<OrderRecord>(ORDER_RECORD)),
    /** Cursor of the next page; `null` on the last. */
    next: v.nullable(TEXT),
  }),
);

/** A page of orders, newest first. */
export interface RecordsPage extends Told<typeof RECORDS_PAGE> {}

export const JOURNAL_VIEW = /* @__PURE__ */ declared(() =>
  v.object({
    journalId: TEXT,
    /** For people: its file, for example. */
    name: TEXT,
    state: typed<'open' | 'sealed' | 'given-up'>(v.picklist(['open', 'sealed', 'given-up'])),
    /** Lines of it that the ledger knows. */
    sequence: COUNT,
    /** Whether a living server holds it. */
    isLive: v.boolean(),
    /** Whether it was compared with the database as it is now. */
    isCompared: v.boolean(),
    /** Whether older orders wait until it is compared, or given up. */
    isAwaited: v.boolean(),
    /** The first of two people who give it up. */
    givenUpBy: maybe(TEXT),
  }),
);

/**
 * A journal as people see it.
 * 日志概况。
 */
export interface JournalView extends Told<typeof JOURNAL_VIEW> {}

export const JOURNALS = /* @__PURE__ */ declared(() =>
  v.object({ journals: v.array(JOURNAL_VIEW) }),
);

/** A problem of another system on the way (RFC 9457). */
export const GATEWAY_PROBLEM = /* @__PURE__ */ declared(() =>
  v.object({ title: textOf(200), detail: maybe(textOf(300)), code: maybe(textOf(64)) }),
);
