/** Everything a server keeps, in one database. */
import type { RequestGuard } from '../../guard.js';
import type { PersonBook } from '../../persons/book.js';
import type { RemoteStore } from '../../../remote-store.js';
import type { Ledger } from '../ledger.js';
import { openSqlGuard } from './guard.js';
import { openSqlLedger } from './ledger.js';
import { openSqlPersons } from './persons.js';
import { openSqlSessions } from './sessions.js';
import type { SqlStore } from './store.js';

/** What an opened database holds; closed through its ledger. */
export interface SqlStores {
  readonly ledger: Ledger;
  /** Persons who log in, their sessions and shifts. */
  readonly persons: PersonBook;
  /** What the door of a server remembers. */
  readonly guard: RequestGuard;
  /** Sessions of remote cards: the store that `quancun/transport/remote` takes. */
  readonly sessions: RemoteStore;
}

/** Brings the schema up to date and opens all of them. */
export async function openSqlStores(store: SqlStore): Promise<SqlStores> {
  const ledger = await openSqlLedger(store);
  return {
    ...{ ledger, persons: openSqlPersons(store), sessions: openSqlSessions(store) },
    guard: { ...openSqlGuard(store), ledger },
  };
}
