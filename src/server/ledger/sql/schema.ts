/**
 * The schema, in the words that SQLite and PostgreSQL share. The constraints that carry the proof
 * of exactly-once stand here and not in application code:
 *
 *   one order for a (card, ATC)            binding, primary key; a proved refund frees it
 *   one live ATC for an order              binding_live, unique
 *   one open order for a card              order_open, unique; FROZEN is held by card.frozen
 *   one end for an order                   settlement, primary key
 *   one booking for a payment              payment, primary key
 *   one booking for its refund             refund_once, trigger
 *   TAC inputs that never repeat           attempt, unique (card, ATC, date, time)
 *   a highest ATC that never falls         card_atc_kept, trigger
 *   a request that is heard once           nonce, primary key
 *   one number for a print of a slip       slip, primary key
 *   one open QR code of an order           awaited_open, unique
 *   one open shift of a till               shift_open, unique
 *   one close of a day, one day after it   day_close, primary key, and unique chain_key
 *   one closed day for a posting           day_key_kept, trigger, and those of payment
 *
 * Orders are counted by a trigger too (`order_count`): whoever writes them, the counts are right.
 */

import { PAYMENT_TABLES } from './schema-payments.js';
import { WRONG_CODES } from './schema-wrong-codes.js';
import { PERSON_TABLES } from './schema-persons.js';
import { LOGIN_TABLES } from './schema-logins.js';
import { REPORT_TABLES } from './schema-reports.js';
import { VOUCHED_COLUMNS } from './schema-vouched.js';
import { WITNESS } from './schema-witness.js';

