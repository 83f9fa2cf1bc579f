/** A ledger of a release, opened by this code. */
import sqlite from 'node-sqlite3-wasm';
import { createAuthority, softHsm } from '../../src/server/index.js';
import { fileJournal } from '../../src/server/files.js';
import { postgresStores } from '../../src/server/ledger/postgres.js';
import { sqliteStores } from '../../src/server/ledger/sqlite.js';
import type { VirtualCard } from '../../src/simulator/index.js';
import { load } from '../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { withGetResponse, withQueue } from '../../src/transport/index.js';
import { manualEnv } from '../support/manual-env.js';
import type { RunningPostgres } from '../support/postgres.js';
import { fillPostgres, type Release, sqliteFileOf } from './released.js';

export const STORES = ['sqlite', 'postgres'] as const;
/** Where it lies. */
export type Store = (typeof STORES)[number];

let schemas = 0;

/** A database as a release left it, and a way to open it, as often as one likes. */
export async function placeReleased(server: RunningPostgres, store: Store, release: Release) {
  if (store === 'sqlite') {
    const file = sqliteFileOf(release);
    return () => sqliteStores(new sqlite.Database(file));
  }
  const schema = `upgrade_${String(++schemas)}`;
  await fillPostgres(server, schema, release);
  return () => postgresStores(server.pool(schema));
}

/** What is opened again. */
export interface Opening {
  readonly open: () => ReturnType<typeof sqliteStores>;
  readonly journalFile: string;
}

/** A server of this release on it. */
export async function openUpgraded({ open, journalFile }: Opening) {
  const env = manualEnv();
  const { ledger } = await open();
  const journal = await fileJournal(journalFile);
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const policy = { refundByProbe: true };
  const authority = createAuthority({ ledger, journal, hsm, env, policy });
  const visit = (card: VirtualCard) => {
    card.reset();
    const transport = withQueue(withGetResponse(simulatorTransport(card)), env);
    return load({ transport, authority, env, terminal: '000440101001', pin: '123456' });
  };
  const close = async (): Promise<void> => {
    await journal.close();
    await ledger.close();
  };
  return { ledger, authority, visit, close };
}

/** The server, a terminal before it, and its end. */
export type Upgraded = Awaited<ReturnType<typeof openUpgraded>>;
