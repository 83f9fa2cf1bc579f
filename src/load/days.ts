/** Days of a deployment, and ranges of them: from the first moment of one to before the next. */
import { DATE_INVALID } from '../core-errors.js';
import { QuancunError } from '../errors.js';
import { CHINA_UTC_OFFSET_MINUTES } from './host-time.js';

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

/** A host takes the 30th of February for the 2nd of March: what comes back must be the same. */
function midnightMs(field: string, day: string, utcOffsetMinutes: number): number {
  const utcMs = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(utcMs) || new Date(utcMs).toISOString().slice(0, 10) !== day) {
    throw new QuancunError(DATE_INVALID, { details: { field } });
  }
  return utcMs - utcOffsetMinutes * MINUTE_MS;
}
