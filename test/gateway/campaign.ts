/**
 * A campaign about money: real servers on one database, WeChat Pay on its own sockets with random
 * misbehaviour, customers who pay, load and give up, and SIGKILL at random and at the worst moments
 * of a payment. At the end everything works for a while, and every fen must have its place.
 */
import type { WechatPayPlan } from '../../src/testing/providers/index.js';
import { generator } from '../kill/campaign.js';
import { auditEnd, auditMoment, type Money } from './auditor.js';
import { type Customer, pause } from './customer.js';
import type { PlacedServer } from './servers.js';
import { type Ground, openTown, type Town } from './town.js';

/** What came of it. */
export interface Report extends Money {
  readonly kills: number;
  /** By what passed when the server was killed. */
  readonly moments: Readonly<Record<string, number>>;
  readonly orders: number;
  readonly payments: number;
  readonly refunds: number;
  readonly closedRefunds: number;
  readonly credits: number;
  readonly differenceFen: number;
  readonly wrong: readonly string[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/**
 * How much may pass while what was planned is waited for. Work is counted and not time, so that
 * as much is done between two kills on a slow machine.
 */
const PATIENCE = 160;
/** Where nothing passes any more. */
const PATIENCE_MS = 4_000;
/** Rounds of six hours in which everything works. */
const SETTLE_ROUNDS = 60;
const MORE_ROUNDS = 12;

/** What passes when a server is killed; `at random` is whenever. */
const MOMENTS = [
  ...(['refund', 'refundQuery', 'query', 'create', 'close', 'callback', 'refund'] as const),
  ...(['at random', 'refund', 'step'] as const),
] as const;

/** Kills between two words of how far it is: a run that is interrupted has figures, too. */
const TELL_EVERY = 20;

/** Runs it; the same seed makes the same plan. `tell` hears how far it is. */
export async function runCampaign(
  ground: Ground,
  kills: number,
  seed: number,
  tell: (figures: string) => void = () => undefined,
): Promise<Report> {
  const town = await openTown(ground, generator(seed));
  const wrong: string[] = [];
  try {
    await town.startAll();
    for (const customer of town.customers) await enrol(customer, town, wrong);
    let isOver = false;
    const lives = town.customers.map(async (customer) => {
      while (!isOver) {
        await customer.life().catch(() => undefined);
        await pause(town.draw(40));
      }
    });
    for (let kill = 0; kill < kills && wrong.length === 0; kill += 1) {
      await killOnce(town, kill, wrong);
      const found = auditMoment(town.provider.books(), loadedBy(town.customers));
      wrong.push(...found.map((rule) => `kill ${String(kill)}: ${rule}`));
      if ((kill + 1) % TELL_EVERY === 0) tell(figuresOf(town, kill + 1, wrong));
    }
    isOver = true;
    await Promise.all(lives);
    await settle(town, wrong);
    await town.stopAll(wrong);
    const accepted = new Map(town.customers.map((one) => [one.cardNumber, one.accepted]));
    const books = town.provider.books();
    const end = await auditEnd((table) => ground.read(table), books, accepted);
    const { takenFen, returnedFen, loadedFen } = end.money;
    return {
      ...{ kills, moments: Object.fromEntries(town.moments), ...end.money },
      orders: (await ground.read('load_order')).length,
      payments: books.orders.filter(({ payment }) => payment !== undefined).length,
      refunds: books.refunds.filter(({ status }) => status === 'SUCCESS').length,
      closedRefunds: books.refunds.filter(({ status }) => status === 'CLOSED').length,
      credits: [...accepted.values()].flat().length,
      differenceFen: takenFen - returnedFen - loadedFen,
      wrong: [...wrong, ...end.wrong],
    };
  } finally {
    await town.close();
  }
}

/** In peace: a card whose counter the books do not know yet settles by its TAC alone. */
async function enrol(customer: Customer, { draw }: Town, wrong: string[]): Promise<void> {
  const orderId = await customer.order();
  await customer.client.createQr(orderId, 'wechat');
  customer.pay(orderId);
  await customer.client.queryPayment(orderId, 'wechat');
  for (let visits = 0; visits < 3; visits += 1) {
    if (await customer.loadOnce(orderId)) return;
    await pause(draw(50));
  }
  wrong.push(`a first load: ${await customer.state(orderId)}`);
}

async function killOnce(town: Town, kill: number, wrong: string[]): Promise<void> {
  const { provider, draw, places } = town;
  provider.recover();
  provider.misbehave(drawPlan(draw));
  town.goAhead(draw(20) === 0 ? 26 * HOUR_MS : draw(20 * MINUTE_MS));
  const planned = MOMENTS[kill % MOMENTS.length] ?? 'at random';
  town.arm({
    moment: `${draw(2) === 0 ? 'before' : 'after'} ${planned}`,
    delayMs: draw(3) === 0 ? draw(8) : 0,
    passes: planned === 'at random' ? 1 + draw(PATIENCE / 2) : PATIENCE,
  });
  const someoneDied = Promise.race(
    places.flatMap((server) => (server === undefined ? [] : [server.ended])),
  );
  await Promise.race([someoneDied, pause(PATIENCE_MS)]);
  town.disarm();
  const living = places.flatMap((server, at) => (server?.isAlive() === true ? [at] : []));
  if (living.length === places.length) town.killedAt(draw(places.length), 'at random');
  const dead = await waitForDead(places);
  for (const at of dead) {
    const end = (await places[at]?.ended) ?? '';
    if (end !== 'SIGKILL') wrong.push(`kill ${String(kill)}: a server ended with ${end}`);
    // The next one may die at a step of its own; one that never gets there is killed like others.
    const isNextStep = MOMENTS[(kill + 1) % MOMENTS.length] === 'step';
    const when = ['before', 'after', 'torn'][draw(3)] ?? 'before';
    const server = town.start(at, isNextStep ? `${String(20 + draw(200))}:${when}` : undefined);
    if (isNextStep) town.moments.set('step or later', (town.moments.get('step or later') ?? 0) + 1);
    if (!(await server.ready) && (await server.ended) !== 'SIGKILL') {
      wrong.push(`kill ${String(kill)}: it did not start again: ${await server.ended}`);
    }
  }
}

async function waitForDead(places: readonly (PlacedServer | undefined)[]): Promise<number[]> {
  for (let tries = 0; tries < 500; tries += 1) {
    const dead = places.flatMap((server, at) => (server?.isAlive() === false ? [at] : []));
    if (dead.length > 0) return dead;
    await pause(10);
  }
  return [];
}

/** What goes wrong until the next kill. */
function drawPlan(draw: (below: number) => number): WechatPayPlan {
  const list = <T extends string>(count: number, words: readonly T[]): ('fine' | T)[] =>
    Array.from({ length: count }, () =>
      draw(2) === 0 ? 'fine' : (words[draw(words.length)] ?? 'fine'),
    );
  const line = ['request-lost', 'reply-lost', 'throttled', 'system-error', 'bad-gateway'] as const;
  const done = ['system-error-done', 'throttled-done', 'unsigned', 'forged', 'probe'] as const;
  const refusals = ['not-enough', 'not-found'] as const;
  return {
    create: list(4, [...line, ...done]),
    query: list(8, [...line, ...done]),
    close: list(4, [...line, ...done, 'paid-meanwhile']),
    refund: list(6, [...line, ...done, ...refusals, 'reply-lost']),
    refundQuery: list(4, [...line, ...done, 'not-found']),
    refundFate: list(6, ['days', 'closed', 'closed-after-days', 'closed']),
    notice: list(8, ['lost', 'lost-once', 'twice', 'late', 'wrong-amount', 'forged', 'bad-tag']),
  };
}

/** Everything works, and time goes by: nothing may be left without its end. */
async function settle(town: Town, wrong: string[]): Promise<void> {
  town.provider.recover();
  town.disarm();
  for (const [at, server] of town.places.entries()) {
    // One that would still die at a step is started again without.
    server?.kill('SIGKILL');
    await server?.ended;
    const next = town.start(at);
    if (!(await next.ready)) wrong.push(`the last start: ${await next.ended}`);
  }
  let open = 1;
  for (let round = 0; round < SETTLE_ROUNDS && open > 0; round += 1) {
    town.goAhead(6 * HOUR_MS + MINUTE_MS);
    await pause(250);
    const ends = await Promise.all(town.customers.map((customer) => customer.settleAll()));
    open = ends.reduce((sum, count) => sum + count, 0);
  }
  for (let round = 0; round < MORE_ROUNDS; round += 1) {
    town.goAhead(6 * HOUR_MS + MINUTE_MS);
    await pause(250);
  }
}

/** What came of the first kills; what is on its way is in none of the sums. */
function figuresOf({ provider, customers }: Town, kills: number, wrong: readonly string[]): string {
  const { takenFen, returnedFen, refunds, orders } = provider.books();
  const count = (wanted: string): number =>
    refunds.filter(({ status }) => status === wanted).length;
  const figures = {
    ...{ kills, takenFen, returnedFen, loadedFen: loadedBy(customers) },
    payments: orders.filter(({ payment }) => payment !== undefined).length,
    ...{ refunds: count('SUCCESS'), closedRefunds: count('CLOSED'), wrong: wrong.length },
  };
  return Object.entries(figures)
    .map(([what, number]) => `${what} ${String(number)}`)
    .join(', ');
}

function loadedBy(customers: readonly Customer[]): number {
  return customers.flatMap(({ accepted }) => accepted).reduce((sum, fen) => sum + fen, 0);
}
