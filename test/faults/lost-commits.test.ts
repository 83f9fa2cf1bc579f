/**
 * The database loses its last commits, at every place of a recharge and of a refund, under one
 * server or two, with journals that are whole, torn at the end, or gone with their server.
 */
import { describe, expect, test } from 'vitest';
import type { LoadPolicy } from '../../src/load/index.js';
import type { Journal } from '../../src/server/index.js';
import { enrolCard } from '../support/enrol-card.js';
import { forgetfulDatabase, type Loss } from '../support/forgetful-database.js';
import { type Cut, lastingJournal, lostWorld } from '../support/lost-world.js';

const CARD = '6201220000001234';
const OTHER = '6201220000005678';
const CUTS: readonly Cut[] = ['none', 'credit-lost', 'answer-lost'];
const JOURNALS = ['whole', 'torn', 'missing'] as const;

interface Plan {
  readonly servers: readonly string[];
  readonly journals: (typeof JOURNALS)[number];
  readonly cut: Cut;
  /** Of the writes of the visit, from 1. */
  readonly at: number;
  readonly lose: number;
  readonly restarted: boolean;
  readonly policy: Partial<LoadPolicy>;
  readonly blind?: boolean;
}

/** Tells the story, and answers what was wrong; and whether the place was reached. */
async function tell(plan: Plan) {
  const { servers, journals, cut, at, lose, restarted } = plan;
  const database = forgetfulDatabase();
  const kept = new Map<string, Journal>();
  const journal = (name: string): Journal => {
    const one = kept.get(name) ?? lastingJournal(name);
    kept.set(name, one);
    return one;
  };
  const world = lostWorld({ connect: () => database.connect(), journal }, plan);
  const [first = 'A', second = first] = servers;
  const free = (journalId: string): void => database.engine.holds.drop(journalId);
  await enrolCard(database.connect(), CARD, 7);
  for (const name of servers) await world.server(name).authority.open();
  for (const name of servers) await world.server(name).authority.open();

  let reached = false;
  const loss: Loss = { afterWrite: database.writes() + at, lose, restarted };
  database.arm(loss, () => {
    reached = true;
    if (journals === 'torn') world.server(first).tearsNextLine = true;
    if (journals === 'missing') world.kill(first, free);
  });
  const customer = world.customer(CARD);
  await customer.recharge(world.server(first), 'R1', cut).catch(() => undefined);
  const restartTorn = (): void => {
    if (journals !== 'torn' || !world.server(first).isDead) return;
    free(world.server(first).journal.journalId);
    world.restart(first);
  };
  const problems: string[] = [];
  let outcome = '';
  for (let visit = 0; visit < 6; visit += 1) {
    const name = visit % 2 === 0 ? second : first;
    restartTorn();
    const result = await customer.recharge(world.server(name), 'R1').catch((e: unknown) => e);
    outcome = String((result as { outcome?: string }).outcome ?? result);
    if (customer.credits() > 1) problems.push(`credited ${String(customer.credits())} times`);
  }
  if (!reached) return { reached, problems };
  const isAway = journals === 'missing' && world.server(first).isDead;
  if (!isAway && customer.credits() !== 1) problems.push(`never credited: ${outcome}`);
  if (servers.length > 1 || !isAway) {
    // As every server does now and then.
    for (const name of servers)
      await world
        .server(name)
        .authority.open()
        .catch(() => undefined);
    const stranger = world.customer(OTHER);
    for (let visit = 0; visit < 3 && stranger.credits() === 0; visit += 1) {
      restartTorn();
      await stranger.recharge(world.server(second), 'R2').catch(() => undefined);
    }
    if (stranger.credits() !== 1) problems.push('another card is not loaded');
  }
  const { ledger } = world.server(second);
  if (Object.values(await ledger.totals()).reduce((sum, one) => sum + one, 0) !== 0) {
    problems.push('the books do not balance');
  }
  return { reached, problems };
}

function* plans(of: Partial<Plan> = {}): Generator<Omit<Plan, 'at'>> {
  for (const servers of [['A'], ['A', 'B']]) {
    for (const journals of JOURNALS) {
      for (const [index, cut] of CUTS.entries()) {
        for (const lose of [1, 2, 3]) {
          for (const restarted of [true, false]) {
            // Another server learns of it by what the database looks like.
            if (!restarted && servers.length > 1) continue;
            const issuer = (index + lose) % 2 === 0 ? 'sole' : 'shared';
            yield { servers, journals, cut, lose, restarted, policy: { issuer }, ...of };
          }
        }
      }
    }
  }
}

async function tellAll(of: Partial<Plan> = {}) {
  const wrong: string[] = [];
  let stories = 0;
  for (const plan of plans(of)) {
    for (let at = 1; at < 40; at += 1) {
      const { reached, problems } = await tell({ ...plan, at });
      if (!reached) break;
      stories += 1;
      for (const problem of problems) wrong.push(`${JSON.stringify({ ...plan, at })}: ${problem}`);
      if (of.blind === true && wrong.length > 0) return { stories, wrong };
    }
  }
  return { stories, wrong };
}

describe('the last one to three commits are lost', () => {
  test('at every place of a recharge: one credit for one payment, and other cards go on', async () => {
    const { stories, wrong } = await tellAll();
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(stories).toBeGreaterThan(200);
  });

  test('a server without the witness credits twice', async () => {
    const { wrong } = await tellAll({ blind: true, journals: 'whole' });
    expect(wrong.some((one) => one.includes('credited 2 times'))).toBe(true);
  });
});
