/// <reference path="../crypto/engines.d.ts" />
/** SHA-256 on node-forge, for the audit trail's chain: the same on every host. */
import sha256 from 'node-forge/lib/sha256.js';

/** SHA-256 of a text in UTF-8, as hex. */
export function sha256Hex(text: string): string {
  return sha256.create().update(text, 'utf8').digest().toHex();
}
