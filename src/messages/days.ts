/** What is said of the days of outlets: takings, counts, closes and exports. */
import * as v from 'valibot';
import { declared, maybe, saying, textOf, type Told, typed, wholeOf } from '../json/index.js';
import { WHO } from './history.js';
import { ORDER_STATE } from './states.js';

const TEXT = /* @__PURE__ */ declared(() => typed<string>(v.string()));
const COUNT = /* @__PURE__ */ wholeOf(0);
const SIGNED_FEN = /* @__PURE__ */ declared(() =>
  typed<number>(v.pipe(v.number(), v.safeInteger())),
);
const OUTLET = /* @__PURE__ */ textOf(64);
const METHOD = /* @__PURE__ */ textOf(32, /^[a-z][a-z0-9-]*$/);
const DAY = /* @__PURE__ */ declared(() =>
  typed<string>(v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/))),
);
const AS = /* @__PURE__ */ declared(() =>
  typed<'day' | 'earlier' | 'late'>(v.picklist(['day', 'earlier', 'late'])),
);
const MOVEMENTS = ['taken', 'surplus', 'loaded', 'reversed', 'refunded', 'other'] as const;
/**
 * 收款, 多收, 圈存, 冲正 (taken, and to be given back), 退款. As the posting's two accounts say.
 */
export type DayMovement = (typeof MOVEMENTS)[number];
const MOVEMENT = /* @__PURE__ */ declared(() => typed<DayMovement>(v.picklist(MOVEMENTS)));

const COUNTED = /* @__PURE__ */ declared(() =>
  v.strictObject({
    method: METHOD,
    /** What lies there of this method: what was taken less what was given back. */
    countedFen: SIGNED_FEN,
  }),
);

const CORRECTION = /* @__PURE__ */ declared(() =>
  v.strictObject({
    /** The closed day that it is about. */
    about: DAY,
    method: METHOD,
    /** Above zero: found; below zero: missing. */
    amountFen: SIGNED_FEN,
    reason: textOf(256),
  }),
);

/** Which day of which outlet. */
export const DAY_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({ outlet: OUTLET, day: DAY }),
);

/** A day to be closed, as it was counted. Where counts differ a second person sends the same. */
export const CLOSE_DAY = /* @__PURE__ */ declared(() =>
  v.strictObject({
    outlet: OUTLET,
    day: DAY,
    /** Cash is counted wherever there was any; other methods may be. Each of them once. */
    counted: v.pipe(
      v.array(COUNTED),
      v.maxLength(32),
      v.check(
        (counted) => new Set(counted.map(({ method }) => method)).size === counted.length,
        saying('every method once', '每种收款方式只列一次'),
      ),
    ),
    /** Differences of closed days that were found since. */
    corrections: maybe(
      typed<Told<typeof CORRECTION>[]>(v.pipe(v.array(CORRECTION), v.maxLength(32))),
    ),
    /** Why the counts differ, in their own words. */
    reason: maybe(textOf(256)),
  }),
);

/** A day to be closed, as it was counted; where counts differ a second person sends the same. */
export interface CloseDayRequest extends Told<typeof CLOSE_DAY> {}

/** Which closed days to list, newest first. */
export const DAYS_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({
    outlet: maybe(OUTLET),
    fromDay: maybe(DAY),
    toDay: maybe(DAY),
    /** `next` of the page before. */
    cursor: maybe(textOf(80)),
    /** 1 to 100. Default: 20. */
    limit: maybe(wholeOf(1, 100)),
  }),
);

/** Which closed days to list, newest first. */
export interface DaysRequest extends Told<typeof DAYS_REQUEST> {}

const sum = { count: COUNT, amountFen: COUNT };

