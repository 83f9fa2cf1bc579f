/** Everything a server keeps, in one database. */
import type { RequestGuard } from '../../guard.js';
import type { RemoteStore } from '../../../remote-store.js';
import type { Ledger } from '../ledger.js';
import { openSqlGuard } from './guard.js';
import { openSqlLedger } from './ledger.js';
import { openSqlSessions } from './sessions.js';
import type { SqlStore } from './store.js';

/** What an opened database holds; closed through its ledger. */
export interface SqlStores {
  readonly ledger: Ledger;
  /** What the door of a server remembers. */
  readonly guard: RequestGuard;
  /** Sessions of remote cards: the store that `quancun/transport/remote` takes. */
  readonly sessions: RemoteStore;
}

/** Brings the schema up to date and opens all three. */
export async function openSqlStores(store: SqlStore): Promise<SqlStores> {
  const ledger = await openSqlLedger(store);
  return { ledger, guard: { ...openSqlGuard(store), ledger }, sessions: openSqlSessions(store) };
}
