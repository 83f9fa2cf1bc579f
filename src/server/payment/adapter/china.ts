/**
 * Times and amounts as both providers write them: Beijing time, whatever zone this process has, and
 * yuan as text, which is never a floating-point number (1.1 × 100 is not 110).
 */
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from '../../../load/index.js';
import { parseYuan } from '../../../money.js';

/** `2026-02-03 14:05:06` */
export function chinaTime(nowMs: number): string {
  const { date, time } = hostTime(nowMs, CHINA_UTC_OFFSET_MINUTES);
  const day = date.replace(/^(\d{4})(\d\d)/, '$1-$2-');
  return `${day} ${time.replace(/^(\d\d)(\d\d)/, '$1:$2:')}`;
}

/** `2026-02-03T14:05:06+08:00` */
export function chinaRfc3339(nowMs: number): string {
  return `${chinaTime(nowMs).replace(' ', 'T')}+08:00`;
}

/** The instant of `2026-02-03 14:05:06`, or nothing where it is none. */
export function parseChinaTime(text: string): number | undefined {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)
    ? parseRfc3339(`${text.replace(' ', 'T')}+08:00`)
    : undefined;
}

/** The instant of a time of RFC 3339, or nothing where it is none. */
export function parseRfc3339(text: string): number | undefined {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
  const at = form.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Fen of `12.30`, or nothing where it is no amount. */
export function fenOf(yuan: string): number | undefined {
  try {
    return parseYuan(yuan, Number.MAX_SAFE_INTEGER);
  } catch {
    return undefined;
  }
}

/** A day of a bill. */
export const DAY_FORM = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
