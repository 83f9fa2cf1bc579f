/** Reading a segment that is larger than what is read at once: its end, and any place in it. */
import fs, { appendFileSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeHeader, encodeLine } from '../../../src/server/journal/format.js';
import { chainLine, type JournalEntry, NO_LINES } from '../../../src/server/journal/lines.js';
import { CHUNK_BYTES, readEnd, readSegment } from '../../../src/server/journal/read-segment.js';
import { readStart } from '../../../src/server/journal/segments.js';
import { openIn, ownJournal, replaced } from './own-journal.js';

const own = ownJournal();
const LINES = 2000;

/** A segment that goes on behind a position, with so many lines of about 200 bytes. */
function entriesBehind(after = NO_LINES, count = LINES): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let n = 0; n < count; n += 1) {
    entries.push(chainLine(entries.at(-1) ?? after, { n, text: 'x'.repeat(60 + (n % 50)) }));
  }
  return entries;
}
function written(entries: readonly JournalEntry[], after = NO_LINES): void {
  writeFileSync(own.path, encodeHeader({ journalId: 'J', after }));
  appendFileSync(own.path, entries.map(encodeLine).join(''));
}
const sizeOf = (entries: readonly JournalEntry[]): number =>
  entries.map(encodeLine).join('').length;

function endOf(path: string) {
  const descriptor = openSync(path, 'r');
  try {
    const start = readStart(descriptor, path);
    if (start === undefined) throw new Error('no start');
    return readEnd(descriptor, path, start);
  } finally {
    closeSync(descriptor);
  }
}

/** How many bytes were read. */
let bytesRead = 0;
const { readSync } = fs;
beforeEach(() => {
  bytesRead = 0;
  replaced({
    readSync: (...args: Parameters<typeof readSync>) => {
      const read = readSync(...args);
      bytesRead += read;
      return read;
    },
  });
});
afterEach(() => {
  replaced({ readSync });
});

describe('the lines behind a number', () => {
  test('are found from any number, without reading what stands far before', () => {
    const after = { sequence: 500, head: 'c3'.repeat(32) };
    const entries = entriesBehind(after);
    written(entries, after);
    for (const behind of [0, 499, 500, 501, 700, 1100, 1777, 2300, 2498, 2499, 2500, 2501]) {
      bytesRead = 0;
      const rest = entries.filter(({ sequence }) => sequence > behind);
      expect([...readSegment(own.path, behind)]).toEqual(rest);
      if (behind < 500) continue;
      // The start, a look at each of a few places, and from there on a little more than the rest.
      expect(bytesRead).toBeLessThan(4096 + 4 * CHUNK_BYTES + sizeOf(rest) + 2 * CHUNK_BYTES);
      if (behind > 1800) expect(bytesRead).toBeLessThan(sizeOf(entries));
    }
    // From the beginning nothing is looked for.
    bytesRead = 0;
    expect([...readSegment(own.path, 500)]).toHaveLength(LINES);
    expect(bytesRead).toBeLessThan(sizeOf(entries) + 4096 + 2 * CHUNK_BYTES);
  });

  test('a line that does not fit is told by its number, wherever reading began', () => {
    const entries = entriesBehind();
    written(entries);
    const text = readFileSync(own.path, 'utf8');
    writeFileSync(own.path, text.replace('"n":1950,', '"n":1951,'));
    for (const behind of [0, 1000, 1940]) {
      expect(() => [...readSegment(own.path, behind)]).toThrow(
        expect.objectContaining({ details: { line: 1951, segment: own.path } }),
      );
    }
    expect(openIn(own.folder)).toBe(0);
  });

  test.each(['no lines', 'lines without a number'])('%s in its middle are told', (what) => {
    written(entriesBehind());
    const lines = readFileSync(own.path, 'utf8').split('\n');
    const broken = lines.map((line, at) => {
      if (at < 300 || at > 1700) return line;
      return what === 'no lines' ? 'x'.repeat(line.length) : line.replace('"seq', '"sex');
    });
    writeFileSync(own.path, broken.join('\n'));
    expect(() => [...readSegment(own.path, 1900)]).toThrow(
      expect.objectContaining({ details: { line: 300, segment: own.path } }),
    );
  });

  test('a file that was only begun has none', () => {
    writeFileSync(own.path, '');
    expect([...readSegment(own.path)]).toEqual([]);
    expect(openIn(own.folder)).toBe(0);
  });

  test('whoever stops in the middle lets the file go', () => {
    written(entriesBehind(NO_LINES, 5));
    for (const { sequence } of readSegment(own.path)) if (sequence === 2) break;
    expect(openIn(own.folder)).toBe(0);
  });

  test('what ends nowhere is no line: more is not read', () => {
    written(entriesBehind(NO_LINES, 3));
    appendFileSync(own.path, Buffer.alloc(3 * 1024 * 1024, 'x'));
    expect(() => [...readSegment(own.path)]).toThrow(
      expect.objectContaining({ code: 'JOURNAL_BROKEN', details: { line: 0, segment: own.path } }),
    );
    expect(bytesRead).toBeLessThan(1.5 * 1024 * 1024);
  });
});

