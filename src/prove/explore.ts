/** The walk: all states of a world, breadth first, so that the first story is the shortest. */
import { createHash } from 'node:crypto';
import { coreText, stateText } from './encode.js';
import { happenings } from './events.js';
import { brokenByStep, brokenLaw, isUnsure } from './laws.js';
import { exitsOf } from './leave.js';
import { prune } from './prune.js';
import { Broken } from './server.js';
import { beginningOf, type State } from './state.js';
import type { Exit, Rules, World } from './world.js';

/** How a world went wrong, event by event. */
export interface Story {
  readonly world: string;
  readonly events: readonly string[];
  readonly law: string;
}

/** What a walk found. */
export interface Findings {
  readonly world: string;
  readonly states: number;
  readonly steps: number;
  readonly depth: number;
  /** Whether all states were seen; else the walk was ended by its limit. */
  readonly isWhole: boolean;
  /** How open orders can end, counted once for each ledger and card. */
  readonly exits: Readonly<Record<Exit, number>>;
  readonly story?: Story;
}

/** When to end a walk. */
export interface Limits {
  readonly maxStates: number;
  /** Asked now and then: whether time is up. */
  readonly isOver?: () => boolean;
}

/** Walks a world. */
export function explore(world: World, rules: Rules, limits: Limits): Findings {
  const walk = new Walk(world, rules);
  return walk.run(limits);
}

class Walk {
  private readonly seen = new Map<string, number>();
  private readonly cores = new Set<string>();
  private readonly parents: number[] = [];
  private readonly choices: number[] = [];
  private readonly exits: Record<Exit, number> = {
    visit: 0,
    office: 0,
    people: 0,
    'card-taken-in': 0,
    none: 0,
  };
  private steps = 0;

  constructor(
    private readonly world: World,
    private readonly rules: Rules,
  ) {}

  run({ maxStates, isOver = () => false }: Limits): Findings {
    let level: (readonly [number, State])[] = [];
    let depth = 0;
    let isWhole = true;
    const first = beginningOf(this.world);
    this.visit(first, -1, 0);
    level.push([0, first]);
    while (level.length > 0) {
      const next: (readonly [number, State])[] = [];
      for (const [id, state] of level) {
        if (this.parents.length >= maxStates || isOver()) {
          isWhole = false;
          break;
        }
        const law = this.expand(id, state, next);
        if (law !== undefined) return this.findings(depth + 1, false, law);
      }
      if (!isWhole) break;
      level = next;
      if (level.length > 0) depth += 1;
    }
    return this.findings(depth, isWhole);
  }

  /** All that can follow on a state. Answers the law that one of it breaks. */
  private expand(id: number, state: State, next: (readonly [number, State])[]): Told | undefined {
    for (const [choice, { next: happen }] of happenings(state, this.world, this.rules).entries()) {
      this.steps += 1;
      let after: State;
      try {
        after = happen();
      } catch (thrown) {
        if (!(thrown instanceof Broken)) throw thrown;
        return { law: thrown.message, id, choice };
      }
      if (after === state) continue;
      const step = brokenByStep(state, after);
      if (step !== undefined) return { law: step, id, choice };
      const pruned = prune(after, this.world, this.rules.keepsStale === true);
      const found = this.visit(pruned, id, choice);
      if (found === undefined) continue;
      const law = brokenLaw(pruned, this.world) ?? this.deadEnd(pruned);
      if (law !== undefined) return { law, id, choice };
      next.push([found, pruned]);
    }
    return undefined;
  }

  private visit(state: State, parent: number, choice: number): number | undefined {
    const key = hash(stateText(state));
    if (this.seen.has(key)) return undefined;
    const id = this.parents.length;
    this.seen.set(key, id);
    this.parents.push(parent);
    this.choices.push(choice);
    return id;
  }

  private deadEnd(state: State): string | undefined {
    if (isUnsure(state) || this.rules.ignoresExits === true) return undefined;
    const core = hash(coreText(state));
    if (this.cores.has(core)) return undefined;
    this.cores.add(core);
    for (const [orderId, exit] of exitsOf(state, this.world, this.rules)) {
      this.exits[exit] += 1;
      if (this.world.exits.includes(exit)) continue;
      return exit === 'none'
        ? `nobody can end order ${orderId}`
        : `only ${exit} ends order ${orderId}`;
    }
    return undefined;
  }

  private findings(depth: number, isWhole: boolean, told?: Told): Findings {
    const base = {
      world: this.world.name,
      states: this.parents.length,
      steps: this.steps,
      depth,
      isWhole,
      exits: this.exits,
    };
    return told === undefined ? base : { ...base, story: this.storyOf(told) };
  }

  /** The way from the beginning to a state, by the choices that were made. */
  private storyOf({ law, id, choice }: Told): Story {
    const choices = [choice];
    for (let at = id; at > 0; at = this.parents[at] ?? -1) choices.unshift(this.choices[at] ?? 0);
    const events: string[] = [];
    let state = beginningOf(this.world);
    for (const one of choices) {
      const happening = happenings(state, this.world, this.rules)[one];
      if (happening === undefined) break;
      events.push(happening.name);
      if (events.length < choices.length) {
        state = prune(happening.next(), this.world, this.rules.keepsStale === true);
      }
    }
    return { world: this.world.name, events, law };
  }
}

interface Told {
  readonly law: string;
  readonly id: number;
  readonly choice: number;
}

/** 128 bits of the text: two of 10^9 states share them with a chance of 10^-21. */
function hash(text: string): string {
  return createHash('md5').update(text).digest('base64');
}
