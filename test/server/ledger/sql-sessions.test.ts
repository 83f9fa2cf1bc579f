/** Who waits for a remote session: woken by a write, by another process’s word, or by a look. */
import sqlite from 'node-sqlite3-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlSessions } from '../../../src/server/ledger/sql/sessions.js';
import { sessionWaiting } from '../../../src/server/ledger/sql/session-waiting.js';
import { MIGRATIONS } from '../../../src/server/ledger/sql/schema.js';
import type { RemoteStore } from '../../../src/server/index.js';
import type { Row, Sql, SqlStore } from '../../../src/server/ledger/sql/store.js';
import { handClock, type HandClock } from '../../support/hand-clock.js';

let clock: HandClock;
beforeEach(() => {
  clock = handClock();
});
afterEach(() => {
  clock.restore();
});
/** Longer than any test goes. */
const never = 9e9;

/** A database that two processes share, with signals that one may not hear. */
function shared() {
  const database = new sqlite.Database(':memory:');
  for (const statement of MIGRATIONS[2] ?? []) database.exec(statement);
  const said = { told: [] as string[], asked: [] as number[] };
  const heard = {
    hear: (_word: string): void => undefined,
    missed: (): void => undefined,
    times: 0,
    isHearing: true,
  };
  let isAway = false;
  const places = (statement: string) => statement.replace(/\$(\d+)/g, '?$1');
  const sql: Sql = {
    all: (statement, values = []) => {
      if (statement.includes(' IN (')) {
        said.asked.push(values.length);
      }
      return Promise.resolve(database.all(places(statement), [...values]) as Row[]);
    },
    run: (statement, values = []) =>
      Promise.resolve(database.run(places(statement), [...values]).changes),
  };
  const storeOf = (hasSignals: boolean): SqlStore =>
    ({
      transaction: (work: (one: Sql) => Promise<unknown>) =>
        isAway ? Promise.reject(new Error('away')) : work(sql),
      brokenTable: (error: unknown) =>
        String(error).includes('UNIQUE') ? 'remote_session' : undefined,
      ...(hasSignals && {
        signals: {
          tell: (_sql: Sql, topic: string, word: string) => {
            said.told.push(`${topic} ${word}`);
            return Promise.resolve();
          },
          listen: (_topic: string, hear: (word: string) => void, missed: () => void) => {
            Object.assign(heard, { hear, missed, times: heard.times + 1 });
            return { isHearing: () => heard.isHearing };
          },
        },
      }),
    }) as unknown as SqlStore;
  const away = (is: boolean): void => {
    isAway = is;
  };
  // One that is woken says so: nobody has to ask again and again.
  const open = (hasSignals: boolean) =>
    openSqlSessions(storeOf(hasSignals)) as Required<RemoteStore>;
  return { open, said, heard, away };
}
/** Whether it is over, once all that began has gone as far as it can. */
async function isOver(wait: Promise<void> | undefined): Promise<boolean> {
  let is = false;
  void wait?.then(() => (is = true));
  await clock.advance(0);
  return is;
}

describe('a session', () => {
  test('is written by who knew it last, and told once it is', async () => {
    const { open, said } = shared();
    const store = open(true);
    expect(await store.write('S', 'one', 0, 1)).toBe(true);
    expect(await store.write('S', 'again', 0, 1)).toBe(false);
    expect(await store.write('S', 'two', 2, 1)).toBe(false);
    expect(await store.write('S', 'two', 1, 1)).toBe(true);
    expect(await store.read('S')).toEqual({ revision: 2, text: 'two' });
    expect(said.told).toEqual(['session S', 'session S']);
  });

  test('whose database is away is not one that somebody else wrote', async () => {
    const { open, away } = shared();
    const store = open(true);
    away(true);
    await expect(store.write('S', 'one', 0, 1)).rejects.toThrow('away');
  });

  test('that was written meanwhile is not waited for', async () => {
    const { open } = shared();
    const store = open(false);
    await store.write('S', 'one', 0, 1);
    await store.changed('S', 0, never);
    const wait = store.changed('S', 1, never);
    expect(await isOver(wait)).toBe(false);
    expect(await store.write('S', 'no', 7, 1)).toBe(false);
    expect(await isOver(wait)).toBe(false);
    await store.write('S', 'two', 1, 1);
    await wait;
    const none = store.changed('none', 0, 100);
    await clock.advance(99);
    expect(await isOver(none)).toBe(false);
    await clock.advance(1);
    await none;
  });
});

