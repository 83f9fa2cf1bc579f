/**
 * The days of outlets (日结): every posting and every payment is booked to exactly one closed day of
 * its outlet, or to none yet. A close takes whatever stands open before the end of its day, so that
 * what comes late is taken by the next one, and all closes and the open rest add up to the ledger.
 */
import type { AccountName, Order, Payment, Who } from '../../load/index.js';

/** A day of an outlet: `fromMs` is in it, `toMs` is the first moment after it. */
export interface OutletDay {
  readonly outlet: string;
  /** YYYY-MM-DD in the deployment's own time. */
  readonly day: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * `day`: of this day, and of an order of it. `earlier`: of this day, and of an order, or a payment,
 * of a day before. `late`: of a day before that had been closed, or had none.
 */
export type BookedAs = 'day' | 'earlier' | 'late';

/** Postings of one kind, added up. */
export interface PostingSum {
  readonly debit: AccountName;
  readonly credit: AccountName;
  readonly as: BookedAs;
  readonly count: number;
  readonly amountFen: number;
}

/** Payments of one method and one person, added up; `refunded` is what went back. */
export interface PaymentSum {
  readonly kind: 'taken' | 'surplus' | 'refunded';
  /** `cash`, `pos`, or the name of a provider. */
  readonly method: string;
  /** Who submitted it. Of what went back nobody is told. */
  readonly person?: string;
  readonly shift?: string;
  readonly as: BookedAs;
  readonly count: number;
  readonly amountFen: number;
}

/** Orders that stand in one state when a day is summed. */
export interface StandingSum {
  readonly state: Order['state'];
  readonly count: number;
  readonly amountFen: number;
}

/** What a day comes to. Each list is sorted, so that two of the same rows are the same text. */
export interface DaySums {
  readonly postings: readonly PostingSum[];
  readonly payments: readonly PaymentSum[];
}

/** What was counted of one method: what was taken less what went back, as it lies there. */
export interface Counted {
  readonly method: string;
  readonly countedFen: number;
}

/** A difference of a day that is closed already, found afterwards. */
export interface Correction {
  /** The day that it is about. */
  readonly about: string;
  readonly method: string;
  /** Above zero: found; below zero: missing. */
  readonly amountFen: number;
  readonly reason: string;
}

/** What people say of a day. */
export interface DayWord {
  readonly counted: readonly Counted[];
  readonly corrections: readonly Correction[];
  /** Why the counts differ, in their own words. */
  readonly reason?: string;
}

/** One person's word on a day, which waits for a second person's. */
export interface DayDraft extends DayWord {
  readonly outlet: string;
  readonly day: string;
  readonly who: Who;
  readonly atMs: number;
  readonly sums: DaySums;
}

/** A closed day. Nothing of it ever changes. */
export interface DayClose extends OutletDay, DayWord {
  /** The day that was closed before it; none: it is the outlet's first. */
  readonly after?: string;
  readonly closedAtMs: number;
  readonly closedBy: Who;
  /** The second person, where counts differ or something is corrected. */
  readonly approvedBy?: Who;
  readonly sums: DaySums;
  /** Orders without an end at the moment of the close: 半条记录 among them. */
  readonly standing: readonly StandingSum[];
}

/** One posting of a closed day, with what an export says of its order and its payment. */
export interface DayPosting {
  readonly orderId: string;
  readonly atMs: number;
  readonly debit: AccountName;
  readonly credit: AccountName;
  readonly amountFen: number;
  readonly as: BookedAs;
  readonly order: Pick<Order, 'cardNumber' | 'plate' | 'plateColour' | 'createdAtMs' | 'who'>;
  /** The payment that came in, or went back, with it. */
  readonly payment?: Pick<Payment, 'transactionId' | 'who'>;
}

/** Which takings to add up: booked, or given back, at or after, and before. */
export interface TakingsQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly outlet?: string;
  readonly person?: string;
  readonly shift?: string;
}

/** Payments of an outlet, a person, a shift and a method. */
export interface TakingSum extends Omit<PaymentSum, 'as'> {
  readonly outlet: string;
  /** The caller that submitted it. */
  readonly by?: string;
}

