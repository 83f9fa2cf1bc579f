/** A journal of several files, and one that 0.1.0 wrote. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostHashing } from '../../../src/signing/index.js';
import { fileJournal } from '../../../src/server/files.js';
import { line, ownJournal } from './own-journal.js';

const own = ownJournal();

/** Lines as 0.1.0 wrote them: chained the same way, no header, no numbers. */
function formerLines(count: number): string {
  let head = '0'.repeat(64);
  let text = '';
  for (let atc = 0; atc < count; atc += 1) {
    const cardNumber = '6201220000001234';
    const fields = { orderId: `O${String(atc)}`, cardNumber, atc, random: '11223344', atMs: 1 };
    const body = JSON.stringify(fields);
    head = hostHashing().sha256(head + body);
    text += `${head} ${body}\n`;
  }
  return text;
}

describe('rotation', () => {
  test('each file can be read by itself, and every line is found behind any other', async () => {
    await own.written(40, 900);
    const files = readdirSync(own.folder).sort();
    expect(files).toEqual(expect.arrayContaining(['journal', 'journal.000000000001']));
    const all = Array.from({ length: 40 }, (_none, atc) => atc);
    for (let behind = 0; behind <= 40; behind += 7) {
      expect(await own.counters(behind)).toEqual(all.slice(behind));
    }
    for (const name of files.filter((file) => file !== 'journal')) {
      const header = JSON.parse(
        readFileSync(join(own.folder, name), 'utf8').slice(65).split('\n')[0] ?? '',
      ) as {
        sequence: number;
      };
      expect(name).toBe(`journal.${String(header.sequence + 1).padStart(12, '0')}`);
    }
  });

  test('a file that is missing in the middle, or is another journal’s, is found', async () => {
    await own.written(20, 900);
    const [, first = '', second = ''] = readdirSync(own.folder).sort();
    renameSync(join(own.folder, second), join(own.folder, 'away'));
    await expect(own.counters()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
    writeFileSync(join(own.folder, second), readFileSync(join(own.folder, first)));
    await expect(own.counters()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
  });

  test('without its last file it goes on behind the one before', async () => {
    await own.written(20, 900);
    const { length } = await own.counters();
    const last = readdirSync(own.folder).sort().at(-1) ?? '';
    rmSync(own.path);
    const journal = await fileJournal(own.path);
    const { sequence } = journal.position();
    expect(sequence).toBeGreaterThanOrEqual(Number(last.slice(-12)));
    expect(sequence).toBeLessThanOrEqual(length);
    await journal.append(line(99));
    expect(await journal.lines()).toHaveLength(sequence + 1);
    await journal.close();
  });

  test('a journal of 0.1.0 becomes the first file as it stands, and is gone on with', async () => {
    const former = formerLines(5);
    writeFileSync(own.path, former, { mode: 0o644 });
    const journal = await fileJournal(own.path);
    expect(journal.position()).toEqual({
      sequence: 5,
      head: former.trim().split('\n')[4]?.slice(0, 64),
    });
    await journal.append(line(5));
    expect(await journal.lines()).toMatchObject([
      { kind: 'issue-0.1', orderId: 'O0', atc: 0 },
      ...[1, 2, 3, 4].map((atc) => ({ kind: 'issue-0.1', atc })),
      line(5),
    ]);
    await journal.close();
    expect(readFileSync(join(own.folder, 'journal.000000000001'), 'utf8')).toBe(former);
    // Killed between the two: the old file has its number, and nothing stands at its name.
    rmSync(own.path);
    const again = await fileJournal(own.path);
    expect(again.position().sequence).toBe(5);
    await again.close();
  });

  test('a journal of 0.1.0 that was changed is refused as it stands', async () => {
    const former = formerLines(5).replace('"O2"', '"O7"');
    writeFileSync(own.path, former);
    await expect(fileJournal(own.path)).rejects.toMatchObject({
      code: 'JOURNAL_BROKEN',
      details: { line: 3 },
    });
    expect(readFileSync(own.path, 'utf8')).toBe(former);
  });
});
