/** Times as a counter in China reads them, whatever zone the device is set to. */

/** `2026-11-26 09:30:00`. */
export function chinaTime(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
