/** 充值记录: which orders there were, in pages, and which of them can be loaded now. */
import { type ErrorCode, QuancunError } from '../../errors.js';
import {
  type Order,
  type OrderRecord,
  type OrderState,
  PROTOCOL_VERSION,
  type Release,
  type RecordsPage,
  UNSETTLED_STATES,
} from '../../load/index.js';
import type { OrderQuery } from '../ledger/ledger.js';
import { RANGE_TOO_LONG } from '../errors.js';
import { MESSAGE_INVALID, PROTOCOL_VERSION as OTHER_VERSION } from '../../json/errors.js';

const MAX_RANGE_MS = 30 * 24 * 3_600_000;
const MAX_LIMIT = 100;
const RELEASES: readonly Release[] = ['resume', 'credited', 'refund'];
const FIELDS = ['cardNumber', 'plate', 'plateColour', 'fromMs', 'toMs', 'cursor', 'limit'];

/**
 * Reads a query: by card number, or by plate (and colour); at most 30 days.
 * @throws MESSAGE_INVALID, RANGE_TOO_LONG
 */
export function parseOrderQuery(json: Readonly<Record<string, unknown>>): OrderQuery {
  refuseStrangers(json, FIELDS);
  const { cardNumber, plate, plateColour, fromMs, toMs, cursor, limit = 20 } = json;
  if (!isWhole(fromMs) || !isWhole(toMs)) throw invalid('fromMs, toMs');
  if (!isWhole(limit) || limit < 1 || limit > MAX_LIMIT) throw invalid('limit');
  if (toMs < fromMs || toMs - fromMs > MAX_RANGE_MS) throw new QuancunError(RANGE_TOO_LONG);
  if (cardNumber === undefined && plate === undefined) throw invalid('cardNumber or plate');
  if (plate !== undefined && (typeof plate !== 'string' || plate.length > 16))
    throw invalid('plate');
  if (plateColour !== undefined && !isWhole(plateColour)) throw invalid('plateColour');
  return {
    fromMs,
    toMs,
    limit,
    ...(cardNumber === undefined ? {} : { cardNumber: readCardNumber(cardNumber) }),
    ...(plate === undefined ? {} : { plate }),
    ...(plateColour === undefined ? {} : { plateColour }),
    ...(cursor === undefined ? {} : { after: readCursor(cursor) }),
  };
}

/** A page, and where the next one begins. */
export function viewRecords(orders: readonly Order[], limit: number): RecordsPage {
  const last = orders[orders.length - 1];
  const more = orders.length === limit && last !== undefined;
  return {
    records: orders.map(viewRecord),
    next: more ? `${String(last.createdAtMs)}.${last.orderId}` : null,
  };
}

function viewRecord(order: Order): OrderRecord {
  const { orderId, cardNumber, plate, plateColour, amountFen, state, outlet, createdAtMs } = order;
  const view = { orderId, cardNumber, plate, plateColour, amountFen, state, outlet, createdAtMs };
  const why = whyNotLoadable(state);
  return why === undefined ? { ...view, loadable: true } : { ...view, loadable: false, why };
}

function whyNotLoadable(state: OrderState): ErrorCode | undefined {
  if (state === 'CREATED') return 'ORDER_UNPAID';
  if (state === 'FROZEN') return 'ORDER_FROZEN';
  return UNSETTLED_STATES.includes(state) ? undefined : 'ORDER_CLOSED';
}

/** The card number of `{ protocol, cardNumber }`. @throws MESSAGE_INVALID, PROTOCOL_VERSION */
export function parseCardRequest(json: Readonly<Record<string, unknown>>): string {
  refuseStrangers(json, ['protocol', 'cardNumber']);
  const { protocol } = json;
  if (protocol !== PROTOCOL_VERSION) {
    throw new QuancunError(OTHER_VERSION, { details: { version: protocol } });
  }
  return readCardNumber(json.cardNumber);
}

/** `{ release }`. @throws MESSAGE_INVALID */
export function parseRelease(json: Readonly<Record<string, unknown>>): Release {
  refuseStrangers(json, ['release']);
  const release = RELEASES.find((one) => one === json.release);
  if (release === undefined) throw invalid('release');
  return release;
}

/** A body without a field is expected. @throws MESSAGE_INVALID */
export function parseNothing(json: Readonly<Record<string, unknown>>): void {
  refuseStrangers(json, []);
}

function refuseStrangers(json: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  if (Object.keys(json).some((name) => !known.includes(name))) throw invalid('an unknown field');
}

function readCardNumber(cardNumber: unknown): string {
  if (typeof cardNumber === 'string' && /^\d{16}$/.test(cardNumber)) return cardNumber;
  throw invalid('cardNumber');
}

function readCursor(cursor: unknown): { createdAtMs: number; orderId: string } {
  const [, time, orderId] = /^(\d{1,15})\.([0-9A-Z]{1,64})$/.exec(String(cursor)) ?? [];
  if (time === undefined || orderId === undefined) throw invalid('cursor');
  return { createdAtMs: Number(time), orderId };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function invalid(problem: string): QuancunError {
  return new QuancunError(MESSAGE_INVALID, { details: { problem } });
}
