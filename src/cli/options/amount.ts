/** `--amount`: yuan as text, from one fen to the limit of one recharge. */
import { QuancunError } from '../../errors.js';
import { DEFAULT_RECHARGE_LIMIT_FEN, parseYuan } from '../../money.js';
import { fromOption } from '../output.js';
import { AMOUNT_RANGE } from '../../core-errors.js';

/** Reads an amount that a person typed; nothing was sent to a card before. */
export function readAmount(text: string): number {
  return fromOption(() => {
    const max = DEFAULT_RECHARGE_LIMIT_FEN;
    const amountFen = parseYuan(text, max);
    if (amountFen === 0)
      throw new QuancunError(AMOUNT_RANGE, { details: { minFen: 1, maxFen: max } });
    return amountFen;
  });
}
