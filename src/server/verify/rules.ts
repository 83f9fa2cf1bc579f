/**
 * What a ledger must never hold, whatever its constraints let through: asked of the tables
 * themselves, each rule by one statement that answers the orders that break it.
 */

/** Rules, and what breaks them. */
export const RULES: Readonly<Record<string, string>> = {
  'one end for an order': `SELECT order_id FROM settlement GROUP BY order_id HAVING COUNT(*) > 1`,
  'the end that its state says': `SELECT o.order_id FROM load_order o
    LEFT JOIN settlement s ON s.order_id = o.order_id
    WHERE COALESCE(s.kind, '') <> CASE o.state WHEN 'CREDITED' THEN 'CREDIT'
      WHEN 'REFUND_DUE' THEN 'REFUND' WHEN 'REFUNDED' THEN 'REFUND' ELSE '' END`,
  'one live counter for an order': `SELECT order_id FROM binding WHERE live = 1
    GROUP BY order_id HAVING COUNT(*) > 1`,
  'one order for a counter': `SELECT MIN(order_id) AS order_id FROM binding
    GROUP BY card_number, atc HAVING COUNT(*) > 1`,
  'one open order for a card': `SELECT MIN(order_id) AS order_id FROM load_order
    WHERE state IN ('ISSUED','HELD','VOIDING') GROUP BY card_number HAVING COUNT(*) > 1`,
  'no second of a counter twice': `SELECT MIN(order_id) AS order_id FROM attempt
    GROUP BY card_number, atc, date, time HAVING COUNT(*) > 1`,
  'one booking for a payment': `SELECT MIN(order_id) AS order_id FROM payment
    GROUP BY transaction_id HAVING COUNT(*) > 1`,
  'paid before it was issued': `SELECT order_id FROM load_order WHERE bound_atc IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = load_order.order_id)`,
  'an order for every attempt': `SELECT order_id FROM attempt WHERE NOT EXISTS
    (SELECT 1 FROM load_order o WHERE o.order_id = attempt.order_id)`,
  'the posting of a credit': `SELECT o.order_id FROM load_order o LEFT JOIN
      (SELECT order_id, SUM(amount_fen) AS amount_fen FROM transfer
        WHERE debit = 'liability' AND credit = 'card-float' GROUP BY order_id) t
      ON t.order_id = o.order_id
    WHERE COALESCE(t.amount_fen, 0) <> CASE o.state WHEN 'CREDITED' THEN o.amount_fen ELSE 0 END`,
  'the payment that an order costs': `SELECT o.order_id FROM load_order o LEFT JOIN
      (SELECT order_id, SUM(amount_fen) AS amount_fen FROM payment
        WHERE surplus = 0 GROUP BY order_id) p ON p.order_id = o.order_id
    WHERE o.state IN ('PAID','ISSUED','HELD','VOIDING','CREDITED','REFUND_DUE','REFUNDED')
      AND COALESCE(p.amount_fen, 0) <> o.amount_fen`,
  'the postings of its payments': `SELECT o.order_id FROM load_order o
    LEFT JOIN (SELECT order_id, SUM(amount_fen) AS amount_fen FROM payment GROUP BY order_id) p
      ON p.order_id = o.order_id
    LEFT JOIN (SELECT order_id, SUM(amount_fen) AS amount_fen FROM transfer
        WHERE debit = 'cash' GROUP BY order_id) t ON t.order_id = o.order_id
    WHERE COALESCE(p.amount_fen, 0) <> COALESCE(t.amount_fen, 0)`,
};

/** Sums that must be zero: what came in and went out, by payments and by postings. */
export const SUMS: Readonly<Record<string, string>> = {
  'every posting has two sides': `SELECT COALESCE(SUM(side), 0) AS sum FROM (
    SELECT amount_fen AS side FROM transfer UNION ALL SELECT -amount_fen FROM transfer) sides`,
  'cash is what was paid and not given back': `SELECT
    (SELECT COALESCE(SUM(CASE WHEN debit = 'cash' THEN amount_fen ELSE -amount_fen END), 0)
      FROM transfer WHERE debit = 'cash' OR credit = 'cash')
    - (SELECT COALESCE(SUM(amount_fen), 0) FROM payment WHERE refunded_at_ms IS NULL) AS sum`,
};

/** Each card's events in order, with the head that its row has. */
export const CHAINS = `SELECT o.card_number, c.head_hash, e.*
  FROM audit_event e JOIN load_order o ON o.order_id = e.order_id
    JOIN card c ON c.card_number = o.card_number
  ORDER BY o.card_number, e.sequence`;

/** Cards and events that the chains would not show. */
export const STRAYS: Readonly<Record<string, string>> = {
  'an order for every event': `SELECT order_id FROM audit_event WHERE NOT EXISTS
    (SELECT 1 FROM load_order o WHERE o.order_id = audit_event.order_id)`,
  'a close for what is booked to a day': `SELECT order_id FROM transfer WHERE day_key IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM day_close d WHERE d.day_key = transfer.day_key)
    UNION ALL SELECT order_id FROM payment WHERE taken_key IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM day_close d WHERE d.day_key = payment.taken_key)
    UNION ALL SELECT order_id FROM payment WHERE refund_key IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM day_close d WHERE d.day_key = payment.refund_key)`,
  'an event for every order': `SELECT order_id FROM load_order WHERE NOT EXISTS
    (SELECT 1 FROM audit_event e WHERE e.order_id = load_order.order_id)`,
};

/** Every MAC2 that was let out. */
export const ATTEMPTS = 'SELECT order_id, atc, random FROM attempt';
