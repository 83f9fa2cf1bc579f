/** Runs schedules of faults, and counts them. */
import { audit, auditEnd } from './auditor.js';
import { createWorld, type Event, type Fault, FAULTS, type Site, type World } from './world.js';

/** A schedule: the faults of one world, and what happens between its visits. */
export interface Schedule {
  readonly faults: readonly Fault[];
  readonly event: Event;
}

/** A schedule that broke an invariant; the line replays it. */
export interface Violation {
  readonly schedule: Schedule;
  readonly wrong: readonly string[];
}

type Options = Parameters<typeof createWorld>[1];

/** Recharge under faults, an event, then honest visits until the order has its end. */
export async function runSchedule(
  { faults, event }: Schedule,
  options: Options = {},
): Promise<{ readonly world: World; readonly wrong: readonly string[] }> {
  const world = createWorld(faults, options);
  await survive(() => world.pay());
  const early = await audit(world);
  await world.happen(event);
  world.calm();
  const terminal = event === 'other-terminal' ? '000440109999' : '000440101002';
  // The cashier taps again with the same key, or loads; one honest visit settles what is open.
  await survive(() => world.load(terminal));
  await survive(() => world.pay(terminal));
  return { world, wrong: [...early, ...(await auditEnd(world))] };
}

/** Runs a schedule in which the second visit has a fault too. */
export async function runTwoVisits(
  first: readonly Fault[],
  second: (sites: number) => Fault,
  event: Event,
  options: Options = {},
): Promise<{ readonly world: World; readonly wrong: readonly string[] }> {
  const faults: Fault[] = [...first];
  const world = createWorld(faults, options);
  await survive(() => world.pay());
  await world.happen(event);
  faults.push(second(world.sites.length));
  await survive(() => world.load());
  const middle = await audit(world);
  world.calm();
  await survive(() => world.load());
  await survive(() => world.pay());
  return { world, wrong: [...middle, ...(await auditEnd(world))] };
}

/** A dead server or a lost line ends a visit, and is no bug. Anything but a QuancunError is. */
export async function survive(visit: () => Promise<unknown>): Promise<void> {
  try {
    await visit();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'QuancunError') throw error;
  }
}

/** Every fault that can happen at each of these sites, which begin at `from`. */
export function faultsAt(sites: readonly Site[], from = 0): Fault[] {
  return sites.flatMap((site, index) =>
    FAULTS[site].map((kind) => ({ at: from + index + 1, kind })),
  );
}

/** One line that replays a schedule. */
export function replayLine({ schedule, wrong }: Violation): string {
  const faults = schedule.faults.map(({ at, kind }) => `${String(at)}:${kind}`).join(' ');
  return `${faults} | ${schedule.event} → ${wrong.join('; ')}`;
}
