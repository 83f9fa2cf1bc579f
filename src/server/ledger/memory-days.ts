/** The memory ledger's days: the same rules as a database keeps, over the ledger's own tables. */
import { LOCKING_STATES, type Order, type Payment } from '../../load/index.js';
import { promiseTry } from '../../turns.js';
import {
  type BookedAs,
  chainKey,
  type DayBook,
  type DayClose,
  dayKey,
  type DayPosting,
  type DaysQuery,
  type DaySums,
  isSameSums,
  type OutletDay,
  pairPayments,
  type PaymentSum,
  sorted,
  type StandingSum,
  type TakingsQuery,
  type TakingSum,
} from './day-book.js';
import type { Posting, Tables } from './memory-tables.js';

const STANDING: readonly Order['state'][] = [...LOCKING_STATES, 'TAKING', 'PAID', 'REFUND_DUE'];

/** Makes the book over the ledger's tables. */
export function memoryDayBook(tables: Tables): DayBook {
  return {
    sumOpen: (day) =>
      promiseTry(() => ({
        sums: sumsOf(tables, day, rowsOf(tables, day, undefined)),
        standing: standingOf(tables, day.outlet),
      })),
    closeDay: (close) => promiseTry(() => closeDay(tables, close)),
    findDays: (query) => promiseTry(() => findDays(tables, query)),
    draftDay: (draft) =>
      promiseTry(() => {
        tables.dayDrafts.set(dayKey(draft), draft);
      }),
    findDraft: (outlet, day) => promiseTry(() => tables.dayDrafts.get(dayKey({ outlet, day }))),
    findPostings: (query) => promiseTry(() => findPostings(tables, query)),
    sumTakings: (query) => promiseTry(() => sumTakings(tables, query)),
  };
}

/** Rows that stand open before the end of a day, or that are booked to it. */
interface Rows {
  readonly postings: readonly (readonly [name: string, row: Posting])[];
  readonly taken: readonly Payment[];
  readonly refunded: readonly Payment[];
}

function rowsOf(tables: Tables, { outlet, toMs }: OutletDay, key: string | undefined): Rows {
  const isIn = (name: string, orderId: string, atMs: number): boolean => {
    const booked = tables.inDay.get(name);
    if (tables.orders.get(orderId)?.value.outlet !== outlet || booked !== key) return false;
    return key !== undefined || atMs < toMs;
  };
  const payments = [...tables.payments.values()];
  return {
    postings: tables.transfers
      .map((row, at) => [`posting ${String(at)}`, row] as const)
      .filter(([name, { orderId, atMs }]) => isIn(name, orderId, atMs)),
    taken: payments.filter((one) =>
      isIn(`taken ${one.transactionId}`, one.orderId, bookedAt(tables, one)),
    ),
    refunded: payments.filter(
      ({ transactionId, orderId, refundedAtMs }) =>
        refundedAtMs !== undefined && isIn(`refunded ${transactionId}`, orderId, refundedAtMs),
    ),
  };
}

/** A payment without a time was booked with its order's first cash. */
function bookedAt({ transfers }: Tables, { orderId, bookedAtMs }: Payment): number {
  if (bookedAtMs !== undefined) return bookedAtMs;
  const times = transfers.filter((one) => one.orderId === orderId && one.debit === 'cash');
  return times.reduce((first, { atMs }) => Math.min(first, atMs), times[0]?.atMs ?? 0);
}

function closeDay(tables: Tables, close: DayClose): 'closed' | 'moved' | 'taken' {
  const key = dayKey(close);
  const chain = chainKey(close);
  const isTaken = [...tables.days.values()].some((one) => chainKey(one) === chain);
  if (isTaken || tables.days.has(key)) return 'taken';
  const { postings, taken, refunded } = rowsOf(tables, close, undefined);
  if (!isSameSums(sumsOf(tables, close, { postings, taken, refunded }), close.sums)) return 'moved';
  for (const [name] of postings) tables.inDay.set(name, key);
  for (const { transactionId } of taken) tables.inDay.set(`taken ${transactionId}`, key);
  for (const { transactionId } of refunded) tables.inDay.set(`refunded ${transactionId}`, key);
  tables.days.set(key, close);
  tables.dayDrafts.delete(key);
  return 'closed';
}

function sumsOf(
  tables: Tables,
  { fromMs }: OutletDay,
  { postings, taken, refunded }: Rows,
): DaySums {
  const as = (atMs: number, sinceMs: number): BookedAs =>
    atMs < fromMs ? 'late' : sinceMs < fromMs ? 'earlier' : 'day';
  const payments = [
    ...taken.map(({ transactionId, surplus, who, amountFen, ...rest }) => ({
      ...({ kind: surplus ? 'surplus' : 'taken', method: methodOf(transactionId) } as const),
      ...saidBy(who),
      as: as(bookedAt(tables, { transactionId, surplus, amountFen, ...rest }), fromMs),
      amountFen,
    })),
    ...refunded.map((payment) => ({
      ...({ kind: 'refunded', method: methodOf(payment.transactionId) } as const),
      as: as(payment.refundedAtMs ?? 0, bookedAt(tables, payment)),
      amountFen: payment.amountFen,
    })),
  ];
  return {
    postings: added(
      postings.map(([, { debit, credit, orderId, atMs, amountFen }]) => {
        const { createdAtMs = 0 } = tables.orders.get(orderId)?.value ?? {};
        return { debit, credit, as: as(atMs, createdAtMs), amountFen };
      }),
    ),
    payments: added<Omit<PaymentSum, 'count'>>(payments),
  };
}

