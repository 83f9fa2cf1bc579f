/** Commands of the office in a person's name, over a socket: logged in, named, and out again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { serve } from '@hono/node-server';
import { Command } from 'commander';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { registerOffice } from '../../../src/cli/office/office.js';
import { addPerson, changePerson, memoryPersons } from '../../../src/server/index.js';
import { orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer } from '../../support/signed-fetch.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-office-'));
const credentials = join(folder, 'office.json');
writeFileSync(credentials, JSON.stringify(OFFICE));
const persons = memoryPersons();
const server = openServer({ persons });
// The commands go by the host's clock.
server.env.advance(Date.now() - server.env.now());
const keeping = { persons, env: server.env, by: 'setup', vouches: true as const };
const [personId, password] = ['boss', '481592'];
await addPerson(keeping, { personId, name: '王', roles: ['lead', 'administrator'], password });
const asked: string[] = [];
const port = await new Promise<number>((found) => {
  const fetch = (request: Request): Promise<Response> => {
    asked.push(new URL(request.url).pathname);
    return server.handler.fetch(request);
  };
  const listening = serve({ fetch, port: 0, hostname: '127.0.0.1' }, (info) => {
    found(info.port);
  });
  afterAll(() => {
    listening.close();
    rmSync(folder, { recursive: true });
  });
});

const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
let said = '';
beforeEach(() => {
  asked.length = 0;
  said = '';
  const hear = (text: string | Uint8Array): boolean => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(hear);
  vi.spyOn(process.stderr, 'write').mockImplementation(hear);
});
afterEach(() => {
  vi.restoreAllMocks();
  Object.defineProperty(process, 'stdin', stdin);
});

/** Its exit status; the password is what its standard input says. */
async function office(typed: string, ...words: readonly string[]): Promise<unknown> {
  const value = Readable.from([`${typed}\n`]);
  Object.defineProperty(process, 'stdin', { configurable: true, value });
  const program = new Command();
  registerOffice(program);
  const where = ['--server', `http://127.0.0.1:${String(port)}`, '--credentials', credentials];
  await program.parseAsync(['office', ...words, ...where, '--json'], { from: 'user' });
  const { exitCode } = process;
  process.exitCode = 0;
  return exitCode ?? 0;
}

async function newOrder(): Promise<string> {
  const told = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
  return String(told.json.orderId);
}

test('the password is one line; what is done is the person’s, and the session ends', async () => {
  const orderId = await newOrder();
  const words = ['cancel', '--order', orderId, '--yes'];
  expect(await office(password, ...words, '--person', personId)).toBe(0);
  expect(asked).toEqual(['/v1/sessions', `/v1/orders/${orderId}/cancel`, '/v1/sessions/end']);
  const events = await server.ledger.events(orderId);
  expect(events.at(-1)?.who).toMatchObject({ by: OFFICE.keyId, person: personId });
  expect(await office('', 'show', '--order', orderId)).toBe(0);
  expect(said).toContain(`"person":"${personId}"`);
  expect(said).not.toContain(password);
});

test('what two persons decide is heard of a person, and of no key alone', async () => {
  const orderId = 'NONE';
  const words = ['release', '--order', orderId, '--as', 'refund', '--yes'];
  expect(await office('', ...words)).toBe(1);
  expect(said).toContain('SESSION_REQUIRED');
  said = '';
  expect(await office(password, ...words, '--person', personId)).toBe(1);
  expect(said).toContain('ORDER_UNKNOWN');
  // Also what was refused ends the session.
  expect(asked.at(-1)).toBe('/v1/sessions/end');
  said = '';
  expect(await office(password, 'journals', '--person', personId)).toBe(0);
});

test('why money went back by hand stands in the order’s trail, with who said so', async () => {
  const orderId = await newOrder();
  const path = `/v1/orders/${orderId}/payments`;
  expect((await server.ask('POST', path, paymentRequest(), { key: 'p1' })).status).toBe(200);
  const as = ['--order', orderId, '--yes', '--person', personId];
  // It was given up by now, so that this money is owed back.
  await changePerson(keeping, { personId, roles: ['finance'] });
  const reason = 'paid out at the desk, slip 17';
  expect(await office(password, 'refund', ...as, '--reason', reason)).toBe(0);
  const last = (await server.ledger.events(orderId)).at(-1);
  expect(last?.who).toMatchObject({ by: OFFICE.keyId, person: personId });
  expect(last?.evidence).toContain(reason);
  said = '';
  expect(await office(password, 'show', '--order', orderId, '--person', personId)).toBe(0);
  expect(said).toContain(reason);
});

test('a wrong password does nothing', async () => {
  expect(await office('wrong', 'owed', '--person', personId)).toBe(1);
  expect([asked, said]).toEqual([['/v1/sessions'], expect.stringContaining('LOGIN_REFUSED')]);
});

test('every command of the office has a way to log in', () => {
  const program = new Command();
  registerOffice(program);
  for (const command of program.commands[0]?.commands ?? []) {
    const finds = ['list', 'takings'].includes(command.name());
    const login = command.options.find(({ long }) => long === (finds ? '--login' : '--person'));
    expect([command.name(), login?.description]).toEqual([
      command.name(),
      expect.stringContaining('the password is asked for'),
    ]);
  }
});