/** Which closed days to list, newest first. */
export interface DaysQuery {
  readonly outlet?: string;
  readonly fromDay?: string;
  readonly toDay?: string;
  /** Where the last page ended. */
  readonly after?: { readonly day: string; readonly outlet: string };
  readonly limit: number;
}

/** The part of a ledger that keeps days. */
export interface DayBook {
  /** What would be booked to this day if it were closed now, and how orders stand. */
  sumOpen(
    day: OutletDay,
  ): Promise<{ readonly sums: DaySums; readonly standing: readonly StandingSum[] }>;
  /**
   * Closes a day, in one transaction: what stands open is booked to it. `moved`: it comes to
   * something else than `sums` by now; `taken`: this day, or the one after `after`, was closed by
   * somebody else meanwhile. Then nothing is written.
   */
  closeDay(close: DayClose): Promise<'closed' | 'moved' | 'taken'>;
  findDays(query: DaysQuery): Promise<readonly DayClose[]>;
  /** The first of two words on a day; another one takes its place. */
  draftDay(draft: DayDraft): Promise<void>;
  findDraft(outlet: string, day: string): Promise<DayDraft | undefined>;
  /**
   * Postings of a closed day by order, of at most `limit` orders whose numbers come after `after`.
   */
  findPostings(query: {
    readonly outlet: string;
    readonly day: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly DayPosting[]>;
  /** 交班: what came in and went back, by outlet, person, shift and method. */
  sumTakings(query: TakingsQuery): Promise<readonly TakingSum[]>;
}

/** What a closed day is named by, in the rows that are booked to it. */
export function dayKey({ outlet, day }: Pick<OutletDay, 'outlet' | 'day'>): string {
  return `${day} ${outlet}`;
}

/** What no second close comes after: a chain of days has no fork. */
export function chainKey({ outlet, after }: Pick<DayClose, 'outlet' | 'after'>): string {
  return after === undefined ? `first ${outlet}` : dayKey({ outlet, day: after });
}

/** Sums in the one order that there is. */
export function sorted<T extends object>(sums: readonly T[]): readonly T[] {
  const keyOf = (one: T): string =>
    JSON.stringify(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [...sums].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Whether two of them are the same, whatever order their fields come in. */
export function isSameSums(a: DaySums, b: DaySums): boolean {
  const told = ({ postings, payments }: DaySums): string =>
    JSON.stringify([postings, payments].map((list) => list.map(entriesOf)));
  const entriesOf = (one: object): unknown =>
    Object.entries(one).sort(([x], [y]) => (x < y ? -1 : 1));
  return (
    told({ postings: sorted(a.postings), payments: sorted(a.payments) }) ===
    told({
      postings: sorted(b.postings),
      payments: sorted(b.payments),
    })
  );
}

/** A posting of an order with its payments: what cash came in or went back with it. */
interface Unpaired extends Omit<DayPosting, 'payment'> {
  readonly order: DayPosting['order'];
}

/** A payment that is booked to the day: as taken, as given back, or as both. */
export interface DayPayment extends Pick<
  Payment,
  'orderId' | 'transactionId' | 'amountFen' | 'who'
> {
  readonly isTaken: boolean;
  readonly isRefunded: boolean;
}

/** Finds each cash posting its payment: of one order and one amount, any of those that are left. */
export function pairPayments(
  postings: readonly Unpaired[],
  payments: readonly DayPayment[],
): readonly DayPosting[] {
  const taken = payments.filter(({ isTaken }) => isTaken);
  const refunded = payments.filter(({ isRefunded }) => isRefunded);
  const pick = (from: DayPayment[], { orderId, amountFen }: Unpaired): DayPayment | undefined => {
    const at = from.findIndex((one) => one.orderId === orderId && one.amountFen === amountFen);
    return at < 0 ? undefined : from.splice(at, 1)[0];
  };
  return postings.map((posting) => {
    const { debit, credit } = posting;
    const found =
      debit === 'cash'
        ? pick(taken, posting)
        : credit === 'cash'
          ? pick(refunded, posting)
          : undefined;
    if (found === undefined) return posting;
    const { transactionId, who } = found;
    return { ...posting, payment: { transactionId, ...(who === undefined ? {} : { who }) } };
  });
}
