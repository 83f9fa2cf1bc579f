/** What can change nothing any more is forgotten: the walk stays finite, and misses nothing. */
import { PROBE_AMOUNT_FEN } from '../load/index.js';
import { takes } from './events.js';
import { cardNumberOf, type State } from './state.js';
import type { World } from './world.js';

/**
 * Drops MAC2s that no card takes any more, INITs that are stale for ever, and answers to probes
 * that nobody asks for. `keepsStale`: for rules that do not refuse stale INITs.
 */
export function prune(state: State, world: World, keepsStale: boolean): State {
  const alive = state.alive.filter((attempt) => {
    const chip = state.chips.find((_chip, card) => cardNumberOf(card) === attempt.cardNumber);
    if (chip === undefined || chip.isDestroyed) return false;
    return world.repeatsRandom ? attempt.onlineAtc >= chip.onlineAtc : takes(chip, attempt);
  });
  const asked = probeNumbers(state);
  const shown = state.shown.filter(({ card, init }) =>
    init.amountFen === PROBE_AMOUNT_FEN
      ? asked.has(init.terminal)
      : keepsStale || init.onlineAtc >= lowestOf(state, card),
  );
  const isSame = alive.length === state.alive.length && shown.length === state.shown.length;
  return isSame ? state : { ...state, alive, shown };
}

function probeNumbers({ tables, copy }: State): ReadonlySet<string> {
  const all = [...tables.orders.values(), ...(copy?.tables.orders.values() ?? [])];
  return new Set(all.flatMap(({ value: { probeTerminal } }) => probeTerminal ?? []));
}

/** The counter below which an INIT of this card is stale, also for a database that came back. */
function lowestOf({ tables, copy }: State, card: number): number {
  const cardNumber = cardNumberOf(card);
  const seen = (from: State['tables']): number => from.cards.get(cardNumber)?.value.maxSeenAtc ?? 0;
  const now = seen(tables);
  return copy === undefined ? now : Math.min(now, seen(copy.tables));
}
