/**
 * The counter: the line, the device and the page are cut at every step from reading to comparing,
 * and then a person does exactly what the screen says. Nobody pays twice, no payment is lost, and
 * every road ends.
 */
import { describe, expect, test } from 'vitest';
import type { IntentStore } from '../../src/terminal/index.js';
import {
  COUNTER_FAULTS,
  type CounterFault,
  type CounterOptions,
  type CounterSite,
  type Person,
  runCounter,
} from './counter-world.js';

const LOADS: Person = { afterCrash: 'load', looksUp: true };
const RECHARGES: Person = { afterCrash: 'recharge', looksUp: true };
const OPTIONS: readonly [name: string, options: CounterOptions][] = [
  ['a person who loads after a crash', { person: LOADS }],
  ['a person who recharges after a crash', { person: RECHARGES }],
  [
    'an app that asks its POS, and another person who takes over',
    { person: { afterCrash: 'load', looksUp: false, handsOver: true }, findsPayments: true },
  ],
];

function faultsAt(sites: readonly CounterSite[], from = 0): CounterFault[] {
  return sites.flatMap((site, index) =>
    COUNTER_FAULTS[site].map((kind) => ({ at: from + index + 1, kind })),
  );
}

function replayLine(faults: readonly CounterFault[], wrong: readonly string[]): string {
  return `${faults.map(({ at, kind }) => `${String(at)}:${kind}`).join(' ')} → ${wrong.join('; ')}`;
}

/** Every schedule of one fault, and of two where the second comes behind the first. */
async function runAll(options: CounterOptions, faults: 1 | 2): Promise<readonly string[]> {
  const found: string[] = [];
  let schedules = 0;
  const calm = await runCounter([], options);
  expect(calm.wrong).toEqual([]);
  for (const first of faultsAt(calm.counter.sites)) {
    const alone = await runCounter([first], options);
    schedules += 1;
    if (alone.wrong.length > 0) found.push(replayLine([first], alone.wrong));
    if (faults === 1) continue;
    for (const second of faultsAt(alone.counter.sites.slice(first.at), first.at)) {
      const both = await runCounter([first, second], options);
      schedules += 1;
      if (both.wrong.length > 0) found.push(replayLine([first, second], both.wrong));
    }
  }
  console.log(`${String(schedules)} schedules, ${String(found.length)} violations`);
  return found;
}

describe('one recharge, cut anywhere', () => {
  test.each(OPTIONS)('%s: one fault', { timeout: 600_000 }, async (_name, options) => {
    expect((await runAll(options, 1)).slice(0, 5)).toEqual([]);
  });

  test.each(OPTIONS)('%s: two faults', { timeout: 600_000 }, async (_name, options) => {
    expect((await runAll(options, 2)).slice(0, 5)).toEqual([]);
  });
});

const FORGETFUL = (): IntentStore => ({
  find: () => Promise.resolve([]),
  save: () => Promise.resolve(),
  remove: () => Promise.resolve(),
});
const TAKES_OVER: Person = { afterCrash: 'load', looksUp: false, handsOver: true };

describe('a counter without its memory is caught', () => {
  test('no intent on the device: a payment that was taken can be found by nobody', async () => {
    const sane = await runAll({ person: TAKES_OVER }, 1);
    const mutant = await runAll({ person: TAKES_OVER, intents: FORGETFUL }, 1);
    expect(mutant.length).toBeGreaterThan(sane.length);
  });
});
