/** A server that keeps persons: a till, an office and a room that ask for one or do not. */
import { scryptSync } from 'node:crypto';
import { expect } from 'vitest';
import type { Caller, Role } from '../../src/server/index.js';
import { memoryPersons } from '../../src/server/index.js';
import { vouchedBy } from '../../src/server/persons/vouch.js';
import { orderRequest } from './http-messages.js';
import { OFFICE, openServer, TERMINAL, type Twist } from './signed-fetch.js';

const PEOPLE: Readonly<Record<string, readonly Role[]>> = {
  li: ['operator'],
  an: ['lead'],
  wu: ['finance'],
  boss: ['administrator'],
  chief: ['administrator'],
};
export const ROOM = { keyId: 'room-2', secret: 'b7'.repeat(32) } as const;
/** As it is kept, at a cost that a test can bear: what was kept at another cost is read too. */
function cheap(password: string): string {
  const key = scryptSync(password, Buffer.alloc(16), 32, { N: 16, r: 8, p: 1 });
  return `scrypt$4$8$1$${'00'.repeat(16)}$${key.toString('hex')}`;
}

/** Opens it; all were set at the server itself, and have their id and six digits as password. */
export async function openPersonServer(changes: Partial<Caller> = {}) {
  const persons = memoryPersons();
  const callers: Caller[] = [
    {
      ...TERMINAL,
      scopes: ['recharge', 'query-outlet', 'supervise'],
      persons: true,
      outlet: 'north',
      ...changes,
    },
    { ...OFFICE, scopes: ['back-office', 'persons'], persons: true },
    { ...ROOM, scopes: ['back-office'] },
  ];
  const server = openServer({ persons, callers });
  for (const [personId, roles] of Object.entries(PEOPLE)) {
    const changed = { isShut: false, changedBy: 'setup', changedAtMs: 0 };
    const password = cheap(`${personId}-481592`);
    const vouched = vouchedBy({ password, roles }, true);
    const set = { personId, name: personId, roles, password };
    await persons.addPerson({ ...set, ...vouched, ...changed });
  }
  const logIn = (personId: string, twist: Twist = {}, password = `${personId}-481592`) =>
    server.ask('POST', '/v1/sessions', { personId, password }, twist);
  const sessionOf = async (personId: string, twist: Twist = {}): Promise<string> => {
    const told = await logIn(personId, twist);
    expect(told.status).toBe(200);
    return String((told.json as { readonly session?: string }).session);
  };
  return { ...server, persons, logIn, sessionOf };
}

/** An order that is frozen: its card said what cannot be. */
export async function openFrozen(
  server: Awaited<ReturnType<typeof openPersonServer>>,
): Promise<string> {
  const session = await server.sessionOf('li');
  const made = await server.ask('POST', '/v1/orders', orderRequest({ outlet: 'north' }), {
    session,
    key: 'f1',
  });
  const orderId = String(made.json.orderId);
  const snapshot = await server.ledger.read(orderId);
  if (snapshot === undefined) throw new Error('no order');
  const { situation } = snapshot;
  const order = { ...situation.order, state: 'FROZEN', frozenFrom: 'PAID' } as const;
  const step = { do: 'stop', state: 'FROZEN', money: 'untouched' } as const;
  const decision = { order, card: { ...situation.card, frozen: true }, transfers: [], step };
  await server.ledger.commit({ snapshot, decision, evidence: 'test', atMs: server.env.now() });
  return orderId;
}
