/** The journal on a real disk: cut, changed, and ahead of its ledger. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileJournal, findLostIssues } from '../../src/server/journal/file.js';
import { memoryLedger } from '../../src/server/index.js';
import { openShop } from '../support/shop.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-journal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const line = (onlineAtc: number) => ({
  orderId: 'ORDER1',
  cardNumber: '6201220000001234',
  onlineAtc,
  random: '11223344',
  atMs: 1,
});

async function written(count: number): Promise<string> {
  const path = join(folder, 'journal');
  const journal = await fileJournal(path);
  for (let atc = 0; atc < count; atc += 1) await journal.append(line(atc));
  await journal.close();
  return path;
}

describe('fileJournal', () => {
  test('what was appended is there when it is opened again, and goes on', async () => {
    const path = await written(3);
    const journal = await fileJournal(path);
    expect(await journal.lines()).toMatchObject([0, 1, 2].map(line));
    await journal.append(line(3));
    await journal.close();
    const again = await fileJournal(path);
    expect(await again.lines()).toHaveLength(4);
    await again.close();
  });

  test('the same line twice is two lines, and the next one is answered', async () => {
    const path = join(folder, 'journal');
    const journal = await fileJournal(path);
    await Promise.all([journal.append(line(1)), journal.append(line(1)), journal.append(line(2))]);
    expect(await journal.lines()).toHaveLength(3);
    await journal.close();
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(3);
  });

  test('cut at every byte of its last line: the whole lines before it stay, and it goes on', async () => {
    const path = await written(3);
    const bytes = readFileSync(path);
    const start = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
    for (let size = start; size < bytes.length; size += 1) {
      writeFileSync(path, bytes);
      truncateSync(path, size);
      const journal = await fileJournal(path);
      expect(await journal.lines()).toHaveLength(2);
      await journal.append(line(9));
      await journal.close();
      const again = await fileJournal(path);
      expect((await again.lines()).map((one) => 'onlineAtc' in one && one.onlineAtc)).toEqual([
        0, 1, 9,
      ]);
      await again.close();
    }
  });

  test('a byte changed anywhere before the last line end is found', async () => {
    const path = await written(3);
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length - 1; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      writeFileSync(path, changed);
      await expect(fileJournal(path)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
    }
  });

  test('a line taken out of the middle is found', async () => {
    const path = await written(3);
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [lines[0], ...lines.slice(2)].join('\n'));
    await expect(fileJournal(path)).rejects.toMatchObject({
      code: 'JOURNAL_BROKEN',
      details: { line: 2 },
    });
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
