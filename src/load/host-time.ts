/** The server's date and time as they go into MAC2 and TAC: local, and unique per bound ATC. */

/** China's one time zone: minutes east of UTC. 中国标准时间（UTC+8）。 */
export const CHINA_UTC_OFFSET_MINUTES = 480;

/** A date and time as the card takes them. */
export interface HostTime {
  /** YYYYMMDD */
  readonly date: string;
  /** hhmmss */
  readonly time: string;
}

/**
 * The local date and time of an instant, without a time zone database.
 * 时刻转本地日期时间（固定偏移）。
 * @example hostTime(0, 480); // { date: '19700101', time: '080000' }
 */
export function hostTime(nowMs: number, utcOffsetMinutes: number): HostTime {
  const days = Math.floor((nowMs + utcOffsetMinutes * 60_000) / 86_400_000);
  const seconds = Math.floor((nowMs + utcOffsetMinutes * 60_000) / 1000) - days * 86_400;
  const two = (value: number): string => String(value).padStart(2, '0');
  const time =
    two(Math.floor(seconds / 3600)) + two(Math.floor(seconds / 60) % 60) + two(seconds % 60);
  return { date: civilDate(days), time };
}

/**
 * The host time of a new attempt: the clock's, moved on by whole seconds until no earlier attempt
 * has it, so that no two attempts share the inputs of a TAC.
 * 新授权的主机时间，与既有授权不重复。
 */
export function uniqueHostTime(
  nowMs: number,
  utcOffsetMinutes: number,
  attempts: readonly HostTime[],
): HostTime {
  for (let step = 0; ; step += 1) {
    const candidate = hostTime(nowMs + step * 1000, utcOffsetMinutes);
    const taken = attempts.some(
      (attempt) => attempt.date === candidate.date && attempt.time === candidate.time,
    );
    if (!taken) return candidate;
  }
}

/** Days since 1970-01-01 to YYYYMMDD in the proleptic Gregorian calendar (Hinnant's algorithm). */
function civilDate(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`;
}
