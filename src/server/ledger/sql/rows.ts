/** Orders, cards, attempts and payments as rows, and back. */
import { foldPlate } from '../../../plate.js';
import type {
  Attempt,
  CardAccount,
  LoadProof,
  Order,
  Payment,
  ReleaseRequest,
  Taking,
  Who,
} from '../../../load/index.js';
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

/** The columns of who did something. */
export const whoColumns = (prefix: string): readonly string[] =>
  ['by', 'person', 'shift', 'request'].map((part) => `${prefix}_${part}`);

/** Their cells; each part may be unknown. */
export const whoCells = (who: Who | undefined): readonly (string | null)[] => [
  ...[who?.by ?? null, who?.person ?? null, who?.shift ?? null, who?.requestId ?? null],
];

export const who = (prefix: string): Stored<Who> => ({
  columns: whoColumns(prefix),
  fixed: true,
  write: (value) => [...whoCells(value)],
  read: (row) => {
    const [by, person, shift, requestId] = whoColumns(prefix).map((column) => row[column]);
    if (isNone(by)) return undefined;
    return { by: text(by), ...said({ person, shift, requestId }) };
  },
});

const taking: Stored<Taking> = {
  columns: [
    ...['taking_since_ms', 'taking_by', 'taking_person', 'taking_provider', 'taking_number'],
    'taking_visit',
  ],
  fixed: false,
  write: (value) => [
    ...[value?.sinceMs ?? null, value?.by ?? null, value?.person ?? null],
    ...[value?.provider ?? null, value?.transactionId ?? null, value?.visit ?? null],
  ],
  read: (row) => {
    if (isNone(row.taking_since_ms)) return undefined;
    const { taking_by: by, taking_person: person, taking_provider: provider } = row;
    const { taking_number: transactionId, taking_visit: visit } = row;
    return {
      sinceMs: Number(row.taking_since_ms),
      ...said({ by, person, provider, transactionId, visit }),
    };
  },
};

const proof: Stored<LoadProof> = {
  columns: ['proof_tac', 'proof_date', 'proof_time'],
  fixed: false,
  write: (value) => [value?.tac ?? null, value?.date ?? null, value?.time ?? null],
  read: ({ proof_tac: tac, proof_date: date, proof_time: time }) =>
    isNone(tac) ? undefined : { tac: text(tac), date: text(date), time: text(time) },
};

function isNone(cell: unknown): boolean {
  return cell === null || cell === undefined;
}

/** The cells that hold something, as texts. */
function said<K extends string>(cells: Record<K, unknown>): Partial<Record<K, string>> {
  const held = Object.entries(cells).filter(([, cell]) => !isNone(cell));
  return Object.fromEntries(held.map(([name, cell]) => [name, text(cell)])) as Partial<
    Record<K, string>
  >;
}

/** As the card has it, and folded where that is another text: it is searched for by the latter. */
const plate: Stored<string> = {
  columns: ['plate', 'plate_key'],
  fixed: true,
  write: (shown = '') => [shown, foldPlate(shown) === shown ? null : foldPlate(shown)],
  read: (row) => text(row.plate),
};

/** `provider:number`, and both apart: a provider is looked for by its whole name. */
const numberOfPayment: Stored<string> = {
  columns: ['transaction_id', 'provider', 'number'],
  fixed: true,
  write: (whole = '') => {
    const colon = whole.indexOf(':');
    return [whole, whole.slice(0, Math.max(0, colon)), whole.slice(colon + 1)];
  },
  read: (row) => text(row.transaction_id),
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
  checkTerminal: textColumn('check_terminal'),
  taking,
  creditedBy: textColumn('credited_by'),
  frozenFrom: textColumn('frozen_from'),
  release,
  tacOnly: markColumn('tac_only'),
  badTacs: wholeColumn('bad_tacs'),
  refusedCredits: wholeColumn('refused_credits'),
  proof,
  outlet: fixed(textColumn('outlet')),
  terminal: fixed(textColumn('terminal')),
  who: who('made'),
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
  transactionId: numberOfPayment,
  amountFen: wholeColumn('amount_fen'),
  surplus: flagColumn('surplus'),
  paidAtMs: wholeColumn('paid_at_ms'),
  bookedAtMs: wholeColumn('booked_at_ms'),
  who: who('submitted'),
  refundsSent: wholeColumn('refunds_sent'),
  refundedAtMs: wholeColumn('refunded_at_ms'),
  refundedByHand: markColumn('refunded_by_hand'),
};

/** Reads an order. */
export const readOrder = (row: Row): Order => readRow(ORDER, row);
/** Reads a card's account. */
export const readCard = (row: Row): CardAccount => readRow(CARD, row);
/** Reads an attempt. */
export const readAttempt = (row: Row): Attempt => readRow(ATTEMPT, row);
/** Reads a payment. */
export const readPayment = (row: Row): Payment => readRow(PAYMENT, row);

const WHO_ASKED = who('asked');

/** Reads an event of the audit trail. */
export function readEvent(row: Row): AuditEvent {
  const asked = WHO_ASKED.read(row);
  return {
    sequence: Number(row.sequence),
    atMs: Number(row.at_ms),
    orderId: text(row.order_id),
    evidence: text(row.evidence),
    from: text(row.from_state) as Order['state'],
    to: text(row.to_state) as Order['state'],
    ...(asked === undefined ? {} : { who: asked }),
    hash: text(row.hash),
  };
}
