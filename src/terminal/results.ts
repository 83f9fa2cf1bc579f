/**
 * How a recharge or a load ends that did not credit: what became of the money, and the advice for
 * the stage that was reached. One text never serves "nothing taken", "taken and not booked", "paid"
 * and "CREDIT sent".
 */
import { type Hint, QuancunError, restated, type Restatement, type Retry } from '../errors.js';
import { redactText } from '../redact.js';
import { CARD_MISMATCH, ORDER_OPEN, PAYMENT_BEING_TAKEN } from '../load/errors.js';
import { atStage, joined } from './money-stage.js';
import { asFailure } from './stages.js';
import type { HeldResult, NextAct, Paid, RefusedResult } from './recharge-options.js';
import type { TakenPayment } from './payment.js';
import {
  INTENT_NOT_KEPT,
  LOAD_CANCELLED,
  PAYMENT_IN_DOUBT,
  PAYMENT_UNCONFIRMED,
} from './errors.js';

/** These speak of the line alone: what to do about it hangs on what was done before. */
const LINE = ['SERVER_UNREACHABLE', 'ANSWERED_BY_ANOTHER', 'LEDGER_BUSY', 'TRANSPORT_CONNECT'];

/** Nothing of the server's own was heard. */
export function isOfLine({ code }: QuancunError): boolean {
  return LINE.includes(code);
}

/** They say themselves that somebody has to look first. */
const NOT_KNOWN: readonly string[] = [PAYMENT_BEING_TAKEN.code, PAYMENT_IN_DOUBT.code];

const LOADED_NEXT: readonly string[] = [CARD_MISMATCH.code, ORDER_OPEN.code];

const NOTHING_TAKEN: Hint = {
  en: 'No money was taken this time, and nothing was written. When the cause has ended, begin the recharge (充值) again.',
  zh: '本次未收款，未写卡。排除原因后，请重新办理充值。',
};
/** Behind the code's own remedy: who begins again and again has a card locked in the end. */
const ONCE_MORE: Hint = {
  en: 'No money was taken this time. Begin the recharge (充值) once more at most; if it fails again, stop and contact the administrator.',
  zh: '本次未收款。最多再办理一次充值，再失败即停，联系管理员。',
};
const NOT_LOADED: Hint = {
  en: 'Nothing was written, and no money was taken now. When the cause has ended, put the card back and load (圈存).',
  zh: '本次未写卡，未收款。排除原因后，请放好原卡重新【圈存】。',
};
const NOT_LOADED_ONCE: Hint = {
  en: 'Nothing was written, and no money was taken now. Put the card back and load (圈存) once more at most; if it fails again, stop and contact the administrator.',
  zh: '本次未写卡，未收款。请放好原卡，最多再【圈存】一次，再失败即停，联系管理员。',
};
const PAID: Hint = {
  en: 'The payment is kept. Put the same card back and load (圈存); take no money again.',
  zh: '已付款项保留。请放好原卡，在【充值记录】点【圈存】，不要再次收款。',
};
const PAID_ONCE: Hint = {
  en: `${PAID.en} If it fails once more, stop and contact the administrator.`,
  zh: `${PAID.zh}再失败一次即停，联系管理员。`,
};

const NOT_THIS_SERVER: Hint = {
  en: 'This till has a payment of an order that this server does not know. Check which server it speaks to. Once the payment is cleared up, declare the order not taken: the till then forgets it.',
  zh: '本机保存了该订单的付款，而服务器无此订单：请核对所连服务器；款项查清后，声明该订单未收款，本机即清除记录。',
};

const TAKEN_HERE: Hint = {
  en: 'Never take the money again. This till is still taking it: finish the payment, or close its dialog. If the dialog does not answer, look at the POS or the provider, restart the app, then load (圈存) this card.',
  zh: '切勿再次收款。本机正在收款：请完成付款，或关闭收款界面。界面无响应的，先在 POS 或支付渠道查询该笔付款，再重启应用，然后对该卡点【圈存】。',
};

/** Nothing was taken; whatever a layer below thinks of its error, no money was at stake. */
export function nothingTaken(thrown: unknown, orderId?: string): RefusedResult {
  const failure = asFailure(thrown);
  const { code, retry } = failure;
  // Money may be on its way at another counter: nobody says here that none was taken.
  if (NOT_KNOWN.includes(code)) return refused('unknown', 'look-up', failure, orderId);
  const isOnce = retry === 'once' && !failure.stop;
  const again = LINE.includes(code) || retry === 'safe';
  const isOpen = code === ORDER_OPEN.code;
  const told: Restatement = { money: 'untouched' };
  const hint = isOnce ? joined(failure.hint, ONCE_MORE) : NOTHING_TAKEN;
  const error =
    (again || isOnce) && !isOpen
      ? restated(failure, { ...told, hint, retry: isOnce ? 'once' : 'after' })
      : atStage(failure, 'nothing-taken', told);
  const begins = again || isOnce || code === INTENT_NOT_KEPT.code;
  const next: NextAct = isOpen ? 'load' : begins ? 'recharge' : 'as-told';
  return refused('no', next, error, orderId);
}

