/** Orders, cards, attempts and payments as rows, and back. */
import { foldPlate } from '../../../plate.js';
import type { Attempt, CardAccount, Order, Payment, ReleaseRequest } from '../../../load/index.js';
import type { AuditEvent } from '../ledger.js';
import {
  fixed,
  flagColumn,
  type Layout,
  markColumn,
  readRow,
  type Stored,
  text,
  textColumn,
  wholeColumn,
} from './columns.js';
import type { Row } from './store.js';

/** What one of two people wants done with an order: who, and what. */
const release: Stored<ReleaseRequest> = {
  columns: ['release_by', 'release_to'],
  fixed: false,
  write: (request) => [request?.by ?? null, request?.release ?? null],
  read: ({ release_by: by, release_to: to }) =>
    by === null ? undefined : { by: text(by), release: text(to) as ReleaseRequest['release'] },
};

/** As the card has it, and folded where that is another text: it is searched for by the latter. */
const plate: Stored<string> = {
  columns: ['plate', 'plate_key'],
  fixed: true,
  write: (shown = '') => [shown, foldPlate(shown) === shown ? null : foldPlate(shown)],
  read: (row) => text(row.plate),
};

/** A new field of an order is a line here and a migration in schema.ts. */
export const ORDER: Layout<Order> = {
  orderId: fixed(textColumn('order_id')),
  cardNumber: fixed(textColumn('card_number')),
  issuerFactor: fixed(textColumn('issuer_factor')),
  keyIndex: fixed(wholeColumn('key_index')),
  amountFen: fixed(wholeColumn('amount_fen')),
  state: textColumn('state'),
  boundAtc: wholeColumn('bound_atc'),
  probeTerminal: textColumn('nonce'),
  probesPassed: wholeColumn('probes_passed'),
  creditedBy: textColumn('credited_by'),
  frozenFrom: textColumn('frozen_from'),
  release,
  tacOnly: markColumn('tac_only'),
  badTacs: wholeColumn('bad_tacs'),
  refusedCredits: wholeColumn('refused_credits'),
  outlet: fixed(textColumn('outlet')),
  plate,
  plateColour: fixed(wholeColumn('plate_colour')),
  createdAtMs: fixed(wholeColumn('created_at_ms')),
  updatedAtMs: wholeColumn('updated_at_ms'),
};

export const CARD: Layout<CardAccount> = {
  cardNumber: fixed(textColumn('card_number')),
  expectedAtc: wholeColumn('expected_atc'),
  maxSeenAtc: wholeColumn('max_seen_atc'),
  openOrderId: textColumn('open_order_id'),
  frozen: flagColumn('frozen'),
};

/** The column keeps the name it was released with. */
export const ATTEMPT: Layout<Attempt> = {
  orderId: textColumn('order_id'),
  cardNumber: textColumn('card_number'),
  onlineAtc: wholeColumn('atc'),
  random: textColumn('random'),
  rawBalance: wholeColumn('raw_balance'),
  amountFen: wholeColumn('amount_fen'),
  terminal: textColumn('terminal'),
  date: textColumn('date'),
  time: textColumn('time'),
  keyVersion: wholeColumn('key_version'),
  algorithm: wholeColumn('algorithm'),
};

export const PAYMENT: Layout<Payment> = {
  orderId: textColumn('order_id'),
  transactionId: textColumn('transaction_id'),
  amountFen: wholeColumn('amount_fen'),
  surplus: flagColumn('surplus'),
  paidAtMs: wholeColumn('paid_at_ms'),
  refundsSent: wholeColumn('refunds_sent'),
  refundedAtMs: wholeColumn('refunded_at_ms'),
};

/** Reads an order. */
export const readOrder = (row: Row): Order => readRow(ORDER, row);
/** Reads a card's account. */
export const readCard = (row: Row): CardAccount => readRow(CARD, row);
/** Reads an attempt. */
export const readAttempt = (row: Row): Attempt => readRow(ATTEMPT, row);
/** Reads a payment. */
export const readPayment = (row: Row): Payment => readRow(PAYMENT, row);

/** Reads an event of the audit trail. */
export function readEvent(row: Row): AuditEvent {
  return {
    sequence: Number(row.sequence),
    atMs: Number(row.at_ms),
    orderId: text(row.order_id),
    evidence: text(row.evidence),
    from: text(row.from_state) as Order['state'],
    to: text(row.to_state) as Order['state'],
    hash: text(row.hash),
  };
}
