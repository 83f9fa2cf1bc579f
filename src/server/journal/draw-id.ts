/** Names that are drawn once and never again: of journals, ledgers and epochs. */
import { toHex } from '../../bytes.js';
import { envFrom } from '../../env.js';

/** 128 random bits of the host, hex: the same on every host that a server runs on. */
export function drawId(): string {
  return toHex(envFrom(globalThis).random(16)).toLowerCase();
}
