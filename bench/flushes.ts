/**
 * Counts flushes: every road by which this process asks the system to put a file on the disk is
 * wrapped, those of SQLite's driver (fsyncSync of node:fs) and of the journal among them. To write
 * to a file that was opened with O_DSYNC is to flush.
 */
import { constants } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { open } from 'node:fs/promises';

interface Flushing {
  openSync(...values: unknown[]): number;
  writeSync(...values: unknown[]): number;
  closeSync(file: number): void;
  fsyncSync(file: number): void;
  fdatasyncSync(file: number): void;
}

let count = 0;

/** How many flushes there were since the count began. */
export function flushesSoFar(): number {
  return count;
}

/** Begins to count. */
export async function countFlushes(): Promise<void> {
  const fs = createRequire(import.meta.url)('node:fs') as Flushing & Record<string, unknown>;
  for (const name of ['fsyncSync', 'fdatasyncSync', 'fsync', 'fdatasync'] as const) wrap(fs, name);
  wrapDurableWrites(fs);
  syncBuiltinESMExports();
  const handle = await open(process.execPath, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<string, unknown>;
  await handle.close();
  for (const name of ['sync', 'datasync']) wrap(prototype, name);
}

function wrap(holder: Record<string, unknown>, name: string): void {
  const flush = holder[name] as (...values: unknown[]) => unknown;
  holder[name] = function (this: unknown, ...values: unknown[]): unknown {
    count += 1;
    return flush.apply(this, values);
  };
}

function wrapDurableWrites(fs: Flushing): void {
  const durable = new Set<number>();
  const { openSync, writeSync, closeSync } = fs;
  fs.openSync = (...values) => {
    const file = openSync(...values);
    const [, flags] = values;
    if (typeof flags === 'number' && (flags & constants.O_DSYNC) !== 0) durable.add(file);
    return file;
  };
  fs.writeSync = (...values) => {
    if (durable.has(values[0] as number)) count += 1;
    return writeSync(...values);
  };
  fs.closeSync = (file) => {
    durable.delete(file);
    closeSync(file);
  };
}
