/** Files that a command reads and writes; one that cannot be read is a wrong option. */
import { once } from 'node:events';
import {
  createWriteStream,
  readFileSync,
  writeFileSync,
  type WriteFileOptions,
  type WriteStream,
} from 'node:fs';
import { QuancunError } from '../../errors.js';
import { parseFileText } from '../../json/index.js';
import { FILE_EXISTS, FILE_UNREADABLE, FILE_UNWRITABLE } from '../errors.js';
import { UsageError, fromOption } from '../output.js';

/** Reads a text file. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(new QuancunError(FILE_UNREADABLE, { details: { file }, cause }));
  }
}

/** Reads a JSON file. */
export function readJson(file: string): unknown {
  const text = readText(file);
  return fromOption(() => parseFileText(text, file));
}

/** Writes a text file. */
export function writeText(file: string, text: string, options: WriteFileOptions = {}): void {
  whileWriting(file, () => {
    writeFileSync(file, text, options);
  });
}

/** Writes a file in a way of the caller's own. */
export function whileWriting(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** Opens a new file, its owner's alone; one that is there already is not overwritten. */
export async function openNew(file: string): Promise<WriteStream> {
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await once(out, 'open').catch((cause: unknown) => {
    throw unwritable(file, cause);
  });
  return out;
}

/** Why a file was not written: whoever meets one that is there needs other advice. */
export function unwritable(file: string, cause: unknown): UsageError {
  const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
  const row = isThere ? FILE_EXISTS : FILE_UNWRITABLE;
  return new UsageError(new QuancunError(row, { details: { file }, cause }));
}
