/** Codes of the etc room. */
import type { ErrorRows } from './row.js';

export const etcErrors = {
  PIN_INVALID: {
    en: 'A PIN is 4 to 12 digits, an even number of them (BCD), or 2 to 6 digits (ASCII)',
    zh: 'PIN 应为 4–12 位偶数个数字（BCD），或 2–6 位数字（ASCII）',
    hint: {
      en: 'Type the PIN as digits; nothing was sent to the card.',
      zh: '请输入数字 PIN；尚未向卡片发送任何命令。',
    },
    money: 'untouched',
  },
} as const satisfies ErrorRows;
