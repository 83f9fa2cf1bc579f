/** Rows of the toll application: what a card is, and whether it is valid. */
import type { ErrorRow } from '../error-row.js';

export const PIN_INVALID: ErrorRow<'PIN_INVALID'> = {
  code: 'PIN_INVALID',
  en: 'A PIN is 4 to 12 digits, an even number of them (BCD), or 2 to 6 digits (ASCII)',
  zh: 'PIN 应为 4–12 位偶数个数字（BCD），或 2–6 位数字（ASCII）',
  hint: {
    en: 'Type the PIN as digits; nothing was sent to the card.',
    zh: '请输入数字 PIN；尚未向卡片发送任何命令。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const NOT_AN_ETC_CARD: ErrorRow<'NOT_AN_ETC_CARD'> = {
  code: 'NOT_AN_ETC_CARD',
  en: 'This is not an ETC toll card, or it is damaged',
  zh: '这不是 ETC 用户卡，或卡片已损坏',
  hint: {
    en: 'Check the card, clean its contacts, and put it in again.',
    zh: '请检查卡片、清洁触点后重新放入。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
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
  zh: '卡片已于 {endDate} 过期',
  hint: {
    en: 'The card must be renewed at an outlet before it can be recharged.',
    zh: '请到网点办理续期后再充值。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const CARD_NOT_ACTIVE: ErrorRow<'CARD_NOT_ACTIVE'> = {
  code: 'CARD_NOT_ACTIVE',
  en: 'The card is valid only from {startDate}',
  zh: '卡片自 {startDate} 起启用',
  hint: {
    en: 'Wait until the card is active.',
    zh: '请待卡片启用后再充值。',
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
    en: 'Contact the issuer: the card is not personalised as it should be.',
    zh: '请联系发行方：卡片个人化数据有误。',
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
    en: 'Take no money: no order of this card could be loaded. Send the card to its issuer.',
    zh: '请勿收款：该卡的订单无法圈存。请联系发行方处理。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
