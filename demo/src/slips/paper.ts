/**
 * Paper for a slip that the browser prints: a roll of 58 mm, cut where the slip ends, or a sheet of
 * A4. The rule is put in as a sheet of its own, since only the slip knows how long it is, and a
 * page that is held to its own origin may write no style into its markup.
 */

/** What it is printed on. */
export type Paper = '58mm' | 'A4';

/** The height of one CSS pixel: 96 of them are an inch. */
const MM_OF_PX = 25.4 / 96;
/** What the printers want to hold. */
const TEAR_MM = 6;

/** How long the roll is to be for what is so many pixels high. */
export function rollHeightMm(heightPx: number): number {
  return Math.ceil(heightPx * MM_OF_PX) + TEAR_MM;
}

/** The page of a print. */
export function pageRule(paper: Paper, heightPx: number): string {
  if (paper === 'A4') return '@page { size: A4; margin: 20mm; }';
  return `@page { size: 58mm ${String(rollHeightMm(heightPx))}mm; margin: 0; }`;
}
