/**
 * The ledger's large tables, hash-partitioned by card number: what docs/internals/scaling.md says,
 * as statements for a schema that holds no orders yet.
 */

/** Partitions of each table. A real ledger would take more of them. */
const PARTITIONS = 4;

interface SpreadTable {
  /** Whether the column is there already. */
  readonly hasCard: boolean;
  readonly indexes: readonly string[];
}

/** Every unique constraint has the card number in it: the database checks it within a partition. */
const TABLES: Readonly<Record<string, SpreadTable>> = {
  card: { hasCard: true, indexes: ['PRIMARY KEY (card_number)'] },
  load_order: { hasCard: true, indexes: ['PRIMARY KEY (card_number, order_id)'] },
  binding: {
    hasCard: true,
    indexes: [
      'PRIMARY KEY (card_number, atc)',
      'FOREIGN KEY (card_number, order_id) REFERENCES load_order',
    ],
  },
  attempt: {
    hasCard: true,
    indexes: [
      'PRIMARY KEY (card_number, order_id, number)',
      'UNIQUE (card_number, atc, date, time)',
    ],
  },
  payment: { hasCard: false, indexes: ['PRIMARY KEY (card_number, transaction_id)'] },
  settlement: {
    hasCard: false,
    indexes: [
      'PRIMARY KEY (card_number, order_id)',
      // An order has one card: so one settlement for (card, order) is one for the order.
      'FOREIGN KEY (card_number, order_id) REFERENCES load_order',
    ],
  },
  transfer: { hasCard: false, indexes: [] },
  audit_event: { hasCard: false, indexes: ['PRIMARY KEY (card_number, sequence)'] },
};

const INDEXES: readonly string[] = [
  `CREATE UNIQUE INDEX ON load_order (card_number) WHERE state IN ('ISSUED','HELD','VOIDING')`,
  `CREATE INDEX ON load_order (card_number, created_at_ms, order_id)`,
  `CREATE INDEX ON load_order ((COALESCE(plate_key, plate)), created_at_ms, order_id)`,
  `CREATE INDEX ON load_order (created_at_ms, order_id)`,
  `CREATE INDEX ON load_order (state, updated_at_ms)`,
  `CREATE INDEX ON load_order (state, created_at_ms, order_id)`,
  `CREATE UNIQUE INDEX ON binding (card_number, order_id) WHERE live = 1`,
  `CREATE INDEX ON payment (card_number, order_id)`,
  `CREATE INDEX ON payment (order_id)`,
  `CREATE INDEX ON payment (transaction_id) WHERE surplus = 1 AND refunded_at_ms IS NULL`,
  `CREATE INDEX ON audit_event (card_number, order_id)`,
  `CREATE INDEX ON transfer (card_number, order_id)`,
];

/**
 * What must be one in the whole ledger, whatever the card: small rows in tables that stay whole.
 * Triggers fill them, so that no order and no payment can be written past them.
 */
const KEYS: readonly string[] = [
  `CREATE TABLE order_key (
    order_id TEXT PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE,
    card_number TEXT NOT NULL
  )`,
  `CREATE TABLE payment_key (transaction_id TEXT PRIMARY KEY, card_number TEXT NOT NULL)`,
  `CREATE FUNCTION key_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO order_key VALUES (NEW.order_id, NEW.idempotency_key, NEW.card_number);
    RETURN NEW;
  END $$`,
  `CREATE FUNCTION key_payment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO payment_key VALUES (NEW.transaction_id, NEW.card_number);
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER order_key BEFORE INSERT ON load_order
    FOR EACH ROW EXECUTE FUNCTION key_order()`,
  `CREATE TRIGGER payment_key BEFORE INSERT ON payment
    FOR EACH ROW EXECUTE FUNCTION key_payment()`,
];

/** Statements that spread the tables. `triggers`: those of the schema, as they were made. */
export function spreadStatements(triggers: readonly string[]): readonly string[] {
  const tables = Object.entries(TABLES);
  return [
    ...tables.map(([table]) => `ALTER TABLE ${table} RENAME TO ${table}_whole`),
    ...tables.flatMap(([table, { hasCard }]) => [
      `CREATE TABLE ${table} (LIKE ${table}_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS
        ${hasCard ? '' : ', card_number TEXT NOT NULL'}) PARTITION BY HASH (card_number)`,
      ...Array.from(
        { length: PARTITIONS },
        (_none, at) => `CREATE TABLE ${table}_${String(at)} PARTITION OF ${table}
          FOR VALUES WITH (MODULUS ${String(PARTITIONS)}, REMAINDER ${String(at)})`,
      ),
    ]),
    ...tables.map(([table]) => `DROP TABLE ${table}_whole`),
    ...tables.flatMap(([table, { indexes }]) =>
      indexes.map((index) => `ALTER TABLE ${table} ADD ${index}`),
    ),
    ...INDEXES,
    'CREATE SEQUENCE audit_sequence OWNED BY audit_event.sequence',
    `ALTER TABLE audit_event ALTER COLUMN sequence SET DEFAULT nextval('audit_sequence')`,
    ...triggers.filter((text) => tables.some(([table]) => text.includes(`.${table} `))),
    ...KEYS,
  ];
}

/** Empties the ledger, for the next case. */
export const EMPTY_LEDGER = `TRUNCATE ${[
  ...Object.keys(TABLES),
  ...['order_key', 'payment_key', 'awaited_payment', 'nonce', 'reply', 'wrong_code', 'clearing'],
  ...['journal', 'ledger_state', 'order_count', 'remote_session', 'slip', 'refund', 'work_item'],
  ...['day_close', 'day_draft'],
  ...['reporter', 'payment_report'],
].join(', ')}`;
