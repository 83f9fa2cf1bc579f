/**
 * The auditor: reads the tables and the journal's files by itself, shares no code with the library,
 * and holds them against what terminals were told and what cards accepted.
 */
import { auditJournal, type Check, type Row, sha256, text } from './journal-auditor.js';
import type { Terminal } from './terminal.js';

/** What a database and a journal hold. */
export interface Books {
  /** All rows of a table. */
  read(table: string): Promise<readonly Row[]>;
  /** The texts of the journal's files, oldest first. */
  journal(): readonly string[];
}

const OPEN = ['ISSUED', 'HELD', 'VOIDING'];

/** What is wrong. */
export async function auditBooks(
  books: Books,
  terminals: readonly Terminal[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const check = (rule: string, holds: boolean): void => {
    if (!holds) wrong.push(rule);
  };
  const orders = await books.read('load_order');
  const attempts = await books.read('attempt');
  const bindings = await books.read('binding');
  const settlements = await books.read('settlement');
  const payments = await books.read('payment');
  const byId = new Map(orders.map((order) => [text(order.order_id), order]));
  const settled = new Map(settlements.map((row) => [text(row.order_id), text(row.kind)]));

  auditMoney(await books.read('transfer'), payments, orders, check);
  for (const order of orders) {
    const id = text(order.order_id);
    const state = text(order.state);
    const expected =
      state === 'CREDITED' ? 'CREDIT' : state.startsWith('REFUND') ? 'REFUND' : undefined;
    check(`I1 ${state} without its settlement`, settled.get(id) === expected);
    check('I5 issued without payment', order.bound_atc === null || hasRow(payments, id));
  }
  const known = { attempts, settlements, journals: await books.read('journal') };
  const lines = auditJournal(books.journal(), known, check);
  auditChains(await books.read('audit_event'), await books.read('card'), byId, check);
  for (const terminal of terminals) {
    const { cardNumber, accepted, acks } = terminal;
    const own = orders.filter((order) => order.card_number === cardNumber);
    check('I6 two open orders', own.filter(({ state }) => OPEN.includes(text(state))).length <= 1);
    for (const { atc, amountFen } of accepted) {
      const bound = bindings.filter(
        (row) =>
          row.card_number === cardNumber && Number(row.atc) === atc && Number(row.live) === 1,
      );
      const order = byId.get(text(bound[0]?.order_id));
      check('I2 a credit that no order is bound to', bound.length === 1 && order !== undefined);
      check('I8 another amount was credited', Number(order?.amount_fen) === amountFen);
      check(
        'I2 a credit of an order in a wrong state',
        /ISSUED|HELD|CREDITED/.test(text(order?.state)),
      );
    }
    const atcs = accepted.map(({ atc }) => atc);
    check('L1 two credits at one ATC', new Set(atcs).size === atcs.length);
    for (const order of own.filter(({ state }) => state === 'CREDITED')) {
      check('I4 credited in the books alone', atcs.includes(Number(order.bound_atc)));
    }
    const { onlineAtc } = terminal.card.state.ep;
    check('I9 the counter is not explained', onlineAtc === accepted.length);
    for (const id of acks.created) check('D an acknowledged order is gone', byId.has(id));
    for (const id of acks.paid) check('D an acknowledged payment is gone', hasRow(payments, id));
    for (const id of acks.credited) {
      check('D an acknowledged credit is gone', byId.get(id)?.state === 'CREDITED');
    }
    for (const { orderId, date, time } of acks.issued) {
      const found = attempts.find(
        (row) => row.order_id === orderId && row.date === date && row.time === time,
      );
      check('D a MAC2 without its attempt', found !== undefined);
      check(
        'D a MAC2 without its journal line',
        lines.some((line) => line.orderId === orderId && line.random === found?.random),
      );
    }
  }
  return [...new Set(wrong)];
}

function hasRow(rows: readonly Row[], orderId: string): boolean {
  return rows.some((row) => row.order_id === orderId);
}

function auditMoney(
  transfers: readonly Row[],
  payments: readonly Row[],
  orders: readonly Row[],
  check: Check,
): void {
  const totals = new Map<string, number>();
  for (const { debit, credit, amount_fen: amount } of transfers) {
    totals.set(text(debit), (totals.get(text(debit)) ?? 0) + Number(amount));
    totals.set(text(credit), (totals.get(text(credit)) ?? 0) - Number(amount));
  }
  const sum = (rows: readonly Row[]): number =>
    rows.reduce((total, row) => total + Number(row.amount_fen), 0);
  const credited = orders.filter(({ state }) => state === 'CREDITED');
  check('I10 cash is not what was paid', (totals.get('cash') ?? 0) === sum(payments));
  check('I10 float is not what was credited', (totals.get('card-float') ?? 0) === -sum(credited));
  check('I10 the books do not add up', [...totals.values()].reduce((a, b) => a + b, 0) === 0);
}

/** Every card's events, hashed again from the first to the head that stands in the card's row. */
function auditChains(
  events: readonly Row[],
  cards: readonly Row[],
  orders: ReadonlyMap<string, Row>,
  check: Check,
): void {
  const heads = new Map<string, string>();
  const inOrder = [...events].sort((a, b) => Number(a.sequence) - Number(b.sequence));
  for (const event of inOrder) {
    const card = text(orders.get(text(event.order_id))?.card_number);
    const before = heads.get(card) ?? '0'.repeat(64);
    const { order_id: id, evidence, from_state: from, to_state: to } = event;
    const { asked_by: by, asked_person: person, asked_shift: shift } = event;
    const asked = by === null || by === undefined ? [] : [[by, person, shift, event.asked_request]];
    const fields = [before, Number(event.at_ms), id, evidence, from, to, ...asked];
    check('A the audit trail’s chain is broken', sha256(JSON.stringify(fields)) === event.hash);
    heads.set(card, text(event.hash));
  }
  for (const card of cards) {
    const head = heads.get(text(card.card_number));
    check('A the audit trail’s tail is gone', head === card.head_hash);
  }
}
