/** Keeps a journal for one process: the operating system's lock on its file, on Linux. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, realpathSync } from 'node:fs';
import { QuancunError } from '../../errors.js';
import type { HeldFile } from '../hold-file.js';
import { JOURNAL_IN_USE } from '../errors.js';

/** A journal's file that is held, by its real path. */
export interface HeldJournal extends HeldFile {
  readonly path: string;
}

/** Takes a journal's file, and makes it when it is not there. @throws JOURNAL_IN_USE */
export function holdJournal(path: string): Promise<HeldJournal> {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  if (process.platform === 'linux') {
    const { status } = spawnSync('flock', ['-n', '-x', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    if (status !== 0) {
      closeSync(descriptor);
      return Promise.reject(new QuancunError(JOURNAL_IN_USE, { details: { name: path } }));
    }
  }
  return Promise.resolve({
    path: realpathSync(path),
    release: () => {
      closeSync(descriptor);
      return Promise.resolve();
    },
  });
}
