/**
 * The order number out of what a scanner gives: a keyboard wedge types it and presses Enter, a
 * camera reads the code of a held slip. A link of a phone visit holds none.
 */

/** As the server draws them: 20 characters of Crockford's alphabet, written big. */
const NUMBER = /^[0-9A-Z]{20}$/;

/** Undefined for what is no order's number. */
export function orderNumberOf(scanned: string): string | undefined {
  const text = scanned.normalize('NFKC').replace(/\s/g, '').toUpperCase();
  return NUMBER.test(text) ? text : undefined;
}
