/** Rows of the load room: why an order does not go on. */
import type { ErrorRow } from '../error-row.js';

export const ORDER_UNPAID: ErrorRow<'ORDER_UNPAID'> = {
  code: 'ORDER_UNPAID',
  en: 'The order is not paid yet',
  zh: '订单尚未支付',
  hint: {
    en: 'Take the payment first, then load the card.',
    zh: '请先完成收款，再圈存。',
  },
  money: 'untouched',
};

export const PAYMENT_BEING_TAKEN: ErrorRow<'PAYMENT_BEING_TAKEN'> = {
  code: 'PAYMENT_BEING_TAKEN',
  en: 'Money is being taken for this order',
  zh: '该订单正在收款',
  hint: {
    en: 'Do not take money again. Look the payment up at the POS or the provider: if it was taken, submit its number for this order; if it was not, the terminal that began ends it, or a supervisor does.',
    zh: '切勿再次收款。请先在 POS 或支付渠道查询该笔付款：已付的，用原流水号提交本订单；确认未付的，由发起收款的终端撤销收款，或由主管处理。',
  },
  money: 'untouched',
};

export const ORDER_CLOSED: ErrorRow<'ORDER_CLOSED'> = {
  code: 'ORDER_CLOSED',
  en: 'The order has ended: {state}',
  zh: '订单已结束：{state}',
  hint: {
    en: 'Create a new order.',
    zh: '请新建订单。',
  },
  money: 'untouched',
};

export const ORDER_OPEN: ErrorRow<'ORDER_OPEN'> = {
  code: 'ORDER_OPEN',
  en: 'Another order of this card is not finished yet',
  zh: '该卡还有未完成的充值订单',
  hint: {
    en: 'Finish it first: 【充值记录】 → 【圈存】 with the card in the reader.',
    zh: '请先在【充值记录】中插卡完成【圈存】，再办理新的充值。',
  },
  money: 'untouched',
};

export const ORDER_VOIDING: ErrorRow<'ORDER_VOIDING'> = {
  code: 'ORDER_VOIDING',
  en: 'A refund of this order is being decided; it cannot be loaded now',
  zh: '该订单正在办理退款，暂不能圈存',
  hint: {
    en: 'Finish or withdraw the refund first.',
    zh: '请先完成或撤销退款。',
  },
  money: 'in-doubt',
};

export const ORDER_REFUND_DUE: ErrorRow<'ORDER_REFUND_DUE'> = {
  code: 'ORDER_REFUND_DUE',
  en: 'The card was not written and the money is being given back',
  zh: '卡片未写入，款项退还中',
  hint: {
    en: 'Do not load this order; wait for the refund.',
    zh: '请勿再圈存该订单，等待退款。',
  },
  money: 'untouched',
};

export const ORDER_FROZEN: ErrorRow<'ORDER_FROZEN'> = {
  code: 'ORDER_FROZEN',
  en: 'The order is frozen: {why}',
  zh: '订单已冻结：{why}',
  hint: {
    en: 'Stop and contact the administrator (联系管理员). Take no money and load nothing.',
    zh: '请停止操作并联系管理员；不要收款，也不要圈存。',
  },
  money: 'in-doubt',
};

export const ORDER_NOT_CANCELLABLE: ErrorRow<'ORDER_NOT_CANCELLABLE'> = {
  code: 'ORDER_NOT_CANCELLABLE',
  en: 'An order in state {state} cannot be cancelled',
  zh: '状态为 {state} 的订单不能取消',
  hint: {
    en: 'Present the card: only the card can tell whether it was written.',
    zh: '请出示卡片：是否写卡只有卡片能证明。',
  },
  money: 'in-doubt',
};

export const ORDER_AWAITS_JOURNAL: ErrorRow<'ORDER_AWAITS_JOURNAL'> = {
  code: 'ORDER_AWAITS_JOURNAL',
  en: 'The database may have forgotten what became of this order; a journal has to tell first',
  zh: '数据库可能遗漏了该订单的结果，需先核对日志',
  hint: {
    en: 'Take no money for it again and give none back. Try again later; the administrator (管理员) starts the server whose journal is missing, or gives that journal up. A new order with a new payment can be loaded now.',
    zh: '请勿重复收款，也不要退款；稍后再试。请管理员启动缺少日志的服务器，或由两人确认放弃该日志。新订单、新付款现在即可圈存。',
  },
  money: 'in-doubt',
};

export const LOAD_IN_DOUBT: ErrorRow<'LOAD_IN_DOUBT'> = {
  code: 'LOAD_IN_DOUBT',
  en: 'The write was not confirmed: the order is held until the card is seen again',
  zh: '写卡结果未确认，订单保留待卡片核实',
  hint: {
    en: 'Put the card back and load (圈存, under 充值记录); any terminal will do. The money is neither lost nor taken twice.',
    zh: '充值写卡失败，请到充值记录页圈存！重新放卡圈存即可，任一终端均可办理；款项不会丢失，也不会重复写卡。',
  },
  money: 'in-doubt',
};

