/** The database of a world under faults: it dies before a commit, or after it. */
import { QuancunError } from '../../src/errors.js';
import type { Ledger } from '../../src/server/index.js';

/** A ledger whose transactions fail as planned. */
export function wrapLedger(inner: Ledger, reach: (site: 'db') => string | undefined): Ledger {
  return {
    ...inner,
    createOrder: (...args) => onDatabase(reach('db'), () => inner.createOrder(...args)),
    commit: (change) => {
      const kind = reach('db');
      // What a disk does that answers before it has written: no ledger of ours may.
      if (kind === 'forgotten') return Promise.resolve({ written: true });
      return onDatabase(kind, () => inner.commit(change));
    },
  };
}

/** A crash after the commit leaves it standing; everything else leaves nothing. */
export async function onDatabase<T>(kind: string | undefined, work: () => Promise<T>): Promise<T> {
  const fail = (): never => {
    throw new QuancunError('INTERNAL', { details: { what: `database: ${kind ?? ''}` } });
  };
  if (kind === 'crash-after') {
    await work();
    return fail();
  }
  return kind === undefined ? work() : fail();
}
