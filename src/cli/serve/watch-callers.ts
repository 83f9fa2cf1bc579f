/**
 * The callers of a key file, read again on SIGHUP: a terminal is added, a secret exchanged or a key
 * taken away while the server works. A file that cannot be used changes nothing.
 */
import * as v from 'valibot';
import { expectFile, saying } from '../../json/index.js';
import type { Caller, CallerSource } from '../../server/index.js';
import { readServerKeys } from '../options/server-options.js';
import { asQuancunError, fromOption, UsageError } from '../output.js';

/** The callers, as the file says now; `known`: as it was read at the start. */
export function watchCallers(
  known: readonly Caller[],
  file: string,
  log: (line: object) => void,
): CallerSource {
  let byKeyId = indexed(known);
  const readAgain = (): void => {
    const at = new Date().toISOString();
    try {
      const { callers } = readServerKeys(file);
      // Cut off while it was written, it would lock everybody out; who means that stops the server.
      if (byKeyId.size > 0) fromOption(() => expectFile(SOMEBODY, { terminals: callers }, file));
      byKeyId = indexed(callers);
      log({ at, event: 'callers read', file, callers: callers.length });
    } catch (thrown) {
      // The places of what is wrong, never what stands there.
      const { code, message } =
        thrown instanceof UsageError ? thrown.error : asQuancunError(thrown);
      log({ at, event: 'callers kept', file, code, message });
    }
  };
  process.on('SIGHUP', readAgain);
  return (keyId) => byKeyId.get(keyId);
}

const SOMEBODY = v.object({
  terminals: v.pipe(
    v.array(v.unknown()),
    v.minLength(1, saying('a list with one entry at least', '至少含一项的列表')),
  ),
});

function indexed(callers: readonly Caller[]): ReadonlyMap<string, Caller> {
  return new Map(callers.map((caller) => [caller.keyId, caller]));
}
