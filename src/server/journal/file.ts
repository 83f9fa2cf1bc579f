/**
 * The issuance journal in a file of its own, on another disk than the ledger's where there is one:
 * one line of JSON for each MAC2, chained by hashes, on the disk before the MAC2 leaves.
 */
import { open, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { hostHashing } from '../../signing/index.js';
import { QuancunError } from '../../errors.js';
import { randomBytes } from 'node:crypto';
import type { Journal } from './journal.js';
import {
  chainLine,
  type IssueLine,
  type JournalEntry,
  type JournalLine,
  NO_LINES,
} from './lines.js';
import { createTurns } from '../../turns.js';
import type { Ledger } from '../ledger/ledger.js';
import { JOURNAL_BROKEN } from '../errors.js';

/** A journal that is open. */
export type FileJournal = Journal;

/**
 * Opens a journal, and checks its chain. A last line that a crash cut off is no issuance: its MAC2
 * never left.
 * 打开签发日志（逐行落盘，哈希链）。
 * @throws JOURNAL_BROKEN when a line does not fit the chain
 * @example
 * const journal = await fileJournal('issues.journal');
 * (await journal.lines()).length; // 0
 * await journal.close();
 */
export async function fileJournal(path: string): Promise<FileJournal> {
  const { entries: written, sizeBytes } = readChain(await readText(path));
  // It names cards.
  const file = await open(path, 'a', 0o600);
  await file.truncate(sizeBytes);
  await syncFolder(path);
  const inTurn = createTurns();
  return {
    journalId: randomBytes(16).toString('hex'),
    name: path,
    position: () => written.at(-1) ?? NO_LINES,
    append: (line) =>
      inTurn(async () => {
        const entry = chainLine(written.at(-1) ?? NO_LINES, line);
        await file.appendFile(`${entry.head} ${entry.body}\n`);
        await file.datasync();
        written.push(entry);
        return entry;
      }),
    entriesAfter: async function* (sequence) {
      yield* await Promise.resolve(written.slice(sequence));
    },
    lines: () => Promise.resolve(written.map(({ body }) => JSON.parse(body) as JournalLine)),
    close: () => file.close(),
  };
}

/**
 * The journal's lines whose attempt the ledger does not know.
 * 比对签发日志与账本，返回账本缺失的签发。
 * @example
 * import { memoryLedger } from 'quancun/server';
 * const journal = await fileJournal('compared.journal');
 * await findLostIssues(journal, memoryLedger()); // []
 * await journal.close();
 */
export async function findLostIssues(
  journal: Journal,
  ledger: Ledger,
): Promise<readonly IssueLine[]> {
  const lost: IssueLine[] = [];
  for (const line of await journal.lines()) {
    if (line.kind !== 'issue') continue;
    const attempts = (await ledger.read(line.order.orderId))?.situation.attempts ?? [];
    const known = attempts.some(
      ({ onlineAtc, random }) =>
        onlineAtc === line.attempt.onlineAtc && random === line.attempt.random,
    );
    if (!known) lost.push(line);
  }
  return lost;
}

function readChain(text: string): { entries: JournalEntry[]; sizeBytes: number } {
  const entries: JournalEntry[] = [];
  let head = NO_LINES.head;
  let sizeBytes = 0;
  // What follows the last line end is a line that was never finished.
  for (const raw of text.split('\n').slice(0, -1)) {
    const [hash, body] = [raw.slice(0, 64), raw.slice(65)];
    if (raw[64] !== ' ' || hostHashing().sha256(head + body) !== hash) {
      throw new QuancunError(JOURNAL_BROKEN, { details: { line: entries.length + 1 } });
    }
    entries.push({ sequence: entries.length + 1, head: hash, body });
    head = hash;
    sizeBytes += Buffer.byteLength(raw) + 1;
  }
  return { entries, sizeBytes };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** A file that was just made is on the disk when its folder is. Windows has no such flush. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(resolve(path)), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