export const DAY_REPORT = /* @__PURE__ */ declared(() =>
  v.object({
    outlet: TEXT,
    day: TEXT,
    fromMs: COUNT,
    toMs: COUNT,
    /** `awaits-approval`: counts differ, and one of two people has said so. */
    state: typed<'open' | 'awaits-approval' | 'closed'>(
      v.picklist(['open', 'awaits-approval', 'closed']),
    ),
    /** The day that must be closed before this one can be. */
    next: maybe(TEXT),
    /** For each method what the books have, and what was counted. */
    methods: v.array(
      v.object({
        method: TEXT,
        takenFen: COUNT,
        surplusFen: COUNT,
        refundedFen: COUNT,
        /** Taken and surplus, less refunded: what should lie there. */
        systemFen: SIGNED_FEN,
        countedFen: maybe(SIGNED_FEN),
        /** Counted less system: below zero it is short. */
        differenceFen: maybe(SIGNED_FEN),
      }),
    ),
    /** The same by who took it. */
    takers: v.array(
      v.object({
        kind: typed<'taken' | 'surplus'>(v.picklist(['taken', 'surplus'])),
        method: TEXT,
        person: maybe(TEXT),
        shift: maybe(TEXT),
        as: AS,
        ...sum,
      }),
    ),
    /** By kind. `earlier`: of an order of a day before; `late`: after its own day was closed. */
    movements: v.array(v.object({ kind: MOVEMENT, as: AS, ...sum })),
    /** What the day adds to each account, in fen; over all days, and what is open, the totals. */
    accounts: v.object({
      cash: SIGNED_FEN,
      liability: SIGNED_FEN,
      'card-float': SIGNED_FEN,
      'refunds-due': SIGNED_FEN,
    }),
    /** Orders of the outlet without an end, when it was summed. */
    standing: v.array(v.object({ state: ORDER_STATE, ...sum })),
    corrections: v.array(
      v.object({ about: TEXT, method: TEXT, amountFen: SIGNED_FEN, reason: TEXT }),
    ),
    reason: maybe(TEXT),
    /** Who said it first. */
    saidBy: maybe(typed<Told<typeof WHO>>(WHO)),
    approvedBy: maybe(typed<Told<typeof WHO>>(WHO)),
    closedAtMs: maybe(COUNT),
  }),
);

/** A day of an outlet, open or closed. */
export interface DayReport extends Told<typeof DAY_REPORT> {}

export const DAYS_PAGE = /* @__PURE__ */ declared(() =>
  v.object({
    days: v.array(typed<DayReport>(DAY_REPORT)),
    next: v.nullable(TEXT),
  }),
);

/** A page of closed days. */
export interface DaysPage extends Told<typeof DAYS_PAGE> {}

/** A page of a closed day's postings: all of an order come in one page. */
export const EXPORT_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({
    outlet: OUTLET,
    day: DAY,
    /** `next` of the page before. */
    after: maybe(textOf(64, /^[0-9A-Z]+$/)),
    /** Orders of a page, 1 to 500. Default: 200. */
    limit: maybe(wholeOf(1, 500)),
  }),
);

/** Which page of a closed day's postings. */
export interface ExportRequest extends Told<typeof EXPORT_REQUEST> {}

const EXPORT_ROW = /* @__PURE__ */ declared(() =>
  v.object({
    orderId: TEXT,
    atMs: COUNT,
    kind: MOVEMENT,
    debit: TEXT,
    credit: TEXT,
    amountFen: COUNT,
    as: AS,
    /** Where money came in or went back. */
    method: maybe(TEXT),
    transactionId: maybe(TEXT),
    /** Who submitted the payment; else who made the order. */
    by: maybe(TEXT),
    person: maybe(TEXT),
    shift: maybe(TEXT),
    cardTail: TEXT,
    plate: TEXT,
    plateColour: COUNT,
    orderedAtMs: COUNT,
  }),
);

/** One posting of a closed day. */
export interface ExportRow extends Told<typeof EXPORT_ROW> {}

export const EXPORT_PAGE = /* @__PURE__ */ declared(() =>
  v.object({
    rows: v.array(typed<ExportRow>(EXPORT_ROW)),
    /** Where the next page begins; `null` on the last. */
    next: v.nullable(TEXT),
    /** What all pages together come to, as it was closed. */
    total: v.object({ rows: COUNT, accounts: DAY_REPORT.entries.accounts }),
  }),
);

/** A page of an export. */
export interface ExportPage extends Told<typeof EXPORT_PAGE> {}

/** Within which time, at which outlet, by whom. */
export const TAKINGS_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({
    fromMs: COUNT,
    toMs: COUNT,
    outlet: maybe(OUTLET),
    person: maybe(textOf(64)),
    shift: maybe(textOf(64)),
  }),
);

/** Within which time, at which outlet, by whom money was taken. */
export interface TakingsRequest extends Told<typeof TAKINGS_REQUEST> {}

/** 交班: what came in and went back, by outlet, person, shift and method. */
export const TAKINGS = /* @__PURE__ */ declared(() =>
  v.object({
    takings: v.array(
      v.object({
        outlet: TEXT,
        kind: typed<'taken' | 'surplus' | 'refunded'>(v.picklist(['taken', 'surplus', 'refunded'])),
        method: TEXT,
        by: maybe(TEXT),
        person: maybe(TEXT),
        shift: maybe(TEXT),
        ...sum,
      }),
    ),
  }),
);

/** What came in and went back, by outlet, person, shift and method. */
export interface Takings extends Told<typeof TAKINGS> {}
