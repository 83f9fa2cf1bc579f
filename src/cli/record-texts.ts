/** A log record as one line for people. */
import type { LogRecord } from '../etc/index.js';
import { formatYuan } from '../money.js';
import { TRANSACTION_TYPES } from '../purse/index.js';
import type { Texts } from './output.js';

/** Date, time, what it was, how much, which counter, where. */
export function recordTexts(record: LogRecord): Texts {
  const { atc, amountFen, transactionType, terminal, date, time } = record;
  const line = (name: string): string =>
    `${date} ${time}  ${name.padEnd(18)}${formatYuan(amountFen).padStart(12)}  #${String(atc)}  ${terminal}`;
  const hex = transactionType.toString(16).padStart(2, '0');
  const known = TRANSACTION_TYPES.find((type) => type.code === transactionType);
  return { en: line(known?.en ?? `type ${hex}`), zh: line(known?.zh ?? `类型 ${hex}`) };
}
