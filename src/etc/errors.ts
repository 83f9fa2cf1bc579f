/** Rows of the toll application: what a card is, and whether it is valid. */
import type { ErrorRow } from '../error-row.js';

export const PIN_INVALID: ErrorRow<'PIN_INVALID'> = {
  code: 'PIN_INVALID',
  en: 'A PIN is 4 to 12 digits, an even number of them (BCD), or 2 to 6 digits (ASCII)',
  zh: '卡片密码（PIN）应为 4–12 位偶数个数字（BCD），或 2–6 位数字（ASCII）',
  hint: {
    en: 'Type the PIN as digits; nothing was sent to the card.',
    zh: '请输入数字卡片密码；尚未向卡片发送任何命令。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const NOT_AN_ETC_CARD: ErrorRow<'NOT_AN_ETC_CARD'> = {
  code: 'NOT_AN_ETC_CARD',
  en: 'No ETC toll card was read',
  zh: '未读到 ETC 用户卡',
  hint: {
    en: 'Unplug the charger, wipe the chip, put the card in again. If other cards fail too, power off, wait 30 seconds, power on (no restart).',
    zh: '拔掉充电线、擦净芯片、重新插卡；换卡也读不出，关机等 30 秒再开机（不是重启）。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const CARD_LOCKED: ErrorRow<'CARD_LOCKED'> = {
  code: 'CARD_LOCKED',
  en: 'The card or its toll application is locked ({sw})',
  zh: '卡片或收费应用已锁定（{sw}）',
  hint: {
    en: 'Take no money: only the issuer can unlock this card.',
    zh: '勿收款：该卡须由发行方解锁。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const CARD_NOT_STORED_VALUE: ErrorRow<'CARD_NOT_STORED_VALUE'> = {
  code: 'CARD_NOT_STORED_VALUE',
  en: 'Only stored-value cards (储值卡) can be recharged',
  zh: '只有储值卡可以充值',
  hint: {
    en: 'This card is billed by its bank (记账卡) or of another kind; it needs no recharge.',
    zh: '该卡为记账卡或其他卡种，无需充值。',
  },
  money: 'untouched',
  actor: 'customer',
  stop: false,
  retry: 'never',
};

export const CARD_EXPIRED: ErrorRow<'CARD_EXPIRED'> = {
  code: 'CARD_EXPIRED',
  en: 'The card expired on {endDate}',
  zh: '卡片有效期已过（{endDate}）',
  hint: {
    en: 'Check the date of the terminal first. If the card did expire, it is replaced or renewed before it is recharged.',
    zh: '先核对终端日期。确已过期的，请换卡或续期后再充值。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const CARD_NOT_ACTIVE: ErrorRow<'CARD_NOT_ACTIVE'> = {
  code: 'CARD_NOT_ACTIVE',
  en: 'The card is valid only from {startDate}',
  zh: '卡片有效期未开始（{startDate} 起）',
  hint: {
    en: 'Check the date of the terminal first. The card can be recharged from that day.',
    zh: '先核对终端日期。有效期开始后再充值。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const CARD_DATES_UNREADABLE: ErrorRow<'CARD_DATES_UNREADABLE'> = {
  code: 'CARD_DATES_UNREADABLE',
  en: 'The validity dates of the card cannot be read',
  zh: '无法读取卡片有效期',
  hint: {
    en: 'Take no money: the card is not personalised as it should be.',
    zh: '勿收款：卡片数据有误。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const CARD_NUMBER_UNREADABLE: ErrorRow<'CARD_NUMBER_UNREADABLE'> = {
  code: 'CARD_NUMBER_UNREADABLE',
  en: 'The card number on this card is not 16 digits',
  zh: '该卡内的卡号不是 16 位数字',
  hint: {
    en: 'Take no money: no order of this card could be loaded. The administrator sends it to its issuer.',
    zh: '勿收款：该卡的订单无法圈存，由管理员交发行方处理。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
