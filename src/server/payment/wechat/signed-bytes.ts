/** What WeChat Pay signs, of replies and of notifications alike, and for how long it is good. */

/** How far the clocks may be apart. */
export const MAX_SKEW_SECONDS = 300;

/** `timestamp`, `nonce` and the body as it came, each with a line feed behind it. */
export function signedBytes(timestamp: string, nonce: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), bytes, Buffer.from('\n')]);
}
