/** What every store of remote sessions must do, whichever database it stands on. */
import { expect } from 'vitest';
import type { RemoteStore } from '../../src/remote/index.js';

const NOW_MS = Date.UTC(2026, 10, 24);
const HOUR_MS = 3_600_000;

/** The cases, by name. */
export const SESSION_CASES: Readonly<Record<string, (store: RemoteStore) => Promise<void>>> = {
  'a session is read as it was written, and its revision counts': async (store) => {
    expect(await store.read('s1')).toBeUndefined();
    expect(await store.write('s1', '{"plate":"甘A12345"}', 0, NOW_MS)).toBe(true);
    expect(await store.read('s1')).toMatchObject({ revision: 1, text: '{"plate":"甘A12345"}' });
    expect(await store.write('s1', '{}', 1, NOW_MS)).toBe(true);
    expect(await store.read('s1')).toMatchObject({ revision: 2, text: '{}' });
  },
  'only who has seen the newest writes': async (store) => {
    expect(await store.write('s2', 'a', 1, NOW_MS)).toBe(false);
    expect(await store.read('s2')).toBeUndefined();
    expect(await store.write('s2', 'a', 0, NOW_MS)).toBe(true);
    expect(await store.write('s2', 'b', 0, NOW_MS)).toBe(false);
    expect(await store.write('s2', 'b', 2, NOW_MS)).toBe(false);
    expect(await store.read('s2')).toMatchObject({ revision: 1, text: 'a' });
  },
  'of 32 that open, and of 32 that change, one succeeds': async (store) => {
    const race = async (replaces: number) => {
      const texts = Array.from({ length: 32 }, (_, at) => `${String(replaces)}-${String(at)}`);
      const all = await Promise.all(texts.map((text) => store.write('s3', text, replaces, NOW_MS)));
      const [won, ...more] = texts.filter((_, at) => all[at]);
      expect(more).toEqual([]);
      expect(await store.read('s3')).toMatchObject({ revision: replaces + 1, text: won });
    };
    await race(0);
    await race(1);
  },
  'what nobody has touched for an hour is forgotten when another opens': async (store) => {
    await store.write('old', 'secret', 0, NOW_MS);
    await store.write('young', 'x', 0, NOW_MS + HOUR_MS / 2);
    await store.write('new', 'y', 0, NOW_MS + HOUR_MS + 1);
    expect(await store.read('old')).toBeUndefined();
    expect(await store.read('young')).toMatchObject({ text: 'x' });
  },
  'whoever waits is woken by a later revision, and by nothing that stood before': async (store) => {
    const { changed } = store;
    if (changed === undefined) return;
    await store.write('w', 'a', 0, NOW_MS);
    // A later one stands already: nobody has to write again.
    await changed('w', 0, HOUR_MS);
    for (let revision = 1; revision <= 20; revision += 1) {
      const woken = changed('w', revision, HOUR_MS);
      expect(await store.write('w', 'b', revision, NOW_MS)).toBe(true);
      await woken;
    }
  },
};
