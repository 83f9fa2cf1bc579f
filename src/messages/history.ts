/** One order with all that happened to it, as an office sees it. */
import * as v from 'valibot';
import { declared, maybe, type Told, typed, wholeOf } from '../json/index.js';
import { ORDER_RECORD } from './replies.js';
import { ORDER_STATE } from './states.js';

const TEXT = /* @__PURE__ */ declared(() => typed<string>(v.string()));
const COUNT = /* @__PURE__ */ wholeOf(0);

/** Who did something. */
export const WHO = /* @__PURE__ */ declared(() =>
  v.object({ by: TEXT, person: maybe(TEXT), shift: maybe(TEXT) }),
);

/** One order with all that happened to it: for the office. Never a cryptogram. */
export const ORDER_HISTORY = /* @__PURE__ */ declared(() =>
  v.object({
    order: v.object({
      ...ORDER_RECORD.entries,
      updatedAtMs: COUNT,
      terminal: maybe(TEXT),
      who: maybe(typed<Told<typeof WHO>>(WHO)),
      boundAtc: maybe(COUNT),
      frozenFrom: maybe(ORDER_STATE),
      /** What the first of two people wants done. */
      release: maybe(v.object({ by: TEXT, release: TEXT })),
    }),
    payments: v.array(
      v.object({
        transactionId: TEXT,
        amountFen: COUNT,
        surplus: v.boolean(),
        paidAtMs: maybe(COUNT),
        bookedAtMs: maybe(COUNT),
        refundedAtMs: maybe(COUNT),
        who: maybe(typed<Told<typeof WHO>>(WHO)),
        /** How the refund at its provider stands. */
        refund: maybe(v.object({ number: COUNT, status: TEXT, sinceMs: COUNT })),
      }),
    ),
    /** QR codes that were shown. */
    codes: v.array(
      v.object({
        provider: TEXT,
        generation: COUNT,
        openedAtMs: COUNT,
        expiresAtMs: COUNT,
        end: maybe(TEXT),
      }),
    ),
    /** `proved`: the TAC is of this one; `open`: the card may still take it; `over`: it cannot. */
    attempts: v.array(
      v.object({
        number: COUNT,
        onlineAtc: COUNT,
        date: TEXT,
        time: TEXT,
        terminal: TEXT,
        state: typed<'proved' | 'open' | 'over'>(v.picklist(['proved', 'open', 'over'])),
      }),
    ),
    slips: v.array(
      v.object({ number: COUNT, atMs: COUNT, who: maybe(typed<Told<typeof WHO>>(WHO)) }),
    ),
    events: v.array(
      v.object({
        sequence: COUNT,
        atMs: COUNT,
        /** Of a person's word also what was said, and by whom. */
        evidence: TEXT,
        from: ORDER_STATE,
        to: ORDER_STATE,
        /** Who asked for it; absent where the clock did. */
        who: maybe(typed<Told<typeof WHO>>(WHO)),
      }),
    ),
  }),
);

/** One order whole: payments, attempts, slips, and its events with who and when. */
export interface OrderHistory extends Told<typeof ORDER_HISTORY> {}
