/**
 * What is said about money between a server, its terminals and its back office: QR codes, what is
 * owed back, what people must look at, and a provider's bill.
 */
import * as v from 'valibot';
import { declared, maybe, textOf, type Told, typed, wholeOf } from '../json/index.js';
import { PROVIDER } from './requests.js';

const TEXT = /* @__PURE__ */ declared(() => typed<string>(v.string()));
const COUNT = /* @__PURE__ */ wholeOf(0);

export const QR_VIEW = /* @__PURE__ */ declared(() =>
  v.object({
    orderId: textOf(64),
    provider: textOf(32),
    /** What the QR code says. */
    qrText: TEXT,
    amountFen: COUNT,
    expiresAtMs: COUNT,
  }),
);

/** A QR code to show. */
export interface QrView extends Told<typeof QR_VIEW> {}

export const REFUNDS_PAGE = /* @__PURE__ */ declared(() =>
  v.object({
    refunds: v.array(
      v.object({
        orderId: textOf(64),
        transactionId: TEXT,
        amountFen: COUNT,
        surplus: v.boolean(),
        /**
         * `due`: nothing was handed to its provider. Then how the last number stands: sent,
         * pending, abnormal, closed, failed, refused, unknown. Only what is `due`, what the
         * provider calls failed, and, with a reason, what it refuses for good (`too-late`,
         * `account-abnormal`) may be given back by hand.
         */
        status: TEXT,
        /** Of the refund that was handed out last. */
        number: maybe(COUNT),
        reason: maybe(TEXT),
        message: maybe(TEXT),
        sinceMs: maybe(COUNT),
      }),
    ),
    next: v.nullable(TEXT),
  }),
);

/** What is owed back, a page at a time. */
export interface OwedPage extends Told<typeof REFUNDS_PAGE> {}

/** What people must look at: money that the books and a provider do not agree on. */
export const WORK_PAGE = /* @__PURE__ */ declared(() =>
  v.object({
    work: v.array(
      v.object({
        key: TEXT,
        /** An error code: what it is, and what to do. */
        code: TEXT,
        provider: TEXT,
        orderId: maybe(TEXT),
        transactionId: maybe(TEXT),
        theirsFen: maybe(COUNT),
        oursFen: maybe(COUNT),
        message: maybe(TEXT),
        firstMs: COUNT,
        lastMs: COUNT,
      }),
    ),
    next: v.nullable(TEXT),
  }),
);

/** What people must look at, a page at a time. */
export interface WorkPage extends Told<typeof WORK_PAGE> {}

/** Somebody has dealt with it. */
export const WORK_ENDED = /* @__PURE__ */ declared(() => v.object({ key: TEXT, endedBy: TEXT }));

/** A provider's bill of a day, held against the books. */
export const STATEMENT_REPORT = /* @__PURE__ */ declared(() =>
  v.object({
    day: TEXT,
    payments: COUNT,
    refunds: COUNT,
    paidFen: COUNT,
    refundedFen: COUNT,
    /** Payments that the books lacked, and have now. */
    booked: COUNT,
    differences: v.array(
      v.object({
        code: TEXT,
        transactionId: TEXT,
        orderId: maybe(TEXT),
        theirsFen: maybe(COUNT),
        oursFen: maybe(COUNT),
      }),
    ),
  }),
);

/** A provider's bill of a day, held against the books. */
export interface StatementOfDay extends Told<typeof STATEMENT_REPORT> {}

/** A journal as the ledger knows it. */

/** Where the page before ended. */
export const WORK_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({ after: maybe(textOf(300)) }),
);

/** Which entry somebody has dealt with, and how, in their own words. */
export const END_WORK = /* @__PURE__ */ declared(() =>
  v.strictObject({ key: textOf(300), reason: textOf(256) }),
);

/** Whose wrong codes, and of what: by number of a card (`mac1`), or of an order (`tac`). */
export const LIMITS_VIEW = /* @__PURE__ */ declared(() =>
  v.object({
    /** Whether everybody's of a day are too many, and every terminal has fewer. */
    alarmed: v.boolean(),
    wrongDay: COUNT,
    wrongTacsDay: COUNT,
    wrong: v.array(
      v.object({
        kind: typed<'mac1' | 'tac'>(v.picklist(['mac1', 'tac'])),
        keyId: TEXT,
        about: TEXT,
        codes: COUNT,
        firstMs: COUNT,
        lastMs: COUNT,
      }),
    ),
    /** What somebody has cleared, of the last 30 days; without key id and card: all of them. */
    cleared: v.array(
      v.object({
        keyId: maybe(TEXT),
        about: maybe(TEXT),
        by: TEXT,
        reason: TEXT,
        atMs: COUNT,
        codes: COUNT,
      }),
    ),
  }),
);

/** Wrong codes of the last 24 hours. */
export interface LimitsView extends Told<typeof LIMITS_VIEW> {}

/** Of a caller, about a card or an order, or of both; without either, all of them. */
export const CLEAR_LIMITS = /* @__PURE__ */ declared(() =>
  v.strictObject({
    keyId: maybe(textOf(256)),
    about: maybe(textOf(64)),
    /** Everybody's: said where neither of the two is. */
    all: maybe(v.literal(true)),
    reason: textOf(256),
  }),
);

/** Whose wrong codes are to count no more, and why. */
export interface ClearLimitsRequest extends Told<typeof CLEAR_LIMITS> {}

/** How many there were. */
export const LIMITS_CLEARED = /* @__PURE__ */ declared(() =>
  v.object({ codes: COUNT, clearedBy: TEXT }),
);

/** How many count no more. */
export interface LimitsCleared extends Told<typeof LIMITS_CLEARED> {}

/** Which day's bill of which provider: `YYYY-MM-DD`, in China. */
export const STATEMENT_REQUEST = /* @__PURE__ */ declared(() =>
  v.strictObject({
    provider: PROVIDER,
    day: typed<string>(v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/))),
  }),
);
