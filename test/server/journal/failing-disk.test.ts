/** The journal on a disk that fails, and works again. */
import fs, { renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fileJournal } from '../../../src/server/files.js';
import { handClock } from '../../support/hand-clock.js';
import { line, openIn, ownJournal, replaced } from './own-journal.js';

const own = ownJournal();

test('a file that was shortened takes no line, and is not filled up', async () => {
  const journal = await fileJournal(own.path);
  for (const at of [0, 1, 2]) await journal.append(line(at));
  const before = journal.position();
  truncateSync(own.path, statSync(own.path).size >> 1);
  const size = statSync(own.path).size;
  for (const at of [3, 4]) {
    await expect(journal.append(line(at))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  }
  expect(journal.position()).toEqual(before);
  expect(journal.healthy()).toBe(false);
  expect(statSync(own.path).size).toBe(size);
  await journal.close();
});

describe('a disk that fails', () => {
  const { writeSync, ftruncateSync } = fs;
  const failing = (): never => {
    throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  const half = (fd: number, bytes: Uint8Array, from: number, length: number, at: number): never => {
    writeSync(fd, bytes, from, length >> 1, at);
    return failing();
  };
  afterEach(() => {
    replaced({ writeSync, ftruncateSync });
  });

  test('a write that fails is cut off, refused, and the next one follows', async () => {
    const journal = await fileJournal(own.path);
    await journal.append(line(0));
    const before = { ...journal.position(), size: statSync(own.path).size };
    replaced({ writeSync: half });
    const refused = await Promise.allSettled([journal.append(line(1)), journal.append(line(2))]);
    replaced({ writeSync });
    expect(refused).toMatchObject(
      [1, 2].map(() => ({ reason: { code: 'JOURNAL_UNAVAILABLE', money: 'untouched' } })),
    );
    expect({ ...journal.position(), size: statSync(own.path).size }).toEqual(before);
    expect(journal.healthy()).toBe(false);
    await journal.append(line(3));
    expect(journal.healthy()).toBe(true);
    await journal.close();
    expect(await own.counters()).toEqual([0, 3]);
  });

  test('where not even that can be cut off, the file is opened again before the next', async () => {
    const journal = await fileJournal(own.path);
    await journal.append(line(0));
    replaced({ writeSync: half, ftruncateSync: failing });
    for (const atc of [1, 2]) {
      await expect(journal.append(line(atc))).rejects.toMatchObject({
        code: 'JOURNAL_UNAVAILABLE',
      });
    }
    expect(journal.position().sequence).toBe(1);
    replaced({ writeSync, ftruncateSync });
    await journal.append(line(3));
    await journal.close();
    expect(await own.counters()).toEqual([0, 3]);
  });

  test('it is tried again without a next line, until it is closed', async () => {
    const journal = await fileJournal(own.path);
    const clock = handClock();
    let tries = 0;
    const full = (...args: Parameters<typeof half>): never => {
      tries += 1;
      return half(...args);
    };
    const refused = async (): Promise<void> => {
      replaced({ writeSync: full });
      await expect(journal.append(line(1))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    };
    try {
      await refused();
      const { size } = statSync(own.path);
      for (const so of [1, 2, 3]) {
        await clock.advance(999);
        expect([tries, journal.healthy()]).toEqual([so, false]);
        await clock.advance(1);
      }
      replaced({ writeSync });
      await clock.advance(1000);
      expect([journal.healthy(), statSync(own.path).size]).toEqual([true, size]);
      await refused();
      await journal.close();
      tries = 0;
      await clock.advance(5000);
      expect([tries, openIn(own.folder)]).toEqual([0, 0]);
    } finally {
      clock.restore();
    }
  });

  test('it is not tried where all is well', async () => {
    const clock = handClock();
    try {
      const journal = await fileJournal(own.path);
      await journal.append(line(1));
      let tries = 0;
      replaced({
        writeSync: () => {
          tries += 1;
          return failing();
        },
      });
      await clock.advance(5000);
      expect(tries).toBe(0);
      replaced({ writeSync });
      await journal.close();
    } finally {
      clock.restore();
    }
  });

  test('a file that was moved away takes no line', async () => {
    const journal = await fileJournal(own.path);
    await journal.append(line(0));
    renameSync(own.path, join(own.folder, 'moved'));
    await expect(journal.append(line(1))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    renameSync(join(own.folder, 'moved'), own.path);
    await journal.append(line(2));
    await journal.close();
    expect(await own.counters()).toEqual([0, 2]);
  });
});
