/** Rows of a provider's bill, and of what differs from the books. */
import type { ErrorRow } from '../../error-row.js';

export const STATEMENT_NOT_READY: ErrorRow<'STATEMENT_NOT_READY'> = {
  code: 'STATEMENT_NOT_READY',
  en: 'The provider has not made the bill of {day} yet',
  zh: '支付渠道尚未出具 {day} 的账单',
  hint: {
    en: 'Ask again after 10 o’clock of the next day.',
    zh: '请于次日 10 点后再试。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const STATEMENT_NONE: ErrorRow<'STATEMENT_NONE'> = {
  code: 'STATEMENT_NONE',
  en: 'This payment provider gives no daily bill',
  zh: '该支付渠道不提供日账单',
  hint: {
    en: 'Compare by hand: the list of payments against the provider’s own pages.',
    zh: '请人工核对：以本系统付款清单对照渠道后台。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const STATEMENT_MISSING_HERE: ErrorRow<'STATEMENT_MISSING_HERE'> = {
  code: 'STATEMENT_MISSING_HERE',
  en: 'The provider’s bill has money that the books lack',
  zh: '渠道账单中有、本系统未入账',
  hint: {
    en: 'Pay out nothing. Find the order at the provider: another system of the same merchant account may own it; else tell whoever keeps the books.',
    zh: '勿付款、勿退款。请到支付渠道核对该笔：可能属于同一商户号的其他系统；否则请财务处理。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const STATEMENT_MISSING_THERE: ErrorRow<'STATEMENT_MISSING_THERE'> = {
  code: 'STATEMENT_MISSING_THERE',
  en: 'The books have a payment that the provider’s bill lacks',
  zh: '本系统已入账、渠道账单中无',
  hint: {
    en: 'Look at the bill of the day before and of the day after. In neither: ask the provider before anything is refunded.',
    zh: '请先核对前后两日账单；均无则先向支付渠道查询，查清前勿退款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const STATEMENT_AMOUNT: ErrorRow<'STATEMENT_AMOUNT'> = {
  code: 'STATEMENT_AMOUNT',
  en: 'The provider’s bill has another amount than the books',
  zh: '渠道账单金额与入账金额不同',
  hint: {
    en: 'Pay out nothing. Compare both amounts with the provider.',
    zh: '勿付款、勿退款。请与支付渠道核对两个金额。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const STATEMENT_REFUND_UNKNOWN: ErrorRow<'STATEMENT_REFUND_UNKNOWN'> = {
  code: 'STATEMENT_REFUND_UNKNOWN',
  en: 'The provider’s bill has a refund that was not made here',
  zh: '渠道账单中有非本系统发起的退款',
  hint: {
    en: 'Refund nothing for this payment by hand. Find out who made it in the provider’s own pages; the customer may have the money already.',
    zh: '勿再退该笔款项。请查明是谁在渠道后台退款；客户可能已收到款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const STATEMENT_REFUND_MISSING: ErrorRow<'STATEMENT_REFUND_MISSING'> = {
  code: 'STATEMENT_REFUND_MISSING',
  en: 'The books have a refund that the provider’s bills lack',
  zh: '本系统已记退款、渠道账单中无',
  hint: {
    en: 'The customer may not have the money: ask the provider for this refund by its number. Pay out nothing before it has answered.',
    zh: '客户可能未收到退款：请以退款单号向支付渠道查询，查清前勿另行付款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};
