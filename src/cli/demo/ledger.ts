/** The demonstration's ledger: SQLite in a temporary folder, or memory where there is no driver. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger, memoryLedger } from '../../server/index.js';

/** A ledger for as long as the story lasts. */
export interface DemoLedger {
  readonly store: 'sqlite' | 'memory';
  readonly ledger: Ledger;
  /** After the ledger was closed. */
  remove(): void;
}

/** Opens it. The driver is an optional package. */
export async function openDemoLedger(): Promise<DemoLedger> {
  const driver = await import('node-sqlite3-wasm').catch(() => undefined);
  if (driver === undefined) {
    return { store: 'memory', ledger: memoryLedger(), remove: () => undefined };
  }
  const { sqliteStores } = await import('../../server/ledger/sqlite.js');
  const folder = mkdtempSync(join(tmpdir(), 'quancun-demo-'));
  const database = new driver.default.Database(join(folder, 'orders.db'));
  const { ledger } = await sqliteStores(database);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { store: 'sqlite', ledger, remove };
}
