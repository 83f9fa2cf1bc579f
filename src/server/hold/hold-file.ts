/**
 * Holds a file for one process: the SQLite ledger, or a journal. What is held is the file itself,
 * by the operating system's lock on it, so that a link, a mount, another temporary folder or
 * another network namespace is no second door.
 */
import { closeSync, statSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import type { ErrorRow } from '../../error-row.js';
import { QuancunError } from '../../errors.js';
import { JOURNAL_IN_USE, LEDGER_IN_USE } from './errors.js';
import { answerFormerRelease, hasOtherWriter } from './former-holder.js';
import { takeLock, type Unlock } from './lock.js';
import * as opening from './open-file.js';

/** A file that is held. */
export interface HeldFile {
  /** Its real path, no part of which is a link: the name by which it must be opened. */
  readonly path: string;
  /**
   * Whether the file that is held still stands under its name, and under no other. Two questions
   * to the system, no waiting: whoever writes asks before something leaves.
   */
  isSame(): boolean;
  /** From now on `isSame` speaks also for the file with this end to its name, such as `-wal`. */
  watch(end: string): void;
  /** Whether a log stands beside it: whoever wrote it last was killed. */
  hasLog(): boolean;
  /** Lets the next one have it. */
  release(): Promise<void>;
}

/**
 * Takes a database file for this process, makes it when it is not there (mode 0600), and clears
 * the lock of a killed driver, whose owner is dead: nobody else has the file. Open the database by
 * the `path` of what is answered, and release it after the database was closed.
 * 独占数据库文件（按文件本身而非名称加锁）；清除被杀进程遗留的锁。
 * @throws LEDGER_IN_USE while another process holds it, or may hold it, by whatever name
 * @throws FILE_LINKED when it has a hard link, or is mounted without its folder
 * @throws LEDGER_WAL_ASTRAY when a killed 0.1.0 left orders beside a link to it
 * @throws FILE_LOCK_MISSING, FILE_LOCK_FAILED when nobody could be kept out
 * @throws FILE_FOLDER_MISSING, FILE_READ_ONLY, FILE_NOT_PLAIN, FILE_NAME_TOO_LONG, FILE_DISK_FULL,
 * FILE_NOT_OPENED when it cannot be opened
 * @example
 * const held = await holdFile('held.db'); // throws, while another process holds it
 * await held.release();
 */
export function holdFile(path: string): Promise<HeldFile> {
  return hold(path, LEDGER_IN_USE, async (file, inUse) => {
    opening.expectPlaceBeside(file);
    opening.expectNoLogBesideLink(file);
    const close = await answerFormerRelease(file);
    if (close === undefined) throw inUse();
    try {
      await removeDriverLock(file, inUse);
    } catch (error) {
      await close();
      throw error;
    }
    return close;
  });
}

/**
 * Takes a journal's file for this process; `fileJournal` does so by itself.
 * 独占授权日志文件。
 * @throws JOURNAL_IN_USE while another process holds it, by whatever name; else as {@link holdFile}
 * @example
 * const held = await holdJournal('held.journal');
 * await held.release();
 */
export function holdJournal(path: string): Promise<HeldFile> {
  return hold(path, JOURNAL_IN_USE, () => Promise.resolve(() => Promise.resolve()));
}

type Prepare = (file: opening.OpenFile, inUse: () => QuancunError) => Promise<Unlock>;

async function hold(path: string, row: ErrorRow, prepare: Prepare): Promise<HeldFile> {
  const inUse = (): QuancunError => new QuancunError(row, { details: { file: path } });
  const file = opening.openFile(path, row);
  let unlock: Unlock | undefined;
  try {
    unlock = await takeLock(file.path, file.descriptor);
    if (unlock === undefined || opening.wasExchanged(file)) throw inUse();
    opening.expectOneName(file);
    // Whoever has it open without the lock keeps no order with us.
    if (await hasOtherWriter(file)) throw inUse();
    return heldFile(file, [await prepare(file, inUse), unlock]);
  } catch (error) {
    await unlock?.();
    closeSync(file.descriptor);
    throw opening.fileError(path, error);
  }
}

/** The driver locks with a folder, which a killed process leaves behind. */
async function removeDriverLock(file: opening.OpenFile, inUse: () => QuancunError): Promise<void> {
  // What is locked is what stands under the name: the folder belongs to it, and to nobody alive.
  if (!opening.isUnderItsName(file)) throw inUse();
  await rmdir(`${file.path}.lock`).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

function heldFile(file: opening.OpenFile, unlocks: readonly Unlock[]): HeldFile {
  const watched = new Map<string, ReturnType<typeof opening.lookAt>>();
  let released: Promise<void> | undefined;
  const isThere = (path: string): boolean => {
    const first = watched.get(path);
    const now = opening.lookAt(path);
    if (first === undefined) watched.set(path, now);
    return first === undefined || (now !== undefined && opening.isOneFile(first, now));
  };
  return {
    path: file.path,
    isSame: () =>
      released === undefined && opening.isUnderItsName(file) && [...watched.keys()].every(isThere),
    hasLog: () => (statSync(`${file.path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0,
    watch: (end) => void watched.set(file.path + end, opening.lookAt(file.path + end)),
    release: () =>
      (released ??= (async () => {
        for (const unlock of unlocks) await unlock();
        closeSync(file.descriptor);
      })()),
  };
}
