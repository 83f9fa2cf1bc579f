/** The operator's page on upgrades, run to the letter: up from 0.1.0, and back. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { type ServerProcess, startServer } from '../kill/server-process.js';
import { quancun, temporaryFolder } from '../support/quancun-process.js';
import { type Release, RELEASES, sqliteFileOf } from '../upgrade/released.js';

const folder = temporaryFolder();
const page = readFileSync(join(ROOT, 'docs/operating/upgrade.md'), 'utf8');
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text.trim());
const program = `"${process.execPath}" "${join(ROOT, `dist/${CLI.name}.js`)}"`;
const [db, journal] = [join(folder, 'ORDERS.db'), join(folder, 'ISSUES.journal')];
let server: ServerProcess;

function run(command: string): void {
  const words = command.replaceAll('npx quancun', program);
  execFileSync('sh', ['-c', words], { cwd: folder, encoding: 'utf8' });
}

/** Every row of every table that 0.1.0 had, and which migrations have run. */
function contentsOf(file: string): Readonly<Record<string, unknown>> {
  const database = new sqlite.Database(file);
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const tables = database.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  const rows = (tables as { readonly name: string }[]).map(({ name }) => [
    name,
    database.all(`SELECT * FROM ${name} ORDER BY 1`),
  ]);
  database.close();
  return Object.fromEntries(rows) as Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'KEYS'))).status).toBe(0);
});
afterAll(() => {
  server.kill('SIGKILL');
});

test('up from 0.1.0, and back before the first new write', { timeout: 300_000 }, async () => {
  const [release] = RELEASES as [Release];
  const [keep = '', putBack = ''] = commands;
  expect(commands).toHaveLength(2);
  copyFileSync(sqliteFileOf(release), db);
  writeFileSync(journal, release.journal, { mode: 0o600 });
  const before = contentsOf(db);
  run(keep);
  server = startServer({ db: `sqlite:${db}`, journal, keys: join(folder, 'KEYS/server.json') });
  expect(await server.url, await Promise.race([server.ended, server.url])).toBeDefined();
  server.kill('SIGTERM');
  await server.ended;
  expect(contentsOf(db).schema_version).not.toEqual(before.schema_version);
  run(putBack);
  expect(contentsOf(db)).toEqual(before);
  expect(readFileSync(journal, 'utf8')).toBe(release.journal);
});
