/**
 * Closed days against what is booked to them: the sums that people have signed for are added up
 * again from postings and payments, and nothing is booked to a day that nobody has closed.
 */
import { type DayClose, dayKey, isSameSums } from '../ledger/day-book.js';
import { text } from '../ledger/sql/columns.js';
import { sumsOf } from '../ledger/sql/days.js';
import type { Row } from '../ledger/sql/store.js';
import type { Tell } from './finding.js';
import type { LedgerReader } from './reader.js';

/** Days that are read at once. */
const PAGE = 100;

/** Tells each day whose sums are not those of its rows. */
export async function verifyDays(reader: LedgerReader, tell: Tell): Promise<void> {
  let after = '';
  for (;;) {
    const page = await reader.all(
      `SELECT day_key, outlet, day, body FROM day_close
        WHERE day_key > $1 ORDER BY day_key LIMIT ${String(PAGE)}`,
      [after],
    );
    for (const row of page) {
      const close = readClose(row);
      const what = `${text(row.outlet)} ${text(row.day)}`;
      if (close === undefined) tell('a close that can be read', { what });
      else if (!isSameSums(await sumsOf(reader, close, 'booked'), close.sums)) {
        tell('the sums of a closed day', { what });
      }
    }
    const last = page[PAGE - 1];
    if (last === undefined) return;
    after = text(last.day_key);
  }
}

/** What its row is called and what it says of itself are one day. */
function readClose(row: Row): DayClose | undefined {
  try {
    const close = JSON.parse(text(row.body)) as DayClose;
    const isOne = close.outlet === text(row.outlet) && close.day === text(row.day);
    return isOne && dayKey(close) === text(row.day_key) ? close : undefined;
  } catch {
    return undefined;
  }
}
