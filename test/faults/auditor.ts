/**
 * The auditor: looks at the card and at the books after a schedule, and says which invariants do
 * not hold. It knows the card's state and the ledger's rows, and nothing of how either came about.
 */
import { AMOUNT_FEN, FOREIGN_FEN, OPENING_FEN, TOLL_FEN, type World } from './world.js';

/** What is wrong, by the number of the invariant. */
export async function audit(world: World): Promise<readonly string[]> {
  const wrong: string[] = [];
  const { accepted, tolls, taken, foreign, returned } = world.truth();
  const { balanceFen, onlineAtc } = world.card.state.ep;
  const range = {
    cardNumber: '6201220000001234',
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
    limit: 100,
  };
  const orders = await world.ledger.findOrders(range);
  const totals = await world.ledger.totals();
  const lines = await world.journal.lines();
  const credited = orders.filter(({ state }) => state === 'CREDITED').length;
  const check = (rule: string, holds: boolean): void => {
    if (!holds) wrong.push(rule);
  };
  check('I1 more credits than orders', accepted <= orders.length && accepted <= 1);
  check('I2 a credit without a payment', accepted <= taken);
  check('I4 the ledger says credited, the card does not', credited <= accepted);
  const open = orders.filter(({ state }) =>
    ['ISSUED', 'HELD', 'VOIDING', 'FROZEN'].includes(state),
  );
  const refunds = orders.filter(
    ({ state }) => state === 'REFUND_DUE' || state === 'REFUNDED',
  ).length;
  check('I3 credited and refunded', accepted + refunds <= taken);
  check('I3 written and handed back', accepted + returned <= taken);
  check('I6 more than one open order', open.length <= 1);
  check('I9 the counter is not explained', onlineAtc === 7 + accepted + foreign);
  check('I10 the books do not add up', Object.values(totals).reduce((a, b) => a + b, 0) === 0);
  check('I10 float', totals['card-float'] === -credited * AMOUNT_FEN);
  const expectedFen =
    OPENING_FEN + accepted * AMOUNT_FEN + foreign * FOREIGN_FEN - tolls * TOLL_FEN;
  check('the balance is not what was loaded and spent', balanceFen === expectedFen);
  for (const order of orders) {
    const snapshot = await world.ledger.read(order.orderId);
    const attempts = snapshot?.situation.attempts ?? [];
    const payments = snapshot?.situation.payments ?? [];
    check('I5 an attempt for an unpaid order', attempts.length === 0 || payments.length > 0);
    const unknown = lines.filter(
      (line) =>
        line.kind === 'issue' &&
        line.order.orderId === order.orderId &&
        !attempts.some(
          (one) => one.onlineAtc === line.attempt.onlineAtc && one.random === line.attempt.random,
        ),
    );
    check('I5 a journal line without its attempt', unknown.length === 0);
    // A counter value that another issuer's record proves to be spent gives way to the next one.
    const atcs = new Set(attempts.map(({ onlineAtc }) => onlineAtc));
    check('I7 attempts at two ATCs', atcs.size <= 1 + foreign);
  }
  return wrong;
}

/** After the faults and the office: what was paid is on the card or back, and nothing waits. */
export async function auditOffice(world: World): Promise<readonly string[]> {
  const wrong = [...(await audit(world))];
  const { accepted, taken, returned } = world.truth();
  const totals = await world.ledger.totals();
  if (accepted + returned !== taken) {
    const ends = `credited ${String(accepted)}, handed back ${String(returned)}`;
    wrong.push(`I14 paid ${String(taken)}, ${ends}`);
  }
  if (totals.liability !== 0 || totals['refunds-due'] !== 0) wrong.push('I14 money waits');
  return wrong;
}

/** After the faults: every order has an end, and the customer has what was paid for. */
export async function auditEnd(world: World): Promise<readonly string[]> {
  const wrong = [...(await audit(world))];
  const { accepted, taken } = world.truth();
  const totals = await world.ledger.totals();
  if (accepted !== taken) wrong.push(`I14 paid ${String(taken)}, credited ${String(accepted)}`);
  if (totals.liability !== 0) wrong.push('I14 money is still waiting');
  return wrong;
}
