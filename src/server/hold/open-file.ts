/**
 * Opens a file that is to be held. The file is what counts, whatever its name: it is opened by any,
 * and known from then on by its real one. A second name that cannot be seen from here (a hard link,
 * a mount of the file alone) is refused, because a database's log stands beside each of them.
 */
import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ErrorRow } from '../../error-row.js';
import { QuancunError } from '../../errors.js';
import * as rows from './errors.js';
import { LOCK_AT_OPEN } from './lock.js';

/** A file that is open, for reading and writing. */
export interface OpenFile {
  /** As it was given, absolute. */
  readonly given: string;
  /** No part of it is a link. */
  readonly path: string;
  readonly descriptor: number;
}

/** Which row tells what the system said. */
const ROWS: Readonly<Record<string, ErrorRow>> = {
  ENOENT: rows.FILE_FOLDER_MISSING,
  ENOTDIR: rows.FILE_FOLDER_MISSING,
  EACCES: rows.FILE_READ_ONLY,
  EPERM: rows.FILE_READ_ONLY,
  EROFS: rows.FILE_READ_ONLY,
  EISDIR: rows.FILE_NOT_PLAIN,
  ENXIO: rows.FILE_NOT_PLAIN,
  ENODEV: rows.FILE_NOT_PLAIN,
  ENAMETOOLONG: rows.FILE_NAME_TOO_LONG,
  ENOSPC: rows.FILE_DISK_FULL,
  EDQUOT: rows.FILE_DISK_FULL,
  EIO: rows.FILE_DISK_FULL,
};

/**
 * Opens it, and makes it when it is not there.
 * @param inUse the row that says that somebody else has it, where opening locks
 */
export function openFile(path: string, inUse: ErrorRow): OpenFile {
  const given = resolve(path);
  // Not to wait where it is a pipe that nobody reads. Windows knows of no such wait.
  const { O_RDWR, O_CREAT } = constants;
  const flags = O_RDWR | O_CREAT | (constants.O_NONBLOCK ?? 0) | LOCK_AT_OPEN;
  let descriptor: number;
  try {
    // It names cards, in a ledger and in a journal: for this user alone.
    descriptor = openSync(given, flags, 0o600);
  } catch (error) {
    const taken = LOCK_AT_OPEN !== 0 && (error as NodeJS.ErrnoException).code === 'EAGAIN';
    throw taken ? new QuancunError(inUse, { details: { file: path } }) : fileError(path, error);
  }
  try {
    if (!fstatSync(descriptor).isFile()) {
      throw new QuancunError(rows.FILE_NOT_PLAIN, { details: { file: path } });
    }
    return { given, path: realpathSync(given), descriptor };
  } catch (error) {
    closeSync(descriptor);
    throw fileError(path, error);
  }
}

/** What the system said of a file, with a code of ours. */
export function fileError(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof QuancunError) return error;
  const row = ROWS[code] ?? rows.FILE_NOT_OPENED;
  return new QuancunError(row, { details: { file, reason: code }, cause: error });
}

/** Whether what stands under the name is the open file, and has no other name. */
export function isUnderItsName({ path, descriptor }: OpenFile): boolean {
  const here = fstatSync(descriptor, { bigint: true });
  const there = lookAt(path);
  return there !== undefined && isOneFile(here, there) && Number(there.nlink) === 1;
}

/** Whether another file, or none, has come under the name since: its holder began a new one. */
export function wasExchanged({ path, descriptor }: OpenFile): boolean {
  const there = lookAt(path);
  return there === undefined || !isOneFile(fstatSync(descriptor, { bigint: true }), there);
}

/** What is under a name, a link being a link; nothing when that cannot be told. */
export function lookAt(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Device and inode, in whole: beyond 2^53 numbers run together. */
export function isOneFile(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** @throws FILE_LINKED unless the file has one name, which stands in its own folder */
export function expectOneName(file: OpenFile): void {
  if (isUnderItsName(file) && !isMountedAlone(file)) return;
  throw new QuancunError(rows.FILE_LINKED, { details: { file: file.path } });
}

/** @throws when what a database writes beside its file will not find its place */
export function expectPlaceBeside({ path }: OpenFile): void {
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    // The longest end that the driver gives a name.
    statSync(`${path}-journal`, { throwIfNoEntry: false });
  } catch (error) {
    throw fileError(path, error);
  }
}

/**
 * A release that did not look for the real name left its log beside a link, when it was killed.
 * @throws LEDGER_WAL_ASTRAY when there is one
 */
export function expectNoLogBesideLink({ given, path }: OpenFile): void {
  const astray = lookAt(`${given}-wal`);
  if (astray === undefined || Number(astray.size) === 0) return;
  const beside = lookAt(`${path}-wal`);
  if (beside !== undefined && isOneFile(astray, beside)) return;
  throw new QuancunError(rows.LEDGER_WAL_ASTRAY, {
    details: { file: path, wal: `${given}-wal` },
  });
}

/** Linux says which mount a descriptor came by: a file's is its folder's, unless it is one. */
function isMountedAlone({ path, descriptor }: OpenFile): boolean {
  let folder: number;
  try {
    folder = openSync(dirname(path), constants.O_RDONLY);
  } catch {
    return false;
  }
  try {
    return describeDescriptor(descriptor).mnt_id !== describeDescriptor(folder).mnt_id;
  } finally {
    closeSync(folder);
  }
}

/** What Linux tells of a descriptor (`flags`, `mnt_id`, `ino`); elsewhere nothing. */
export function describeDescriptor(
  descriptor: number | string,
  process: number | string = 'self',
): Partial<Readonly<Record<string, string>>> {
  try {
    const text = readFileSync(`/proc/${String(process)}/fdinfo/${String(descriptor)}`, 'utf8');
    return Object.fromEntries(
      [...text.matchAll(/^(\w+):\s*(\S+)/gm)].map(([, name = '', value = '']) => [name, value]),
    );
  } catch {
    return {};
  }
}
