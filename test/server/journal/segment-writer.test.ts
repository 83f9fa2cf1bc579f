/** The segment that is written, by itself: what is on the disk, and what is let go. */
import fs, {
  constants,
  copyFileSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openActiveSegment } from '../../../src/server/journal/active-segment.js';
import { encodeHeader, MAX_LINE_BYTES } from '../../../src/server/journal/format.js';
import { NO_LINES } from '../../../src/server/journal/lines.js';
import { readSegment } from '../../../src/server/journal/read-segment.js';
import { line, openIn, ownJournal, replaced } from './own-journal.js';

const own = ownJournal();
const { closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync } = fs;
beforeEach(() => {
  writeFileSync(own.path, encodeHeader({ journalId: 'J', after: NO_LINES }));
});
afterEach(() => {
  replaced({ closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync });
});
const failing = (): never => {
  throw Object.assign(new Error('EIO'), { code: 'EIO' });
};
const open = () => openActiveSegment(own.path, 'named');
const linesThere = () => [...readSegment(own.path)].map(({ sequence }) => sequence);
const refused = (problem: string) =>
  expect.objectContaining({
    code: 'JOURNAL_UNAVAILABLE',
    details: { name: 'named', problem },
  }) as Error;

describe('a segment that is written', () => {
  test('each write is durable when it returns, with one flush or none beside it', () => {
    const flags: unknown[] = [];
    replaced({
      openSync: (...args: Parameters<typeof openSync>) => {
        flags.push(args[1]);
        return openSync(...args);
      },
    });
    const segment = open();
    const isLinux = process.platform === 'linux';
    expect(flags).toEqual([constants.O_RDWR | (isLinux ? constants.O_DSYNC : 0)]);
    let flushes = 0;
    replaced({
      openSync,
      fdatasyncSync: (descriptor: number) => {
        flushes += 1;
        fdatasyncSync(descriptor);
      },
    });
    segment.write([line(0), line(1)]);
    expect(flushes).toBe(isLinux ? 0 : 1);
    expect([segment.healthy(), linesThere()]).toEqual([true, [1, 2]]);
    segment.letGo();
  });

  test('is well, and keeps its file open once, until it is let go', () => {
    const segment = open();
    expect([segment.healthy(), openIn(own.folder)]).toEqual([true, 1]);
    segment.letGo();
    segment.letGo();
    expect(openIn(own.folder)).toBe(0);
    segment.write([line(0)]);
    segment.letGo();
    expect([linesThere(), openIn(own.folder)]).toEqual([[1], 0]);
  });

  test('is not cut where it is whole', () => {
    let cuts = 0;
    replaced({
      ftruncateSync: (...args: Parameters<typeof ftruncateSync>) => {
        cuts += 1;
        ftruncateSync(...args);
      },
    });
    open().letGo();
    expect(cuts).toBe(0);
    fs.appendFileSync(own.path, 'unfinished');
    open().letGo();
    expect(cuts).toBe(1);
  });

  test('a disk that takes a few bytes at a time is given all of them', () => {
    const segment = open();
    replaced({
      writeSync: (fd: number, bytes: Uint8Array, from: number, length: number, at: number) => {
        if (from + length > bytes.length) throw new RangeError('beyond its end');
        return writeSync(fd, bytes, from, Math.min(7, length), at);
      },
    });
    segment.write([line(0), line(1)]);
    segment.letGo();
    expect(linesThere()).toEqual([1, 2]);
  });

  test('that was not even begun, or is broken, is refused and let go', () => {
    writeFileSync(own.path, '');
    expect(open).toThrow(expect.objectContaining({ code: 'JOURNAL_BROKEN' }));
    expect(openIn(own.folder)).toBe(0);
    writeFileSync(own.path, encodeHeader({ journalId: 'J', after: NO_LINES }));
    const segment = open();
    segment.write([line(0), line(1)]);
    segment.letGo();
    writeFileSync(own.path, readFileSync(own.path, 'utf8').replace('"atMs":1', '"atMs":2'));
    expect(open).toThrow(expect.objectContaining({ details: { line: 1, segment: own.path } }));
    expect(openIn(own.folder)).toBe(0);
  });
});

