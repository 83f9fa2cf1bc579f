import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createTurns, promiseTry, tellApart } from '../src/turns.js';

describe('createTurns', () => {
  test('one at a time, in the order given, past a failure', async () => {
    const inTurn = createTurns();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
      return name;
    };
    const all = await Promise.allSettled(['a', 'b', 'c'].map((name) => inTurn(work(name))));
    expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('what is thrown at once is a rejection, and holds up nothing', async () => {
    const inTurn = createTurns();
    const thrown = inTurn(() => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    await expect(inTurn(() => 7)).resolves.toBe(7);
  });
});

describe('promiseTry', () => {
  test('a value, and what is thrown', async () => {
    await expect(promiseTry(() => 7)).resolves.toBe(7);
    const thrown = promiseTry(() => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
  });
});

test('who only looks on may fail, now or later: nothing is left unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  tellApart(() => {
    throw new Error('at once');
  });
  tellApart(() => Promise.reject(new Error('later')));
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

test('nobody builds a queue or a promise of their own', () => {
  const src = new URL('../src/', import.meta.url);
  const own = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== 'turns.ts')
    .filter((path) =>
      /tail\.then\(|[^.]\bresolve\(\w+\(/.test(readFileSync(new URL(path, src), 'utf8')),
    );
  expect(own).toEqual([]);
});
