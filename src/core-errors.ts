/**
 * Rows of the ground floor: what cannot happen, and bad values that a caller handed in (bytes,
 * digits, amounts, dates, texts, JSON).
 */
import type { ErrorRow } from './error-row.js';

export const INTERNAL: ErrorRow<'INTERNAL'> = {
  code: 'INTERNAL',
  en: 'quancun reached a state it believed impossible: {what}',
  zh: '系统内部错误',
  hint: {
    en: 'Take no money, give none back, and keep the log.',
    zh: '勿收款、勿退款，保留日志。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const HEX_INVALID: ErrorRow<'HEX_INVALID'> = {
  code: 'HEX_INVALID',
  en: 'Hex text must be an even number of hex digits (problem at character {at})',
  zh: '十六进制文本必须由偶数个十六进制字符组成（第 {at} 个字符有误）',
  hint: { en: 'Remove spaces, 0x and other signs.', zh: '请去掉空格、0x 及其他符号。' },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const BYTES_LENGTH: ErrorRow<'BYTES_LENGTH'> = {
  code: 'BYTES_LENGTH',
  en: '{field} must be {expected} bytes, but has {size}',
  zh: '{field} 应为 {expected} 字节，实际为 {size} 字节',
  hint: { en: 'Check where this value comes from.', zh: '请检查该数据的来源。' },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const BYTES_RANGE: ErrorRow<'BYTES_RANGE'> = {
  code: 'BYTES_RANGE',
  en: '{field} must be a whole number from {min} to {max}',
  zh: '{field} 必须是 {min} 到 {max} 之间的整数',
  hint: { en: 'Correct the value.', zh: '请更正该数值。' },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const DIGITS_INVALID: ErrorRow<'DIGITS_INVALID'> = {
  code: 'DIGITS_INVALID',
  en: '{field} must be {expected} decimal digits',
  zh: '{field} 必须是 {expected} 位数字',
  hint: { en: 'Correct the value.', zh: '请更正该数值。' },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const AMOUNT_INVALID: ErrorRow<'AMOUNT_INVALID'> = {
  code: 'AMOUNT_INVALID',
  en: 'An amount is written as yuan with at most two decimals, such as 100 or 100.00',
  zh: '金额应以元为单位，最多两位小数，例如 100 或 100.00',
  hint: { en: 'Type the amount again.', zh: '请重新输入金额。' },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const AMOUNT_RANGE: ErrorRow<'AMOUNT_RANGE'> = {
  code: 'AMOUNT_RANGE',
  en: 'The amount must be from {minYuan} to {maxYuan} yuan',
  zh: '金额应为 {minYuan}–{maxYuan} 元',
  hint: {
    en: 'Type the amount again.',
    zh: '请重新输入。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const GBK_UNENCODABLE: ErrorRow<'GBK_UNENCODABLE'> = {
  code: 'GBK_UNENCODABLE',
  en: 'The character {at} does not exist in GBK',
  zh: 'GBK 中没有字符 {at}',
  hint: {
    en: 'Write the text with characters that the card can hold.',
    zh: '请改用卡片可存储的字符。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const TEXT_TOO_LONG: ErrorRow<'TEXT_TOO_LONG'> = {
  code: 'TEXT_TOO_LONG',
  en: '{field} must fit in {max} bytes, but takes {size}',
  zh: '{field} 最多 {max} 字节，实际 {size} 字节',
  hint: { en: 'Shorten the text.', zh: '请缩短文本。' },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const FIELD_MISSING: ErrorRow<'FIELD_MISSING'> = {
  code: 'FIELD_MISSING',
  en: '{field} is missing, or neither a text nor a number',
  zh: '缺少 {field}，或其值既非文本也非数字',
  hint: { en: 'Give the field a value.', zh: '请填写该字段。' },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const DATE_INVALID: ErrorRow<'DATE_INVALID'> = {
  code: 'DATE_INVALID',
  en: '{field} must be a date such as 2026-11-23',
  zh: '{field} 应为日期，例如 2026-11-23',
  hint: { en: 'Correct the value.', zh: '请更正该数值。' },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const ENV_INCOMPLETE: ErrorRow<'ENV_INCOMPLETE'> = {
  code: 'ENV_INCOMPLETE',
  en: 'This host has no {what}',
  zh: '当前宿主缺少 {what}',
  hint: {
    en: 'Hand in an Env whose random numbers come from a cryptographic generator.',
    zh: '请自行提供 Env，其随机数须来自密码学安全的随机源。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const JSON_INVALID: ErrorRow<'JSON_INVALID'> = {
  code: 'JSON_INVALID',
  en: '{what} is not valid JSON of the expected form: {problem}',
  zh: '{what} 不是符合要求的 JSON：{problem}',
  hint: { en: 'Correct the file and try again.', zh: '请更正文件后重试。' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const IDEMPOTENCY_CONFLICT: ErrorRow<'IDEMPOTENCY_CONFLICT'> = {
  code: 'IDEMPOTENCY_CONFLICT',
  en: 'Card, amount or outlet differ from what this idempotency key was used for',
  zh: '本次卡号、金额或网点与上次提交不同',
  hint: {
    en: 'Look at 充值记录 (recharge records) first: the same recharge is not paid again. Another card has a key of its own.',
    zh: '先查【充值记录】，同一笔勿再收款；另一张卡请用新号。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};
