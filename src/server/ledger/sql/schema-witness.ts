/**
 * The fourth migration, the first of those that only expand: a release that knows it goes on
 * beside one that has added to it, as long as `oldest_reader` lets it.
 */

/** What both databases are told in the same words. */
export const WITNESS: readonly string[] = [
  `ALTER TABLE load_order ADD COLUMN tac_only INTEGER NOT NULL DEFAULT 0`,
  ...['check_terminal', 'terminal', 'made_by', 'made_person', 'made_shift', 'taking_by']
    .concat(['taking_person', 'taking_provider', 'taking_number', 'taking_visit'])
    .concat(['proof_tac', 'proof_date', 'proof_time'])
    .map((column) => `ALTER TABLE load_order ADD COLUMN ${column} TEXT`),
  `ALTER TABLE load_order ADD COLUMN taking_since_ms BIGINT`,
  ...['submitted_by', 'submitted_person', 'submitted_shift'].map(
    (column) => `ALTER TABLE payment ADD COLUMN ${column} TEXT`,
  ),
  `ALTER TABLE payment ADD COLUMN paid_at_ms BIGINT`,
  `ALTER TABLE payment ADD COLUMN refunds_sent INTEGER`,
  `ALTER TABLE reply ADD COLUMN at_ms BIGINT`,
  `CREATE INDEX reply_time ON reply (at_ms)`,
  `CREATE INDEX wrong_code_time ON wrong_code (at_ms)`,
  `CREATE TABLE journal (
    journal_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    head TEXT NOT NULL,
    pending TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open','sealed','given-up')),
    epoch TEXT NOT NULL,
    ephemeral INTEGER NOT NULL,
    peers_at BIGINT NOT NULL,
    given_up_by TEXT
  )`,
  `CREATE TABLE ledger_state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    ledger_id TEXT NOT NULL,
    epoch TEXT NOT NULL,
    epoch_at_ms BIGINT NOT NULL,
    identity TEXT NOT NULL
  )`,
  // The oldest release whose code may open this schema, by the newest migration it knows.
  `ALTER TABLE schema_version ADD COLUMN oldest_reader INTEGER`,
  // Several shards, so that connections do not wait for each other's row; their sum counts.
  `CREATE TABLE order_count (
    shard INTEGER NOT NULL,
    state TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (shard, state)
  )`,
  `INSERT INTO order_count (shard, state, count)
    SELECT 0, state, COUNT(*) FROM load_order GROUP BY state`,
];

const STATES = [
  ...['CREATED', 'TAKING', 'PAID', 'ISSUED', 'HELD', 'VOIDING', 'CREDITED'],
  ...['REFUND_DUE', 'REFUNDED', 'EXPIRED', 'FROZEN'],
];
const IS_STATE = `state IN (${STATES.map((state) => `'${state}'`).join(',')})`;

/**
 * SQLite's own words. Small rows that are found by their key lie in the key's own tree: one page is
 * written where it was two. The audit trail only grows, so it needs no memory of removed numbers.
 */
export const SQLITE_WITNESS: readonly string[] = [
  // A check cannot be changed: the table is made again, with a state more.
  ...rebuilt(
    'load_order',
    `order_id TEXT PRIMARY KEY,
      idempotency_key TEXT NOT NULL UNIQUE,
      request TEXT NOT NULL,
      card_number TEXT NOT NULL,
      issuer_factor TEXT NOT NULL,
      key_index INTEGER NOT NULL,
      amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
      state TEXT NOT NULL CHECK (${IS_STATE}),
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
      revision INTEGER NOT NULL,
      tac_only INTEGER NOT NULL DEFAULT 0,
      check_terminal TEXT,
      terminal TEXT,
      made_by TEXT,
      made_person TEXT,
      made_shift TEXT,
      taking_since_ms BIGINT,
      taking_by TEXT,
      taking_person TEXT,
      taking_provider TEXT,
      taking_number TEXT,
      taking_visit TEXT,
      proof_tac TEXT,
      proof_date TEXT,
      proof_time TEXT`,
    '',
  ),
  `CREATE UNIQUE INDEX order_open ON load_order (card_number)
    WHERE state IN ('ISSUED','HELD','VOIDING')`,
  `CREATE INDEX order_card ON load_order (card_number, created_at_ms, order_id)`,
  `CREATE INDEX order_plate ON load_order (plate, created_at_ms, order_id)`,
  `CREATE INDEX order_time ON load_order (created_at_ms, order_id)`,
  `CREATE INDEX order_state ON load_order (state, updated_at_ms)`,
  // What a new order draws, for those that wait for their payment.
  `UPDATE load_order SET check_terminal = 'FF' || hex(randomblob(5)) WHERE state = 'CREATED'`,
  ...rebuilt(
    'binding',
    `card_number TEXT NOT NULL,
      atc INTEGER NOT NULL,
      order_id TEXT NOT NULL,
      live INTEGER NOT NULL,
      PRIMARY KEY (card_number, atc)`,
  ),
  `CREATE UNIQUE INDEX binding_live ON binding (order_id) WHERE live = 1`,
  ...rebuilt(
    'attempt',
    `order_id TEXT NOT NULL,
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
      UNIQUE (card_number, atc, date, time)`,
  ),
  ...rebuilt(
    'settlement',
    `order_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('CREDIT','REFUND'))`,
  ),
  ...rebuilt(
    'nonce',
    `key_id TEXT NOT NULL,
      nonce TEXT NOT NULL,
      at_ms BIGINT NOT NULL,
      PRIMARY KEY (key_id, nonce)`,
  ),
  `CREATE INDEX nonce_time ON nonce (at_ms)`,
  ...rebuilt(
    'audit_event',
    `sequence INTEGER PRIMARY KEY,
      at_ms BIGINT NOT NULL,
      order_id TEXT NOT NULL,
      evidence TEXT NOT NULL,
      from_state TEXT NOT NULL,
      to_state TEXT NOT NULL,
      hash TEXT NOT NULL`,
    '',
  ),
  `INSERT INTO order_count (shard, state, count) VALUES
    ${STATES.map((state) => `(0, '${state}', 0)`).join(', ')} ON CONFLICT DO NOTHING`,
  `CREATE TRIGGER order_made AFTER INSERT ON load_order BEGIN
    UPDATE order_count SET count = count + 1 WHERE shard = 0 AND state = NEW.state;
  END`,
  `CREATE TRIGGER order_moved AFTER UPDATE OF state ON load_order WHEN NEW.state <> OLD.state BEGIN
    UPDATE order_count SET count = count + 1 WHERE shard = 0 AND state = NEW.state;
    UPDATE order_count SET count = count - 1 WHERE shard = 0 AND state = OLD.state;
  END`,
  `CREATE TRIGGER card_atc_kept BEFORE UPDATE OF max_seen_atc ON card
    WHEN OLD.max_seen_atc IS NOT NULL AND COALESCE(NEW.max_seen_atc, -1) < OLD.max_seen_atc BEGIN
    SELECT RAISE(ABORT, 'the highest ATC of a card fell');
  END`,
  `CREATE TRIGGER refund_once BEFORE UPDATE OF refunded_at_ms ON payment
    WHEN OLD.refunded_at_ms IS NOT NULL AND NEW.refunded_at_ms IS NOT OLD.refunded_at_ms BEGIN
    SELECT RAISE(ABORT, 'a payment was given back twice');
  END`,
];