describe('a line that no reader would take', () => {
  const lineOf = (bytes: number) => {
    const empty = JSON.stringify({ sequence: 1, text: '' }).length;
    return { text: 'x'.repeat(bytes - empty) };
  };

  test('is not written', () => {
    const segment = open();
    expect(() => segment.write([line(0), lineOf(MAX_LINE_BYTES / 4 + 1)])).toThrow(
      refused('the line is too long'),
    );
    expect([segment.position().sequence, linesThere()]).toEqual([0, []]);
    segment.write([lineOf(MAX_LINE_BYTES / 4)]);
    expect(linesThere()).toEqual([1]);
    segment.letGo();
  });
});

describe('after a failure', () => {
  test('it is tried whether there is room for some lines, and nothing of that stays', () => {
    const segment = open();
    const { size } = statSync(own.path);
    replaced({ writeSync: failing });
    expect(() => segment.write([line(0)])).toThrow(refused('EIO'));
    segment.tryAgain();
    expect([segment.healthy(), statSync(own.path).size]).toEqual([false, size]);
    let tried = 0;
    replaced({
      writeSync: (...args: Parameters<typeof writeSync>) => {
        tried += Number(args[3]);
        return writeSync(...args);
      },
    });
    segment.tryAgain();
    expect([segment.healthy(), tried, statSync(own.path).size]).toEqual([true, 64 * 1024, size]);
    segment.letGo();
  });

  test('what a try has half written is cut off', () => {
    const segment = open();
    const { size } = statSync(own.path);
    replaced({
      writeSync: (fd: number, bytes: Uint8Array, from: number, length: number, at: number) => {
        writeSync(fd, bytes, from, length >> 1, at);
        return failing();
      },
    });
    segment.tryAgain();
    expect([segment.healthy(), statSync(own.path).size]).toEqual([false, size]);
    segment.letGo();
  });

  test('a file that cannot be cut is let go, and opened again', () => {
    const segment = open();
    replaced({
      writeSync: (fd: number, bytes: Uint8Array, from: number, length: number, at: number) => {
        writeSync(fd, bytes, from, length >> 1, at);
        return failing();
      },
      ftruncateSync: failing,
    });
    expect(() => segment.write([line(0)])).toThrow(refused('EIO'));
    expect(openIn(own.folder)).toBe(0);
    // Opened again and still not cut: nothing is kept open, and nothing is written.
    expect(() => segment.write([line(0)])).toThrow(refused('EIO'));
    segment.tryAgain();
    expect([openIn(own.folder), segment.healthy()]).toEqual([0, false]);
    replaced({ writeSync, ftruncateSync });
    segment.write([line(0)]);
    segment.letGo();
    expect(linesThere()).toEqual([1]);
  });

  test('one that says something else than what was written takes no line', () => {
    const segment = open();
    segment.write([line(0)]);
    segment.letGo();
    const own1 = readFileSync(own.path);
    writeFileSync(own.path, encodeHeader({ journalId: 'J', after: NO_LINES }));
    const other = open();
    other.write([line(5)]);
    other.letGo();
    expect(statSync(own.path).size).toBe(own1.length);
    expect(() => segment.write([line(1)])).toThrow(
      expect.objectContaining({ code: 'JOURNAL_UNAVAILABLE' }),
    );
    expect([linesThere(), openIn(own.folder)]).toEqual([[1], 0]);
  });

  test('one that was shortened says so', () => {
    const segment = open();
    segment.write([line(0)]);
    fs.truncateSync(own.path, 100);
    expect(() => segment.write([line(1)])).toThrow(refused('ESHORTENED'));
    segment.letGo();
  });

  test('a copy under its name is another file', () => {
    const segment = open();
    const moved = join(own.folder, 'moved');
    renameSync(own.path, moved);
    copyFileSync(moved, own.path);
    expect(() => segment.write([line(0)])).toThrow(refused('another file stands under its name'));
    segment.letGo();
    expect(linesThere()).toEqual([]);
  });
});
