import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, describe, test } from 'vitest';
import { sqliteStores } from '../../src/server/ledger/sqlite.js';
import { openShop } from '../support/shop.js';
import { LONG_STORIES } from './long-stories.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-stories-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
let files = 0;

describe.each(['memory', 'SQLite'])('on %s', (store) => {
  test.each(Object.entries(LONG_STORIES))('%s', async (_name, tell) => {
    await tell(async (options) => {
      if (store === 'memory') return openShop(options);
      const database = new sqlite.Database(join(folder, `${String(++files)}.db`));
      return openShop({ ...options, ledger: (await sqliteStores(database)).ledger });
    });
  });
});
