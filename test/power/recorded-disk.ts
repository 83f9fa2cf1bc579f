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
  /** Goes on to that many; answers which fates differ there. */
  goTo(position: number, fates: readonly Fate[]): readonly Fate[];
  /** Writes the disk as it may stand there, into a folder. */
  cut(fate: Fate, folder: string): void;
  stop(): void;
}

/** Records what happens to files in `folder` from now on. */
export function recordDisk(folder: string): RecordedDisk {
  const operations: Operation[] = [];
  const names = new Map<number, string>();
  // Opened so that a write is on the disk when it returns.
  const durable = new Set<number>();
  const undo: (() => void)[] = [];
  let isRecording = true;
  const record = (fd: number, make: (file: string) => Operation): void => {
    const file = names.get(fd);
    if (isRecording && file !== undefined) operations.push(make(file));
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
    // Whoever was first loaded meanwhile calls this for good: a removal elsewhere, or later, is
    // none of the recording.
    const isOurs = isRecording && String(path).startsWith(`${folder}/`);
    if (isOurs) operations.push({ kind: 'unlink', file: basename(String(path)) });
    original(path);
  });
  syncBuiltinESMExports();
  const play = player(operations);
  let at = 0;
  return {
    position: () => operations.length,
    goTo: (position, fates) => {
      at = position;
      return fatesOf(play(position), fates);
    },
    cut: (fate, target) => {
      writeDisk(play(at), fate, at, target);
    },
    stop: () => {
      isRecording = false;
      for (const one of undo) one();
      syncBuiltinESMExports();
    },
  };
}

interface Contents {
  readonly flushed: Image;
  readonly waiting: Operation[];
}

/** A file's bytes, in room that grows ahead of them: a recording writes thousands of pages. */
class Image {
  #room = Buffer.alloc(0);
  #size = 0;

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#size);
  }

  copy(): Image {
    const image = new Image();
    image.#room = Buffer.from(this.bytes);
    image.#size = this.#size;
    return image;
  }

  apply(operation: Operation): void {
    if (operation.kind === 'truncate') this.#resize(operation.size);
    if (operation.kind !== 'write') return;
    this.#resize(Math.max(this.#size, operation.at + operation.bytes.length));
    operation.bytes.copy(this.#room, operation.at);
  }

  #resize(size: number): void {
    if (size > this.#room.length) {
      const room = Buffer.alloc(size * 2);
      this.bytes.copy(room);
      this.#room = room;
    }
    if (size > this.#size) this.#room.fill(0, this.#size, size);
    this.#size = size;
  }
}

/**
 * Plays a recording forwards, one operation at a time: from its start for every cut, the work
 * would grow with the square of its length.
 */
function player(operations: readonly Operation[]) {
  const disk = new Map<string, Contents>();
  let played = 0;
  const playOne = (operation: Operation): void => {
    const { file, kind } = operation;
    if (kind === 'unlink') {
      disk.delete(file);
      return;
    }
    const contents = disk.get(file) ?? { flushed: new Image(), waiting: [] };
    disk.set(file, contents);
    if (kind === 'sync') {
      for (const one of contents.waiting.splice(0)) contents.flushed.apply(one);
    } else if (kind !== 'open') contents.waiting.push(operation);
  };
  return (position: number): ReadonlyMap<string, Contents> => {
    if (position < played) throw new Error('a recording is played forwards alone');
    for (const operation of operations.slice(played, position)) playOne(operation);
    played = position;
    return disk;
  };
}

/** Every disk that a cut at this moment may leave, once: without a wait there is only one. */
function fatesOf(disk: ReadonlyMap<string, Contents>, fates: readonly Fate[]): readonly Fate[] {
  const isWaiting = [...disk.values()].some(({ waiting }) => waiting.length > 0);
  return isWaiting ? fates : fates.slice(0, 1);
}

function writeDisk(
  disk: ReadonlyMap<string, Contents>,
  fate: Fate,
  seed: number,
  folder: string,
): void {
  mkdirSync(folder, { recursive: true });
  for (const [file, { flushed, waiting }] of disk) {
    const image = flushed.copy();
    for (const operation of surviving(waiting, fate, seed)) image.apply(operation);
    writeFileSync(join(folder, file), image.bytes);
  }
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
