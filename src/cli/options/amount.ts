/** `--amount`: yuan as text, from one fen to the limit of one recharge. */
import { isQuancunError, QuancunError } from '../../errors.js';
import { DEFAULT_RECHARGE_LIMIT_FEN, parseYuan } from '../../money.js';
import { fromOption } from '../output.js';
import { AMOUNT_RANGE } from '../../core-errors.js';

/** Reads an amount that a person typed; nothing was sent to a card before. */
export function readAmount(text: string): number {
  return fromOption(() => {
    const range = { minFen: 1, maxFen: DEFAULT_RECHARGE_LIMIT_FEN };
    const outside = new QuancunError(AMOUNT_RANGE, { details: range });
    let amountFen: number;
    try {
      amountFen = parseYuan(text);
    } catch (thrown) {
      // However much more it is, it is told what it may be.
      throw isQuancunError(thrown, AMOUNT_RANGE.code) ? outside : thrown;
    }
    if (amountFen < range.minFen || amountFen > range.maxFen) throw outside;
    return amountFen;
  });
}
