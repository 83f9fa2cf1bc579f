/**
 * Rounds of forgetting: customers come to real servers, at some step of theirs the database is
 * copied, at a later one the copy is in its place again, and then everybody comes once more.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Callers, createCustomer, type Customer } from './customer.js';

/** What a ledger says that forgets. */
export interface Books {
  /** Receipts whose orders it has given back, or will. */
  readonly refunded: readonly string[];
  /** Receipts whose orders are HELD. */
  readonly held: readonly string[];
  /** MAC2s and refunds that came back from a journal. */
  readonly repairs: number;
}

/** What is under the servers, and what happens to it. */
export interface Ground {
  /** Where servers listen; at least one. */
  urls(): readonly string[];
  takeCopy(): Promise<void>;
  /** The copy takes the database's place, under running servers or between two starts. */
  putBack(): Promise<void>;
  /** What stands in the ledger now. */
  read(): Promise<Books>;
}

/** What came of it. */
export interface Report {
  readonly rounds: number;
  readonly customers: number;
  readonly credits: number;
  readonly returned: number;
  readonly repairs: number;
  /** Written cards whose TAC was lost with the ledger: two people settle those. */
  readonly waiting: number;
  readonly wrong: readonly string[];
}

const CUSTOMERS = 3;
const VISITS = 3;
/** A server that lost its connections answers again within a moment. */
const TRIES = 20;

/** Whole numbers below, by seed. */
export type Draw = (below: number) => number;

/** The credentials that `test-keys` has written. */
export function readCallers(keys: string): Callers {
  const read = (name: string): Callers['terminal'] =>
    JSON.parse(readFileSync(`${keys}/${name}.json`, 'utf8')) as Callers['terminal'];
  return { terminal: read('terminal'), office: read('office') };
}

/** Runs them. */
export async function runRounds(
  ground: Ground,
  callers: Callers,
  rounds: number,
  draw: Draw,
): Promise<Report> {
  const customers: Customer[] = [];
  const wrong: string[] = [];
  let repairs = 0;
  for (let round = 0; round < rounds && wrong.length === 0; round += 1) {
    const come = (onStep: () => Promise<void>): Customer => {
      const cardNumber = `62012200${String(customers.length + 1).padStart(8, '0')}`;
      const customer = createCustomer(cardNumber, callers, draw, onStep);
      customers.push(customer);
      return customer;
    };
    const found = await tellRound(ground, come, draw);
    const books = await ground.read();
    const refunded = new Set(books.refunded);
    repairs = books.repairs;
    const isWritten = ({ receipts }: Customer): boolean =>
      receipts.some(({ number, credits }) => credits > 0 && refunded.has(number));
    if (customers.some(isWritten)) found.push('a refund of a card that was written');
    found.push(...customers.flatMap((customer) => customer.wrong()));
    wrong.push(...found.map((one) => `round ${String(round)}: ${one}`));
  }
  const receipts = customers.flatMap((customer) => customer.receipts);
  return {
    rounds,
    customers: customers.length,
    credits: receipts.filter(({ credits }) => credits > 0).length,
    returned: receipts.filter(({ returned }) => returned).length,
    repairs,
    waiting: customers.filter(({ isToldLast }) => !isToldLast()).length,
    wrong,
  };
}

async function tellRound(
  ground: Ground,
  come: (onStep: () => Promise<void>) => Customer,
  draw: Draw,
): Promise<string[]> {
  // Steps of all customers together: the copy is taken at one, and put back at a later one.
  const copyAt = 1 + draw(20);
  const backAt = copyAt + 4 + draw(12);
  let steps = 0;
  let isBack = false;
  let turn = Promise.resolve();
  const onStep = (): Promise<void> => {
    steps += 1;
    if (steps === copyAt) turn = ground.takeCopy();
    if (steps === backAt) {
      turn = turn.then(() => ground.putBack());
      isBack = true;
    }
    return turn;
  };
  const urlOf = (): string => {
    const urls = ground.urls();
    return urls[draw(urls.length)] ?? '';
  };
  const customers = Array.from({ length: CUSTOMERS }, () => come(onStep));
  const work = customers.map(async (customer) => {
    for (let visits = 0; visits < VISITS || !isBack; visits += 1) {
      await customer.comeAlong(urlOf()).catch(() => undefined);
    }
  });
  await Promise.all(work);
  await turn;
  const wrong: string[] = [];
  const stranger = come(() => Promise.resolve());
  for (const customer of [stranger, ...customers]) {
    const said = await finish(customer, urlOf);
    // The TAC of an issue may stand in the other server's journal, which was compared first: the
    // ledger did not know the order then. Such a card was written, and waits for two people.
    const { held } = await ground.read();
    const isHeld = customer.receipts.some((one) => one.credits > 0 && held.includes(one.number));
    if (!customer.isDone() && !isHeld)
      wrong.push(`${customer.cardNumber} was never loaded: ${said}`);
    await customer.tryAgain(urlOf()).catch(() => undefined);
  }
  return wrong;
}

/** Comes until the card is loaded; answers what was said last. */
async function finish(customer: Customer, urlOf: () => string): Promise<string> {
  let said = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const result = await customer.visit(urlOf()).catch((error: unknown) => String(error));
    said = typeof result === 'string' ? result : result.outcome;
    if (said === 'credited') return said;
    if (typeof result !== 'string' && result.outcome !== 'credited') said = result.error.code;
    // Written, and its TAC is gone: nobody but two people can do anything.
    if (said === 'COUNTER_WITHOUT_PROOF') return said;
    // The office gave the order back, and its answer was lost on the way: the money is at the desk.
    // Or the order had closed before its payment was booked: the slip is submitted, and refunded.
    const isOver = said === 'ORDER_REFUND_DUE' || said === 'ORDER_CLOSED';
    if (isOver) await customer.giveBack(urlOf()).catch(() => undefined);
    if (customer.isDone()) return said;
    await pause(100);
  }
  return said;
}
