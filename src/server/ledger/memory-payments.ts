/** The memory ledger's lists of payments: awaited ones, those to be given back, work for people. */
import { type Order, isRefundDue, type Payment } from '../../load/index.js';
import {
  type AwaitedName,
  type AwaitedPayment,
  LONGEST_PAUSE_MS,
  type OwedPayment,
  type PaymentBook,
  type RefundProgress,
  type WorkItem,
} from './payment-book.js';

import { memoryReportBook } from './memory-reports.js';

/** What the lists are made from: the ledger's own tables. */
export interface PaymentTables {
  readonly payments: () => ReadonlyMap<string, Payment>;
  readonly orderOf: (orderId: string) => Order | undefined;
}

const TIMES = { booked: 'bookedAtMs', paid: 'paidAtMs', returned: 'refundedAtMs' } as const;

type AwaitedBook = Pick<
  PaymentBook,
  'awaitPayment' | 'findAwaitedOf' | 'claimAwaited' | 'tellAwaited'
>;
type RefundBook = Pick<
  PaymentBook,
  'findRefundsDue' | 'claimRefunds' | 'findRefund' | 'tellRefund'
>;
type WorkBook = Pick<PaymentBook, 'noteWork' | 'findWork' | 'endWork'>;

/** Makes the lists. */
export function memoryPaymentBook(tables: PaymentTables): PaymentBook {
  const booked = (): readonly Payment[] => [...tables.payments().values()].sort(byNumber);
  return {
    ...awaitedBook(),
    ...refundBook(tables),
    ...workBook(),
    ...memoryReportBook(tables.payments),
    findBooked: async ({ provider, by = 'booked', fromMs, toMs, after = '', limit }) =>
      booked()
        .filter((payment) => {
          const atMs = payment[TIMES[by]];
          const isIn = atMs !== undefined && atMs >= fromMs && atMs < toMs;
          return isIn && isOf(payment.transactionId, provider) && payment.transactionId > after;
        })
        .slice(0, limit),
  };
}

function awaitedBook(): AwaitedBook {
  const awaited = new Map<string, AwaitedPayment>();
  const of = (orderId: string): readonly AwaitedPayment[] =>
    [...awaited.values()]
      .filter((one) => one.orderId === orderId)
      .sort((a, b) => a.openedAtMs - b.openedAtMs || a.generation - b.generation);
  return {
    awaitPayment: async (one) => {
      const standing =
        of(one.orderId).find(({ end }) => end === undefined) ?? awaited.get(keyOf(one)) ?? one;
      awaited.set(keyOf(standing), standing);
      return standing;
    },
    findAwaitedOf: async (orderId) => of(orderId),
    claimAwaited: async ({ provider, nowMs, untilMs, limit }) => {
      const due = [...awaited.values()]
        .filter((one) => one.provider === provider && isDue(one.askAtMs, nowMs))
        .sort((a, b) => (a.askAtMs ?? 0) - (b.askAtMs ?? 0) || (a.orderId < b.orderId ? -1 : 1))
        .slice(0, limit);
      for (const one of due) awaited.set(keyOf(one), { ...one, askAtMs: untilMs });
      return due;
    },
    tellAwaited: async (name, word) => {
      const known = awaited.get(keyOf(name));
      if (known === undefined || known.end !== undefined) return;
      const { askAtMs: _before, ...rest } = known;
      awaited.set(keyOf(name), { ...rest, ...word });
    },
  };
}

function refundBook({ payments, orderOf }: PaymentTables): RefundBook {
  const told = new Map<string, RefundProgress>();
  const owed = (provider?: string): readonly OwedPayment[] =>
    [...payments().values()]
      .filter((payment) => {
        const order = orderOf(payment.orderId);
        const isTheirs = provider === undefined || isOf(payment.transactionId, provider);
        return order !== undefined && isTheirs && isRefundDue(order, payment);
      })
      .sort(byNumber)
      .map((payment) => {
        const progress = told.get(payment.transactionId);
        return progress === undefined ? payment : { ...payment, progress };
      });
  const taken = new Map<string, number>();
  return {
    findRefundsDue: async ({ provider, after = '', limit }) =>
      owed(provider)
        .filter(({ transactionId }) => transactionId > after)
        .slice(0, limit),
    claimRefunds: async ({ provider, nowMs, untilMs, limit }) => {
      const due = owed(provider)
        .filter(({ transactionId }) => isDue(taken.get(transactionId) ?? 0, nowMs))
        .slice(0, limit);
      for (const { transactionId } of due) taken.set(transactionId, untilMs);
      return due;
    },
    findRefund: async (transactionId) => told.get(transactionId),
    tellRefund: async (progress) => {
      told.set(progress.transactionId, progress);
      taken.set(progress.transactionId, progress.askAtMs);
    },
  };
}

function workBook(): WorkBook {
  const work = new Map<string, WorkItem>();
  return {
    noteWork: async (item) => {
      const known = work.get(item.key);
      const { lastMs } = item;
      work.set(item.key, known === undefined ? item : { ...known, lastMs });
    },
    findWork: async ({ after = '', limit }) =>
      [...work.values()]
        .filter(({ key, ended }) => ended === undefined && key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
    endWork: async (key, ended) => {
      const known = work.get(key);
      if (known === undefined || known.ended !== undefined) return false;
      work.set(key, { ...known, ended });
      return true;
    },
  };
}

/** Now, or so far off that the clock was wrong. */
function isDue(askAtMs: number | undefined, nowMs: number): boolean {
  if (askAtMs === undefined) return false;
  return askAtMs <= nowMs || askAtMs > nowMs + LONGEST_PAUSE_MS;
}

function isOf(transactionId: string, provider: string): boolean {
  return transactionId.startsWith(`${provider}:`);
}

function byNumber(a: Payment, b: Payment): number {
  return a.transactionId < b.transactionId ? -1 : 1;
}

function keyOf({ orderId, provider, generation }: AwaitedName): string {
  return `${orderId} ${provider} ${String(generation)}`;
}
