/** Rows of what the office decides: surplus payments, refunds, releases, other issuers' records. */
import type { ErrorRow } from '../error-row.js';

export const PAYMENT_SURPLUS: ErrorRow<'PAYMENT_SURPLUS'> = {
  code: 'PAYMENT_SURPLUS',
  en: 'This payment came late, twice or with another amount; it is booked to be given back',
  zh: '该笔付款重复、过期或金额不符，已记为待退款',
  hint: {
    en: 'Give the money back through the payment provider.',
    zh: '请通过支付渠道退款。',
  },
  money: 'moved',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const REFUND_NOT_DUE: ErrorRow<'REFUND_NOT_DUE'> = {
  code: 'REFUND_NOT_DUE',
  en: 'No such refund is due (the order is {state})',
  zh: '没有该笔待退款（订单状态 {state}）',
  hint: {
    en: 'Give nothing back. If it was given back all the same, tell finance: it was not owed.',
    zh: '勿退款。若款项已退出，请告知财务：该款项并非应退。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const REFUND_NOT_PROVABLE: ErrorRow<'REFUND_NOT_PROVABLE'> = {
  code: 'REFUND_NOT_PROVABLE',
  en: 'This deployment does not refund an order that was issued',
  zh: '当前配置不支持已授权订单退款',
  hint: {
    en: 'Finish the order with the card (圈存).',
    zh: '请持卡圈存完成该订单。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const RELEASE_REFUSED: ErrorRow<'RELEASE_REFUSED'> = {
  code: 'RELEASE_REFUSED',
  en: 'This order cannot be released like that (it was {was})',
  zh: '该订单不能如此解冻（冻结前为 {was}）',
  hint: {
    en: 'Only a frozen or held order is released; one that was settled can only be resumed.',
    zh: '仅冻结或保留的订单可人工处理；已结算的订单只能恢复原状态。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const RELEASE_NEEDS_COUNTER: ErrorRow<'RELEASE_NEEDS_COUNTER'> = {
  code: 'RELEASE_NEEDS_COUNTER',
  en: 'The card may still take this load: its counter was not seen to move',
  zh: '该笔圈存仍可能被卡片接受：尚未见到联机序号变化',
  hint: {
    en: 'Load with the card (圈存), or ask for a refund by probe. Only when the card is destroyed or in your hands for good, two people say "destroyed".',
    zh: '请持卡圈存，或申请核查退款；仅当卡片已销毁或已收回时，由两人确认“destroyed”。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const RELEASE_NEEDS_ANOTHER: ErrorRow<'RELEASE_NEEDS_ANOTHER'> = {
  code: 'RELEASE_NEEDS_ANOTHER',
  en: 'Noted. A second person has to say the same',
  zh: '已记录，需第二人确认相同处理',
  hint: {
    en: 'Another operator sends the same release; the card stays stopped until then.',
    zh: '请另一位操作员提交相同处理；此前卡片保持冻结。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FOREIGN_RECORD_REFUSED: ErrorRow<'FOREIGN_RECORD_REFUSED'> = {
  code: 'FOREIGN_RECORD_REFUSED',
  en: 'The record of another issuer does not fit this order',
  zh: '其他发行方记录与该订单不符',
  hint: {
    en: 'Check the card number and the counter.',
    zh: '请核对卡号与联机序号。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
