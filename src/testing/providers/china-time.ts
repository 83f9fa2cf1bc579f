/** Moments as both providers write them: in China's time, whatever zone the process runs in. */

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** `2026-01-31T09:05:00+08:00`, as WeChat Pay writes a moment (RFC 3339). */
export function formatRfc3339(ms: number): string {
  return `${inChina(ms).slice(0, 19)}+08:00`;
}

/** `2026-01-31 09:05:00`, as Alipay, and the bills of both, write one. */
export function formatChinaTime(ms: number): string {
  return inChina(ms).slice(0, 19).replace('T', ' ');
}

/** `2026-01-31`, the day of a bill. */
export function formatChinaDay(ms: number): string {
  return inChina(ms).slice(0, 10);
}

/** When a day begins, of `2026-01-31`; NaN for what is no day. */
export function parseChinaDay(day: string): number {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return NaN;
  return Date.parse(`${day}T00:00:00+08:00`);
}

/** A moment that Alipay was told; NaN for what is none. */
export function parseChinaTime(text: string): number {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return NaN;
  return Date.parse(`${text.replace(' ', 'T')}+08:00`);
}

function inChina(ms: number): string {
  return new Date(ms + CHINA_OFFSET_MS).toISOString();
}
