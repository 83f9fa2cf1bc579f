/**
 * The audit trail's hash chain, one for each card. Every commit already owns its card's row, so the
 * chain costs no lock of its own; the head stands in that row, so a cut tail shows.
 */
import { hostHashing } from '../../signing/index.js';
import type { AuditEvent } from './ledger.js';

/** What the first event of a card is chained to. */
export const NO_HASH = '0'.repeat(64);

/**
 * SHA-256 of the hash before and the event, as one line of JSON:
 *
 *   [before, atMs, orderId, evidence, from, to]
 *   [before, atMs, orderId, evidence, from, to, [by, person, shift, requestId]]
 *
 * The second where it is kept who asked; a part that is not known is null. Events of before have
 * nobody, and the hash that they had.
 */
export function chainHash(before: string, event: Omit<AuditEvent, 'sequence' | 'hash'>): string {
  const { atMs, orderId, evidence, from, to, who } = event;
  const { by, person = null, shift = null, requestId = null } = who ?? {};
  const asked = by === undefined ? [] : [[by, person, shift, requestId]];
  return hostHashing().sha256(
    JSON.stringify([before, atMs, orderId, evidence, from, to, ...asked]),
  );
}
