/** Reading a journal across its files: how far it reaches, and any of its lines. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileJournal } from '../../../src/server/files.js';
import { readEntries, readExtent } from '../../../src/server/journal/read-journal.js';
import { line, openIn, ownJournal } from './own-journal.js';

const own = ownJournal();
/** A path as an error tells it: its number is whole. */
const SECOND = expect.stringMatching(/journal\.000000000002$/) as string;
const names = () => readdirSync(own.folder).sort();
const numbers = async (behind = 0, to = 9) => {
  const found: number[] = [];
  for await (const { sequence } of readEntries(own.path, behind, to)) found.push(sequence);
  return found;
};

describe('how far a journal reaches', () => {
  test('from its first file that is there to its last line', async () => {
    expect(readExtent(own.path)).toEqual({
      ...{ journalId: '', behind: 0, end: { sequence: 0, head: '0'.repeat(64) } },
    });
    await own.written(1);
    const { journalId } = readExtent(own.path);
    expect(journalId).not.toBe('');
    expect(readExtent(own.path)).toMatchObject({ behind: 0, end: { sequence: 1 } });
    await own.written(2, 1);
    expect(names()).toHaveLength(3);
    expect(readExtent(own.path)).toMatchObject({ journalId, behind: 0, end: { sequence: 3 } });
    // The first was taken away.
    const first = join(own.folder, 'journal.000000000001');
    renameSync(first, join(own.folder, 'away'));
    expect(readExtent(own.path)).toMatchObject({ journalId, behind: 2, end: { sequence: 3 } });
    // And with it the one that is written: killed between two names.
    for (const text of [undefined, '']) {
      rmSync(own.path, { force: true });
      if (text !== undefined) writeFileSync(own.path, text);
      expect(readExtent(own.path)).toMatchObject({ journalId, behind: 2, end: { sequence: 3 } });
    }
    expect(openIn(own.folder)).toBe(0);
  });

  test('without a full file it begins where the one that is written goes on from', async () => {
    await own.written(2, 1);
    await own.written(1);
    for (const name of names().slice(1)) rmSync(join(own.folder, name));
    expect(readExtent(own.path)).toMatchObject({ behind: 2, end: { sequence: 3 } });
    rmSync(own.path);
    mkdirSync(join(own.folder, 'journal.d'));
    expect(readExtent(own.path).journalId).toBe('');
  });
});

describe('the lines of several files', () => {
  test('are read as far as is asked for, and no further', async () => {
    await own.written(5, 1);
    expect(await numbers(0, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(await numbers(1, 3)).toEqual([2, 3]);
    expect(await numbers(3, 3)).toEqual([]);
    expect(openIn(own.folder)).toBe(0);
    await expect(numbers(0, 6)).rejects.toMatchObject({ details: { line: 6, segment: own.path } });
  });

  test('a file whose lines are not those behind the one before is told', async () => {
    await own.written(3, 1);
    const second = join(own.folder, 'journal.000000000002');
    const stranger = join(own.folder, 'stranger');
    const journal = await fileJournal(stranger, { segmentBytes: 1 });
    await journal.append(line(7));
    await journal.append(line(8));
    await journal.close();
    const kept = readFileSync(second);
    writeFileSync(second, readFileSync(`${stranger}.000000000002`));
    await expect(numbers(0, 3)).rejects.toMatchObject({ details: { line: 2, segment: SECOND } });
    // One that is there, and holds nothing of what its number promises.
    writeFileSync(second, '');
    await expect(numbers(0, 3)).rejects.toMatchObject({ details: { line: 2, segment: SECOND } });
    writeFileSync(second, readFileSync(join(own.folder, 'journal.000000000001')));
    await expect(numbers(0, 3)).rejects.toMatchObject({ details: { line: 2, segment: SECOND } });
    writeFileSync(second, readFileSync(join(own.folder, 'journal.000000000003')));
    await expect(numbers(0, 3)).rejects.toMatchObject({ details: { line: 2, segment: SECOND } });
    writeFileSync(second, kept);
    expect(await numbers(0, 3)).toEqual([1, 2, 3]);
    // Its full files are not there at all.
    for (const number of [1, 2, 3])
      rmSync(join(own.folder, `journal.00000000000${String(number)}`));
    await expect(numbers(0, 3)).rejects.toMatchObject({ details: { line: 1, segment: own.path } });
  });

  test('while the file that is written was just begun, the others are found', async () => {
    await own.written(2, 1);
    writeFileSync(own.path, '');
    expect(await numbers(0, 2)).toEqual([1, 2]);
    expect(existsSync(own.path)).toBe(true);
  });
});
