/**
 * Every single fault of a recharge, then an act of the office, with every fault of that act too:
 * cancelled, voided, released, recorded elsewhere, stopped. What was paid is on the card or back.
 */
import { describe, expect, test } from 'vitest';
import type { LoadPolicy, Order } from '../../src/load/index.js';
import { audit, auditOffice } from './auditor.js';
import { type Act, ACTS } from './office.js';
import { faultsAt, replayLine, survive, type Violation } from './schedules.js';
import { createWorld, type Fault, type World } from './world.js';

const POLICIES: readonly Partial<LoadPolicy>[] = [
  { issuer: 'sole', refundByProbe: true },
  { issuer: 'shared', refundByProbe: true },
  { issuer: 'shared' },
];

async function orderOf(world: World): Promise<Order | undefined> {
  const range = { cardNumber: '6201220000001234', fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  const [order] = await world.ledger.findOrders({ ...range, limit: 1 });
  return order;
}

/** Recharge, the act, honest visits, and the till: what is wrong then. */
async function runOffice(
  faults: readonly Fault[],
  act: Act,
  policy: Partial<LoadPolicy>,
): Promise<{ readonly world: World; readonly acted: number; readonly wrong: readonly string[] }> {
  const world = createWorld(faults, { policy });
  await survive(() => world.pay());
  const early = await audit(world);
  const acted = world.sites.length;
  const order = await orderOf(world);
  if (order !== undefined) await survive(() => act.run(world, order));
  // Of a destroyed card nobody will ever know whether it had been written.
  const middle = act.destroys === true ? [] : await audit(world);
  world.calm();
  await survive(() => world.showReceipts());
  if (act.destroys !== true) {
    await survive(() => world.load());
    await survive(() => world.pay());
  } else if (order !== undefined) {
    // Who was interrupted says it again; the card is gone either way.
    await survive(() => act.run(world, order));
  }
  // Paid, and stopped before the first MAC2: it is never loaded, so the office gives it back.
  if (act.stops === true && order !== undefined) {
    await survive(() => world.office.cancel(order.orderId));
  }
  await survive(() => world.payBack());
  const after = await orderOf(world);
  const late = await lateWrongs(world, act, after);
  return { world, acted, wrong: [...early, ...middle, ...late] };
}

/** What may still wait after an honest visit and an honest office is named, and nothing else. */
async function lateWrongs(
  world: World,
  act: Act,
  after: Order | undefined,
): Promise<readonly string[]> {
  const { accepted, returned, taken } = world.truth();
  if (act.destroys === true) {
    return returned <= taken ? [] : ['handed back twice'];
  }
  // Several issuers, and a foreign load over our proof: people decide, with that issuer's record.
  const undecidable = act.foreign === true && after?.state === 'HELD' && returned === 0;
  if (undecidable || after?.state === 'FROZEN') return audit(world);
  // The customer has not paid, or has been asked for nothing.
  if (taken === 0) return accepted + returned === 0 ? [] : ['money from nowhere'];
  return auditOffice(world);
}

describe.each(POLICIES)('%j', (policy) => {
  const acts = ACTS.filter(({ foreign }) => foreign !== true || policy.issuer === 'shared');
  test.each(acts)('$name, after and under every single fault', async (act) => {
    const untroubled = await runOffice([], act, policy);
    expect(untroubled.wrong).toEqual([]);
    const violations: Violation[] = [];
    let schedules = 0;
    for (const fault of faultsAt(untroubled.world.sites.slice(0, untroubled.acted))) {
      const first = await runOffice([fault], act, policy);
      const seconds = faultsAt(first.world.sites.slice(first.acted), first.acted);
      for (const faults of [[fault], ...seconds.map((second) => [fault, second])]) {
        const { wrong } = await runOffice(faults, act, policy);
        schedules += 1;
        const schedule = { faults, event: 'nothing' } as const;
        if (wrong.length > 0) violations.push({ schedule, wrong });
      }
    }
    expect(schedules).toBeGreaterThan(30);
    expect(violations.slice(0, 5).map(replayLine)).toEqual([]);
  });
});
