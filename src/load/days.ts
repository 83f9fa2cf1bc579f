/** Days of a deployment, and ranges of them: from the first moment of one to before the next. */
import { DATE_INVALID } from '../core-errors.js';
import { QuancunError } from '../errors.js';
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from './host-time.js';

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

/** End and start of a query are at most this many days apart (结束时间和开始时间差值必须在30天之内). */
export const MAX_DAYS_APART = 30;

/** A range of time: `fromMs` is in it, `toMs` is the first moment after it. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The range from the first moment of one day to the last of another, both included.
 * 起止日期（均含当日）换算为左闭右开的毫秒区间。
 * @param utcOffsetMinutes minutes east of UTC. Default: China, 480
 * @throws DATE_INVALID for what is no day of the calendar, such as 2026-02-30
 * @example
 * const { fromMs, toMs } = rangeOfDays('2026-01-01', '2026-01-31');
 * (toMs - fromMs) / 86_400_000; // 31: the last day is in it to its last millisecond
 */
export function rangeOfDays(
  from: string,
  to: string,
  utcOffsetMinutes: number = CHINA_UTC_OFFSET_MINUTES,
): TimeRange {
  return {
    fromMs: midnightMs('from', from, utcOffsetMinutes),
    toMs: midnightMs('to', to, utcOffsetMinutes) + DAY_MS,
  };
}

/** How many days lie between the day of the first moment of a range and the day of its last. */
export function daysApart({ fromMs, toMs }: TimeRange, utcOffsetMinutes: number): number {
  const dayOf = (atMs: number): number =>
    Math.floor((atMs + utcOffsetMinutes * MINUTE_MS) / DAY_MS);
  return dayOf(toMs - 1) - dayOf(fromMs);
}

/** The day's number, and back: what comes back is another day where there is no such day. */
function midnightMs(field: string, day: string, utcOffsetMinutes: number): number {
  const [, year, month, dayOfMonth] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  const days = civilDays(Number(year), Number(month), Number(dayOfMonth));
  if (Number.isNaN(days) || hostTime(days * DAY_MS, 0).date !== day.replace(/-/g, '')) {
    throw new QuancunError(DATE_INVALID, { details: { field } });
  }
  return days * DAY_MS - utcOffsetMinutes * MINUTE_MS;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant's algorithm). */
function civilDays(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}
