/** The words of every `purse` operation, read and checked before anything is sent to a card. */
import { fromHex } from '../../bytes.js';
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from '../../load/index.js';
import { readAmount } from '../options/amount.js';
import { type CommonOptions, wrongOption } from '../output.js';
import { nodeEnv } from '../run.js';

/** Options of every purse operation. */
export interface PurseOptions extends CommonOptions {
  readonly card: string;
  /** Absent: the toll application, however the card knows it. */
  readonly select?: string;
  readonly keys?: string;
  readonly purse: string;
  readonly amount?: string;
  readonly terminal?: string;
  readonly terminalSerial?: string;
  readonly date?: string;
  readonly time?: string;
  readonly type?: string;
  readonly atc?: string;
  readonly before?: string;
}

/** Amount, terminal number, date and time of a transaction. */
export interface Transaction {
  readonly amountFen: number;
  readonly terminal: Uint8Array;
  readonly date: string;
  readonly time: string;
}

/** Reads the words of a transaction. */
export function readTransaction(options: PurseOptions): Transaction {
  const now = hostTime(nodeEnv.now(), CHINA_UTC_OFFSET_MINUTES);
  const { terminal = '', date = now.date, time = now.time } = options;
  if (!/^[0-9a-f]{12}$/i.test(terminal))
    throw wrongOption('--terminal', { en: '12 hex digits', zh: '12 位十六进制数字' });
  if (!isCalendarDay(date))
    throw wrongOption('--date', {
      en: 'YYYYMMDD, a day of the calendar',
      zh: 'YYYYMMDD，且为真实日期',
    });
  if (!/^([01]\d|2[0-3])([0-5]\d){2}$/.test(time)) throw wrongOption('--time', 'hhmmss');
  const amountFen = readAmount(options.amount ?? '');
  return { amountFen, terminal: fromHex(terminal), date, time };
}

function isCalendarDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  const iso = `${String(year)}-${String(month)}-${String(day)}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
}
