/** Rows of the terminal: what a card in the reader can refuse, and answers that are none. */
import type { ErrorRow } from '../error-row.js';

export const CARD_REFUSED: ErrorRow<'CARD_REFUSED'> = {
  code: 'CARD_REFUSED',
  en: 'The card refused a command ({sw}: {en})',
  zh: '卡片拒绝命令（{sw}：{zh}）',
  hint: {
    en: 'Put the card back and try again; if it repeats, contact the issuer.',
    zh: '请重新放卡再试；若仍失败请联系发行方。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const PIN_WRONG: ErrorRow<'PIN_WRONG'> = {
  code: 'PIN_WRONG',
  en: 'The PIN is wrong; {triesLeft} tries left',
  zh: 'PIN 错误，还可尝试 {triesLeft} 次',
  hint: {
    en: 'Do not guess: after the last try the card is locked. Ask the issuer for the PIN.',
    zh: '请勿猜测：次数用尽后卡片将被锁定；请向发行方确认 PIN。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const PIN_BLOCKED: ErrorRow<'PIN_BLOCKED'> = {
  code: 'PIN_BLOCKED',
  en: 'The PIN of this card is blocked',
  zh: '该卡 PIN 已锁定',
  hint: {
    en: 'The issuer must unblock it; no load is possible until then.',
    zh: 'PIN 已锁，请到发行方网点解锁。',
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
    en: 'Look the payment up at the POS or the provider. If it was taken, submit its number for this order, and never take the money again; if it was not, cancel the order.',
    zh: '请先在 POS 或支付渠道查询该笔付款：已付的，用原流水号提交本订单，切勿再次收款；确认未付的，取消订单再办。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const SESSION_TOO_SHORT: ErrorRow<'SESSION_TOO_SHORT'> = {
  code: 'SESSION_TOO_SHORT',
  en: 'The host ends this session in {leftMs} ms, and the next steps may take {neededMs} ms',
  zh: '本次读卡会话将在 {leftMs} 毫秒后结束，而后续步骤可能需要 {neededMs} 毫秒',
  hint: {
    en: 'Nothing was written. Hold the card to the device again: a paid order is finished by 圈存 (load).',
    zh: '未写卡。请重新贴卡；已付款的订单通过圈存完成，不要重新收款。',
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
    en: 'If the customer says that he paid, take no money again: look it up in 充值记录 (recharge records) first.',
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

export const ANSWERED_BY_ANOTHER: ErrorRow<'ANSWERED_BY_ANOTHER'> = {
  code: 'ANSWERED_BY_ANOTHER',
  en: 'Something else than the server answered (HTTP status {status}: {problem})',
  zh: '应答并非来自授权中心（HTTP 状态 {status}：{problem}）',
  hint: {
    en: 'A login page, a proxy or a firewall stands in between, or the address is wrong. Mend that, then load (圈存). If money was taken and there is nothing to load, its payment is not booked: submit the same payment again, and never take the money twice.',
    zh: '可能是上网认证页面、代理或防火墙，或服务器地址有误。处理后圈存。如已收款而无单可圈存，说明付款未入账：请重新提交同一笔付款，切勿再次收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const STEP_UNKNOWN: ErrorRow<'STEP_UNKNOWN'> = {
  code: 'STEP_UNKNOWN',
  en: 'The server asks for a step that this terminal does not know ({problem})',
  zh: '服务器要求的步骤本终端无法识别（{problem}）',
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
