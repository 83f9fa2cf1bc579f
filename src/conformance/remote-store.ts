/**
 * The conformance suite of a store of remote sessions: what must hold so that no step runs twice
 * and nobody drives beside another. A list of cases, so that any test runner can run it.
 */
import { isQuancunError } from '../errors.js';
import type { RemoteStore } from '../remote-store.js';
import { broken, same } from './conformance.js';

/** One rule of a far card's store or terminal. */
export interface RemoteCase {
  readonly name: string;
  /** Throws CONFORMANCE where the rule is broken; says whether it could be tried at all. */
  readonly run: () => Promise<'kept' | 'not offered'>;
}

/**
 * The rules of a store of remote sessions.
 * 远程会话存储一致性测试集。
 * @param open opens an empty store; called once a case
 * @example
 * import { memoryRemoteStore } from 'quancun/transport/remote';
 * const rules = testRemoteStore(async () => memoryRemoteStore());
 * for (const { run } of rules) await run(); // or, on any test runner: test(name, run)
 */
export function testRemoteStore(open: () => Promise<RemoteStore>): readonly RemoteCase[] {
  return Object.entries(CASES).map(([name, check]) => ({
    name,
    run: async () => {
      const kept = await check(await open()).catch((error: unknown) => {
        throw isQuancunError(error, 'CONFORMANCE') ? error : broken(`it failed: ${String(error)}`);
      });
      return kept === false ? 'not offered' : 'kept';
    },
  }));
}

/** 2026-11-24, in UTC. */
const NOW_MS = 1_795_478_400_000;
const HOUR_MS = 3_600_000;
/** As many at once as a busy server has. */
const RACERS = 32;

async function stands(store: RemoteStore, id: string, revision: number, text: string) {
  const entry = await store.read(id);
  same([entry?.revision, entry?.text], [revision, text]);
}

/** A rule answers `false` where the store does not offer what it is about. */
const CASES: Readonly<Record<string, (store: RemoteStore) => Promise<unknown>>> = {
  'a session is read as it was written, and its revision counts': async (store) => {
    same(await store.read('s1'), undefined);
    same(await store.write('s1', '{"plate":"甘A12345"}', 0, NOW_MS), true);
    await stands(store, 's1', 1, '{"plate":"甘A12345"}');
    same(await store.write('s1', '{}', 1, NOW_MS), true);
    await stands(store, 's1', 2, '{}');
  },
  'only who has seen the newest writes, and is told so': async (store) => {
    same(await store.write('s2', 'a', 1, NOW_MS), false);
    same(await store.read('s2'), undefined);
    same(await store.write('s2', 'a', 0, NOW_MS), true);
    same(await store.write('s2', 'b', 0, NOW_MS), false);
    same(await store.write('s2', 'b', 2, NOW_MS), false);
    await stands(store, 's2', 1, 'a');
  },
  'of many that open, and of many that change, one succeeds': async (store) => {
    for (const replaces of [0, 1]) {
      const texts = Array.from({ length: RACERS }, (_, at) => `${String(replaces)}-${String(at)}`);
      const all = await Promise.all(texts.map((text) => store.write('s3', text, replaces, NOW_MS)));
      const [won = '', ...more] = texts.filter((_, at) => all[at]);
      same(more, []);
      await stands(store, 's3', replaces + 1, won);
    }
  },
  'sessions do not mix': async (store) => {
    await store.write('a', 'of a', 0, NOW_MS);
    await store.write('A', 'of A', 0, NOW_MS);
    await stands(store, 'a', 1, 'of a');
    await stands(store, 'A', 1, 'of A');
  },
  'what was replaced is not kept: a PIN that was there is gone': async (store) => {
    await store.write('pin', '0020000003123456', 0, NOW_MS);
    await store.write('pin', '{}', 1, NOW_MS);
    const all = [await store.read('pin'), await store.list?.()];
    if (JSON.stringify(all).includes('123456')) throw broken('an older text can still be read');
  },
  'what nobody has touched for an hour is forgotten when another opens': async (store) => {
    await store.write('old', 'secret', 0, NOW_MS);
    await store.write('touched', 'x', 0, NOW_MS);
    await store.write('touched', 'y', 1, NOW_MS + HOUR_MS / 2);
    await store.write('new', 'z', 0, NOW_MS + HOUR_MS + 1);
    same(await store.read('old'), undefined);
    await stands(store, 'touched', 2, 'y');
  },
  'all that stand there are listed': async (store) => {
    if (store.list === undefined) return false;
    same(await store.list(), []);
    await store.write('one', 'a', 0, NOW_MS);
    await store.write('two', 'b', 0, NOW_MS);
    await store.write('two', 'c', 1, NOW_MS);
    const listed = (await store.list()).map(({ sessionId, revision, text }) => [
      ...[sessionId, revision, text],
    ]);
    same(listed.sort(), [
      ['one', 1, 'a'],
      ['two', 2, 'c'],
    ]);
    return true;
  },
  'whoever waits is woken by a later revision, and by one that stands already': async (store) => {
    const { changed } = store;
    if (changed === undefined) return false;
    await store.write('w', 'a', 0, NOW_MS);
    // A later one stands already: nobody has to write again.
    await changed('w', 0, HOUR_MS);
    for (let revision = 1; revision <= 20; revision += 1) {
      const woken = [changed('w', revision, HOUR_MS), changed('w', revision, HOUR_MS)];
      same(await store.write('w', 'b', revision, NOW_MS), true);
      await Promise.all(woken);
    }
    return true;
  },
};
