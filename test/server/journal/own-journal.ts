/** A journal in a folder of its own, for each test anew. */
import fs, { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { fileJournal } from '../../../src/server/files.js';

/** Where it is. */
export interface OwnJournal {
  readonly folder: string;
  readonly path: string;
  /** Writes so many lines, and closes it. */
  written(count: number, segmentBytes?: number): Promise<void>;
  /** The counters of all lines behind a number. */
  counters(behind?: number): Promise<unknown[]>;
}

/** Gives each test of a file a folder, and takes it away again. */
export function ownJournal(): OwnJournal {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quancun-journal-'));
    path = join(folder, 'journal');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  return {
    get folder() {
      return folder;
    },
    get path() {
      return path;
    },
    written: async (count, segmentBytes) => {
      const options = segmentBytes === undefined ? {} : { segmentBytes };
      const journal = await fileJournal(path, options);
      for (let atc = 0; atc < count; atc += 1) await journal.append(line(atc));
      await journal.close();
    },
    counters: async (behind = 0) => {
      const journal = await fileJournal(path);
      const found: unknown[] = [];
      try {
        for await (const { body } of journal.entriesAfter(behind)) {
          found.push((JSON.parse(body) as { onlineAtc?: number }).onlineAtc);
        }
      } finally {
        await journal.close();
      }
      return found;
    },
  };
}

/** A line of no kind that is known. */
export const line = (onlineAtc: number) => ({
  orderId: 'ORDER1',
  cardNumber: '6201220000001234',
  onlineAtc,
  random: '11223344',
  atMs: 1,
});

/** Puts other functions in the place of the host's. */
export function replaced(methods: Partial<Record<keyof typeof fs, unknown>>): void {
  Object.assign(fs, methods);
  syncBuiltinESMExports();
}

/** How often this process has files of a folder open, where the system tells. */
export function openIn(folder: string): number {
  if (process.platform !== 'linux') return 0;
  const targets = readdirSync('/proc/self/fd').map((one) => {
    try {
      return readlinkSync(`/proc/self/fd/${one}`);
    } catch {
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(`${folder}/`)).length;
}
