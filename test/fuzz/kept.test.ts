/** What fuzzing once found, and the inputs that each target begins with. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes.js';
import { TARGETS } from './targets.js';

const kept = (name: string): Uint8Array[] => {
  const file = join('test/fuzz/kept', `${name}.json`);
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((hex) => fromHex(hex))
    : [];
};

describe('what was found once', () => {
  test.each(TARGETS.map((target) => [target.name, target] as const))(
    '%s answers, or refuses as it should',
    async (name, { seeds, run }) => {
      const first = seeds.map((seed) => (typeof seed === 'string' ? Buffer.from(seed) : seed));
      expect(first.length).toBeGreaterThan(0);
      for (const input of [...first, ...kept(name)]) await run(Uint8Array.from(input));
    },
  );
});
