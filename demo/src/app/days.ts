/** Days of China, as the server counts them. */
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from 'quancun/load';

/** YYYY-MM-DD. */
export function dayOf(atMs: number): string {
  const { date } = hostTime(atMs, CHINA_UTC_OFFSET_MINUTES);
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}

/** MM-DD hh:mm. */
export function momentOf(atMs: number): string {
  const { time } = hostTime(atMs, CHINA_UTC_OFFSET_MINUTES);
  return `${dayOf(atMs).slice(5)} ${time.slice(0, 2)}:${time.slice(2, 4)}`;
}