/** Migrations in order; each runs once, in one transaction. Never change one that was released. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE card (
      card_number TEXT PRIMARY KEY,
      expected_atc INTEGER,
      max_seen_atc INTEGER,
      open_order_id TEXT,
      frozen INTEGER NOT NULL,
      head_hash TEXT NOT NULL,
      revision INTEGER NOT NULL
    )`,
    `CREATE TABLE load_order (
      order_id TEXT PRIMARY KEY,
      idempotency_key TEXT NOT NULL UNIQUE,
      request TEXT NOT NULL,
      card_number TEXT NOT NULL,
      issuer_factor TEXT NOT NULL,
      key_index INTEGER NOT NULL,
      amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
      state TEXT NOT NULL CHECK (state IN ('CREATED','PAID','ISSUED','HELD','VOIDING','CREDITED',
        'REFUND_DUE','REFUNDED','EXPIRED','FROZEN')),
      bound_atc INTEGER,
      nonce TEXT,
      probes_passed INTEGER NOT NULL,
      credited_by TEXT CHECK (credited_by IN ('tac','counter','people')),
      frozen_from TEXT,
      release_by TEXT,
      release_to TEXT,
      bad_tacs INTEGER NOT NULL,
      refused_credits INTEGER NOT NULL,
      outlet TEXT NOT NULL,
      plate TEXT NOT NULL,
      plate_colour INTEGER NOT NULL,
      created_at_ms BIGINT NOT NULL,
      updated_at_ms BIGINT NOT NULL,
      revision INTEGER NOT NULL
    )`,
    `CREATE UNIQUE INDEX order_open ON load_order (card_number)
      WHERE state IN ('ISSUED','HELD','VOIDING')`,
    `CREATE INDEX order_card ON load_order (card_number, created_at_ms, order_id)`,
    `CREATE INDEX order_plate ON load_order (plate, created_at_ms, order_id)`,
    `CREATE INDEX order_time ON load_order (created_at_ms, order_id)`,
    `CREATE INDEX order_state ON load_order (state, updated_at_ms)`,
    `CREATE TABLE binding (
      card_number TEXT NOT NULL,
      atc INTEGER NOT NULL,
      order_id TEXT NOT NULL,
      live INTEGER NOT NULL,
      PRIMARY KEY (card_number, atc)
    )`,
    `CREATE UNIQUE INDEX binding_live ON binding (order_id) WHERE live = 1`,
    `CREATE TABLE attempt (
      order_id TEXT NOT NULL,
      number INTEGER NOT NULL,
      card_number TEXT NOT NULL,
      atc INTEGER NOT NULL,
      random TEXT NOT NULL,
      raw_balance BIGINT NOT NULL,
      amount_fen BIGINT NOT NULL,
      terminal TEXT NOT NULL,
      date TEXT NOT NULL,
      time TEXT NOT NULL,
      key_version INTEGER NOT NULL,
      algorithm INTEGER NOT NULL,
      PRIMARY KEY (order_id, number),
      UNIQUE (card_number, atc, date, time)
    )`,
    `CREATE TABLE payment (
      transaction_id TEXT PRIMARY KEY,
      order_id TEXT NOT NULL,
      amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
      surplus INTEGER NOT NULL
    )`,
    `CREATE INDEX payment_order ON payment (order_id)`,
    `CREATE TABLE settlement (
      order_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('CREDIT','REFUND'))
    )`,
    `CREATE TABLE account (
      name TEXT PRIMARY KEY
    )`,
    `INSERT INTO account (name) VALUES ('cash'), ('liability'), ('card-float'), ('refunds-due')`,
    `CREATE TABLE transfer (
      order_id TEXT NOT NULL,
      at_ms BIGINT NOT NULL,
      debit TEXT NOT NULL REFERENCES account (name),
      credit TEXT NOT NULL REFERENCES account (name),
      amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
      CHECK (debit <> credit)
    )`,
    `CREATE TABLE nonce (
      key_id TEXT NOT NULL,
      nonce TEXT NOT NULL,
      at_ms BIGINT NOT NULL,
      PRIMARY KEY (key_id, nonce)
    )`,
    `CREATE INDEX nonce_time ON nonce (at_ms)`,
    `CREATE TABLE reply (
      key_id TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      request_hash TEXT NOT NULL,
      status INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (key_id, idempotency_key)
    )`,
    `CREATE TABLE wrong_code (
      subject TEXT NOT NULL,
      at_ms BIGINT NOT NULL
    )`,
    `CREATE INDEX wrong_code_subject ON wrong_code (subject, at_ms)`,
  ],
  [
    `ALTER TABLE payment ADD COLUMN refunded_at_ms BIGINT`,
    `CREATE INDEX payment_surplus ON payment (transaction_id)
      WHERE surplus = 1 AND refunded_at_ms IS NULL`,
    `CREATE TABLE awaited_payment (
      order_id TEXT NOT NULL,
      provider TEXT NOT NULL,
      opened_at_ms BIGINT NOT NULL,
      expires_at_ms BIGINT NOT NULL,
      ask_at_ms BIGINT,
      PRIMARY KEY (order_id, provider)
    )`,
    `CREATE INDEX awaited_due ON awaited_payment (provider, ask_at_ms)
      WHERE ask_at_ms IS NOT NULL`,
  ],
  [
    `CREATE TABLE remote_session (
      session_id TEXT PRIMARY KEY,
      revision INTEGER NOT NULL,
      body TEXT NOT NULL,
      at_ms BIGINT NOT NULL
    )`,
    `CREATE INDEX remote_session_time ON remote_session (at_ms)`,
  ],
  [...WRONG_CODES, ...WITNESS, ...PAYMENT_TABLES],
  [...PERSON_TABLES],
  [...REPORT_TABLES],
  [...LOGIN_TABLES],
  [...VOUCHED_COLUMNS],
];

/** What the two databases word differently. */
export interface Dialect {
  /** The column that counts by itself. */
  readonly counter: string;
  /** An expression for what this database looks like: another text, another database. */
  readonly identity: string;
  /** What the fourth migration says in this database's own words. */
  readonly ownWords: readonly string[];
  /** Said first in a transaction: all of its statements see one state of the rows. */
  readonly oneView: readonly string[];
  /** An expression for how far it has written; NULL where it does not count that. */
  readonly reached: string;
  /** Behind a query: rows that another transaction holds are passed over. */
  readonly skipTaken: string;
}

/** The oldest release that may open the newest schema, by the newest migration it knows. */
export const OLDEST_READER = 4;

/** The audit trail's table: its sequence is the database's own. */
export function auditTable({ counter }: Dialect): string {
  return `CREATE TABLE audit_event (
    sequence ${counter},
    at_ms BIGINT NOT NULL,
    order_id TEXT NOT NULL,
    evidence TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    hash TEXT NOT NULL
  )`;
}
