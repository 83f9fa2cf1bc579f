/** Orders, cards, attempts and payments as rows, and back. */
import type {
  Attempt,
  CardAccount,
  CreditProof,
  Order,
  Payment,
  Release,
} from '../../../load/index.js';
import type { AuditEvent } from '../ledger.js';
import type { Row, SqlValue } from './store.js';

/** Columns of an order that a commit may change, in the order of {@link orderValues}. */
export const ORDER_COLUMNS = [
  ...['state', 'bound_atc', 'nonce', 'probes_passed', 'credited_by', 'bad_tacs'],
  ...['refused_credits', 'updated_at_ms', 'frozen_from', 'release_by', 'release_to'],
] as const;

/** Their values. */
export function orderValues(order: Order): SqlValue[] {
  return [
    order.state,
    order.boundAtc ?? null,
    order.nonce ?? null,
    order.probesPassed,
    order.creditedBy ?? null,
    order.badTacs,
    order.refusedCredits,
    order.updatedAtMs,
    order.frozenFrom ?? null,
    order.release?.by ?? null,
    order.release?.release ?? null,
  ];
}

/** Reads an order. */
export function readOrder(row: Row): Order {
  const [boundAtc, nonce, creditedBy] = [row.bound_atc, row.nonce, row.credited_by];
  const [frozenFrom, releaseBy] = [row.frozen_from, row.release_by];
  return {
    orderId: text(row.order_id),
    cardNumber: text(row.card_number),
    issuerFactor: text(row.issuer_factor),
    keyIndex: Number(row.key_index),
    amountFen: Number(row.amount_fen),
    state: text(row.state) as Order['state'],
    ...(boundAtc === null ? {} : { boundAtc: Number(boundAtc) }),
    ...(nonce === null ? {} : { nonce: text(nonce) }),
    probesPassed: Number(row.probes_passed),
    ...(creditedBy === null ? {} : { creditedBy: text(creditedBy) as CreditProof }),
    ...(frozenFrom === null ? {} : { frozenFrom: text(frozenFrom) as Order['state'] }),
    ...(releaseBy === null
      ? {}
      : { release: { by: text(releaseBy), release: text(row.release_to) as Release } }),
    badTacs: Number(row.bad_tacs),
    refusedCredits: Number(row.refused_credits),
    outlet: text(row.outlet),
    plate: text(row.plate),
    plateColour: Number(row.plate_colour),
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

/** Reads a card's account. */
export function readCard(row: Row): CardAccount {
  const [expectedAtc, maxSeenAtc, openOrderId] = [
    row.expected_atc,
    row.max_seen_atc,
    row.open_order_id,
  ];
  return {
    cardNumber: text(row.card_number),
    ...(expectedAtc === null ? {} : { expectedAtc: Number(expectedAtc) }),
    ...(maxSeenAtc === null ? {} : { maxSeenAtc: Number(maxSeenAtc) }),
    ...(openOrderId === null ? {} : { openOrderId: text(openOrderId) }),
    frozen: Number(row.frozen) === 1,
  };
}

/** Reads an attempt. */
export function readAttempt(row: Row): Attempt {
  return {
    orderId: text(row.order_id),
    cardNumber: text(row.card_number),
    atc: Number(row.atc),
    random: text(row.random),
    rawBalance: Number(row.raw_balance),
    amountFen: Number(row.amount_fen),
    terminal: text(row.terminal),
    date: text(row.date),
    time: text(row.time),
    keyVersion: Number(row.key_version),
    algorithm: Number(row.algorithm),
  };
}

/** Reads a payment. */
export function readPayment(row: Row): Payment {
  return {
    orderId: text(row.order_id),
    transactionId: text(row.transaction_id),
    amountFen: Number(row.amount_fen),
    surplus: Number(row.surplus) === 1,
    ...(row.refunded_at_ms === null ? {} : { refundedAtMs: Number(row.refunded_at_ms) }),
  };
}

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

/** A column of text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
