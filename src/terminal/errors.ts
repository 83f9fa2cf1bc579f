/** Rows of the terminal: what a card in the reader can refuse, and answers that are none. */
import type { ErrorRow } from '../error-row.js';

export const CARD_REFUSED: ErrorRow<'CARD_REFUSED'> = {
  code: 'CARD_REFUSED',
  en: 'The card refused a command ({sw}: {en})',
  zh: '卡片拒绝命令（{sw}：{zh}）',
  hint: {
    en: 'Put the card in place and try once more; a paid order by load (圈存), never by a new payment. If it fails again, stop.',
    zh: '放好卡再试一次；已付款的点【圈存】，不要重新收款。再失败一次即停止。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const RESPONSE_IN_PARTS: ErrorRow<'RESPONSE_IN_PARTS'> = {
  code: 'RESPONSE_IN_PARTS',
  en: 'The card has more to say ({sw}), and nothing here fetches it: a T=0 reader',
  zh: '卡片尚有数据待取（{sw}），而程序未取：这是 T=0 读卡器',
  hint: {
    en: 'For the developer: wrap the driver with withGetResponse(transport).',
    zh: '开发者请用 withGetResponse(transport) 包装驱动。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const PIN_WRONG: ErrorRow<'PIN_WRONG'> = {
  code: 'PIN_WRONG',
  en: 'The PIN is wrong; {triesLeft} tries left',
  zh: '卡片密码（PIN）不符，仅剩 {triesLeft} 次',
  hint: {
    en: 'Do not present the card again: each time costs a try. Check the PIN that the terminal is set to.',
    zh: '不要再放卡、再圈存：每次都会再扣一次。请核对终端所设密码。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const PIN_BLOCKED: ErrorRow<'PIN_BLOCKED'> = {
  code: 'PIN_BLOCKED',
  en: 'The PIN of this card is blocked',
  zh: '卡片密码（PIN）已锁',
  hint: {
    en: 'The administrator unblocks it; a paid order is loaded (圈存) after that.',
    zh: '由管理员解锁；已付款的解锁后圈存。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const PIN_NOT_SET: ErrorRow<'PIN_NOT_SET'> = {
  code: 'PIN_NOT_SET',
  en: 'The card asks for its PIN, and this terminal has none set',
  zh: '该卡需要卡片密码（PIN），本终端未设置',
  hint: {
    en: 'The administrator sets the PIN of this terminal.',
    zh: '由管理员为本终端设置卡片密码。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const PAYMENT_IN_DOUBT: ErrorRow<'PAYMENT_IN_DOUBT'> = {
  code: 'PAYMENT_IN_DOUBT',
  en: 'Whether the payment was taken is not known',
  zh: '付款是否成功未知',
  hint: {
    en: 'Look the payment up at the POS or the provider. If it was taken, submit its number for this order, and never take the money again; if it is certain that it was not, declare for this order that nothing was taken, then begin again.',
    zh: '先在 POS 或支付渠道查这笔款：已付，补交原流水号，不再收款；确认未付，登记本订单未收款再办。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const SESSION_TOO_SHORT: ErrorRow<'SESSION_TOO_SHORT'> = {
  code: 'SESSION_TOO_SHORT',
  en: 'The time left for this card is too short; nothing was written this time',
  zh: '本次读卡时间不足，这次未写卡',
  hint: {
    en: 'Present the card again. A paid order is finished by load (圈存); take no money again.',
    zh: '请重新放卡；已付款的点【圈存】，不要重新收款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const NOTHING_TO_LOAD: ErrorRow<'NOTHING_TO_LOAD'> = {
  code: 'NOTHING_TO_LOAD',
  en: 'This card has no open order',
  zh: '该卡没有待圈存订单',
  hint: {
    en: 'If the customer says that he paid, take no money again: look at 充值记录 (recharge records) first.',
    zh: '客户称已付款时不要再收款，先查【充值记录】。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'never',
};

export const RECHARGE_CANCELLED: ErrorRow<'RECHARGE_CANCELLED'> = {
  code: 'RECHARGE_CANCELLED',
  en: 'The recharge was cancelled before anything was paid',
  zh: '付款前已取消充值',
  hint: {
    en: 'Nothing to do.',
    zh: '无需处理。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'never',
};

export const LOAD_CANCELLED: ErrorRow<'LOAD_CANCELLED'> = {
  code: 'LOAD_CANCELLED',
  en: 'The load was cancelled; nothing was written this time',
  zh: '已取消圈存，本次未写卡',
  hint: {
    en: 'A payment that was made is kept: load (圈存) later, and take no money again.',
    zh: '已付款项保留，以后可圈存，不要再次收款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const ANSWERED_BY_ANOTHER: ErrorRow<'ANSWERED_BY_ANOTHER'> = {
  code: 'ANSWERED_BY_ANOTHER',
  en: 'Something else than the server answered (HTTP status {status}: {problem})',
  zh: '应答并非来自授权中心（HTTP 状态 {status}）',
  hint: {
    en: 'A login page, a proxy or a firewall stands in between, or the address is wrong: mend that first. What was paid is not taken again.',
    zh: '可能是上网认证页面、代理或防火墙，或服务器地址有误，请先处理。已收款的勿再收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const STEP_UNKNOWN: ErrorRow<'STEP_UNKNOWN'> = {
  code: 'STEP_UNKNOWN',
  en: 'The server asks for a step that this terminal does not know ({problem})',
  zh: '服务器要求的步骤本终端无法识别',
  hint: {
    en: 'The card was sent nothing more. Update the terminal, then load (圈存); take no money again.',
    zh: '未再向卡片发送命令。请升级终端后圈存，不要重复收款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const PAYMENT_UNCONFIRMED: ErrorRow<'PAYMENT_UNCONFIRMED'> = {
  code: 'PAYMENT_UNCONFIRMED',
  en: 'Money was taken for this order, and the system has not booked it yet',
  zh: '款已收，系统尚未记账',
  hint: {
    en: 'Do not take it again. Once the server answers, submit the same payment, with its number, for this order.',
    zh: '不要再次收款。恢复后用原流水号提交本订单。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const INTENT_NOT_KEPT: ErrorRow<'INTENT_NOT_KEPT'> = {
  code: 'INTENT_NOT_KEPT',
  en: 'This device cannot keep that money is being taken, so none was taken',
  zh: '本机无法保存收款记录，未收款',
  hint: {
    en: 'Make room on the device or restart the app, then begin the recharge (充值) again.',
    zh: '请清理存储空间或重启应用，然后重新办理充值。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};
