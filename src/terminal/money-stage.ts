/**
 * The advice that is safe at each stage of a recharge. One code can be met before anything was
 * taken and after CREDIT FOR LOAD was sent; what a person may do then is not the same.
 */
import { type Hint, type QuancunError, restated, type Restatement, rowOfError } from '../errors.js';
import { CARD_LOST, LOAD_IN_DOUBT } from '../load/errors.js';
import { PAYMENT_UNCONFIRMED } from './errors.js';

/**
 * How far the money of a recharge got: nothing was taken; taken, and not booked; booked, with
 * nothing sent that writes the card; CREDIT FOR LOAD was sent.
 */
export type MoneyStage = 'nothing-taken' | 'taken-not-booked' | 'paid' | 'credit-sent';

const NOTHING_PAID: Hint = { en: 'Nothing was paid this time.', zh: '本次未收款。' };
const KEPT: Hint = {
  en: 'The payment is kept: take no money again.',
  zh: '已付款项保留，勿再收款。',
};

/** Whoever has to stop is not sent back to the card. */
const NOT_CERTAIN: Hint = {
  en: 'Whether the card was written is not certain: until it is loaded (圈存), do not use, recharge or refund it.',
  zh: '写卡结果未确认，圈存前请勿通行消费、勿再次充值、勿退款。',
};

/**
 * The same error, with the advice of its stage. While nothing was taken the code's own advice
 * stands. Once money was taken and not booked, or CREDIT was sent, only the stage's does: whoever
 * follows another pays twice, or loses the proof. Between the two a code that may simply be tried
 * again means 圈存 (load), and one that asks for something else asks for it as before.
 */
export function atStage(
  error: QuancunError,
  stage: MoneyStage,
  changes: Restatement = {},
): QuancunError {
  return restated(error, { ...changes, ...adviceOf(error, stage) });
}

function adviceOf(error: QuancunError, stage: MoneyStage): Restatement {
  const { hint, stop, retry } = rowOfError(error);
  switch (stage) {
    case 'nothing-taken':
      return { hint: joined(hint, NOTHING_PAID) };
    case 'taken-not-booked':
      return { hint: PAYMENT_UNCONFIRMED.hint, retry: stop ? retry : 'after' };
    case 'paid':
      return !stop && (retry === 'safe' || retry === 'once')
        ? { hint: CARD_LOST.hint }
        : { hint: withKept(hint) };
    case 'credit-sent':
      return stop
        ? { hint: joined(hint, NOT_CERTAIN) }
        : { hint: LOAD_IN_DOUBT.hint, retry: 'safe' };
  }
}

/** Nobody is told twice, in the same words, to take no money. */
function withKept(hint: Hint): Hint {
  const isSaid = /take no money again/i.test(hint.en);
  return joined(hint, isSaid ? { ...KEPT, en: 'The payment is kept.' } : KEPT);
}

/** One advice behind another. */
export function joined(first: Hint, second: Hint): Hint {
  return { en: `${first.en} ${second.en}`, zh: first.zh + second.zh };
}
