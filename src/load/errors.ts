/** Rows of the load room: why an order does not go on. */
import type { ErrorRow } from '../error-row.js';
import { FREEZE_REASONS } from './freeze-reasons.js';
import { ORDER_STATE_NAMES } from '../order-states.js';

export * from './office-errors.js';

export const ORDER_UNPAID: ErrorRow<'ORDER_UNPAID'> = {
  code: 'ORDER_UNPAID',
  en: 'The system has seen no payment of this order',
  zh: '系统未收到付款',
  hint: {
    en: 'Ask the customer, tap 已完成支付 (paid), or look at the POS. Paid: take no money again, look at 充值记录 (recharge records). Not paid: take the payment.',
    zh: '先问客户、点【已完成支付】或查 POS：已付勿再收，先查【充值记录】；确认未付再收款。',
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
    en: 'If the customer paid, look up the refund before you make a new order.',
    zh: '客户已付款的，先查退款，再决定是否新建订单。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'never',
  words: { state: ORDER_STATE_NAMES },
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
    en: 'Pay out no cash and take no money. The administrator finishes the refund or withdraws it.',
    zh: '勿付现金、勿再收款；由管理员完成或撤销退款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const ORDER_REFUND_DUE: ErrorRow<'ORDER_REFUND_DUE'> = {
  code: 'ORDER_REFUND_DUE',
  en: 'The card was not written, and the refund is due',
  zh: '订单已转退款，不能圈存',
  hint: {
    en: 'What was paid by QR code goes back the way it came, within days: pay out no cash. For cash and POS, finance refunds by the order number.',
    zh: '扫码款原路退回（可能数日），勿付现金；现金、POS 凭订单号找财务。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const ORDER_FROZEN: ErrorRow<'ORDER_FROZEN'> = {
  code: 'ORDER_FROZEN',
  en: 'The order is frozen: {why}',
  zh: '订单已冻结（{why}）',
  hint: {
    en: 'Take no money, load nothing, refund nothing.',
    zh: '勿收款、勿圈存、勿退款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
  words: { why: FREEZE_REASONS },
};

export const ORDER_NOT_CANCELLABLE: ErrorRow<'ORDER_NOT_CANCELLABLE'> = {
  code: 'ORDER_NOT_CANCELLABLE',
  en: 'This order cannot be cancelled: {state}',
  zh: '订单不能取消（{state}）',
  hint: {
    en: 'The card may have been written: refund nothing. Load (圈存) with the card, which finds out.',
    zh: '可能已写卡，不能取消，勿退款；插卡【圈存】核实。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
  words: { state: ORDER_STATE_NAMES },
};

export const ORDER_AWAITS_JOURNAL: ErrorRow<'ORDER_AWAITS_JOURNAL'> = {
  code: 'ORDER_AWAITS_JOURNAL',
  en: 'The database may have forgotten what became of this order; a journal has to tell first',
  zh: '数据库可能遗漏了该订单的结果，需先核对日志',
  hint: {
    en: 'Take no money for it again and give none back. Start the server whose journal is missing, or let two people give that journal up.',
    zh: '勿重复收款，也不要退款。请启动缺少日志的服务器，或由两人确认放弃该日志。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const LOAD_IN_DOUBT: ErrorRow<'LOAD_IN_DOUBT'> = {
  code: 'LOAD_IN_DOUBT',
  en: 'The write was not confirmed: the order is held until the card is seen again',
  zh: '写卡结果未确认',
  hint: {
    en: 'Present the card again and load (圈存, under 充值记录), today if possible; any terminal will do. Until then do not use the card on the road, recharge it or refund it.',
    zh: '请到【充值记录】重新放卡【圈存】，尽量当天完成。圈存前请勿通行消费、勿再次充值、勿退款。任一终端可办。',
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
    en: 'Put the card in place and load (圈存). Take no money again.',
    zh: '放好卡，点【圈存】，不要重新收款。',
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
    en: 'Put the card in place and try once more; a paid order by load (圈存), never by a new payment. If it fails again, stop.',
    zh: '放好卡再试一次；已付款的点【圈存】，不要重新收款。再失败一次即停止。',
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
    en: 'Put the card in place and try once more; a paid order by load (圈存), never by a new payment. If it fails again, stop.',
    zh: '放好卡再试一次；已付款的点【圈存】，不要重新收款。再失败一次即停止。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const CARD_COUNTER_EXHAUSTED: ErrorRow<'CARD_COUNTER_EXHAUSTED'> = {
  code: 'CARD_COUNTER_EXHAUSTED',
  en: 'The card has used up its loads',
  zh: '该卡圈存次数已用完',
  hint: {
    en: 'Load nothing more. The administrator refunds what was paid; then the card is replaced.',
    zh: '勿再圈存；由管理员退款后换卡。',
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
    en: 'Leave it for today; load tomorrow at another terminal. Until then do not use the card, recharge it or refund it.',
    zh: '今天勿再试；明天换一台终端圈存。其间勿消费、勿再充值、勿退款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const BALANCE_LIMIT: ErrorRow<'BALANCE_LIMIT'> = {
  code: 'BALANCE_LIMIT',
  en: 'The balance after the load would be over {maxYuan} yuan',
  zh: '圈存后超过卡内限额 {maxYuan} 元',
  hint: {
    en: 'Not paid: recharge less. Paid: load after the customer has spent, or the administrator refunds.',
    zh: '未付款：减少金额。已付款：客户通行后再圈存，或由管理员办理退款。',
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
    en: 'Refund nothing and recharge nothing. Two people decide, or the other issuer sends its record.',
    zh: '勿退款、勿再充值。由两位管理员核实处理，或等待其他发行方记录。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const TAC_INVALID: ErrorRow<'TAC_INVALID'> = {
  code: 'TAC_INVALID',
  en: 'The proof of the write (TAC) does not verify: the write is not confirmed',
  zh: '写卡凭证未通过校验，尚未确认',
  hint: {
    en: 'Present the card again and load (圈存) once.',
    zh: '重新放卡圈存一次。',
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
    en: 'Load nothing, refund nothing: a wrong key can lock the card.',
    zh: '勿再圈存、勿退款；圈存密钥可能不符，再写会锁卡。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
