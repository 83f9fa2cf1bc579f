/**
 * A card's answer that another server weighed than the one that issued: it stands in a journal that
 * does not hold the issue, and what any journal holds counts. Told over any ledger that a test can
 * put back.
 */
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/server/index.js';
import { passTollGate } from '../../../src/simulator/index.js';
import { AMOUNT_FEN, lastingJournal, lostWorld, type Server } from '../../support/lost-world.js';

/** A database under two servers, whose last writes can be forgotten. */
export interface Forgetting {
  connect(): Ledger;
  writes(): number;
  /** Whether nobody runs on when it forgets: the servers are started again. */
  readonly endsServers: boolean;
  /** Forgets that many writes; `restarted`: it also looks like another database than before. */
  forget(lose: number, restarted: boolean): void | Promise<void>;
  /** The process that holds a journal is gone. */
  drop(journalId: string): void | Promise<void>;
}

const CARD = '6201220000001234';
/** What is written from the order to the TAC. */
const MAX_LOST = 7;
const CREDITED = [{ state: 'CREDITED', creditedBy: 'tac' }];

/** Two people give up waiting for a journal; then the other server goes on. */
async function goOnWithout(gone: Server, left: Server): Promise<void> {
  await left.authority.open();
  for (const keyId of ['M1', 'M2']) {
    await left.authority.giveUpJournal(gone.journal.journalId, keyId);
  }
  await left.authority.open();
}

/** A issued, the answer was lost, and the card came to B. */
async function weighedByB(
  open: () => Forgetting | Promise<Forgetting>,
  issuer: 'sole' | 'shared',
  before = 0,
) {
  const database = await open();
  const stores = { connect: () => database.connect(), journal: lastingJournal };
  const world = lostWorld(stores, { policy: { issuer } });
  const [A, B] = [world.server('A'), world.server('B')];
  for (const { authority } of [A, B, A, B]) await authority.open();
  const customer = world.customer(CARD);
  for (let load = 0; load < before; load += 1) await customer.recharge(A, `R0${String(load)}`);
  const writes = database.writes();
  await customer.recharge(A, 'R1', 'answer-lost').catch(() => undefined);
  await customer.recharge(B, 'R1');
  expect(customer.credits()).toBe(before + 1);
  const orders = async () => {
    const query = { cardNumber: CARD, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 9 };
    const alive = [A, B].find(({ name }) => !world.server(name).isDead) ?? A;
    const found = await alive.ledger.findOrders(query);
    return found.map(({ state, creditedBy }) => ({ state, creditedBy }));
  };
  const kill = async ({ name, journal }: Server): Promise<void> => {
    world.kill(name, () => undefined);
    await database.drop(journal.journalId);
  };
  const written = database.writes() - writes;
  const forget = async (lose: number, restarted: boolean): Promise<void> => {
    await database.forget(lose, restarted);
    if (!database.endsServers) return;
    for (const one of [A, B].filter(({ name }) => !world.server(name).isDead)) {
      Object.assign(one, world.restart(one.name));
    }
  };
  return { world, database, A, B, customer, orders, kill, forget, written };
}

/** All of them, over a database that `open` makes. */
export function tellForeignTacs(open: () => Forgetting | Promise<Forgetting>): void {
  describe.each(['sole', 'shared'] as const)(
    'with %s issuers, a TAC in another journal',
    (issuer) => {
      test('stands there with the order, and in its own without', async () => {
        const { A, B, customer } = await weighedByB(open, issuer);
        await customer.recharge(A, 'R2');
        const tacsOf = async ({ journal }: Server) =>
          (await journal.lines()).filter(({ kind }) => kind === 'tac');
        expect(await tacsOf(B)).toMatchObject([
          { issued: { attempts: [{ cardNumber: CARD }], payments: [{ amountFen: AMOUNT_FEN }] } },
        ]);
        const own = await tacsOf(A);
        expect(own.map((line) => 'issued' in line)).toEqual([false]);
      });

      for (const [first, restarted] of [
        ['A', false],
        ['B', false],
        ['A', true],
        ['B', true],
      ] as const) {
        test(`both are compared, ${first} before the other one${restarted ? ', elsewhere' : ''}`, async () => {
          for (let lose = 1; lose <= MAX_LOST; lose += 1) {
            const { world, A, B, customer, orders, forget, written } = await weighedByB(
              open,
              issuer,
            );
            expect(written).toBe(MAX_LOST);
            await forget(lose, restarted);
            for (const one of first === 'A' ? [A, B] : [B, A]) {
              expect(await one.authority.open()).toMatchObject({ frozen: 0 });
              // As soon as B has told what it knows.
              if (one === B) expect(await orders()).toEqual(CREDITED);
            }
            expect(await orders()).toEqual(CREDITED);
            world.env.advance(5000);
            for (const one of [A, B]) {
              expect(await customer.recharge(one, 'R1')).toMatchObject({ outcome: 'credited' });
            }
            expect(customer.credits()).toBe(1);
            expect(await customer.recharge(B, 'R2')).toMatchObject({ outcome: 'credited' });
          }
        });
      }

      test('tells the order alone, when the journal of its issue is given up', async () => {
        for (let lose = 1; lose <= MAX_LOST; lose += 1) {
          const { A, B, customer, orders, kill, forget } = await weighedByB(open, issuer);
          await kill(A);
          await forget(lose, true);
          await goOnWithout(A, B);
          expect(await orders()).toEqual(CREDITED);
          expect(await customer.recharge(B, 'R1')).toMatchObject({ outcome: 'credited' });
          expect(customer.credits()).toBe(1);
        }
      });

      test('is missed when that one is given up: the card waits for it, and brings it', async () => {
        for (let lose = 1; lose <= MAX_LOST; lose += 1) {
          const { A, B, customer, orders, kill, forget } = await weighedByB(open, issuer);
          await kill(B);
          await forget(lose, true);
          await goOnWithout(B, A);
          expect(['HELD', 'ISSUED', 'CREDITED']).toContain((await orders())[0]?.state);
          expect(await customer.recharge(A, 'R1')).toMatchObject({ outcome: 'credited' });
          expect(await orders()).toEqual(CREDITED);
          expect(customer.credits()).toBe(1);
        }
      });
    },
  );

  test('a counter that another server read: the card waits for its TAC, and is not loaded again', async () => {
    const { database, A, B, customer, kill, forget, world } = await weighedByB(open, 'sole', 1);
    expect(customer.credits()).toBe(2);
    const writes = database.writes();
    await customer.recharge(A, 'R3', 'answer-lost').catch(() => undefined);
    // At the gate the card forgets the proof; its counter is left.
    customer.card.reset();
    await passTollGate((command) => Promise.resolve(customer.card.exchange(command)), {
      amountFen: 500,
    });
    await customer.recharge(B, 'R3');
    expect((await B.journal.lines()).at(-1)).toMatchObject({
      ...{ kind: 'counter', issued: { attempts: [{ cardNumber: CARD }] } },
    });
    await kill(A);
    await forget(database.writes() - writes, true);
    await goOnWithout(A, B);
    const lost = await B.ledger.findUnsettled(CARD);
    expect(lost).toMatchObject([{ state: 'HELD', tacOnly: true }]);
    world.env.advance(5000);
    await customer.recharge(B, 'R3').catch(() => undefined);
    expect(customer.credits()).toBe(3);
  });
}
