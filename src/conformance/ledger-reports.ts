/** The cases of a caller's cap of a day: reports pass it together by not one fen. */
import type { CappedReport, Ledger } from '../server/index.js';
import { same } from './conformance.js';
import { AT_MS, change, created, snapshotOf } from './ledger-steps.js';

const REPORT = { by: 'T1', amountFen: 100, atMs: AT_MS, sinceMs: AT_MS - 5, maxFen: 300 } as const;

function reportOf(number: string, more: Partial<CappedReport> = {}): CappedReport {
  return { ...REPORT, transactionId: `cash:${number}`, attempt: 'a', ...more };
}

async function book(ledger: Ledger, number: string, by: string, more: object = {}) {
  const payment = { orderId: 'A', transactionId: `cash:${number}`, amountFen: 100, surplus: true };
  const newPayment = { ...payment, bookedAtMs: AT_MS, who: { by }, ...more };
  await change(ledger, await snapshotOf(ledger, 'A'), { rest: { newPayment } });
}

/** The cases. */
export const REPORT_CASES: Readonly<Record<string, (ledger: Ledger) => Promise<void>>> = {
  'of many reports at once as many pass as the cap has room for': async (ledger) => {
    const asked = Array.from({ length: 64 }, (_none, n) =>
      ledger.reserveReport(reportOf(String(n), { amountFen: 100 + n, maxFen: 1_000 })),
    );
    const passed = (await Promise.all(asked)).map((is, n) => (is ? 100 + n : 0));
    const sumFen = passed.reduce((sum, fen) => sum + fen, 0);
    // The smallest one has no room any more, or all would not be full.
    same([sumFen <= 1_000, sumFen + 163 > 1_000], [true, true]);
    const ask = (amountFen: number) =>
      ledger.reserveReport(reportOf('R', { amountFen, maxFen: 1_000 }));
    same(await ask(1_001 - sumFen), false);
    if (sumFen < 1_000) same(await ask(1_000 - sumFen), true);
  },
  'a cap is each caller’s own, and a day’s': async (ledger) => {
    same(await ledger.reserveReport(reportOf('1', { amountFen: 300 })), true);
    same(await ledger.reserveReport(reportOf('2')), false);
    same(await ledger.reserveReport(reportOf('2', { by: 'T2' })), true);
    const tomorrow = { atMs: AT_MS + 10, sinceMs: AT_MS + 10 };
    same(await ledger.reserveReport(reportOf('3', tomorrow)), true);
    same(await ledger.reserveReport(reportOf('4')), false);
  },
  'a payment counts once, whatever its attempts, and booked with what it is': async (ledger) => {
    await created(ledger, 'A');
    same(await ledger.reserveReport(reportOf('1')), true);
    same(await ledger.reserveReport(reportOf('1', { attempt: 'b', amountFen: 300 })), true);
    same(await ledger.reserveReport(reportOf('2')), false);
    await book(ledger, '1', 'T1');
    same(await ledger.reserveReport(reportOf('2', { amountFen: 201 })), false);
    same(await ledger.reserveReport(reportOf('2', { amountFen: 200 })), true);
    await book(ledger, '2', 'T1', { amountFen: 200 });
    same(await ledger.reserveReport(reportOf('3', { amountFen: 1 })), false);
  },
  'what was booked without a report counts by its time': async (ledger) => {
    await created(ledger, 'A');
    await book(ledger, '1', 'T1', { bookedAtMs: AT_MS - 6 });
    await book(ledger, '2', 'T1');
    await book(ledger, '3', 'T2');
    same(await ledger.reserveReport(reportOf('4', { amountFen: 201 })), false);
    same(await ledger.reserveReport(reportOf('4', { amountFen: 200 })), true);
  },
  'a number that another caller has booked uses up no cap': async (ledger) => {
    await created(ledger, 'A');
    same(await ledger.reserveReport(reportOf('1', { amountFen: 300 })), true);
    await book(ledger, '1', 'T2');
    same(await ledger.reserveReport(reportOf('2', { amountFen: 300 })), true);
  },
  'an attempt that was refused counts no more; the other one does': async (ledger) => {
    same(await ledger.reserveReport(reportOf('1', { amountFen: 200 })), true);
    same(await ledger.reserveReport(reportOf('1', { attempt: 'b', amountFen: 300 })), true);
    await ledger.releaseReport(reportOf('1', { attempt: 'b' }));
    same(await ledger.reserveReport(reportOf('2', { amountFen: 101 })), false);
    same(await ledger.reserveReport(reportOf('2', { amountFen: 100 })), true);
    await ledger.releaseReport(reportOf('1'));
    await ledger.releaseReport(reportOf('9'));
    same(await ledger.reserveReport(reportOf('3', { amountFen: 200 })), true);
  },
};