/** No order is known that could be loaded; whether one was paid is not known either. */
export function notLoaded(thrown: unknown): RefusedResult {
  const failure = asFailure(thrown);
  const { hint, again } = adviceWhenPaid(failure);
  const saysIt = hint.hint === undefined || failure.code === LOAD_CANCELLED.code;
  const isOnce = failure.retry === 'once';
  const advice: Restatement = isOnce
    ? { hint: NOT_LOADED_ONCE }
    : { hint: NOT_LOADED, retry: 'safe' };
  const own = saysIt ? {} : advice;
  return refused('unknown', again, restated(failure, { money: 'untouched', ...own }));
}

/** Refused while it is not known, or known, whether the customer paid. */
export function refused(
  paid: Paid,
  next: NextAct,
  error: QuancunError,
  orderId?: string,
): RefusedResult {
  return { outcome: 'refused', paid, next, ...(orderId === undefined ? {} : { orderId }), error };
}

/** Money was taken, and the server has not booked it. */
export function unconfirmed(orderId: string, payment: TakenPayment, thrown: unknown): HeldResult {
  const cause = asFailure(thrown);
  const { provider, transactionId } = payment;
  // A long number would be masked as a card's: half of it helps nobody, the result has it whole.
  const number = redactText(transactionId) === transactionId ? { transactionId } : {};
  const details = { why: cause.code, orderId, provider, ...number };
  const error = new QuancunError(PAYMENT_UNCONFIRMED, { details, cause });
  const told = { outcome: 'held', paid: 'yes', next: 'submit', orderId, error } as const;
  return { ...told, unconfirmedPayment: payment };
}

/** Another visit takes money for this order now, or may have taken it. */
export function beingTaken(orderId: string): RefusedResult {
  const error = new QuancunError(PAYMENT_BEING_TAKEN, { details: { orderId } });
  return refused('unknown', 'look-up', error, orderId);
}

/** This very till is taking money for the order: its own dialog says how that ends, nobody else. */
export function beingTakenHere(orderId: string): RefusedResult {
  const told = beingTaken(orderId);
  return { ...told, error: restated(told.error, { hint: TAKEN_HERE }) };
}

/** This device has a payment of an order that the server has never heard of. */
export function orderUnknown(orderId: string, failure: QuancunError): RefusedResult {
  const { message: en, messageZh: zh, details, money } = failure;
  const row = { code: failure.code, en, zh, hint: NOT_THIS_SERVER, money } as const;
  const next = { actor: 'administrator', stop: true, retry: 'after' } as const;
  const error = new QuancunError({ ...row, ...next }, { details, cause: failure });
  return refused('yes', 'as-told', error, orderId);
}

/** Nobody here knows whether money was taken. */
export function paymentInDoubt(orderId: string, cause?: unknown): HeldResult {
  const error = new QuancunError(PAYMENT_IN_DOUBT, { details: { orderId }, cause });
  return { outcome: 'held', paid: 'unknown', next: 'look-up', orderId, error };
}

/**
 * The server has not taken it in that nothing was taken, or says otherwise: the provider may be
 * down, another till may be taking money. Until it is known no money is taken.
 */
export function notDeclared(thrown: unknown, orderId: string): RefusedResult {
  const failure = asFailure(thrown);
  const { code, stop } = failure;
  const isTold = code === PAYMENT_BEING_TAKEN.code;
  const told: Restatement = { money: 'in-doubt', hint: PAYMENT_IN_DOUBT.hint };
  const error = isTold ? failure : restated(failure, stop ? told : { ...told, retry: 'after' });
  return refused('unknown', 'look-up', error, orderId);
}

/** Another payment pays for the order: it can be loaded, and this one is owed back. */
export function surplusBesidePaid(surplus: QuancunError): QuancunError {
  return restated(surplus, { hint: joined(surplus.hint, PAID), retry: 'safe' });
}

/** The order is paid, and this visit wrote nothing. */
export function paidNotWritten(orderId: string, failure: QuancunError): RefusedResult {
  const { hint, again } = adviceWhenPaid(failure);
  const told: Restatement = { money: 'untouched' };
  const isOwn = hint.hint === undefined;
  const error = isOwn ? atStage(failure, 'paid', told) : restated(failure, { ...told, ...hint });
  return refused('yes', again, error, orderId);
}

/** Whether the card was written nobody knows yet: the order waits for it. */
export function inDoubt(orderId: string, failure: QuancunError): HeldResult {
  const error = atStage(failure, 'credit-sent', { money: 'in-doubt' });
  return { outcome: 'held', paid: 'yes', next: failure.stop ? 'as-told' : 'load', orderId, error };
}

/** What whoever has paid does about a failure: the card again, or what the error itself says. */
export function adviceWhenPaid({ code, retry, stop }: QuancunError): {
  readonly hint: { readonly hint?: Hint; readonly retry?: Retry };
  readonly again: NextAct;
} {
  if (stop) return { hint: {}, again: 'as-told' };
  // Another card, or another order of this card: what it says leads to 圈存.
  if (LOADED_NEXT.includes(code)) return { hint: {}, again: 'load' };
  if (retry === 'once') return { hint: { hint: PAID_ONCE }, again: 'load' };
  const isLine = LINE.includes(code);
  if (retry !== 'safe' && !isLine) return { hint: {}, again: 'as-told' };
  return { hint: { hint: PAID, retry: 'safe' }, again: 'load' };
}
