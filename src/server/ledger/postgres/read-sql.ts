/** Orders with all that decisions look at, each in one statement, and a new order in two. */
import { LOCKING_STATES, UNSETTLED_STATES } from '../../../load/index.js';
import { byOrderKey } from '../order-key.js';
import { columnsOf } from '../sql/columns.js';
import { ORDER, whoColumns } from '../sql/rows.js';

/**
 * Orders by number: order, card, attempts and payments of each, as JSON, of one moment. By its last
 * line the planner takes the list for one order, and goes by the indexes on an empty ledger too.
 * Where tables are spread, `order_key` knows the card of an order, and with it the partition.
 */
export function readOrders(spread: boolean): string {
  const of = (row: string): string =>
    `${row}.order_id = o.order_id ${spread ? `AND ${row}.card_number = o.card_number` : ''}`;
  const join = spread
    ? `JOIN order_key k ON k.order_id = x.order_id
  JOIN load_order o ON o.order_id = k.order_id AND o.card_number = k.card_number`
    : 'JOIN load_order o ON o.order_id = x.order_id';
  return `SELECT o.order_id, json_build_array(o)::text AS load_order,
    (SELECT json_agg(c)::text FROM card c WHERE c.card_number = o.card_number) AS card,
    (SELECT json_agg(a ORDER BY a.number)::text FROM attempt a WHERE ${of('a')}) AS attempts,
    (SELECT json_agg(p)::text FROM payment p WHERE ${of('p')}) AS payments
  FROM unnest($1::text[]) AS x(order_id) ${join}
  WHERE x.order_id || '' = x.order_id`;
}

const quoted = (states: readonly string[]): string => states.map((state) => `'${state}'`).join(',');

/** What stands in a new order's way, and the head that its event is chained to. */
export function lookBeforeOrder(spread: boolean): string {
  const known = `${
    spread
      ? `order_key k JOIN load_order o ON o.order_id = k.order_id
      AND o.card_number = k.card_number WHERE k.idempotency_key IN ($1, $3) AND`
      : 'load_order o WHERE'
  } ${byOrderKey('o', { own: '$1', former: '$3', request: '$4' })}
    ORDER BY CASE WHEN o.idempotency_key = $1 THEN 0 ELSE 1 END LIMIT 1`;
  return `SELECT
  (SELECT to_json(o)::text FROM ${known}) AS known,
  (SELECT o.order_id FROM load_order o
    WHERE o.card_number = $2 AND o.state IN (${quoted(UNSETTLED_STATES)})
    ORDER BY CASE WHEN o.state IN (${quoted(LOCKING_STATES)}) THEN 0
      WHEN o.state = 'TAKING' THEN 2 ELSE 1 END,
      o.created_at_ms, o.order_id
    LIMIT 1) AS open_order_id,
  (SELECT c.frozen FROM card c WHERE c.card_number = $2) AS frozen,
  (SELECT c.head_hash FROM card c WHERE c.card_number = $2) AS head_hash`;
}

const FIELDS = columnsOf(ORDER);

/** A new order, its event, and the head of its card; nothing when the card has another head. */
export const insertOrder = (spread: boolean): string => `WITH c AS (
    INSERT INTO card AS t (card_number, frozen, head_hash, revision) VALUES ($1, 0, $3, 1)
    ON CONFLICT (card_number) DO UPDATE SET head_hash = $3, revision = t.revision + 1
      WHERE t.head_hash = $2
    RETURNING 1),
  o AS (INSERT INTO load_order (idempotency_key, request, revision, ${FIELDS.join(', ')})
    SELECT $12, $13, 1, ${FIELDS.map((_field, at) => `$${String(at + 14)}`).join(', ')} FROM c),
  e AS (INSERT INTO audit_event
      (order_id, at_ms, evidence, from_state, to_state, ${whoColumns('asked').join(', ')},
        hash${spread ? ', card_number' : ''})
    SELECT $4, $5, $6, $7, $7, $8, $9, $10, $11, $3${spread ? ', $1' : ''} FROM c)
  SELECT count(*) AS made FROM c`;
