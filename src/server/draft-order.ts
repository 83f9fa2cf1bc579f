/**
 * Admission: may this card be recharged with this amount? Decided from the bytes of EF 0015, not
 * from what a terminal says they mean.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { type ErrorRow, QuancunError } from '../errors.js';
import {
  ef0015,
  findReasonsAgainst,
  type IssueInformation,
  loadKeyIndex,
  UNKNOWN_PLATE_COLOUR,
  validityOf,
} from '../etc/index.js';
import { decodeGbkByTable } from '../gbk-table.js';
import {
  type CheckCardRequest,
  type CreateOrderRequest,
  hostTime,
  type LoadPolicy,
  type Order,
  type Who,
} from '../load/index.js';
import { AMOUNT_RANGE } from '../core-errors.js';
import { drawReadable } from './draw-readable.js';
import { OUTLET_REFUSED } from './errors.js';

/** Order numbers: 20 characters of base 32 without I, L, O and U; 100 random bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Why a card, or an amount, is not for an order. */
export interface Objection {
  readonly row: ErrorRow;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Makes the order that a request asks for, or says why not.
 * @throws AMOUNT_RANGE, OUTLET_REFUSED, CARD_NOT_STORED_VALUE, CARD_EXPIRED, CARD_NOT_ACTIVE,
 *   CARD_DATES_UNREADABLE
 */
export function draftOrder(
  request: CreateOrderRequest,
  policy: LoadPolicy,
  env: Env,
  who?: Who,
): Order {
  const { amountFen, outlet, terminal } = request;
  const { card, objections } = findObjections(request, policy, env);
  const [first] = objections;
  if (first !== undefined) throw new QuancunError(first.row, first);
  const nowMs = env.now();
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
    checkTerminal: drawProbeTerminal(env),
    outlet,
    ...(terminal === undefined ? {} : { terminal: terminal.toUpperCase() }),
    ...(who === undefined ? {} : { who }),
    plate: card.plate,
    // A card that does not say its colour is no yellow one: its order is of no known colour.
    plateColour: card.plateColour ?? UNKNOWN_PLATE_COLOUR,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** What stands against an order, as far as the request and the rules tell. */
export function findObjections(
  { issueInformation, amountFen = 1, outlet }: Omit<CheckCardRequest, 'protocol'>,
  policy: LoadPolicy,
  env: Env,
): { readonly card: IssueInformation; readonly objections: readonly Objection[] } {
  const objections: Objection[] = [];
  if (amountFen < 1 || amountFen > policy.maxAmountFen) {
    objections.push({ row: AMOUNT_RANGE, details: { minFen: 1, maxFen: policy.maxAmountFen } });
  }
  if (outlet !== undefined && policy.outlets !== 'any' && !policy.outlets.includes(outlet)) {
    objections.push({ row: OUTLET_REFUSED });
  }
  // By the table: what the ledger searches plates by must not hang on the host's decoder.
  const card = ef0015.decode(fromHex(issueInformation), decodeGbkByTable);
  const rows = findReasonsAgainst(card, hostTime(env.now(), policy.utcOffsetMinutes).date);
  objections.push(...rows.map((row) => ({ row, details: { ...validityOf(card) } })));
  return { card, objections };
}

function drawOrderId(env: Env): string {
  return drawReadable(() =>
    Array.from(env.random(20), (byte) => ALPHABET.charAt(byte % 32)).join(''),
  );
}

/** A terminal number that no terminal has: FF and five random bytes. */
export function drawProbeTerminal(env: Env): string {
  return `FF${toHex(env.random(5))}`;
}
