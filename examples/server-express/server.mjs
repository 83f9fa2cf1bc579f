/**
 * The authority inside an Express app, its orders in SQLite. Keys are those of the simulated cards:
 * in production an adapter to your HSM stands in `hsm`, and the journal on another disk.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import sqlite from 'node-sqlite3-wasm';
import { envFrom } from 'quancun';
import { causesOf, createAuthority, softHsm, startTicker } from 'quancun/server';
import { fileJournal, holdFile } from 'quancun/server/files';
import { createHttpHandler } from 'quancun/server/http';
import { sqliteStores } from 'quancun/server/sqlite';
import { TEST_KEY_SETS } from 'quancun/testing';

const DATA = process.env.DATA ?? 'data';
const PORT = Number(process.env.PORT ?? 8080);
mkdirSync(DATA, { recursive: true });

const env = envFrom(globalThis);
// One process has the file: a second server that is started by mistake is refused.
const file = await holdFile(`${DATA}/orders.db`);
const { ledger, guard } = await sqliteStores(new sqlite.Database(file.path), { file });
const journal = await fileJournal(`${DATA}/issues.journal`);
const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
const authority = createAuthority({ ledger, journal, hsm, env });
await authority.open(); // compares ledger and journal before anybody is served

const callers = [{ ...credentials(), scopes: ['recharge', 'query'], maxAmountFen: 200_000 }];
const log = (line) => console.log(JSON.stringify(line)); // never a body, never a card number
const handler = createHttpHandler({ authority, ledger, guard, env, callers, log });

const app = express();
app.get('/about', (_request, response) => response.json({ service: 'etc recharge' }));
// At the root, and before any body parser: a signature covers the path and the bytes as they came.
app.use(getRequestListener(handler.fetch));

const server = app.listen(PORT, '127.0.0.1', () => {
  console.log(JSON.stringify({ event: 'listening', port: server.address().port }));
});
const onError = (cause) => log({ level: 'error', causes: causesOf({ cause }) });
const ticker = startTicker(authority, { env, guard, onError });

process.once('SIGTERM', () => {
  // Requests first; then what stands behind them.
  server.close(async () => {
    await ticker.stop();
    await authority.close();
    await journal.close();
    await ledger.close();
    await file.release();
  });
  server.closeIdleConnections();
});

/** The terminal's secret: made at the first start, kept for its owner alone. */
function credentials() {
  const path = `${DATA}/terminal.json`;
  if (!existsSync(path)) {
    const made = { keyId: 'terminal-1', secret: randomBytes(32).toString('hex') };
    writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}
