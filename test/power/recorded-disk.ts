/**
 * A disk that remembers: every write, truncation and flush that SQLite and the journal make goes to
 * the real disk and into a list. From any prefix of the list it makes the disks that a power cut at
 * that moment may leave: what was flushed is there; what was not may be there, or not, or in part.
 */
import fs, { mkdirSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';

type Operation =
  | { readonly kind: 'open' | 'sync' | 'unlink'; readonly file: string }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer };

/** What becomes of writes that were not flushed. */
export const FATES = ['lost', 'kept', 'torn', 'some'] as const;
export type Fate = (typeof FATES)[number];

type Methods = Record<string, (...args: never[]) => unknown>;

/** A recording. */
export interface RecordedDisk {
  /** How many operations there were so far. */
  position(): number;
  /** Writes the disk as it may stand after that many, into a folder; answers its files. */
  cut(position: number, fate: Fate, folder: string): readonly string[];
  stop(): void;
}

/** Records what happens to files in `folder` from now on. */
export function recordDisk(folder: string): RecordedDisk {
  const operations: Operation[] = [];
  const names = new Map<number, string>();
  // Opened so that a write is on the disk when it returns.
  const durable = new Set<number>();
  const undo: (() => void)[] = [];
  const record = (fd: number, make: (file: string) => Operation): void => {
    const file = names.get(fd);
    if (file !== undefined) operations.push(make(file));
  };
  const replace = (methods: Methods, name: string, make: (original: never) => unknown): void => {
    const original = methods[name];
    if (original === undefined) throw new Error(`there is no ${name}`);
    methods[name] = make(original as never) as never;
    undo.push(() => {
      methods[name] = original;
    });
  };
  const files = fs as unknown as Methods;
  replace(
    files,
    'openSync',
    (original: typeof fs.openSync) =>
      (...args: Parameters<typeof fs.openSync>) => {
        const fd = original(...args);
        const path = String(args[0]);
        if (path.startsWith(`${folder}/`)) {
          names.set(fd, basename(path));
          record(fd, (file) => ({ kind: 'open', file }));
        } else names.delete(fd);
        const isDurable = typeof args[1] === 'number' && (args[1] & fs.constants.O_DSYNC) !== 0;
        if (isDurable) durable.add(fd);
        else durable.delete(fd);
        return fd;
      },
  );
  replace(
    files,
    'writeSync',
    (original: (...args: unknown[]) => number) =>
      (...args: unknown[]) => {
        const [fd, buffer, offset, length, at] = args as [
          number,
          Uint8Array,
          number,
          number,
          number,
        ];
        if (names.has(fd)) {
          const bytes = Buffer.from(buffer.slice(offset, offset + length));
          record(fd, (file) => ({ kind: 'write', file, at, bytes }));
        }
        const written = original(...args);
        if (durable.has(fd)) record(fd, (file) => ({ kind: 'sync', file }));
        return written;
      },
  );
  replace(files, 'ftruncateSync', (original: typeof fs.ftruncateSync) => (fd: number, size = 0) => {
    record(fd, (file) => ({ kind: 'truncate', file, size }));
    original(fd, size);
  });
  for (const name of ['fsyncSync', 'fdatasyncSync']) {
    replace(files, name, (original: typeof fs.fsyncSync) => (fd: number) => {
      original(fd);
      record(fd, (file) => ({ kind: 'sync', file }));
    });
  }
  replace(files, 'unlinkSync', (original: typeof fs.unlinkSync) => (path: string | Buffer) => {
    operations.push({ kind: 'unlink', file: basename(String(path)) });
    original(path);
  });
  syncBuiltinESMExports();
  return {
    position: () => operations.length,
    cut: (position, fate, target) => cut(operations.slice(0, position), fate, target),
    stop: () => {
      for (const one of undo) one();
      syncBuiltinESMExports();
    },
  };
}

interface Contents {
  flushed: Buffer;
  waiting: Operation[];
}

function cut(operations: readonly Operation[], fate: Fate, folder: string): readonly string[] {
  const disk = new Map<string, Contents>();
  for (const operation of operations) {
    const { file, kind } = operation;
    if (kind === 'unlink') {
      disk.delete(file);
      continue;
    }
    const contents = disk.get(file) ?? { flushed: Buffer.alloc(0), waiting: [] };
    disk.set(file, contents);
    if (kind === 'sync') {
      contents.flushed = contents.waiting.reduce(apply, contents.flushed);
      contents.waiting = [];
    } else if (kind !== 'open') contents.waiting.push(operation);
  }
  mkdirSync(folder, { recursive: true });
  for (const [file, { flushed, waiting }] of disk) {
    const survived = surviving(waiting, fate, operations.length);
    writeFileSync(join(folder, file), survived.reduce(apply, flushed));
  }
  return [...disk.keys()];
}

/** The disk may write what waits in any order, and the last sector in part. */
function surviving(waiting: readonly Operation[], fate: Fate, seed: number): readonly Operation[] {
  switch (fate) {
    case 'lost':
      return [];
    case 'kept':
      return waiting;
    case 'some':
      return waiting.filter(
        (_operation, index) => ((index + 1) * 2654435761 + seed * 40503) % 3 !== 0,
      );
    case 'torn':
      return waiting.map((operation, index) =>
        operation.kind === 'write' && index === waiting.length - 1
          ? { ...operation, bytes: operation.bytes.subarray(0, operation.bytes.length >> 1) }
          : operation,
      );
  }
}

function apply(before: Buffer, operation: Operation): Buffer {
  if (operation.kind === 'truncate') {
    const after = Buffer.alloc(operation.size);
    before.copy(after);
    return after;
  }
  if (operation.kind !== 'write') return before;
  const end = operation.at + operation.bytes.length;
  const after = Buffer.alloc(Math.max(before.length, end));
  before.copy(after);
  operation.bytes.copy(after, operation.at);
  return after;
}
