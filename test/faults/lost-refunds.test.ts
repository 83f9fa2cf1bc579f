/**
 * The database loses its last commits while money is given back: nobody has both the money and the
 * credit, and nothing is given back twice. And payments that no journal knows come back.
 */
import { describe, expect, test } from 'vitest';
import { createPayments, type Journal } from '../../src/server/index.js';
import { simulatedGateway } from '../../src/testing/index.js';
import { forgetfulDatabase } from '../support/forgetful-database.js';
import { AMOUNT_FEN, lastingJournal, lostWorld } from '../support/lost-world.js';

const CARD = '6201220000001234';
const PROVIDER = 'simulated';

interface Plan {
  readonly servers: readonly string[];
  readonly at: number;
  readonly lose: number;
  readonly issuer: 'sole' | 'shared';
  readonly blind?: boolean;
}

function openWorld(options: Parameters<typeof lostWorld>[1] = {}) {
  const database = forgetfulDatabase();
  const journals = new Map<string, Journal>();
  const journal = (name: string): Journal => {
    const one = journals.get(name) ?? lastingJournal(name);
    journals.set(name, one);
    return one;
  };
  const world = lostWorld({ connect: () => database.connect(), journal }, options);
  const gateway = simulatedGateway();
  const till = (name: string) => {
    const { authority, ledger } = world.server(name);
    return createPayments({ port: gateway, authority, ledger, env: world.env });
  };
  return { ...world, database, gateway, till };
}

/** INIT recorded, paid, cancelled, given back; and the customer comes again with the card. */
async function tell({ servers, at, lose, issuer, blind = false }: Plan) {
  const world = openWorld({ policy: { issuer }, blind });
  const [first = 'A', second = first] = servers;
  for (const name of [...servers, ...servers]) await world.server(name).authority.open();
  const customer = world.customer(CARD);
  let reached = false;
  const before = world.database.writes();
  world.database.arm({ afterWrite: before + at, lose, restarted: true }, () => {
    reached = true;
  });
  const { authority } = world.server(first);
  const orderId = await customer.order(world.server(first), 'Q1');
  const away = (): undefined => undefined;
  await world
    .till(first)
    .createQr(orderId)
    .then(() => world.gateway.pay(orderId), away);
  world.env.advance(1000);
  await world.till(first).query(orderId).catch(away);
  world.env.advance(1000);
  await authority.cancel(orderId).catch(away);
  await world.till(first).sweep();
  for (const name of [second, first, second, first]) {
    world.env.advance(3_600_000);
    await world.server(name).authority.open();
    await customer.load(world.server(name)).catch(() => undefined);
    await world.till(name).sweep();
  }
  const { takenFen, returnedFen, refunds } = world.gateway.books();
  const onCardFen = customer.credits() * AMOUNT_FEN;
  const problems: string[] = [];
  if (onCardFen + returnedFen > takenFen) problems.push(`${onCardFen} + ${returnedFen}`);
  if (refunds.length > 1) problems.push('given back twice');
  return { reached, problems, writes: world.database.writes() - before };
}

async function tellAll(of: Partial<Plan> = {}) {
  const wrong: string[] = [];
  let [stories, places] = [0, 0];
  for (const servers of [['A'], ['A', 'B']]) {
    for (const issuer of ['sole', 'shared'] as const) {
      for (const lose of [1, 2, 3]) {
        for (let at = 1; at < 60; at += 1) {
          const plan = { servers, issuer, lose, at, ...of };
          const { reached, problems, writes } = await tell(plan);
          if (!reached) {
            places += writes;
            break;
          }
          stories += 1;
          for (const one of problems) wrong.push(`${JSON.stringify(plan)}: ${one}`);
        }
      }
    }
  }
  return { wrong, stories, places };
}

describe('the last one to three commits are lost while money is given back', () => {
  test('never both the money and the credit, and never the money twice', async () => {
    const { wrong, stories, places } = await tellAll();
    expect(wrong.slice(0, 10)).toEqual([]);
    // Each write of each plan: order, payment, cancel, refund handed out, refund confirmed.
    expect([stories, places]).toEqual([12 * 5, 12 * 5]);
  });

  test('a server without the witness gives back and credits', async () => {
    const { wrong } = await tellAll({ blind: true });
    expect(wrong).not.toEqual([]);
  });

  test('a refund that is forgotten is owed again, and sent under its number', async () => {
    const world = openWorld({ policy: { issuer: 'sole' } });
    const A = world.server('A');
    await A.authority.open();
    const customer = world.customer(CARD);
    const orderId = await customer.order(A, 'Q1');
    await world.till('A').createQr(orderId);
    world.gateway.pay(orderId);
    await world.till('A').query(orderId);
    const writes = world.database.writes();
    await A.authority.cancel(orderId);
    expect(await world.till('A').sweep()).toMatchObject({ refunded: 1 });
    world.database.forget(world.database.writes() - writes, true);
    expect(await customer.load(A)).not.toMatchObject({ outcome: 'credited' });
    expect((await A.authority.getOrder(orderId))?.state).toBe('REFUND_DUE');
    world.env.advance(11 * 60_000);
    expect(await world.till('A').sweep()).toMatchObject({ refunded: 1 });
    expect((await A.authority.getOrder(orderId))?.state).toBe('REFUNDED');
    expect(world.gateway.books()).toMatchObject({ returnedFen: AMOUNT_FEN });
    expect(customer.credits()).toBe(0);
  });
});

describe('a payment that no journal knows', () => {
  async function lostPayment() {
    const world = openWorld({ policy: { issuer: 'sole' } });
    const A = world.server('A');
    await A.authority.open();
    const customer = world.customer(CARD);
    const orderId = await customer.order(A, 'Q1');
    await world.till('A').createQr(orderId);
    world.gateway.pay(orderId);
    const writes = world.database.writes();
    return { world, A, customer, orderId, writes };
  }

  test('comes back when the provider is asked', async () => {
    const { world, A, customer, orderId, writes } = await lostPayment();
    await world.till('A').query(orderId);
    world.database.forget(world.database.writes() - writes, true);
    await A.authority.open();
    expect((await A.authority.getOrder(orderId))?.state).toBe('CREATED');
    await world.till('A').query(orderId);
    expect(await customer.load(A)).toMatchObject({ outcome: 'credited' });
  });

  test('comes back when its intent comes again: the same key and number', async () => {
    const { world, A, customer } = await lostPayment();
    const other = world.customer('6201220000005678');
    const writes = world.database.writes();
    await other.recharge(A, 'R1', 'credit-lost').catch(() => undefined);
    // The issue is forgotten with the order and the payment; the journal has it, and the key.
    world.database.forget(world.database.writes() - writes, true);
    expect(await other.recharge(A, 'R1')).toMatchObject({ outcome: 'credited' });
    expect([other.credits(), customer.credits()]).toEqual([1, 0]);
  });

  test('comes back from a statement: an order is made for the number', async () => {
    const { world, A } = await lostPayment();
    const other = world.customer('6201220000005678');
    const writes = world.database.writes();
    await other.typeIn(A, 'slip-7');
    world.database.forget(world.database.writes() - writes, true);
    await A.authority.open();
    const number = `${PROVIDER} statement slip-7`;
    await other.typeIn(A, number);
    expect(await other.load(A)).toMatchObject({ outcome: 'credited' });
    expect(other.credits()).toBe(1);
  });
});
