/**
 * The audit trail's hash chain, one for each card. Every commit already owns its card's row, so the
 * chain costs no lock of its own; the head stands in that row, so a cut tail shows.
 */
import { hostHashing } from '../../signing/index.js';
import type { AuditEvent } from './ledger.js';

/** What the first event of a card is chained to. */
export const NO_HASH = '0'.repeat(64);

/** SHA-256 of the hash before and the event, as one line of JSON. */
export function chainHash(before: string, event: Omit<AuditEvent, 'sequence' | 'hash'>): string {
  const { atMs, orderId, evidence, from, to } = event;
  return hostHashing().sha256(JSON.stringify([before, atMs, orderId, evidence, from, to]));
}
