/**
 * The statement that writes a batch of decisions: one round trip, one transaction, all or nothing.
 * Each part of it is a data-modifying WITH query over arrays, a row for each decision; parts that
 * no decision of the batch needs are left out. Whatever does not match makes the statement fail in
 * its last line, so that nothing of it stays; the text that is no number says what did not match.
 */
import { columnsOf } from '../sql/columns.js';
import { ATTEMPT, CARD, ORDER, PAYMENT, whoColumns } from '../sql/rows.js';
import type { Dialect } from '../sql/schema.js';

/** A part of a batch that comes as rows: each list is an array for each of its columns. */
interface Part {
  readonly table: string;
  readonly columns: readonly string[];
  /** Its rows end with the card's number: written where the table is spread over partitions. */
  readonly ofCard?: true;
  /** Its WITH query. `rows`: where its rows stand, under the names `c1`, `c2` … */
  sql(rows: string, columns: readonly string[], parts: readonly string[]): string;
}

/** Parts that a batch may have, beside orders, cards and events, which each decision changes. */
export type PartName = keyof typeof PARTS;

/** The tables as they stand in the database. */
export interface Tables {
  /** The type of a column, as the database names it. */
  typeOf(table: string, column: string): string;
  /** Partitioned by card number: then each table has that column, and statements name it. */
  readonly spread: boolean;
}

/** What stands in the error's text when a batch did not match. */
export const REFUSAL = 'quancun refused';

const WHO_ASKED = whoColumns('asked');
const orderChanges = columnsOf(ORDER, 'changing');
const cardChanges = columnsOf(CARD, 'changing');
const pairs = (table: string, columns: readonly string[]) =>
  columns.map((column) => [table, column] as const);
const places = (from: number, count: number): string =>
  Array.from({ length: count }, (_none, at) => `c${String(from + at)}`).join(', ');

/** Of each decision: its place in the batch, what it was made from, its event, its new records. */
export const MAIN: readonly (readonly [table: string, column: string])[] = [
  ['load_order', 'revision'], // c1: its place in the batch
  ['load_order', 'order_id'],
  ['load_order', 'card_number'],
  ['load_order', 'revision'],
  ['card', 'revision'],
  ['card', 'head_hash'], // c6: the head it was made from
  ['card', 'head_hash'], // c7: the new one
  ['audit_event', 'at_ms'],
  ['audit_event', 'evidence'],
  ['audit_event', 'from_state'],
  ['audit_event', 'to_state'], // c11
  ...pairs('audit_event', WHO_ASKED), // to c15
  ...pairs('card', cardChanges),
  ...pairs('load_order', orderChanges),
];

const CARD_AT = 12 + WHO_ASKED.length;
const ORDER_AT = CARD_AT + cardChanges.length;
const sets = (columns: readonly string[], from: number): string =>
  columns.map((column, at) => `${column} = m.c${String(from + at)}`).join(', ');
const SEEN_ATC = `m.c${String(CARD_AT + cardChanges.indexOf('max_seen_atc'))}`;

/**
 * Cards first, in the order of the batch, which is that of their numbers: whoever has a card's row
 * finds its orders free, so that two batches never wait for each other in a circle.
 */
const each = (
  spread: boolean,
): string => `c AS (UPDATE card t SET revision = t.revision + 1, head_hash = m.c7, ${sets(cardChanges, CARD_AT)}
  FROM m WHERE t.card_number = m.c3 AND t.revision = m.c5 AND t.head_hash = m.c6
    AND (t.max_seen_atc IS NULL OR t.max_seen_atc <= ${SEEN_ATC}) RETURNING m.c1),
o AS (UPDATE load_order t SET revision = t.revision + 1, ${sets(orderChanges, ORDER_AT)}
  FROM m WHERE (SELECT count(*) FROM c) = (SELECT count(*) FROM m)
    AND t.order_id = m.c2 AND t.revision = m.c4 ${spread ? 'AND t.card_number = m.c3' : ''}
  RETURNING m.c1),
e AS (INSERT INTO audit_event
    (order_id, at_ms, evidence, from_state, to_state, ${WHO_ASKED.join(', ')},
      hash${spread ? ', card_number' : ''})
  SELECT c2, c8, c9, c10, c11, ${places(12, WHO_ASKED.length)}, c7${spread ? ', c3' : ''} FROM m ORDER BY c1)`;

/** Rows that are only added. */
function added(table: string, columns: readonly string[], more = ''): Part {
  return {
    table,
    columns,
    sql: (rows, written) => insertInto(table, rows, written, more),
  };
}

function insertInto(table: string, rows: string, columns: readonly string[], more = ''): string {
  return `${rows}_in AS (INSERT INTO ${table} (${columns.join(', ')})
  SELECT ${places(1, columns.length)} FROM ${rows} ${more})`;
}

const BINDING = ['card_number', 'atc', 'order_id', 'live'] as const;

