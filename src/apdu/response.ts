/** Response APDUs: data ‖ SW1 SW2. */
import { concat, copyOf, writeUint } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { RESPONSE_MALFORMED } from './errors.js';

/** A response APDU. */
export interface Response {
  readonly data: Uint8Array;
  /** SW1 SW2 as one number, such as 0x9000. */
  readonly sw: number;
}

/** Success. */
export const SW_OK = 0x9000;

/** The longest response any card of this kind gives: 65,536 bytes and a status word. */
const MAX_RESPONSE_BYTES = 0x10002;

/**
 * Builds a response.
 * 组装响应 APDU。
 * @throws BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * buildResponse({ data: fromHex('00001388'), sw: SW_OK }); // 000013889000
 */
export function buildResponse({ data, sw }: Response): Uint8Array {
  return concat(data, writeUint(sw, 2, 'SW'));
}

/**
 * Parses a response; the inverse of {@link buildResponse}.
 * 解析响应 APDU。
 * @throws RESPONSE_MALFORMED (sent: yes) when there is no status word
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const { data, sw } = parseResponse(fromHex('000013889000'));
 * data; // 00001388
 */
export function parseResponse(bytes: Uint8Array): Response {
  const end = bytes.length - 2;
  if (end < 0 || bytes.length > MAX_RESPONSE_BYTES) {
    throw new QuancunError(RESPONSE_MALFORMED, { details: { size: bytes.length }, sent: 'yes' });
  }
  return { data: copyOf(bytes, 0, end), sw: statusWordOf(bytes) };
}

/**
 * The status word of an answer, SW1 in its high byte. Of an answer too short to have one: 0, which
 * is no status word. It checks nothing else; {@link parseResponse} does.
 * 取应答末尾的状态字（SW1 SW2）。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * statusWordOf(fromHex('01026A82')) === 0x6a82; // true
 */
export function statusWordOf(response: Uint8Array): number {
  const [sw1, sw2] = response.subarray(-2);
  return sw1 === undefined || sw2 === undefined ? 0 : (sw1 << 8) | sw2;
}