export const CARD_LOST: ErrorRow<'CARD_LOST'> = {
  code: 'CARD_LOST',
  en: 'The card was lost before anything was written',
  zh: '写卡前卡片已离开',
  hint: {
    en: 'Put the card back and try again; the payment is kept.',
    zh: '请重新放卡再试；已付款项保留。',
  },
  money: 'untouched',
};

export const INIT_STALE: ErrorRow<'INIT_STALE'> = {
  code: 'INIT_STALE',
  en: 'The card answer is older than one already seen',
  zh: '卡片应答早于已记录的应答',
  hint: {
    en: 'Put the card back and try again.',
    zh: '请重新放卡再试。',
  },
  money: 'untouched',
};

export const PROBE_MISMATCH: ErrorRow<'PROBE_MISMATCH'> = {
  code: 'PROBE_MISMATCH',
  en: 'The card answer does not belong to the probe that was asked',
  zh: '卡片应答与所要求的核查不符',
  hint: {
    en: 'Put the card back and try again.',
    zh: '请重新放卡再试。',
  },
  money: 'in-doubt',
};

export const CARD_COUNTER_EXHAUSTED: ErrorRow<'CARD_COUNTER_EXHAUSTED'> = {
  code: 'CARD_COUNTER_EXHAUSTED',
  en: 'The card has used up its transaction counter',
  zh: '卡片联机交易序号已用尽',
  hint: {
    en: 'The card must be replaced; the payment can be given back.',
    zh: '请换卡；款项可退还。',
  },
  money: 'untouched',
};

export const ATTEMPTS_EXHAUSTED: ErrorRow<'ATTEMPTS_EXHAUSTED'> = {
  code: 'ATTEMPTS_EXHAUSTED',
  en: 'The order was tried too often today',
  zh: '该订单今日尝试次数过多',
  hint: {
    en: 'Try another reader tomorrow; the order waits, and its money with it.',
    zh: '请明日更换读卡器再试；订单与款项均保留。',
  },
  money: 'in-doubt',
};

export const BALANCE_LIMIT: ErrorRow<'BALANCE_LIMIT'> = {
  code: 'BALANCE_LIMIT',
  en: 'The balance after the load would be over {maxFen} fen',
  zh: '圈存后余额将超过 {maxFen} 分',
  hint: {
    en: 'Spend from the card first, or recharge less.',
    zh: '请先消费或减少充值金额。',
  },
  money: 'untouched',
};

export const COUNTER_WITHOUT_PROOF: ErrorRow<'COUNTER_WITHOUT_PROOF'> = {
  code: 'COUNTER_WITHOUT_PROOF',
  en: 'The counter of the card moved, but no TAC proves by which load',
  zh: '卡片联机序号已变化，但没有 TAC 证明是哪一笔',
  hint: {
    en: 'The order is held until the other issuer has sent its record, or two people end it. Contact the administrator.',
    zh: '订单保留，等待其他发行方记录，或由两人处理；请联系管理员。',
  },
  money: 'in-doubt',
};

export const TAC_INVALID: ErrorRow<'TAC_INVALID'> = {
  code: 'TAC_INVALID',
  en: 'The TAC of the card does not verify',
  zh: '卡片 TAC 校验不通过',
  hint: {
    en: 'Put the card back and load: its own proof and counter decide.',
    zh: '请重新放卡圈存，由卡片凭证与序号判定。',
  },
  money: 'in-doubt',
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
};

export const CREDIT_REFUSED: ErrorRow<'CREDIT_REFUSED'> = {
  code: 'CREDIT_REFUSED',
  en: 'The card refused CREDIT FOR LOAD twice ({sw})',
  zh: '卡片两次拒绝圈存命令（{sw}）',
  hint: {
    en: 'The order is held. Contact the administrator: the load key may be wrong.',
    zh: '订单保留；请联系管理员，可能是圈存密钥有误。',
  },
  money: 'in-doubt',
};

export const PAYMENT_SURPLUS: ErrorRow<'PAYMENT_SURPLUS'> = {
  code: 'PAYMENT_SURPLUS',
  en: 'This payment came late, twice or with another amount; it is booked to be given back',
  zh: '该笔付款重复、过期或金额不符，已记为待退款',
  hint: {
    en: 'Give the money back through the payment provider.',
    zh: '请通过支付渠道退款。',
  },
  money: 'moved',
};

export const REFUND_NOT_DUE: ErrorRow<'REFUND_NOT_DUE'> = {
  code: 'REFUND_NOT_DUE',
  en: 'No such refund is due (the order is {state})',
  zh: '没有该笔待退款（订单状态 {state}）',
  hint: {
    en: 'If money was given back all the same, contact the administrator: it was not owed.',
    zh: '若款项已退出，请联系管理员：该款项并非应退。',
  },
  money: 'untouched',
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
};