export const PARTS = {
  /** The ATC is spent and no longer this order's. */
  unbound: {
    table: 'binding',
    columns: BINDING.slice(0, 3),
    sql: (rows) => `${rows}_out AS (UPDATE binding t SET live = 0 FROM ${rows} x
  WHERE t.card_number = x.c1 AND t.atc = x.c2 AND t.order_id = x.c3 RETURNING 1)`,
  },
  /** A refund frees the ATC, which nothing spent. */
  freed: {
    table: 'binding',
    columns: BINDING.slice(0, 3),
    sql: (rows) => `${rows}_out AS (DELETE FROM binding t USING ${rows} x
  WHERE t.card_number = x.c1 AND t.atc = x.c2 AND t.order_id = x.c3 AND t.live = 1)`,
  },
  bound: {
    table: 'binding',
    columns: BINDING,
    // An order has one live ATC at any moment: the old one goes first.
    sql: (rows, columns, parts) => {
      const after = 'WHERE (SELECT count(*) FROM unbound_out) >= 0';
      return insertInto('binding', rows, columns, parts.includes('unbound') ? after : '');
    },
  },
  attempt: added('attempt', [...columnsOf(ATTEMPT), 'number']),
  payment: { ...added('payment', columnsOf(PAYMENT)), ofCard: true },
  settlement: { ...added('settlement', ['order_id', 'kind']), ofCard: true },
  transfer: {
    ...added('transfer', ['order_id', 'at_ms', 'debit', 'credit', 'amount_fen']),
    ofCard: true,
  },
  /** A payment is given back once, and the number of its refund never falls. */
  refund: {
    table: 'payment',
    columns: ['transaction_id', 'refunded_at_ms', 'refunds_sent', 'order_id', 'refunded_by_hand'],
    ofCard: true,
    sql: (rows, columns) => `${rows}_out AS (UPDATE payment t
  SET refunded_at_ms = COALESCE(x.c2, t.refunded_at_ms), refunds_sent = x.c3,
    refunded_by_hand = x.c5 FROM ${rows} x
  WHERE t.transaction_id = x.c1 AND t.order_id = x.c4
    ${columns.includes('card_number') ? 'AND t.card_number = x.c6' : ''}
    AND (x.c2 IS NULL OR t.refunded_at_ms IS NULL)
    AND COALESCE(t.refunds_sent, 0) <= COALESCE(x.c3, 0) RETURNING 1)`,
  },
  nonce: added('nonce', ['key_id', 'nonce', 'at_ms']),
  /** The first reply stands, and whoever comes second under its key decides nothing. */
  reply: added('reply', [
    ...(['key_id', 'idempotency_key', 'request_hash', 'status', 'body', 'at_ms'] as const),
  ]),
} as const satisfies Readonly<Record<string, Part>>;

/** The order in which parts stand in the statement. */
export const PART_NAMES = Object.keys(PARTS) as PartName[];

/** The columns of a part's rows. */
export function columnsOfPart(name: PartName, spread: boolean): readonly string[] {
  const part: Part = PARTS[name];
  return spread && part.ofCard === true ? [...part.columns, 'card_number'] : part.columns;
}

/** The statement for a batch with these parts; `journal`: it moves a journal's row too. */
export function buildCommit(
  parts: readonly PartName[],
  journal: boolean,
  { identity }: Dialect,
  { typeOf, spread }: Tables,
): string {
  let used = 0;
  const rowsOf = (name: string, columns: typeof MAIN): string => {
    const arrays = columns.map(([table, column]) => {
      used += 1;
      return `$${String(used)}::${typeOf(table, column)}[]`;
    });
    const same = name === 'm' ? 'x.c1 + 0 = x.c1' : "x.c1 || '' = x.c1";
    // The planner takes this for one row, and goes by the indexes on an empty ledger too.
    return `${name} AS MATERIALIZED (SELECT * FROM unnest(${arrays.join(', ')})
  AS x(${places(1, columns.length)}) WHERE ${same})`;
  };
  const queries = [rowsOf('m', MAIN), each(spread)];
  for (const name of parts) {
    const columns = columnsOfPart(name, spread);
    queries.push(rowsOf(name, pairs(PARTS[name].table, columns)));
    queries.push(PARTS[name].sql(name, columns, parts));
  }
  const met = ['(SELECT count(*) FROM o) = (SELECT count(*) FROM m)'];
  const why = [OUTDATED];
  if (parts.includes('refund')) {
    met.push('(SELECT count(*) FROM refund_out) = (SELECT count(*) FROM refund)');
    why.push(
      "WHEN (SELECT count(*) FROM refund_out) < (SELECT count(*) FROM refund) THEN 'refund'",
    );
  }
  if (journal) {
    queries.push(journalMove(used, identity));
    met.push('EXISTS (SELECT 1 FROM j)');
    why.unshift("WHEN NOT EXISTS (SELECT 1 FROM j) THEN 'witness'");
  }
  return `WITH ${queries.join(',\n')}
SELECT CASE WHEN ${met.join('\n  AND ')} THEN 0
  ELSE CAST('${REFUSAL} ' || CASE ${why.join('\n  ')} END AS integer) END AS done`;
}

/** The places of the decisions whose card or order is no longer what they were made from. */
const OUTDATED = `WHEN (SELECT count(*) FROM o) < (SELECT count(*) FROM m) THEN 'outdated'
    || (SELECT string_agg(' ' || m.c1, '') FROM m WHERE CASE
      WHEN (SELECT count(*) FROM c) = (SELECT count(*) FROM m)
      THEN m.c1 NOT IN (SELECT c1 FROM o) ELSE m.c1 NOT IN (SELECT c1 FROM c) END)`;

/** The journal's row moves, if everything is as it was when ledger and journal were compared. */
function journalMove(used: number, identity: string): string {
  const [sequence, head, pending, id, fromSequence, fromHead, epoch, seen] = Array.from(
    { length: 8 },
    (_none, at) => `$${String(used + 1 + at)}`,
  );
  return `j AS (UPDATE journal SET sequence = ${sequence}, head = ${head}, pending = ${pending}
  WHERE journal_id = ${id} AND sequence = ${fromSequence} AND head = ${fromHead}
    AND state = 'open' AND epoch = ${epoch} AND epoch = (SELECT epoch FROM ledger_state)
    AND ${identity} = ${seen} RETURNING 1)`;
}
