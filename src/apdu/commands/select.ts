/**
 * SELECT: chooses a file by its identifier, or an application by its name.
 *
 *   by FID    00 A4 00 00 02 FID(2) [00]
 *   by name   00 A4 04 00 Lc name(5–16) 00    P2 = 02: the next application of that name
 *
 * ISO 7816-4; PBOC 2.0. The answer is an FCI, parts of one, or nothing; cards with a blocked
 * application answer 6A81, 6283 or 9000, and one was seen to send an FCI along with 6A81.
 */
import { expectRange, writeUint } from '../../bytes.js';
import { buildCommand, parseCommand as parseAny } from '../command.js';
import { mismatch } from '../expect-command.js';
import { type Fci, parseFci } from '../fci.js';
import { parseResponse, SW_OK } from '../response.js';
import { explainStatus, type Status } from '../status.js';
import type { StatusTable } from '../status-words.js';

/**
 * What to select: a file identifier, or a DF name of 1 to 16 bytes (an AID has 5 or more). `ne` is
 * Le. Default: 256, written 00. A few cards answer 6700 to it, and want none: 0.
 */
export type Request =
  | { readonly fid: number; readonly ne?: number }
  | { readonly dfName: Uint8Array; readonly next?: boolean; readonly ne?: number };

const DEFAULT_NE = 256;

/** What came back, whatever the status word. */
export interface Answer {
  readonly fci: Fci;
}

/** SELECT's outcome keeps the FCI when the card says no: it may still tell who it is. */
export type SelectOutcome =
  ({ readonly ok: true } & Answer) | ({ readonly ok: false; readonly status: Status } & Answer);

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6283': {
    en: 'selected, but the file or application is invalid (blocked)',
    zh: '已选择，但文件或应用无效（锁定）',
  },
  '6A81': {
    en: 'the application or the card is locked, or there is no MF',
    zh: '应用或卡片已锁定，或无 MF',
  },
  '6A82': { en: 'no file or application of that name', zh: '没有该文件或应用' },
  '9303': { en: 'the application is locked for ever', zh: '应用已永久锁定' },
};

/**
 * Builds SELECT.
 * 选择文件或应用。
 * @throws BYTES_RANGE
 * @example select.build({ fid: 0x1001 }); // 00A4000002100100
 */
export function build(request: Request): Uint8Array {
  const { ne = DEFAULT_NE } = request;
  if ('fid' in request) {
    const data = writeUint(request.fid, 2, 'fid');
    return buildCommand({ cla: 0, ins: 0xa4, p1: 0, p2: 0, data, ne });
  }
  expectRange('Lc', request.dfName.length, 1, 16);
  const p2 = request.next === true ? 0x02 : 0x00;
  return buildCommand({ cla: 0, ins: 0xa4, p1: 0x04, p2, data: request.dfName, ne });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const { cla, ins, p1, p2, data, ne: given } = parseAny(bytes);
  if (cla !== 0 || ins !== 0xa4) throw mismatch('SELECT');
  const ne = given === DEFAULT_NE ? {} : { ne: given };
  const [high, low] = data;
  if (p1 === 0 && p2 === 0 && data.length === 2 && high !== undefined && low !== undefined) {
    return { fid: high * 256 + low, ...ne };
  }
  const named = p1 === 0x04 && (p2 === 0x00 || p2 === 0x02);
  if (!named || data.length < 1 || data.length > 16) throw mismatch('SELECT');
  return p2 === 0x02 ? { dfName: data, next: true, ...ne } : { dfName: data, ...ne };
}

/**
 * Parses the answer; tolerates any data with any status word.
 * @example
 * import { fromHex, toHex } from 'quancun/bytes';
 * const { ok, fci } = select.parse(fromHex('6F048402A0009000'));
 * ok; // true
 * fci.dfName; // A000
 */
export function parse(response: Uint8Array): SelectOutcome {
  const { data, sw } = parseResponse(response);
  const fci = parseFci(data);
  if (sw === SW_OK) return { ok: true, fci };
  return { ok: false, status: explainStatus(sw, statusWords), fci };
}
