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
  remove(): Promise<void>;
}

/** Opens it. The driver is an optional package. */
export async function openDemoLedger(): Promise<DemoLedger> {
  const driver = await import('node-sqlite3-wasm').catch(() => undefined);
  if (driver === undefined) {
    return { store: 'memory', ledger: memoryLedger(), remove: () => Promise.resolve() };
  }
  const { sqliteStores } = await import('../../server/ledger/sqlite.js');
  const { holdFile } = await import('../../server/files.js');
  const folder = mkdtempSync(join(tmpdir(), 'quancun-demo-'));
  const file = await holdFile(join(folder, 'orders.db'));
  const database = new driver.default.Database(file.path);
  const { ledger } = await sqliteStores(database, { file });
  const remove = async (): Promise<void> => {
    await file.release();
    rmSync(folder, { recursive: true, force: true });
  };
  return { store: 'sqlite', ledger, remove };
}
