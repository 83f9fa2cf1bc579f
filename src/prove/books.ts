/** What the books say, and what is left over. */
import type { State } from './state.js';
import type { Allowance } from './world.js';

/** What the books must say, from the rows alone. */
export function sumsOf(tables: State['tables']): State['totals'] {
  const sums = { cash: 0, liability: 0, 'card-float': 0, 'refunds-due': 0 };
  for (const { amountFen, orderId, surplus, refundedAtMs } of tables.payments.values()) {
    if (refundedAtMs !== undefined) continue;
    sums.cash += amountFen;
    const settled = tables.settlements.get(orderId);
    if (surplus || settled === 'REFUND') sums['refunds-due'] -= amountFen;
    else if (settled === 'CREDIT') sums['card-float'] -= amountFen;
    else sums.liability -= amountFen;
  }
  return sums;
}

/** One less of it. */
export function spent(left: Allowance, what: keyof Allowance): Allowance {
  return { ...left, [what]: left[what] - 1 };
}
