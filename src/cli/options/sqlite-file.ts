/** A `--db` that names a SQLite file, and whether it is there. */
import { existsSync, realpathSync } from 'node:fs';
import { QuancunError } from '../../errors.js';
import { FILE_UNREADABLE } from '../errors.js';
import { UsageError } from '../output.js';
import { expectPostgres } from './db-option.js';

/** The file's real path; nothing for a PostgreSQL address. */
export function sqliteFile(db: string): string | undefined {
  const [, file] = /^sqlite:(.+)$/.exec(db) ?? [];
  if (file === undefined) {
    expectPostgres(db);
    return undefined;
  }
  if (!existsSync(file)) {
    throw new UsageError(new QuancunError(FILE_UNREADABLE, { details: { file } }));
  }
  return realpathSync(file);
}