/** Rows that differ in nothing but their amounts, added up. */
function added<T extends { readonly amountFen: number }>(
  rows: readonly T[],
): readonly (T & { readonly count: number })[] {
  const sums = new Map<string, T & { count: number }>();
  for (const row of rows) {
    const name = JSON.stringify({ ...row, amountFen: 0 });
    const { count = 0, amountFen = 0 } = sums.get(name) ?? {};
    sums.set(name, { ...row, count: count + 1, amountFen: amountFen + row.amountFen });
  }
  return sorted([...sums.values()]);
}

function standingOf({ orders }: Tables, outlet: string): readonly StandingSum[] {
  const found = [...orders.values()]
    .map(({ value }) => value)
    .filter((order) => order.outlet === outlet && STANDING.includes(order.state));
  return added(found.map(({ state, amountFen }) => ({ state, amountFen })));
}

function findDays(
  { days }: Tables,
  { outlet, fromDay = '', toDay = '9999-12-31', after, limit }: DaysQuery,
): readonly DayClose[] {
  const newestFirst = (a: OutletDayName, b: OutletDayName): number =>
    a.day === b.day
      ? a.outlet < b.outlet
        ? 1
        : a.outlet > b.outlet
          ? -1
          : 0
      : a.day < b.day
        ? 1
        : -1;
  return [...days.values()]
    .filter(({ day }) => day >= fromDay && day <= toDay)
    .filter((one) => outlet === undefined || one.outlet === outlet)
    .filter((one) => after === undefined || newestFirst(after, one) < 0)
    .sort(newestFirst)
    .slice(0, limit);
}

type OutletDayName = Pick<OutletDay, 'outlet' | 'day'>;

function findPostings(
  tables: Tables,
  { outlet, day, after = '', limit }: Parameters<DayBook['findPostings']>[0],
): readonly DayPosting[] {
  const close = tables.days.get(dayKey({ outlet, day }));
  if (close === undefined) return [];
  const { postings, taken, refunded } = rowsOf(tables, close, dayKey(close));
  const rows = postings.map(([, row]) => row).filter(({ orderId }) => orderId > after);
  const page = [...new Set(rows.map(({ orderId }) => orderId))].sort().slice(0, limit);
  const ofPage = rows
    .filter(({ orderId }) => page.includes(orderId))
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
    .flatMap((row) => {
      const order = tables.orders.get(row.orderId)?.value;
      return order === undefined ? [] : [viewPosting(row, order, close)];
    });
  return pairPayments(ofPage, [
    ...taken.map((one) => ({ ...one, isTaken: true, isRefunded: false })),
    ...refunded.map((one) => ({ ...one, isTaken: false, isRefunded: true })),
  ]);
}

function placeOf({ orderId, atMs, debit, credit }: Posting): string {
  return [orderId, String(atMs).padStart(16, '0'), debit, credit].join(' ');
}

function viewPosting(row: Posting, order: Order, { fromMs }: OutletDay): DayPosting {
  const { cardNumber, plate, plateColour, createdAtMs, who } = order;
  return {
    ...row,
    as: row.atMs < fromMs ? 'late' : createdAtMs < fromMs ? 'earlier' : 'day',
    order: { cardNumber, plate, plateColour, createdAtMs, ...(who === undefined ? {} : { who }) },
  };
}

function sumTakings(tables: Tables, query: TakingsQuery): readonly TakingSum[] {
  const { fromMs, toMs, outlet, person, shift } = query;
  const isIn = (atMs: number | undefined): boolean =>
    atMs !== undefined && atMs >= fromMs && atMs < toMs;
  const rows = [...tables.payments.values()].flatMap((payment) => {
    const { orderId, transactionId, surplus, who, amountFen } = payment;
    const at = tables.orders.get(orderId)?.value.outlet ?? '';
    const isAsked =
      (outlet === undefined || at === outlet) &&
      (person === undefined || who?.person === person) &&
      (shift === undefined || who?.shift === shift);
    if (!isAsked) return [];
    const row = {
      ...{ outlet: at, method: methodOf(transactionId), amountFen },
      ...(who === undefined ? {} : { by: who.by }),
      ...saidBy(who),
    };
    const kind: TakingSum['kind'] = surplus ? 'surplus' : 'taken';
    return [
      ...(isIn(payment.bookedAtMs) ? [{ ...row, kind }] : []),
      ...(isIn(payment.refundedAtMs) ? [{ ...row, kind: 'refunded' as const }] : []),
    ];
  });
  return added<Omit<TakingSum, 'count'>>(rows);
}

function saidBy(who: Payment['who']): Pick<PaymentSum, 'person' | 'shift'> {
  return {
    ...(who?.person === undefined ? {} : { person: who.person }),
    ...(who?.shift === undefined ? {} : { shift: who.shift }),
  };
}

function methodOf(transactionId: string): string {
  return transactionId.slice(0, Math.max(0, transactionId.indexOf(':')));
}
