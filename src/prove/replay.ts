/** Tells a story again, event by event. */
import { happenings } from './events.js';
import { brokenByStep, brokenLaw, isUnsure } from './laws.js';
import type { Story } from './explore.js';
import { exitsOf } from './leave.js';
import { prune } from './prune.js';
import { Broken } from './server.js';
import { beginningOf, orderIdOf, type State } from './state.js';
import type { Rules, World } from './world.js';

/** What became of it. */
export interface Replayed {
  /** Each event, and how the orders stand after it. */
  readonly events: readonly { readonly name: string; readonly orders: string }[];
  /** The law that the last event broke; absent: none, the story is not true any more. */
  readonly law?: string;
}

/** Replays a story in its world. An event that cannot happen any more ends it. */
export function replay({ events }: Story, world: World, rules: Rules): Replayed {
  const told: { name: string; orders: string }[] = [];
  let state = beginningOf(world);
  for (const name of events) {
    const happening = happenings(state, world, rules).find((one) => one.name === name);
    if (happening === undefined) return { events: told };
    let after: State;
    try {
      after = happening.next();
    } catch (thrown) {
      if (!(thrown instanceof Broken)) throw thrown;
      return { events: [...told, { name, orders: ordersText(state, world) }], law: thrown.message };
    }
    const law = brokenByStep(state, after) ?? lawOf(after, world, rules);
    state = prune(after, world, rules.keepsStale === true);
    told.push({ name, orders: ordersText(state, world) });
    if (law !== undefined) return { events: told, law };
  }
  return { events: told };
}

function lawOf(state: State, world: World, rules: Rules): string | undefined {
  const law = brokenLaw(state, world);
  if (law !== undefined || rules.ignoresExits === true) return law;
  if (isUnsure(state)) return undefined;
  const stuck = exitsOf(state, world, rules).find(([, exit]) => !world.exits.includes(exit));
  return stuck && `nobody, or only ${stuck[1]}, ends order ${stuck[0]}`;
}

function ordersText({ tables }: State, world: World): string {
  return world.orders
    .map(
      (_card, index) =>
        `${orderIdOf(index)} ${tables.orders.get(orderIdOf(index))?.value.state ?? ''}`,
    )
    .join(', ');
}
