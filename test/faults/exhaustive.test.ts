/**
 * L1: every single fault of a recharge, with every event after it; every pair of faults in one
 * visit; one fault in each of two visits. All of them with every event between the visits.
 */
import { describe, expect, test } from 'vitest';
import { faultsAt, replayLine, runSchedule, runTwoVisits, type Violation } from './schedules.js';
import { createWorld, EVENTS } from './world.js';

async function untroubledSites() {
  const world = createWorld([]);
  await world.pay();
  return world.sites;
}

function report(name: string, schedules: number, violations: readonly Violation[]): void {
  console.log(`${name}: ${String(schedules)} schedules, ${String(violations.length)} violations`);
  expect(violations.slice(0, 5).map(replayLine)).toEqual([]);
}

describe('L1', () => {
  test('every single fault, with every event after it', { timeout: 600_000 }, async () => {
    const singles = faultsAt(await untroubledSites());
    const violations: Violation[] = [];
    for (const event of EVENTS) {
      for (const fault of singles) {
        const schedule = { faults: [fault], event };
        const { wrong } = await runSchedule(schedule);
        if (wrong.length > 0) violations.push({ schedule, wrong });
      }
    }
    expect(singles.length).toBeGreaterThan(50);
    report('single faults', singles.length * EVENTS.length, violations);
  });

  test('every pair of faults in one visit', { timeout: 600_000 }, async () => {
    const singles = faultsAt(await untroubledSites());
    const violations: Violation[] = [];
    let schedules = 0;
    for (const first of singles) {
      // What can be reached after the first fault depends on it.
      const world = createWorld([first]);
      await world.pay().catch(() => undefined);
      const rest = faultsAt(world.sites.slice(first.at), first.at);
      for (const event of EVENTS) {
        for (const second of rest) {
          const schedule = { faults: [first, second], event };
          const { wrong } = await runSchedule(schedule);
          schedules += 1;
          if (wrong.length > 0) violations.push({ schedule, wrong });
        }
      }
    }
    report('pairs in one visit', schedules, violations);
  });

  test('one fault in each of two visits', { timeout: 600_000 }, async () => {
    const singles = faultsAt(await untroubledSites());
    const violations: Violation[] = [];
    let schedules = 0;
    for (const first of singles) {
      const world = createWorld([first]);
      await world.pay().catch(() => undefined);
      const reached = world.sites.length;
      await world.load().catch(() => undefined);
      const rest = faultsAt(world.sites.slice(reached));
      for (const event of EVENTS) {
        for (const second of rest) {
          const place = (sites: number) => ({ at: sites + second.at, kind: second.kind });
          const { wrong } = await runTwoVisits([first], place, event);
          schedules += 1;
          const schedule = {
            faults: [first, { at: reached + second.at, kind: second.kind }],
            event,
          };
          if (wrong.length > 0) violations.push({ schedule, wrong });
        }
      }
    }
    report('one in each of two visits', schedules, violations);
  });
});
