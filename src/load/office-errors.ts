/** Rows of what the office decides: surplus payments, refunds, releases, other issuers' records. */
import type { ErrorRow } from '../error-row.js';
import { ORDER_STATE_NAMES } from '../order-states.js';

export const PAYMENT_SURPLUS: ErrorRow<'PAYMENT_SURPLUS'> = {
  code: 'PAYMENT_SURPLUS',
  en: 'This payment came late, twice or with another amount; it is booked as refund due',
  zh: '该笔付款重复、过期或金额不符，已记为待退款',
  hint: {
    en: 'QR: the system refunds it, pay out nothing. Cash and POS: finance refunds it and books it.',
    zh: '多收款已记为待退。扫码款由系统原路退回，勿另行退款；现金、POS 由财务退并登记。',
  },
  money: 'moved',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const REFUND_NOT_DUE: ErrorRow<'REFUND_NOT_DUE'> = {
  code: 'REFUND_NOT_DUE',
  en: 'No such refund is due (the order is {state})',
  zh: '没有该笔待退款（订单{state}）',
  hint: {
    en: 'Refund nothing. If it was refunded all the same, tell finance: it was not owed.',
    zh: '勿退款。若款项已退出，请告知财务：该款项并非应退。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
  words: { state: ORDER_STATE_NAMES },
};

export const REFUND_ON_ITS_WAY: ErrorRow<'REFUND_ON_ITS_WAY'> = {
  code: 'REFUND_ON_ITS_WAY',
  en: 'This refund was handed to the payment provider, who may still pay it',
  zh: '该笔退款已提交支付渠道，仍可能到账',
  hint: {
    en: 'Refund nothing by hand: it would be paid twice. Watch the refund in the list of what is owed; only when the provider says that it has finally failed, book it by hand.',
    zh: '勿另行退款，否则会退两次。请在待退款清单中关注；仅当支付渠道明确退款最终失败后，方可人工退款并登记。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const REFUND_NEEDS_REASON: ErrorRow<'REFUND_NEEDS_REASON'> = {
  code: 'REFUND_NEEDS_REASON',
  en: 'The payment provider refuses this refund for good: a supervisor’s reason is asked for',
  zh: '支付渠道不再受理该笔退款：人工退款须由主管说明原因',
  hint: {
    en: 'Look at the provider’s own pages that nothing was refunded. Then book it with a reason, and pay out the money only after it is booked.',
    zh: '请先在渠道后台核实该笔未退款，再填写原因登记人工退款；登记成功后方可付款。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const REFUND_NOT_PROVABLE: ErrorRow<'REFUND_NOT_PROVABLE'> = {
  code: 'REFUND_NOT_PROVABLE',
  en: 'The card may have been written: this order is not refunded',
  zh: '该订单可能已写卡，不能退款',
  hint: {
    en: 'Finish it with the card (圈存); pay out no cash.',
    zh: '请持卡圈存完成该订单；勿另付现金。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const RELEASE_REFUSED: ErrorRow<'RELEASE_REFUSED'> = {
  code: 'RELEASE_REFUSED',
  en: 'This order cannot be released like that (it was {was})',
  zh: '该订单不能这样处理（当前{was}）',
  hint: {
    en: 'Only a frozen or held order is released; one that was settled can only be resumed.',
    zh: '只处理冻结或结果未确认的订单；已有结果的订单只能恢复原状态。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
  words: { was: ORDER_STATE_NAMES },
};

export const RELEASE_NEEDS_COUNTER: ErrorRow<'RELEASE_NEEDS_COUNTER'> = {
  code: 'RELEASE_NEEDS_COUNTER',
  en: 'The card may still take this load: its counter was not seen to move',
  zh: '该笔圈存仍可能被卡片接受：尚未见到联机交易序号变化',
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
  zh: '已记录，请另一位管理员确认',
  hint: {
    en: 'Another administrator sends the same release; the card stays stopped until then.',
    zh: '请另一位管理员提交相同处理；此前卡片保持冻结。',
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
    zh: '请核对卡号与联机交易序号。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FOREIGN_TAC_INVALID: ErrorRow<'FOREIGN_TAC_INVALID'> = {
  code: 'FOREIGN_TAC_INVALID',
  en: "The TAC in the other issuer's record does not verify",
  zh: '其他发行方记录中的 TAC 未通过校验',
  hint: {
    en: 'Check the record with the issuer that sent it; nothing was changed.',
    zh: '请与提供该记录的发行方核对；未做任何更改。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const ORDER_UNKNOWN: ErrorRow<'ORDER_UNKNOWN'> = {
  code: 'ORDER_UNKNOWN',
  en: 'There is no such order',
  zh: '订单不存在',
  hint: {
    en: 'Check the order number.',
    zh: '请核对订单号。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'never',
};
