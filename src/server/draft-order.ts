/**
 * Admission: may this card be recharged with this amount? Decided from the bytes of EF 0015, not
 * from what a terminal says they mean.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import {
  ef0015,
  findReasonsAgainst,
  loadKeyIndex,
  UNKNOWN_PLATE_COLOUR,
  validityOf,
} from '../etc/index.js';
import { decodeGbkByTable } from '../gbk-table.js';
import { type CreateOrderRequest, hostTime, type LoadPolicy, type Order } from '../load/index.js';
import { AMOUNT_RANGE } from '../core-errors.js';
import { OUTLET_REFUSED } from './errors.js';

/** Order numbers: 20 characters of base 32 without I, L, O and U; 100 random bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Makes the order that a request asks for, or says why not.
 * @throws AMOUNT_RANGE, OUTLET_REFUSED, CARD_NOT_STORED_VALUE, CARD_EXPIRED, CARD_NOT_ACTIVE,
 *   CARD_DATES_UNREADABLE
 */
export function draftOrder(request: CreateOrderRequest, policy: LoadPolicy, env: Env): Order {
  const { amountFen, outlet } = request;
  if (amountFen < 1 || amountFen > policy.maxAmountFen) {
    throw new QuancunError(AMOUNT_RANGE, { details: { min: 1, max: policy.maxAmountFen } });
  }
  if (policy.outlets !== 'any' && !policy.outlets.includes(outlet)) {
    throw new QuancunError(OUTLET_REFUSED);
  }
  // By the table: what the ledger searches plates by must not hang on the host's decoder.
  const card = ef0015.decode(fromHex(request.issueInformation), decodeGbkByTable);
  const nowMs = env.now();
  const [reason] = findReasonsAgainst(card, hostTime(nowMs, policy.utcOffsetMinutes).date);
  if (reason !== undefined) throw new QuancunError(reason, { details: { ...validityOf(card) } });
  return {
    orderId: drawOrderId(env),
    cardNumber: card.cardNumber,
    issuerFactor: card.issuer.slice(0, 8),
    keyIndex: loadKeyIndex(card.version),
    amountFen,
    state: 'CREATED',
    probesPassed: 0,
    badTacs: 0,
    refusedCredits: 0,
    outlet,
    plate: card.plate,
    // A card that does not say its colour is no yellow one: its order is of no known colour.
    plateColour: card.plateColour ?? UNKNOWN_PLATE_COLOUR,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

function drawOrderId(env: Env): string {
  return Array.from(env.random(20), (byte) => ALPHABET.charAt(byte % 32)).join('');
}

/** A terminal number that no terminal has: FF and five random bytes. */
export function drawProbeTerminal(env: Env): string {
  return `FF${toHex(env.random(5))}`;
}
