/** Persons, callers that are read again, and the audit trail: the built program, as it is run. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { events, quancun, stop, temporaryFolder } from '../support/quancun-process.js';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const keys = join(folder, 'keys');
const serverFile = join(keys, 'server.json');
const orders = join(folder, 'orders.db');
const db = `sqlite:${orders}`;
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

interface KeyFile {
  readonly terminals: readonly Record<string, unknown>[];
}
const readKeys = (): KeyFile => JSON.parse(readFileSync(serverFile, 'utf8')) as KeyFile;

/** Serves, and waits for words in its log. */
async function serve(...more: readonly string[]) {
  const base = [CLI, 'serve', '--db', db, '--keys', serverFile, '--port', '0', '--json'];
  const words = [...base, ...more];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let [said, logged] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (logged += text));
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if ((child.exitCode ?? child.signalCode) !== null) throw new Error(said + logged);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const port = await until(() => /"port":(\d+)/.exec(said)?.[1]);
  const lines = (event: string): readonly string[] =>
    logged.split('\n').filter((line) => line.includes(`"event":"${event}"`));
  return { child, until, lines, logged: () => logged, url: `http://127.0.0.1:${port}` };
}

beforeAll(async () => {
  expect((await quancun('test-keys', keys)).status).toBe(0);
  // The first server makes the ledger; a mistyped name makes none.
  const { child } = await serve();
  await stop(child);
});

const persons = (input: string, ...words: readonly string[]) =>
  spawnSync(process.execPath, [CLI, 'persons', ...words, '--db', db, '--json'], {
    ...{ input, encoding: 'utf8' },
  });

test('persons are added with a password from standard input, and none is told', () => {
  const added = persons('481592\n', 'add', 'li', '--name', '李', '--roles', 'operator,lead');
  expect([added.status, events(added.stdout)]).toMatchObject([
    0,
    [{ event: 'person', personId: 'li', name: '李', roles: ['operator', 'lead'] }],
  ]);
  expect(persons('481592\n', 'add', 'li', '--roles', 'lead').stdout).toContain('PERSON_EXISTS');
  expect(persons('4815\n', 'add', 'an', '--roles', 'lead').stdout).toContain('ARGUMENT_INVALID');
  const wrong = persons('481592\n', 'add', 'an', '--roles', 'boss');
  expect([wrong.status, wrong.stdout.includes('OPTION_INVALID')]).toEqual([2, true]);
  expect(persons('new-one\n', 'passwd', 'li').status).toBe(0);
  expect(persons('new-one\n', 'passwd', 'no').stdout).toContain('PERSON_UNKNOWN');
  expect(events(persons('', 'lock', 'li').stdout)[0]).toMatchObject({ isShut: true });
  expect(events(persons('', 'unlock', 'li').stdout)[0]).toMatchObject({ isShut: false });
  const list = persons('', 'list').stdout;
  expect(list).toContain('"personId":"li"');
  expect(list).not.toMatch(/scrypt|new-one/);
});

