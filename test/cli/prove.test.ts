/** The walk itself: small worlds to their end, broken policies found out, stories that replay. */
import { describe, expect, test } from 'vitest';
import type { World } from '../../src/prove/index.js';
import {
  explore,
  exploreMutants,
  findWorld,
  LONGEST_STORY,
  MUTANTS,
  replay,
  SHIPPED,
  WORLDS,
} from '../../src/prove/index.js';

describe('the shipped rules', () => {
  test.each(WORLDS)('$name', { timeout: 60_000 }, (world) => {
    const found = explore(world, SHIPPED, { maxStates: 500 });
    expect(found.story).toBeUndefined();
    expect(found.states).toBeGreaterThan(300);
    expect(found.steps).toBeGreaterThan(found.states);
  });

  test('a small world is seen whole', { timeout: 60_000 }, () => {
    const world = WORLDS.find(({ name }) => name.startsWith('a card that repeats'));
    if (world === undefined) throw new Error('no such world');
    const found = explore(world, SHIPPED, { maxStates: 5000 });
    expect(found).toMatchObject({ isWhole: true, exits: { none: 0 } });
    // The same walk again sees the same.
    expect(explore(world, SHIPPED, { maxStates: 5000 })).toEqual(found);
  });

  test('worlds have names of their own', () => {
    expect(new Set(WORLDS.map(({ name }) => name)).size).toBe(WORLDS.length);
    expect(WORLDS.length).toBeGreaterThan(10);
  });

  test('each thing that can happen happens somewhere', () => {
    const [any] = WORLDS;
    if (any === undefined) throw new Error('no world');
    const unused = [
      ...Object.keys(any.allowance).filter((what) =>
        WORLDS.every(({ allowance }) => allowance[what as keyof typeof allowance] === 0),
      ),
      ...Object.entries(any)
        .filter(([, value]) => typeof value === 'boolean')
        .map(([flag]) => flag)
        .filter((flag) => new Set(WORLDS.map((one) => one[flag as keyof World])).size === 1),
    ];
    expect(unused).toEqual([]);
  });

  test('what may be lost, or stop a card twice, is said of few worlds', () => {
    const named = (flag: 'mayLose' | 'mayFreezeTwo'): readonly string[] =>
      WORLDS.filter((world) => world[flag]).map(({ name }) => name);
    expect(named('mayLose')).toEqual([
      'sole: a torn journal, and the database forgets',
      'sole: the database forgets, and a journal is given up',
    ]);
    expect(named('mayFreezeTwo')).toEqual([
      'sole: one payment told to two orders, the database forgets',
    ]);
  });

  test.each([
    'sole: a torn journal, and the database forgets',
    'sole: the database forgets, and a journal is given up',
  ])('%s: it would be found out where that may not be', { timeout: 120_000 }, (name) => {
    const world = WORLDS.find((one) => one.name === name);
    if (world === undefined) throw new Error('no such world');
    const found = explore({ ...world, mayLose: false }, SHIPPED, { maxStates: 20_000 });
    expect(found.story?.law).toMatch(/^I/);
  });
});

describe('broken policies', () => {
  const found = new Map(exploreMutants());

  test.each(MUTANTS.map(({ name }) => name))('%s: found out, and the story replays', (name) => {
    const story = found.get(name)?.story;
    if (story === undefined) throw new Error('not found out');
    expect(story.events.length).toBeLessThanOrEqual(LONGEST_STORY);
    const again = findWorld(story.world, name);
    if (again === undefined) throw new Error('no such world');
    const told = replay(story, again.world, again.rules);
    expect(told.events.map((one) => one.name)).toEqual(story.events);
    expect(told.law).toBe(story.law);
    // Ours does not end like that.
    expect(replay(story, again.world, { ...SHIPPED, ignoresExits: true }).law).toBe(
      KNOWN_LIMITS.includes(name) ? story.law : undefined,
    );
  });

  test('there are ten of them, and more', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(10);
  });
});

/** Not the rules are broken in these, but what they rest on. */
const KNOWN_LIMITS = ['keeps no journal', 'gives back by probe though the card repeats its random'];

test('a story of a world that is not there has none', () => {
  expect(findWorld('nowhere', undefined)).toBeUndefined();
  expect(findWorld('nowhere', 'nobody')).toBeUndefined();
});
