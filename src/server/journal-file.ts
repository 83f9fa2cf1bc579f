/**
 * The issuance journal in a file of its own, on another disk than the ledger's where there is one:
 * one line of JSON for each MAC2, chained by hashes, on the disk before the MAC2 leaves.
 */
import { open, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { hostHashing } from '../signing/index.js';
import { QuancunError } from '../errors.js';
import { type HeldFile, holdJournal } from './hold/hold-file.js';
import type { Journal, JournalLine } from './journal.js';
import type { Ledger } from './ledger/ledger.js';
import { JOURNAL_BROKEN } from './errors.js';

const NO_HASH = '0'.repeat(64);

/** A journal that is open. */
export interface FileJournal extends Journal {
  close(): Promise<void>;
}

/**
 * Opens a journal for this process alone, and checks its chain. A last line that a crash cut off is
 * no issuance: its MAC2 never left.
 * 打开签发日志（单进程独占，逐行落盘，哈希链）。
 * @throws JOURNAL_BROKEN when a line does not fit the chain
 * @throws JOURNAL_IN_USE while another process writes it; else as {@link holdJournal}
 * @example
 * const journal = await fileJournal('issues.journal');
 * (await journal.lines()).length; // 0
 * await journal.close();
 */
export async function fileJournal(path: string): Promise<FileJournal> {
  const held = await holdJournal(path);
  try {
    return await openHeld(held);
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function openHeld({ path, release }: HeldFile): Promise<FileJournal> {
  const { lines: written, head, sizeBytes } = readChain(await readText(path));
  // It names cards.
  const file = await open(path, 'a', 0o600);
  await file.truncate(sizeBytes);
  await syncFolder(path);
  const chain = createChain(head);
  const known = new Set(written.map(keyOf));
  let waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;
  /** Lines that wait for the disk share its next flush; none is answered before. */
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const fresh = batch.filter(({ line }) => !known.has(keyOf(line)) && known.add(keyOf(line)));
      try {
        if (fresh.length > 0) {
          await file.appendFile(fresh.map(({ line }) => chain(line)).join(''));
          await file.datasync();
          written.push(...fresh.map(({ line }) => line));
        }
        for (const { resolve: done } of batch) done();
      } catch (error) {
        // What is on the disk is not known any more: nothing is issued until a restart has looked.
        broken = error;
        for (const { reject } of batch) reject(error);
      }
    }
    draining = undefined;
  };
  let broken: unknown;
  return {
    append: (line) =>
      new Promise<void>((done, reject) => {
        if (broken !== undefined) {
          reject(
            new QuancunError(JOURNAL_BROKEN, {
              details: { line: written.length + 1 },
              cause: broken,
            }),
          );
          return;
        }
        waiting.push({ line, resolve: done, reject });
        draining ??= drain();
      }),
    lines: () => Promise.resolve([...written]),
    close: async () => {
      await draining;
      await file.close();
      await release();
    },
  };
}

interface Waiting {
  readonly line: JournalLine;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes lines, each with the hash of the one before. */
function createChain(head: string): (line: JournalLine) => string {
  let last = head;
  return (line) => {
    const body = encodeLine(line);
    last = hostHashing().sha256(last + body);
    return `${last} ${body}\n`;
  };
}

/**
 * The journal's lines whose attempt the ledger does not know: after a restore these cards must not
 * be loaded before two people have looked.
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
): Promise<readonly JournalLine[]> {
  const lost: JournalLine[] = [];
  for (const line of await journal.lines()) {
    const attempts = (await ledger.read(line.orderId))?.situation.attempts ?? [];
    const known = attempts.some(
      ({ onlineAtc, random }) => onlineAtc === line.onlineAtc && random === line.random,
    );
    if (!known) lost.push(line);
  }
  return lost;
}

function readChain(text: string): { lines: JournalLine[]; head: string; sizeBytes: number } {
  const lines: JournalLine[] = [];
  let head = NO_HASH;
  let sizeBytes = 0;
  // What follows the last line end is a line that was never finished.
  for (const raw of text.split('\n').slice(0, -1)) {
    const [hash, body] = [raw.slice(0, 64), raw.slice(65)];
    if (hostHashing().sha256(head + body) !== hash) {
      throw new QuancunError(JOURNAL_BROKEN, { details: { line: lines.length + 1 } });
    }
    lines.push(decodeLine(body));
    head = hash;
    sizeBytes += Buffer.byteLength(raw) + 1;
  }
  return { lines, head, sizeBytes };
}

/** On the disk the counter keeps the name it was released with. */
interface DiskLine extends Omit<JournalLine, 'onlineAtc'> {
  readonly atc: number;
}

function encodeLine({ orderId, cardNumber, onlineAtc: atc, random, atMs }: JournalLine): string {
  return JSON.stringify({ orderId, cardNumber, atc, random, atMs } satisfies DiskLine);
}

function decodeLine(body: string): JournalLine {
  const { atc: onlineAtc, ...rest } = JSON.parse(body) as DiskLine;
  return { ...rest, onlineAtc };
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

function keyOf({ orderId, onlineAtc, random }: JournalLine): string {
  return `${orderId} ${String(onlineAtc)} ${random}`;
}
