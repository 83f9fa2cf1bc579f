/** The memory ledger's count of slips. */
import type { SlipBook, SlipPrint } from './slip-book.js';

/** Makes the count over the ledger's table: an order's prints, in the order of their numbers. */
export function memorySlipBook(slips: Map<string, readonly SlipPrint[]>): SlipBook {
  return {
    countSlip: (orderId, print) => {
      const before = slips.get(orderId) ?? [];
      const known = before.findIndex(({ requestKey }) => requestKey === print.requestKey);
      if (known < 0) slips.set(orderId, [...before, print]);
      return Promise.resolve(known < 0 ? before.length + 1 : known + 1);
    },
    findSlips: (orderId) => Promise.resolve(slips.get(orderId) ?? []),
  };
}
