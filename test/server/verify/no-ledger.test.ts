/** What is no ledger at all is said to be none, and never an impossible state. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { expect, test } from 'vitest';
import { sqliteReader, verifyLedger } from '../../../src/server/files.js';

test.each([
  ['a text', 'This is a letter. '.repeat(100), 'LEDGER_NOT_DATABASE'],
  ['an empty file', '', 'LEDGER_OTHER_SCHEMA'],
])('%s', async (_name, content, code) => {
  const path = join(mkdtempSync(join(tmpdir(), 'quancun-none-')), 'orders.db');
  writeFileSync(path, content);
  const reader = sqliteReader(new sqlite.Database(path, { readOnly: true }));
  const asked = { journals: [], heads: [], isCopy: false };
  await expect(verifyLedger(reader, asked, () => undefined)).rejects.toMatchObject({ code });
  await reader.close();
});
