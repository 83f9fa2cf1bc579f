/**
 * File control information, the answer to SELECT.
 *
 *   DDF   6F { 84 name, A5 { 88 01 sfi } }
 *   ADF   6F { 84 name, A5 { [9F08 version] 9F0C issuer data } }
 *
 * 9F0C of an ETC application carries EF 0015. Every part may be missing: cards answer SELECT with
 * all of it, with some of it, or with nothing.
 */
import { isQuancunError } from '../errors.js';
import { findTlv, parseTlv } from './tlv.js';

/** What an FCI says. */
export interface Fci {
  readonly dfName?: Uint8Array;
  /** SFI of the directory file, on a DDF. */
  readonly directorySfi?: number;
  readonly version?: Uint8Array;
  /** 9F0C: on an ETC application the contents of EF 0015. */
  readonly issuerData?: Uint8Array;
}

/**
 * Reads an FCI; what is not there, or is no TLV, is left out.
 * 解析 FCI（缺失部分不报错）。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const { dfName } = parseFci(fromHex('6F048402A000'));
 * dfName; // A000
 */
export function parseFci(data: Uint8Array): Fci {
  try {
    const objects = parseTlv(data);
    const value = (tag: number): Uint8Array | undefined => findTlv(objects, tag)?.value;
    const dfName = value(0x84);
    const directorySfi = value(0x88)?.[0];
    const version = value(0x9f08);
    const issuerData = value(0x9f0c);
    return {
      ...(dfName === undefined ? {} : { dfName }),
      ...(directorySfi === undefined ? {} : { directorySfi }),
      ...(version === undefined ? {} : { version }),
      ...(issuerData === undefined ? {} : { issuerData }),
    };
  } catch (error) {
    if (isQuancunError(error)) return {};
    throw error;
  }
}