test('a SIGHUP while the server starts reads the file, and does not end it', async () => {
  const words = [CLI, 'serve', '--db', db, '--keys', serverFile, '--port', '0', '--json'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  // Its first word comes before it listens: that the journal is on the ledger's device.
  child.stderr.once('data', () => child.kill('SIGHUP'));
  const ended = new Promise((end) => child.once('exit', (code, signal) => end(signal ?? code)));
  const listens = new Promise((found) => {
    child.stdout.on('data', (text: Buffer) => {
      if (text.includes('"port":')) found('listens');
    });
  });
  expect(await Promise.race([ended, listens])).toBe('listens');
  await stop(child);
});

test('a key file is read again on SIGHUP; one that cannot be used changes nothing', async () => {
  const server = await serve();
  const orders = async (file: string) => {
    const ask = ['orders', '--server', server.url, '--credentials', join(keys, file), '--json'];
    const days = ['--from', '2026-01-01', '--to', '2026-01-02', '--plate', '甘A12345'];
    return events((await quancun(...ask, ...days)).out).at(-1)?.code ?? 'read';
  };
  expect(await orders('terminal.json')).toBe('read');
  const good = readFileSync(serverFile, 'utf8');
  const { terminals, ...rest } = readKeys();
  const [terminal, ...office] = terminals;

  const secret = 'C3'.repeat(32);
  const former = { secret: terminal?.secret, until: '2099-01-01T00:00:00Z' };
  const both = { ...rest, terminals: [{ ...terminal, secret, former }, ...office] };
  writeFileSync(serverFile, JSON.stringify(both));
  writeFileSync(join(keys, 'new.json'), JSON.stringify({ keyId: terminal?.keyId, secret }));
  expect(await orders('new.json')).toBe('SIGNATURE_INVALID');
  server.child.kill('SIGHUP');
  await server.until(() => server.lines('callers read')[0]);
  expect([await orders('new.json'), await orders('terminal.json')]).toEqual(['read', 'read']);

  const misspelt = [{ ...terminal, maxAmmountFen: 1 }, ...office];
  writeFileSync(serverFile, JSON.stringify({ ...rest, terminals: misspelt }));
  server.child.kill('SIGHUP');
  const [kept = ''] = await server.until(() =>
    server.lines('callers kept').length > 0 ? server.lines('callers kept') : undefined,
  );
  expect(kept).toContain('terminals[0].maxAmmountFen');
  expect(await orders('new.json')).toBe('read');

  writeFileSync(serverFile, JSON.stringify({ ...rest, terminals: office }));
  server.child.kill('SIGHUP');
  await server.until(() => server.lines('callers read')[1]);
  expect(await orders('new.json')).toBe('SIGNATURE_INVALID');
  expect(server.logged()).not.toContain(secret);
  expect(server.logged()).not.toContain(String(terminal?.secret));
  await stop(server.child);
  writeFileSync(serverFile, good);
});

describe('a page at the counter', () => {
  const origin = 'http://localhost:5000';
  const words = ['--counter', origin, '--counter-key', 'terminal-1'];

  test('is served for a device at which persons log in, and for no other', async () => {
    const refused = await quancun(
      ...['serve', '--db', db, '--keys', serverFile, '--port', '0', '--json', ...words],
    );
    expect([refused.status, refused.out]).toEqual([2, expect.stringContaining('--counter-key')]);
    const remote = ['--counter', 'http://counter.example', '--counter-key', 'terminal-1'];
    const good = readFileSync(serverFile, 'utf8');
    const { terminals, ...rest } = readKeys();
    const [terminal, ...office] = terminals;
    const withPersons = { ...rest, terminals: [{ ...terminal, persons: true }, ...office] };
    writeFileSync(serverFile, JSON.stringify(withPersons));
    // A cookie that travels in clear is none.
    const clear = await quancun(
      ...['serve', '--db', db, '--keys', serverFile, '--port', '0', '--json', ...remote],
    );
    expect(clear.status).toBe(2);

    const server = await serve(...words);
    const send = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, ...headers },
        body: JSON.stringify(body),
      });
    const login = { personId: 'li', password: 'new-one' };
    const evil = { origin: 'http://localhost:5001' };
    expect((await send('/counter/sessions', login, evil)).status).toBe(403);
    const asked = { protocol: 1, cardNumber: '6201220000001234' };
    expect((await send('/counter/orders/unsettled', asked)).status).toBe(401);
    const told = await send('/counter/sessions', login);
    expect([told.status, await told.text()]).toEqual([
      200,
      expect.not.stringContaining('"session"'),
    ]);
    const [cookie = ''] = told.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
    const unsettled = await send('/counter/orders/unsettled', asked, { cookie });
    expect([unsettled.status, await unsettled.json()]).toEqual([200, { order: null }]);
    // A page that is logged in, at a device whose entry lets nobody log in any more.
    writeFileSync(serverFile, good);
    server.child.kill('SIGHUP');
    await server.until(() => server.lines('callers read')[0]);
    expect((await send('/counter/orders/unsettled', asked, { cookie })).status).toBe(401);
    await stop(server.child);
  });
});

test('wrong passwords of a person are seen, and cleared with who said so', async () => {
  const roles = ['--roles', 'administrator'];
  expect(persons('boss-1234\n', 'add', 'boss', ...roles).status).toBe(0);
  const server = await serve();
  const office = (input: string, ...words: readonly string[]) => {
    const at = ['--server', server.url, '--credentials', join(keys, 'office.json'), '--json'];
    const told = spawnSync(process.execPath, [CLI, ...words, ...at], { input, encoding: 'utf8' });
    return events(told.stdout);
  };
  for (let tries = 0; tries < 5; tries += 1) {
    const refused = office('wrong-one\n', 'office', 'journals', '--person', 'boss');
    expect(refused.at(-1)).toMatchObject({ code: 'LOGIN_REFUSED' });
  }
  const locked = office('boss-1234\n', 'office', 'journals', '--person', 'boss');
  expect(locked.at(-1)).toMatchObject({ code: 'PERSON_LOCKED' });
  const seen = office('', 'limits', '--person', 'boss');
  expect(seen[0]).toMatchObject({ event: 'wrong-logins', tries: 5, keyId: 'office-1' });
  const clear = ['limits', '--clear', '--person', 'boss'];
  expect(office('', ...clear).at(-1)).toMatchObject({ code: 'OPTION_INVALID' });
  const cleared = office('', ...clear, '--reason', 'capitals');
  expect(cleared.at(-1)).toMatchObject({ event: 'cleared', tries: 5, clearedBy: 'office-1' });
  const list = office('', 'limits');
  expect(list).toContainEqual(
    expect.objectContaining({ event: 'cleared', about: 'login boss', reason: 'capitals' }),
  );
  const heard = office('boss-1234\n', 'limits', '--login', 'boss', '--person', 'boss');
  expect(heard.at(-1)).toMatchObject({ event: 'logins', tries: 0 });
  await stop(server.child);
});

test('the audit trail is exported once under a name, and checked by itself', async () => {
  const trail = join(folder, 'trail.jsonl');
  const exported = await quancun('audit', 'export', trail, '--db', db, '--json');
  const [{ digest } = {}] = events(exported.out);
  expect([exported.status, digest]).toEqual([0, expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect((await quancun('audit', 'export', trail, '--db', db)).status).toBe(2);
  expect((await quancun('audit', 'verify', trail, '--digest', String(digest))).status).toBe(0);
  expect((await quancun('audit', 'verify', trail, '--digest', '1'.repeat(64))).status).toBe(1);
  writeFileSync(trail, '{}\n');
  const broken = await quancun('audit', 'verify', trail, '--json');
  expect(broken.out).toContain('AUDIT_UNSOUND');
  expect((await quancun('audit', 'verify', join(folder, 'none.jsonl'))).status).toBe(2);
});
