/** A new file is begun, and whatever fails on the way leaves a journal that is gone on with. */
import fs, { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fileJournal } from '../../../src/server/files.js';
import { openSegments } from '../../../src/server/journal/open-segments.js';
import { findSegments, keepForOwner, readStart } from '../../../src/server/journal/segments.js';
import { line, openIn, ownJournal, replaced } from './own-journal.js';

const own = ownJournal();
const { chmodSync: chmod, closeSync, fsyncSync, openSync, renameSync: rename, writeSync } = fs;
afterEach(() => {
  replaced({ chmodSync: chmod, closeSync, fsyncSync, openSync, renameSync: rename, writeSync });
});
const failing = (): never => {
  throw Object.assign(new Error('EIO'), { code: 'EIO' });
};
/** A path as an error tells it: its number is whole. */
const SECOND = expect.stringMatching(/journal\.000000000002$/) as string;
const names = () => readdirSync(own.folder).sort();

describe('a new file', () => {
  test('is begun as soon as the last is as large as it may be', async () => {
    await own.written(1);
    const { size } = statSync(own.path);
    rmSync(own.path);
    await own.written(1, size + 1);
    expect(names()).toEqual(['journal']);
    rmSync(own.path);
    await own.written(1, size);
    expect(names()).toEqual(['journal', 'journal.000000000001']);
  });

  test('whose header does not get to the disk is none: the last is written on', async () => {
    const segments = await openSegments(own.path);
    segments.active().write([line(0)]);
    for (const broken of [
      { writeSync: failing },
      // It says that all was written.
      { writeSync: (_fd: number, bytes: Uint8Array) => bytes.length },
    ]) {
      replaced(broken);
      await expect(segments.rotate()).rejects.toThrow();
      replaced({ writeSync });
      expect(names()).toEqual(['journal']);
      segments.active().write([line(1)]);
    }
    expect(openIn(own.folder)).toBeGreaterThan(0);
    await segments.rotate();
    expect(names()).toEqual(['journal', 'journal.000000000001']);
    await segments.close();
    expect(openIn(own.folder)).toBe(0);
    expect(await own.counters()).toEqual([0, 1, 1]);
  });

  test('is given its header also a few bytes at a time', async () => {
    replaced({
      writeSync: (fd: number, bytes: Uint8Array, from: number, length: number, at: number) => {
        if (from + length > bytes.length) throw new RangeError('beyond its end');
        return writeSync(fd, bytes, from, Math.min(9, length), at);
      },
    });
    await own.written(1, 1);
    expect(await own.counters()).toEqual([0]);
  });

  test.each([
    ['the full one cannot be named', 1],
    ['the new one cannot be named', 2],
  ])('when %s, the last is written on', async (_which, fails) => {
    const segments = await openSegments(own.path);
    segments.active().write([line(0)]);
    let calls = 0;
    replaced({
      renameSync: (...args: Parameters<typeof rename>) => {
        calls += 1;
        if (calls === fails) failing();
        rename(...args);
      },
    });
    await expect(segments.rotate()).rejects.toMatchObject({ code: 'EIO' });
    replaced({ renameSync: rename });
    segments.active().write([line(1)]);
    await expect(fileJournal(own.path)).rejects.toMatchObject({ code: 'JOURNAL_IN_USE' });
    await segments.close();
    expect(await own.counters()).toEqual([0, 1]);
  });

  test('whose names are not on the disk yet stands under its name', async () => {
    const segments = await openSegments(own.path);
    segments.active().write([line(0)]);
    replaced({ fsyncSync: (fd: number) => (isFolder(fd) ? failing() : fsyncSync(fd)) });
    await expect(segments.rotate()).rejects.toMatchObject({ code: 'EIO' });
    replaced({ fsyncSync });
    expect(names()).toEqual(['journal', 'journal.000000000001']);
    await segments.close();
    expect(await own.counters()).toEqual([0]);
  });

  test('takes no number that is taken', async () => {
    const segments = await openSegments(own.path);
    segments.active().write([line(0)]);
    writeFileSync(join(own.folder, 'journal.000000000001'), 'something');
    await expect(segments.rotate()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
    segments.active().write([line(1)]);
    await segments.close();
    expect(readFileSync(join(own.folder, 'journal.000000000001'), 'utf8')).toBe('something');
  });
});

/** Whether a descriptor is a folder's. */
function isFolder(descriptor: number): boolean {
  return fs.fstatSync(descriptor).isDirectory();
}

describe('a start', () => {
  test('flushes the folder, and lets everything go that it opened', async () => {
    let folders = 0;
    replaced({
      fsyncSync: (fd: number) => {
        if (isFolder(fd)) folders += 1;
        fsyncSync(fd);
      },
    });
    const journal = await fileJournal(own.path);
    expect(folders).toBe(process.platform === 'win32' ? 0 : 1);
    await journal.close();
    expect(openIn(own.folder)).toBe(0);
  });

  test('of a journal that is broken frees it', async () => {
    await own.written(3);
    const text = readFileSync(own.path, 'utf8');
    writeFileSync(own.path, text.replace('"onlineAtc":1', '"onlineAtc":9'));
    await expect(fileJournal(own.path)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
    expect(openIn(own.folder)).toBe(0);
    writeFileSync(own.path, text);
    await (await fileJournal(own.path)).close();
  });

  test('behind a full file that is broken, or was never begun, is refused, and frees both', async () => {
    await own.written(2, 1);
    const full = join(own.folder, 'journal.000000000002');
    const text = readFileSync(full, 'utf8');
    for (const broken of ['', text.replace('"onlineAtc":1', '"onlineAtc":9')]) {
      rmSync(own.path);
      writeFileSync(full, broken);
      await expect(fileJournal(own.path)).rejects.toMatchObject({
        ...{ code: 'JOURNAL_BROKEN', details: { segment: SECOND } },
      });
      expect(openIn(own.folder)).toBe(0);
    }
    writeFileSync(full, text);
    const journal = await fileJournal(own.path);
    expect(journal.position().sequence).toBe(2);
    await journal.close();
  });

  test('closes a journal for good', async () => {
    const journal = await fileJournal(own.path);
    await journal.close();
    await expect(journal.append(line(0))).rejects.toMatchObject({
      ...{ code: 'JOURNAL_UNAVAILABLE', details: { problem: 'it was closed' } },
    });
    expect(await own.counters()).toEqual([]);
  });

  test('changes the rights of those files alone that others may read', async () => {
    await own.written(2, 1);
    const changed: string[] = [];
    chmodSync(own.path, 0o640);
    replaced({
      chmodSync: (...args: Parameters<typeof chmod>) => {
        changed.push(String(args[0]));
        chmod(...args);
      },
    });
    keepForOwner(own.path);
    expect(changed).toEqual(process.platform === 'win32' ? [] : [own.path]);
  });
});

describe('the full files', () => {
  test('are those with a number behind the journal’s own name, oldest first', () => {
    const others = ['journal.00000000001', 'journal.x000000000001', 'journal.000000000001x'];
    const more = ['other.000000000001', 'journal.0000000000000001', 'journal.new', 'journal.lock'];
    const own3 = ['journal.000000000012', 'journal.000000000001', 'journal.1000000000000'];
    for (const name of [...others, ...more, ...own3]) writeFileSync(join(own.folder, name), '');
    replaced({});
    expect(findSegments(own.path).map(({ first }) => first)).toEqual([1, 12, 1_000_000_000_000]);
    expect(findSegments(own.path)[1]?.path).toBe(join(own.folder, 'journal.000000000012'));
  });

  test('begin like a journal, or like the beginning of one', () => {
    const startOf = (text: string) => {
      writeFileSync(own.path, text);
      const descriptor = openSync(own.path, 'r');
      try {
        return readStart(descriptor, own.path);
      } finally {
        closeSync(descriptor);
      }
    };
    const head = 'a1'.repeat(32);
    for (const begun of ['', head.slice(0, 9), head, `${head} `, `${head} {"form`]) {
      expect(startOf(begun)).toBeUndefined();
    }
    const strange = [`${head}x`, `${head} x`, `${head} {"`.padEnd(4096, 'x'), 'x', `${head} {}\n`];
    for (const text of [...strange, 'x\n']) {
      expect(() => startOf(text)).toThrow(expect.objectContaining({ code: 'JOURNAL_BROKEN' }));
    }
    expect(startOf(`${head} {"`.padEnd(4095, 'x'))).toBeUndefined();
  });
});
