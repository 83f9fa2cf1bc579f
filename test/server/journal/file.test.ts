/** The journal on a real disk: cut, changed, and written by one process alone. */
import fs, {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileJournal, findLostIssues } from '../../../src/server/files.js';
import { memoryLedger } from '../../../src/server/index.js';
import { openActiveSegment } from '../../../src/server/journal/active-segment.js';
import { readSegment } from '../../../src/server/journal/read-segment.js';
import { handClock } from '../../support/hand-clock.js';
import { openShop } from '../../support/shop.js';
import { line, ownJournal, replaced } from './own-journal.js';

const own = ownJournal();

describe('fileJournal', () => {
  test('what was appended is there when it is opened again, and goes on', async () => {
    await own.written(3);
    const journal = await fileJournal(own.path);
    const { journalId } = journal;
    expect(journal.position().sequence).toBe(3);
    expect(await journal.lines()).toMatchObject([0, 1, 2].map(line));
    const entry = await journal.append(line(3));
    expect(journal.position()).toEqual({ sequence: 4, head: entry.head });
    await journal.close();
    const again = await fileJournal(own.path);
    expect(again.journalId).toBe(journalId);
    expect(again.position().head).toBe(entry.head);
    expect(await again.lines()).toHaveLength(4);
    await again.close();
  });

  test('the same line twice is two lines, and the next one is answered', async () => {
    const journal = await fileJournal(own.path);
    await Promise.all([journal.append(line(1)), journal.append(line(1)), journal.append(line(2))]);
    expect(await journal.lines()).toHaveLength(3);
    await journal.close();
    expect(readFileSync(own.path, 'utf8').trim().split('\n')).toHaveLength(4);
  });

  test('lines that wait share a write, and one for later goes with the next', async () => {
    const journal = await fileJournal(own.path);
    let writes = 0;
    const { writeSync } = fs;
    replaced({
      writeSync: (...args: Parameters<typeof writeSync>) => {
        writes += 1;
        return writeSync(...args);
      },
    });
    try {
      const later = journal.append(line(0), { later: true });
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      expect([writes, journal.position().sequence]).toEqual([0, 0]);
      const both = await Promise.all([later, journal.append(line(1)), journal.append(line(2))]);
      expect(both.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
      expect(writes).toBe(1);
      const last = journal.append(line(3), { later: true });
      await journal.close();
      expect((await last).sequence).toBe(4);
    } finally {
      replaced({ writeSync });
    }
  });

  test('a line for later reaches a quiet disk by itself', async () => {
    const journal = await fileJournal(own.path);
    const clock = handClock();
    try {
      const written = journal.append(line(0), { later: true });
      await clock.advance(999);
      expect(journal.position().sequence).toBe(0);
      await clock.advance(1);
      expect((await written).sequence).toBe(1);
    } finally {
      clock.restore();
    }
    expect(readFileSync(own.path, 'utf8').trim().split('\n')).toHaveLength(2);
    await journal.close();
  });

  test('cut at every byte: the whole lines stay, and it goes on', { timeout: 60_000 }, async () => {
    await own.written(2);
    const bytes = readFileSync(own.path);
    const header = bytes.indexOf(10) + 1;
    for (let size = header; size <= bytes.length; size += 1) {
      writeFileSync(own.path, bytes);
      truncateSync(own.path, size);
      const whole = bytes.toString('utf8', header, size).split('\n').length - 1;
      const segment = openActiveSegment(own.path, 'journal');
      expect(segment.position().sequence).toBe(whole);
      const [entry] = segment.write([line(9)]);
      segment.letGo();
      expect([...readSegment(own.path)].at(-1)).toEqual(entry);
      expect(entry?.sequence).toBe(whole + 1);
    }
    for (let size = 0; size < header; size += 40) {
      writeFileSync(own.path, bytes.subarray(0, size));
      const fresh = await fileJournal(own.path);
      expect(fresh.position().sequence).toBe(0);
      await fresh.close();
    }
  });

  test('several lines of one write, half of them there', async () => {
    const journal = await fileJournal(own.path);
    await journal.append(line(0));
    const { size } = statSync(own.path);
    await Promise.all([1, 2, 3].map((atc) => journal.append(line(atc))));
    await journal.close();
    const bytes = readFileSync(own.path);
    const torn = [...bytes.subarray(0, size), ...Buffer.alloc(400)];
    writeFileSync(own.path, Buffer.from(torn));
    expect(await own.counters()).toEqual([0]);
  });

  test('a byte changed anywhere before the last line end is found', async () => {
    await own.written(3);
    const bytes = readFileSync(own.path);
    for (let at = 0; at < bytes.length - 1; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      writeFileSync(own.path, changed);
      const open = (): unknown => openActiveSegment(own.path, 'journal');
      expect(open).toThrow(expect.objectContaining({ code: 'JOURNAL_BROKEN' }));
    }
  });

  test('a line taken out of the middle is found, by its number and file', async () => {
    await own.written(3);
    const [header, first, , last] = readFileSync(own.path, 'utf8').split('\n');
    writeFileSync(own.path, [header, first, last, ''].join('\n'));
    await expect(fileJournal(own.path)).rejects.toMatchObject({
      code: 'JOURNAL_BROKEN',
      details: { line: 2, segment: own.path },
    });
  });

  test('a file that is no journal is not written over', async () => {
    for (const text of ['SQLite format 3\0', 'x'.repeat(9000), '{"a":1}\n']) {
      writeFileSync(own.path, text);
      await expect(fileJournal(own.path)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
      expect(readFileSync(own.path, 'utf8')).toBe(text);
    }
  });

  test('every file is for its owner alone, whatever it was', async () => {
    await own.written(8, 600);
    const names = readdirSync(own.folder);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) chmodSync(join(own.folder, name), 0o644);
    await own.written(1);
    for (const name of names) expect(statSync(join(own.folder, name)).mode & 0o777).toBe(0o600);
  });

  test('one writer, by whatever name, also after it has begun a new file', async () => {
    const journal = await fileJournal(own.path, { segmentBytes: 600 });
    const other = join(own.folder, 'other');
    symlinkSync(own.path, other);
    for (let round = 0; round < 3; round += 1) {
      for (const name of [own.path, other]) {
        await expect(fileJournal(name)).rejects.toMatchObject({ code: 'JOURNAL_IN_USE' });
      }
      await Promise.all([1, 2, 3].map((atc) => journal.append(line(atc))));
    }
    expect(readdirSync(own.folder).length).toBeGreaterThan(3);
    await journal.close();
    await (await fileJournal(other)).close();
  });
});

describe('findLostIssues', () => {
  test('a ledger that knows every issue has lost none', async () => {
    const shop = openShop({ card: { kind: '3des-4x' } });
    await shop.recharge();
    expect(await shop.journal.lines()).toMatchObject([{ kind: 'issue' }, { kind: 'tac' }]);
    expect(await findLostIssues(shop.journal, shop.ledger)).toEqual([]);
  });

  test('a ledger from before the issue is found out', async () => {
    const shop = openShop({ card: { kind: '3des-4x' } });
    await shop.recharge();
    expect(await findLostIssues(shop.journal, memoryLedger())).toEqual(
      (await shop.journal.lines()).slice(0, 1),
    );
  });
});