describe('the end of a segment', () => {
  test('is found in its last bytes', () => {
    const entries = entriesBehind();
    written(entries);
    const { sequence, head } = entries.at(-1) ?? NO_LINES;
    const size = fs.statSync(own.path).size;
    const end = { position: { sequence, head }, wholeBytes: size };
    expect(endOf(own.path)).toEqual(end);
    expect(bytesRead).toBeLessThan(4096 + CHUNK_BYTES + 1);
    // What was never finished is not counted.
    appendFileSync(own.path, `${head} {"sequence"`);
    expect(endOf(own.path)).toEqual(end);
  });

  test('is looked for further back when the last lines are long', () => {
    const before = entriesBehind();
    const long = chainLine(before.at(-1) ?? NO_LINES, { text: 'y'.repeat(2.5 * CHUNK_BYTES) });
    const last = chainLine(long, { text: 'z' });
    for (const tail of [[long], [long, last]]) {
      written([...before, ...tail]);
      const { sequence, head } = tail.at(-1) ?? NO_LINES;
      expect(endOf(own.path)).toEqual({
        position: { sequence, head },
        wholeBytes: fs.statSync(own.path).size,
      });
    }
  });

  test('of one line is that line, of none where it goes on from', () => {
    for (const count of [1, 0]) {
      const entries = entriesBehind(NO_LINES, count);
      written(entries);
      expect(endOf(own.path).position.sequence).toBe(count);
    }
  });

  test.each([
    ['the last', '"n":1999,', 2000],
    ['one of the last', '"n":1950,', 1951],
  ])('%s line changed is told by its number', (_which, field, line) => {
    written(entriesBehind());
    const text = readFileSync(own.path, 'utf8');
    writeFileSync(own.path, text.replace(field, field.replace('"n":1', '"n":2')));
    expect(() => endOf(own.path)).toThrow(
      expect.objectContaining({ details: { line, segment: own.path } }),
    );
  });

  test('a line that is none, among the last, is told by its number', () => {
    written(entriesBehind());
    const lines = readFileSync(own.path, 'utf8').split('\n');
    for (const [at, line] of [
      [-3, 1999],
      [-40, 1962],
    ] as const) {
      const changed = [...lines.slice(0, at), 'no line', ...lines.slice(at)];
      writeFileSync(own.path, changed.join('\n'));
      expect(() => endOf(own.path)).toThrow(
        expect.objectContaining({ details: { line, segment: own.path } }),
      );
    }
  });

  test('nobody vouches for a last line alone: it is held against the one before', () => {
    const before = entriesBehind();
    const long = chainLine(before.at(-1) ?? NO_LINES, { text: 'y'.repeat(1.5 * CHUNK_BYTES) });
    const last = chainLine(long, { text: 'last' });
    written([...before, long, last]);
    writeFileSync(own.path, readFileSync(own.path, 'utf8').replace('"last"', '"lost"'));
    expect(() => endOf(own.path)).toThrow(
      expect.objectContaining({ details: { line: LINES + 2, segment: own.path } }),
    );
  });

  test.each(['no line', 'a number'])(
    'without %s where the chain is taken up, the broken line is told all the same',
    (what) => {
      const entries = entriesBehind();
      written(entries);
      const bytes = readFileSync(own.path);
      const from = bytes.indexOf(10, bytes.length - CHUNK_BYTES) + 1;
      const to = bytes.indexOf(10, from);
      const line = bytes.toString('utf8', from, to);
      const number = Number(/"sequence":(\d+)/.exec(line)?.[1]);
      const other = what === 'no line' ? 'x'.repeat(line.length) : line.replace('"seq', '"sex');
      bytes.write(other, from);
      writeFileSync(own.path, bytes);
      expect(() => endOf(own.path)).toThrow(
        expect.objectContaining({ details: { line: number, segment: own.path } }),
      );
    },
  );
});
