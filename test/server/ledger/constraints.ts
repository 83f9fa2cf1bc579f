/**
 * What the database itself refuses, whatever the code above it does: raw statements against an
 * opened ledger. Each names a way to pay twice.
 */
import { expect } from 'vitest';
import { NO_LINES } from '../../../src/server/journal/lines.js';
import { createThread, WitnessMoved } from '../../../src/server/journal/thread.js';
import type { Ledger } from '../../../src/server/index.js';
import { created, issued, snapshotOf } from '../../../src/conformance/ledger-steps.js';

/** An opened ledger, and statements on its database beside it. */
export interface OpenedBooks {
  readonly ledger: Ledger;
  run(statement: string): Promise<unknown>;
}

const CARD = `'6201220000000001'`;
const attempt = (order: string, number: number): string =>
  `INSERT INTO attempt (order_id, number, card_number, atc, random, raw_balance, amount_fen,
    terminal, date, time, key_version, algorithm)
    VALUES ('${order}', ${String(number)}, ${CARD}, 7, '11223344', 0, 1, 'T', '20260115', '100000', 1, 0)`;
const payment = `INSERT INTO payment (transaction_id, order_id, amount_fen, surplus)
  VALUES ('p:A', 'B', 1, 0)`;

/** Statements that must fail once order A is issued at 7 and order B is made. */
const REFUSED: Readonly<Record<string, string>> = {
  'a second order for a (card, ATC)': `INSERT INTO binding (card_number, atc, order_id, live)
    VALUES (${CARD}, 7, 'B', 1)`,
  'a second live ATC of an order': `INSERT INTO binding (card_number, atc, order_id, live)
    VALUES (${CARD}, 8, 'A', 1)`,
  'a second open order of a card': `UPDATE load_order SET state = 'HELD' WHERE order_id = 'B'`,
  'a second booking of a payment': payment,
  'repeated inputs of a TAC': attempt('B', 1),
  'a highest ATC that falls': `UPDATE card SET max_seen_atc = 6 WHERE card_number = ${CARD}`,
  'a highest ATC that is forgotten': `UPDATE card SET max_seen_atc = NULL
    WHERE card_number = ${CARD}`,
  'a second refund booking': `UPDATE payment SET refunded_at_ms = 2 WHERE transaction_id = 'p:A'`,
  'a refund booking taken back': `UPDATE payment SET refunded_at_ms = NULL
    WHERE transaction_id = 'p:A'`,
  'a second settlement': `INSERT INTO settlement (order_id, kind) VALUES ('A', 'REFUND')`,
  'a second use of a nonce': `INSERT INTO nonce (key_id, nonce, at_ms) VALUES ('k', 'n', 2)`,
  'a second reply for a key': `INSERT INTO reply (key_id, idempotency_key, request_hash, status,
    body) VALUES ('k', 'i', 'h', 200, '{}')`,
  'a second print of a slip with one number': `INSERT INTO slip (order_id, number, request_key, at_ms)
    VALUES ('A', 1, 'other', 1)`,
  'a second number for a print of a slip': `INSERT INTO slip (order_id, number, request_key, at_ms)
    VALUES ('A', 2, 'k', 1)`,
  'a closed day that is changed': `UPDATE day_close SET body = '[]'`,
  'a closed day that is removed': `DELETE FROM day_close`,
  'a second day after the same one': `INSERT INTO day_close
    (day_key, chain_key, outlet, day, closed_at_ms, body)
    VALUES ('2026-01-16 self', 'first self', 'self', '2026-01-16', 1, '{}')`,
  'a posting that leaves its closed day': `UPDATE transfer SET day_key = NULL WHERE order_id = 'A'`,
  'a payment that goes to another closed day': `UPDATE payment SET taken_key = '2026-01-16 self'
    WHERE transaction_id = 'p:A'`,
  'a refund that leaves its closed day': `UPDATE payment SET refund_key = NULL
    WHERE transaction_id = 'p:A'`,
};

/** The cases, by name. */
export const CONSTRAINT_CASES: Readonly<Record<string, (books: OpenedBooks) => Promise<void>>> = {
  ...Object.fromEntries(
    Object.entries(REFUSED).map(([name, statement]) => [
      name,
      async (books: OpenedBooks) => {
        await prepare(books);
        await expect(books.run(statement)).rejects.toThrow();
      },
    ]),
  ),
  'a journal moved from a wrong position, and the decision with it': async ({ ledger }) => {
    const open = await issued(ledger, 'A', 7);
    const { epoch, identityNow: identity } = await ledger.readWitness();
    const row = {
      journalId: 'J',
      name: 'J',
      state: 'open',
      epoch,
      ephemeral: false,
      peersAt: 0,
    } as const;
    await ledger.writeJournal({ ...row, ...NO_LINES, pending: [] });
    const position = { sequence: 3, head: NO_LINES.head };
    const thread = createThread({ journalId: 'J', epoch, identity, position }, () => position);
    const line = { kind: 'seal', atMs: 1 } as const;
    const { situation } = open;
    const decision = {
      ...{ order: { ...situation.order, badTacs: 1 }, card: situation.card, transfers: [] },
      step: { do: 'stop', state: 'ISSUED', money: 'in-doubt' },
    } as const;
    const change = { snapshot: open, decision, evidence: 'test', atMs: 1 };
    const moved = ledger.commit({ ...change, witness: { thread, line } });
    await expect(moved).rejects.toBeInstanceOf(WitnessMoved);
    expect((await snapshotOf(ledger, 'A')).situation.order.badTacs).toBe(0);
  },
};

/** A is issued at 7, settled and its payment given back; B is made; a request was heard. */
async function prepare({ ledger, run }: OpenedBooks): Promise<void> {
  await created(ledger, 'B');
  await issued(ledger, 'A', 7);
  await run(`INSERT INTO settlement (order_id, kind) VALUES ('A', 'CREDIT')`);
  await run(`UPDATE payment SET refunded_at_ms = 1 WHERE transaction_id = 'p:A'`);
  await run(`INSERT INTO day_close (day_key, chain_key, outlet, day, closed_at_ms, body)
    VALUES ('2026-01-15 self', 'first self', 'self', '2026-01-15', 1, '{}')`);
  await run(`UPDATE transfer SET day_key = '2026-01-15 self'`);
  await run(`UPDATE payment SET taken_key = '2026-01-15 self', refund_key = '2026-01-15 self'`);
  await run(`INSERT INTO nonce (key_id, nonce, at_ms) VALUES ('k', 'n', 1)`);
  await ledger.countSlip('A', { requestKey: 'k', atMs: 1 });
  await run(`INSERT INTO reply (key_id, idempotency_key, request_hash, status, body)
    VALUES ('k', 'i', 'h', 200, '{}')`);
}