function rebuilt(table: string, columns: string, place = 'WITHOUT ROWID'): string[] {
  const names = columns
    .match(/^\s*[a-z_]+(?= (?:TEXT|INTEGER|BIGINT))/gm)
    ?.map((one) => one.trim());
  const list = (names ?? []).join(', ');
  return [
    `ALTER TABLE ${table} RENAME TO ${table}_before`,
    `CREATE TABLE ${table} (${columns}) ${place}`,
    `INSERT INTO ${table} (${list}) SELECT ${list} FROM ${table}_before`,
    `DROP TABLE ${table}_before`,
  ];
}

/** PostgreSQL's own words. A shard for a backend: it does one transaction at a time. */
export const POSTGRES_WITNESS: readonly string[] = [
  `ALTER TABLE load_order DROP CONSTRAINT IF EXISTS load_order_state_check`,
  `ALTER TABLE load_order ADD CONSTRAINT load_order_state_check CHECK (${IS_STATE})`,
  // What a new order draws, for those that wait for their payment.
  `UPDATE load_order SET check_terminal =
    'FF' || upper(substr(md5(random()::text || order_id), 1, 10)) WHERE state = 'CREATED'`,
  // Of a whole statement at once: the decisions of a batch write each counter once. Always in the
  // order of the states, so that backends that share a shard do not wait in a circle.
  `CREATE FUNCTION count_orders() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        INSERT INTO order_count AS c (shard, state, count)
          SELECT pg_backend_pid() % 256, state, COUNT(*) FROM made GROUP BY state ORDER BY state
          ON CONFLICT (shard, state) DO UPDATE SET count = c.count + EXCLUDED.count;
      ELSE
        INSERT INTO order_count AS c (shard, state, count)
          SELECT pg_backend_pid() % 256, state, SUM(one) FROM (
            SELECT state, 1 AS one FROM made UNION ALL SELECT state, -1 FROM was) AS moved
          GROUP BY state HAVING SUM(one) <> 0 ORDER BY state
          ON CONFLICT (shard, state) DO UPDATE SET count = c.count + EXCLUDED.count;
      END IF;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER order_made AFTER INSERT ON load_order REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION count_orders()`,
  `CREATE TRIGGER order_moved AFTER UPDATE ON load_order
    REFERENCING OLD TABLE AS was NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION count_orders()`,
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
    END $$`,
  `CREATE TRIGGER card_atc_kept BEFORE UPDATE OF max_seen_atc ON card
    FOR EACH ROW WHEN (COALESCE(NEW.max_seen_atc, -1) < OLD.max_seen_atc)
    EXECUTE FUNCTION refuse_change('the highest ATC of a card fell')`,
  `CREATE TRIGGER refund_once BEFORE UPDATE OF refunded_at_ms ON payment
    FOR EACH ROW WHEN (NEW.refunded_at_ms IS DISTINCT FROM OLD.refunded_at_ms
      AND OLD.refunded_at_ms IS NOT NULL)
    EXECUTE FUNCTION refuse_change('a payment was given back twice')`,
];
