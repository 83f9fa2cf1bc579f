/** Files that a command reads and writes; one that cannot be read is a wrong option. */
import { readFileSync, writeFileSync, type WriteFileOptions } from 'node:fs';
import { QuancunError } from '../../errors.js';
import { parseFileText } from '../../json/index.js';
import { FILE_UNREADABLE, FILE_UNWRITABLE } from '../errors.js';
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
    throw new UsageError(new QuancunError(FILE_UNWRITABLE, { details: { file }, cause }));
  }
}
