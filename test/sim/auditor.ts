/** What must hold after every step of a world, seen from the cards and from the books. */
import type { Order } from '../../src/load/index.js';
import type { Simulation } from './simulation.js';

const OPEN = ['ISSUED', 'HELD', 'VOIDING', 'FROZEN'];
const REFUNDED = ['REFUND_DUE', 'REFUNDED'];

/** What is wrong now. */
export async function auditNow(world: Simulation): Promise<readonly string[]> {
  const wrong = new Set<string>();
  const check = (rule: string, holds: boolean): void => {
    if (!holds) wrong.add(rule);
  };
  let credited = 0;
  for (const card of world.cards) {
    const orders = await ordersOf(world, card.cardNumber);
    const { accepted } = card;
    check('I6 two open orders', orders.filter(({ state }) => OPEN.includes(state)).length <= 1);
    check(
      'L1 two credits at one ATC',
      new Set(accepted.map(({ atc }) => atc)).size === accepted.length,
    );
    check('I9 the counter is not explained', card.card.state.ep.onlineAtc === accepted.length);
    const loadedFen = accepted.reduce((sum, { amountFen }) => sum + amountFen, 0);
    const expectedFen = card.openingFen + loadedFen - card.tollsFen();
    check('I9 the balance is not explained', card.card.state.ep.balanceFen === expectedFen);
    for (const { atc, amountFen } of accepted) {
      const bound = orders.filter((order) => order.boundAtc === atc);
      check('I2 a credit that no order is bound to', bound.length === 1);
      check('I8 another amount was credited', bound[0]?.amountFen === amountFen);
      check('I3 credited and refunded', !REFUNDED.includes(bound[0]?.state ?? ''));
    }
    for (const order of orders.filter(({ state }) => state === 'CREDITED')) {
      credited += order.amountFen;
      const onCard = accepted.some(({ atc }) => atc === order.boundAtc);
      check('I4 credited in the books alone', onCard);
    }
  }
  const totals = await world.ledger.totals();
  check('I10 the books do not add up', Object.values(totals).reduce((a, b) => a + b, 0) === 0);
  check('I10 float', totals['card-float'] === -credited);
  check('I10 money appeared', totals.cash <= world.takenFen());
  check('I14 owed a negative amount', totals.liability <= 0 && totals['refunds-due'] <= 0);
  return [...wrong];
}

/** When it has been calm: every order has its end, and every yuan a place. */
export async function auditEnd(world: Simulation): Promise<readonly string[]> {
  const wrong = [...(await auditNow(world))];
  for (const card of world.cards) {
    for (const { state } of await ordersOf(world, card.cardNumber)) {
      if (['PAID', 'ISSUED', 'HELD', 'VOIDING'].includes(state)) wrong.push(`I14 left in ${state}`);
      if (state === 'FROZEN') wrong.push('a contradiction where there was none');
    }
  }
  const totals = await world.ledger.totals();
  if (totals.liability !== 0) wrong.push('I14 money still waits');
  return wrong;
}

function ordersOf(world: Simulation, cardNumber: string): Promise<readonly Order[]> {
  const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 1000 };
  return world.ledger.findOrders({ ...range, cardNumber });
}