describe('without a word', () => {
  test('all that wait are looked after together, as long as somebody does', async () => {
    const { open, said, heard } = shared();
    const [here, there] = [open(true), open(false)];
    for (const id of ['A', 'B']) await here.write(id, 'one', 0, 1);
    const [a, b, c] = ['A', 'A', 'B'].map((id) => here.changed(id, 1, never));
    expect(await isOver(a)).toBe(false);
    expect(heard.times).toBe(1);
    said.asked.length = 0;
    // While words are heard, a look comes every five seconds.
    await clock.advance(4999);
    expect(said.asked).toEqual([]);
    await clock.advance(1);
    expect(said.asked).toEqual([2]);
    await there.write('A', 'two', 1, 1);
    expect(await isOver(a)).toBe(false);
    await clock.advance(5000);
    await Promise.all([a, b]);
    expect(await isOver(c)).toBe(false);
    heard.hear('B');
    await c;
    said.asked.length = 0;
    await clock.advance(60_000);
    expect(said.asked).toEqual([]);
    // It begins again with the next who waits.
    const again = here.changed('B', 1, never);
    await there.write('B', 'two', 1, 1);
    await clock.advance(5000);
    await again;
    expect(heard.times).toBe(1);
  });

  test('while none is heard, it is looked more often', async () => {
    const { open, heard } = shared();
    const [here, there] = [open(true), open(false)];
    heard.isHearing = false;
    await here.write('A', 'one', 0, 1);
    const wait = here.changed('A', 1, never);
    expect(await isOver(wait)).toBe(false);
    await there.write('A', 'two', 1, 1);
    await clock.advance(249);
    expect(await isOver(wait)).toBe(false);
    await clock.advance(1);
    await wait;
  });

  test('many are asked for in a few statements', async () => {
    const { open, said, heard } = shared();
    const [here, there] = [open(true), open(false)];
    const ids = Array.from({ length: 201 }, (_none, n) => `S${String(n)}`);
    for (const id of ids) await here.write(id, 'one', 0, 1);
    const waits = ids.map((id) => here.changed(id, 1, never));
    expect(await isOver(waits[0])).toBe(false);
    for (const id of [ids[0], ids[200]]) await there.write(id ?? '', 'two', 1, 1);
    said.asked.length = 0;
    await clock.advance(5000);
    expect(said.asked).toEqual([200, 1]);
    await Promise.all([waits[0], waits[200]]);
    expect(await isOver(waits[1])).toBe(false);
    heard.missed();
    await Promise.all(waits);
  });

  test('a database that is away wakes everybody: they are told when they read', async () => {
    const { open, away } = shared();
    const here = open(true);
    await here.write('A', 'one', 0, 1);
    const wait = here.changed('A', 1, never);
    expect(await isOver(wait)).toBe(false);
    away(true);
    await clock.advance(5000);
    await wait;
  });
});

describe('those who wait', () => {
  test('are woken by session, all, or by their time; each once', async () => {
    const waiting = sessionWaiting();
    const [one, two, other] = [
      waiting.add('A', 3, never),
      waiting.add('A', 2, never),
      waiting.add('B', 1, never),
    ];
    expect([...waiting.seen()]).toEqual([
      ['A', 2],
      ['B', 1],
    ]);
    two.leave();
    two.leave();
    expect([...waiting.seen()]).toEqual([
      ['A', 3],
      ['B', 1],
    ]);
    waiting.wake('none');
    waiting.wake('A');
    await one.over;
    expect([...waiting.seen()]).toEqual([['B', 1]]);
    waiting.wakeAll();
    await other.over;
    expect(waiting.seen().size).toBe(0);
    const timed = waiting.add('A', 1, 100).over;
    await clock.advance(100);
    await timed;
    expect(waiting.seen().size).toBe(0);
  });
});
