/** Rows of the load room: why an order does not go on. */
import type { ErrorRow } from '../error-row.js';

export * from './office-errors.js';

export const ORDER_UNPAID: ErrorRow<'ORDER_UNPAID'> = {
  code: 'ORDER_UNPAID',
  en: 'The order is not paid yet',
  zh: '订单尚未支付',
  hint: {
    en: 'Take the payment first, then load the card.',
    zh: '请先完成收款，再圈存。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
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
  actor: 'operator',
  stop: false,
  retry: 'after',
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
  actor: 'operator',
  stop: false,
  retry: 'never',
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
  actor: 'operator',
  stop: false,
  retry: 'after',
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
  actor: 'administrator',
  stop: false,
  retry: 'never',
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
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const ORDER_FROZEN: ErrorRow<'ORDER_FROZEN'> = {
  code: 'ORDER_FROZEN',
  en: 'The order is frozen: {why}',
  zh: '订单已冻结：{why}',
  hint: {
    en: 'Take no money, load nothing, give nothing back.',
    zh: '勿收款、勿圈存、勿退款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
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
  actor: 'operator',
  stop: false,
  retry: 'safe',
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
  actor: 'administrator',
  stop: true,
  retry: 'after',
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
  actor: 'operator',
  stop: false,
  retry: 'safe',
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
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const CARD_MISMATCH: ErrorRow<'CARD_MISMATCH'> = {
  code: 'CARD_MISMATCH',
  en: 'The card in the reader ends in {present}, the order is for {ordered}',
  zh: '读卡器中的卡尾号为 {present}，订单卡尾号为 {ordered}',
  hint: {
    en: 'Put in the card of the order.',
    zh: '请放入订单对应的卡片。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
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
  actor: 'operator',
  stop: false,
  retry: 'once',
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
  actor: 'operator',
  stop: false,
  retry: 'once',
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
  actor: 'administrator',
  stop: true,
  retry: 'never',
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
  actor: 'operator',
  stop: false,
  retry: 'after',
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
  actor: 'customer',
  stop: false,
  retry: 'after',
};

export const COUNTER_WITHOUT_PROOF: ErrorRow<'COUNTER_WITHOUT_PROOF'> = {
  code: 'COUNTER_WITHOUT_PROOF',
  en: 'The card has a load record that is new, and whether it is this order is not proved',
  zh: '卡片有新的圈存记录，尚不能确认是否本单',
  hint: {
    en: 'Give nothing back and recharge nothing. Two people decide, or the other issuer sends its record.',
    zh: '勿退款、勿再充值。由两位管理员核实处理，或等待其他发行方记录。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
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
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const CREDIT_REFUSED: ErrorRow<'CREDIT_REFUSED'> = {
  code: 'CREDIT_REFUSED',
  en: 'The card refused CREDIT FOR LOAD twice ({sw})',
  zh: '卡片两次拒绝圈存命令（{sw}）',
  hint: {
    en: 'Load nothing, give nothing back: a wrong key can lock the card.',
    zh: '勿再圈存、勿退款；圈存密钥可能不符。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
