/**
 * What a probe with money has loaded: counted by the card's own answers and by its balance. Where
 * they differ the larger is said, for a status word proves nothing, and a balance carries no code.
 */
import { SW_OK } from '../../apdu/index.js';
import { isQuancunError, type MoneyState, QuancunError, restated } from '../../errors.js';
import { CARD_LOST } from '../../load/errors.js';
import { formatYuan } from '../../money.js';
import { creditForLoad, getBalance } from '../../purse/index.js';
import type { Answer, CardRig } from './rig.js';
import { whole } from './history.js';

/** The count. */
export interface Spending {
  /** Sends CREDIT FOR LOAD, once, and counts what it is answered. */
  credit(request: creditForLoad.Request): Promise<Answer>;
  /** What was loaded, as far as the card shows it. */
  countFen(): Promise<number>;
  /** The same error, with what was loaded and what that makes of the money. */
  tell(error: QuancunError): Promise<QuancunError>;
}

/** What a driver throws that knows no error of ours: the card may have had the command. */
export function asLoss(thrown: unknown): QuancunError {
  if (isQuancunError(thrown)) return thrown;
  return new QuancunError(CARD_LOST, { sent: 'maybe', cause: thrown });
}

/** Begins to count; every CREDIT is of so many fen. */
export async function countSpending(rig: CardRig, amountFen: number): Promise<Spending> {
  const before = await rawBalanceOf(rig);
  let [sent, taken] = [0, 0];
  const look = async (): Promise<{ readonly spentFen: number; readonly isShown: boolean }> => {
    const after = await rawBalanceOf(rig);
    const isShown = before !== undefined && after !== undefined;
    return { spentFen: Math.max(taken, isShown ? after - before : 0), isShown };
  };
  return {
    credit: async (request) => {
      sent += 1;
      const answer = await rig.send(creditForLoad.build(request));
      if (answer.sw === SW_OK) taken += amountFen;
      return answer;
    },
    countFen: async () => {
      const { spentFen } = await look();
      if (spentFen !== taken) {
        rig.notes.push({
          en: `${formatYuan(taken)} yuan were confirmed, and the balance has grown by ${formatYuan(spentFen)}`,
          zh: `卡片确认圈存 ${formatYuan(taken)} 元，余额却增加 ${formatYuan(spentFen)} 元`,
        });
      }
      return spentFen;
    },
    tell: async (error) => {
      const { spentFen, isShown } = await look();
      const isOpen = sent * amountFen > taken && !isShown;
      const money: MoneyState = spentFen > 0 ? 'moved' : isOpen ? 'in-doubt' : 'untouched';
      return restated(error, { money, details: { ...error.details, spentFen } });
    },
  };
}

/** `undefined` where the card does not say it, or is gone. */
async function rawBalanceOf(rig: CardRig): Promise<number | undefined> {
  try {
    const answer = getBalance.parse(await whole(rig.send(getBalance.build({}))));
    return answer.ok ? answer.rawBalance : undefined;
  } catch {
    return undefined;
  }
}
