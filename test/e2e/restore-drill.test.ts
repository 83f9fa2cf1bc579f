/** The restore drill of the operator's page, run to the letter with real servers and files. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { type ServerProcess, startServer } from '../kill/server-process.js';
import { type Caller, createTerminal } from '../kill/terminal.js';
import { quancun, temporaryFolder } from '../support/quancun-process.js';

const folder = temporaryFolder();
const page = readFileSync(join(ROOT, 'docs/operating/backup.md'), 'utf8');
const section = page.split('### A restore drill')[1]?.split('\n## ')[0] ?? '';
const commands = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text.trim());
const program = `"${process.execPath}" "${join(ROOT, `dist/${CLI.name}.js`)}"`;
let server: ServerProcess;

function run(command: string): string {
  const words = command.replaceAll('npx quancun', program);
  return execFileSync('sh', ['-c', words], { cwd: folder, encoding: 'utf8' });
}

async function start(): Promise<string> {
  const [db, journal] = [`sqlite:${join(folder, 'ORDERS.db')}`, join(folder, 'ISSUES.journal')];
  server = startServer({ db, journal, keys: join(folder, 'KEYS/server.json') });
  const url = await server.url;
  if (url === undefined) throw new Error(await server.ended);
  return url;
}

async function stop(): Promise<void> {
  server.kill('SIGTERM');
  await server.ended;
}

beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'KEYS'))).status).toBe(0);
});
afterAll(() => {
  server.kill('SIGKILL');
});

test('the drill', { timeout: 300_000 }, async () => {
  const [backup = '', restore = '', look = '', verify = ''] = commands;
  expect(commands).toHaveLength(4);
  let url = await start();
  const caller = JSON.parse(readFileSync(join(folder, 'KEYS/terminal.json'), 'utf8')) as Caller;
  const terminals = [1, 2, 3].map((number) =>
    createTerminal(number, caller, (below) => below >> 1),
  );
  for (const terminal of terminals) await terminal.visit(url);
  run(backup);
  for (const terminal of terminals) await terminal.visit(url);
  await stop();
  run(restore);
  expect(run(look)).toMatch(/[1-9]\d* that the ledger lacks/);
  url = await start();
  // The cards come back, and go on: what was forgotten is put back, and no card is paid twice.
  for (const terminal of [...terminals, ...terminals]) await terminal.visit(url);
  for (const { accepted, card } of terminals) {
    expect(new Set(accepted.map(({ atc }) => atc)).size).toBe(accepted.length);
    expect(card.state.ep.onlineAtc).toBe(accepted.length);
  }
  await stop();
  expect(run(verify)).toContain(' 0 that the ledger lacks');
});
