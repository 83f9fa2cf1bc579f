/** The long walk: in CI more than a million states, here a first look at each world. */
import { expect, test } from 'vitest';
import { explore, FULL_SHARE, SHIPPED, WORLDS } from '../../src/prove/index.js';

const { CI } = process.env;

test('every world, to its end or to its share', { timeout: 3_600_000 }, () => {
  const maxStates = CI === 'true' ? FULL_SHARE : 2000;
  let states = 0;
  for (const world of WORLDS) {
    const found = explore(world, SHIPPED, { maxStates });
    expect(found.story, world.name).toBeUndefined();
    states += found.states;
  }
  console.log(`prove: ${String(states)} states, 0 laws broken`);
  expect(states).toBeGreaterThanOrEqual(CI === 'true' ? 1_000_000 : 20_000);
});
