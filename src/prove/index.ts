/**
 * The walk through everything that can happen: the shipped decision and the memory ledger's own
 * rules of commit, in closed worlds, in every order of events.
 */
import { decide } from '../load/index.js';
import { explore, type Findings } from './explore.js';
import { MUTANTS } from './mutants.js';
import type { Rules, World } from './world.js';
import { WORLDS } from './worlds.js';

export { explore, type Findings, type Limits, type Story } from './explore.js';
export { type Mutant, MUTANTS } from './mutants.js';
export { replay, type Replayed } from './replay.js';
export type { Exit, Rules, World } from './world.js';
export { WORLDS } from './worlds.js';

/** The rules that are shipped. */
export const SHIPPED: Rules = { decide };

/** How many states of one world are walked in about a minute. */
export const SHARE = 45_000;

/** And for a release. */
export const FULL_SHARE = 240_000;

/** The longest story of a mutant that counts as found. */
export const LONGEST_STORY = 14;

/** Walks every mutant, safety alone. */
export function* exploreMutants(): Generator<readonly [string, Findings]> {
  for (const { name, world, rules } of MUTANTS) {
    yield [name, explore(world, { ...rules, ignoresExits: true }, { maxStates: 100_000 })];
  }
}

/** A world and its rules by the world's name, and the mutant's where there is one. */
export function findWorld(
  name: string,
  mutant: string | undefined,
): { readonly world: World; readonly rules: Rules } | undefined {
  if (mutant !== undefined) {
    const found = MUTANTS.find((one) => one.name === mutant);
    return found && { world: found.world, rules: { ...found.rules, ignoresExits: true } };
  }
  const world = WORLDS.find((one) => one.name === name);
  return world && { world, rules: SHIPPED };
}
