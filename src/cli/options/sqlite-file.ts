/** A `--db` that names a SQLite file, and whether it is there. */
import { existsSync, realpathSync } from 'node:fs';
import { QuancunError } from '../../errors.js';
import { FILE_UNREADABLE } from '../errors.js';
import { UsageError, wrongOption } from '../output.js';

/** The file's real path; nothing for a PostgreSQL address. */
export function sqliteFile(db: string): string | undefined {
  const [, file] = /^sqlite:(.+)$/.exec(db) ?? [];
  if (file === undefined) {
    if (!/^postgres(ql)?:\/\//.test(db)) throw wrongOption('--db', 'sqlite:FILE | postgres://…');
    return undefined;
  }
  if (!existsSync(file)) {
    throw new UsageError(new QuancunError(FILE_UNREADABLE, { details: { file } }));
  }
  return realpathSync(file);
}
