/** The memory ledger's count of what a caller with a cap has reported as taken. */
import type { Payment } from '../../load/index.js';
import { type CappedReport, KEEP_REPORTS_MS, type PaymentBook } from './payment-book.js';

/** Opens the count over the ledger's payments. */
export function memoryReportBook(
  payments: () => ReadonlyMap<string, Payment>,
): Pick<PaymentBook, 'reserveReport' | 'releaseReport'> {
  const reports = new Map<string, CappedReport>();
  /** What others than this report have used up of the cap: each payment once. */
  const usedFen = ({ by, transactionId, sinceMs }: CappedReport): number => {
    const amounts = new Map<string, number>();
    const [all, booked] = [[...reports.values()].filter((one) => one.by === by), payments()];
    for (const { transactionId: number, amountFen, atMs } of all) {
      if (atMs >= sinceMs) amounts.set(number, Math.max(amounts.get(number) ?? 0, amountFen));
    }
    for (const { transactionId: number, amountFen, who, bookedAtMs = 0 } of booked.values()) {
      // A number that another caller has booked is none of this one's.
      if (who?.by !== by) amounts.delete(number);
      else if (amounts.has(number)) amounts.set(number, amountFen);
      else if (bookedAtMs >= sinceMs && all.every((one) => one.transactionId !== number)) {
        amounts.set(number, amountFen);
      }
    }
    amounts.delete(transactionId);
    return [...amounts.values()].reduce((sum, fen) => sum + fen, 0);
  };
  return {
    reserveReport: async (report) => {
      const { by, amountFen, sinceMs, maxFen } = report;
      if (usedFen(report) + amountFen > maxFen) return false;
      reports.set(keyOf(report), report);
      for (const [key, one] of reports) {
        if (one.by === by && one.atMs < sinceMs - KEEP_REPORTS_MS) reports.delete(key);
      }
      return true;
    },
    releaseReport: async (report) => {
      reports.delete(keyOf(report));
    },
  };
}

function keyOf({ transactionId, attempt }: Pick<CappedReport, 'transactionId' | 'attempt'>) {
  return `${transactionId} ${attempt}`;
}
