/** Requests are held to their declarations: the version first, no field too many, none too few. */
import fc from 'fast-check';
import type * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { expectRequest } from '../../src/messages/index.js';
import { ROUTES } from '../../src/server/http/route-table.js';
import { fitsSchema, PATHS } from '../support/described.js';
import { codeOf } from '../support/error-codes.js';
import { issueInformation } from '../support/http-messages.js';

const CARD = '6201220000001234';
const RECORD = { rawBalanceAfter: 1, amountFen: 1, terminal: '00'.repeat(6), date: '20261123' };
/** A good body for each route that takes one, and its fields that may be left out. */
type Good = readonly [body: object, optional: readonly string[]];
const GOOD: Readonly<Record<string, Good>> = {
  createOrder: [
    {
      protocol: 1,
      idempotencyKey: 'k',
      issueInformation: issueInformation(),
      amountFen: 1,
      outlet: 'self',
    },
    // A caller whose record has it need not say it; where neither does, the route refuses.
    ['outlet'],
  ],
  checkCard: [
    { protocol: 1, issueInformation: '00'.repeat(43), amountFen: 1, outlet: 'self' },
    ['amountFen', 'outlet'],
  ],
  beginPayment: [
    { protocol: 1, cardNumber: CARD, response: '9000', provider: 'pos', visit: 'v' },
    ['provider', 'visit'],
  ],
  endPayment: [{ protocol: 1, terminal: 'FF0000000001' }, []],
  endTaking: [{ reason: 'looked at the POS', terminal: 'FF0000000001' }, []],
  confirmPayment: [{ protocol: 1, provider: 'cash', transactionId: 'r1', amountFen: 1 }, []],
  reportVisit: [{ protocol: 1, cardNumber: CARD, evidence: { kind: 'present' } }, []],
  findUnsettled: [{ protocol: 1, cardNumber: CARD }, []],
  findOrders: [
    {
      ...{ cardNumber: CARD, plate: '甘A12345', plateColour: 0, fromMs: 0, toMs: 1, limit: 100 },
      ...{ cursor: '1.A', outlet: 'north', person: 'li', shift: '0A' },
    },
    ['cardNumber', 'plate', 'plateColour', 'cursor', 'limit', 'outlet', 'person', 'shift'],
  ],
  printSlip: [{}, []],
  cancelOrder: [{}, []],
  requestVoid: [{}, []],
  withdrawVoid: [{}, []],
  confirmRefund: [{ transactionId: 'cash:1', reason: 'too late' }, ['transactionId', 'reason']],
  findWork: [{ after: 'K 1' }, ['after']],
  clearLimits: [
    { keyId: 'T1', about: 'A1', all: true, reason: 'looked' },
    ['keyId', 'about', 'all'],
  ],
  endWork: [{ key: 'K 1', reason: 'looked at it' }, []],
  compareStatement: [{ provider: 'wechat', day: '2026-11-25' }, []],
  reportForeignRecord: [{ ...RECORD, atc: 1, time: '100000', tac: '00112233' }, []],
  releaseOrder: [{ release: 'resume' }, []],
  createQr: [{ protocol: 1, provider: 'p' }, []],
  queryPayment: [{ protocol: 1, provider: 'p' }, []],
  findRefundsDue: [{ after: 'cash:1' }, ['after']],
  findJournals: [{}, []],
  giveUpJournal: [{ journalId: '0123abcd' }, []],
  sumTakings: [
    { fromMs: 0, toMs: 1, outlet: 'north', person: 'li', shift: '0A' },
    ['outlet', 'person', 'shift'],
  ],
  showDay: [{ outlet: 'north', day: '2026-11-25' }, []],
  closeDay: [
    {
      ...{ outlet: 'north', day: '2026-11-25', reason: 'short' },
      counted: [{ method: 'cash', countedFen: -1 }],
      corrections: [{ about: '2026-11-24', method: 'cash', amountFen: -1, reason: 'found' }],
    },
    ['reason', 'corrections'],
  ],
  findDays: [
    {
      ...{ outlet: 'north', fromDay: '2026-11-01', toDay: '2026-11-25' },
      ...{ cursor: '2026-11-25 north', limit: 100 },
    },
    ['outlet', 'fromDay', 'toDay', 'cursor', 'limit'],
  ],
  exportDay: [{ outlet: 'north', day: '2026-11-25', after: '0A', limit: 500 }, ['after', 'limit']],
  logIn: [{ personId: 'li', password: '4' }, []],
  clearLogins: [{ personId: 'li', reason: 'looked' }, []],
  unlockSession: [{ password: '4' }, []],
  addPerson: [{ personId: 'li', name: '李', roles: ['operator'], password: '481592' }, []],
  changePerson: [
    { personId: 'li', name: '李', roles: ['lead'], password: '481592', isShut: true },
    ['name', 'roles', 'password', 'isShut'],
  ],
};
const requests = Object.entries(ROUTES).flatMap(([name, route]) =>
  'request' in route ? [[name, route.request as v.GenericSchema, route.path] as const] : [],
);
const schemaOf = (path: string): object =>
  PATHS[path]?.post?.requestBody?.content['application/json']?.schema ?? {};

/** Values at the edges of the forms, and far outside them. */
const edge = fc.oneof(
  fc.constantFrom<unknown>('', '0', 'A'.repeat(64), 'A'.repeat(65), CARD, 'GG'.repeat(6)),
  fc.constantFrom<unknown>(' ', '\u3000', '·', '．', ' - '),
  fc.constantFrom<unknown>(0, -1, 0.5, 1, 100, 101, 0xffff, 0x10000, 2 ** 32, 2 ** 53, 1e300),
  fc.constantFrom<unknown>(null, true, [], [1], {}, { kind: 'lost' }, { kind: 'constructor' }),
  fc.constantFrom<unknown>({ kind: 'proved', responses: ['9000', '9000'] }, { kind: 'credited' }),
  fc.constantFrom<unknown>({ kind: 'proved', responses: Array(5).fill('9000') }, '2026-11-23\n'),
  fc.jsonValue(),
);

describe.each(requests)('%s', (name, schema, path) => {
  const [good, optional]: Good = GOOD[name] ?? [{}, []];

  test('a good body fits, as declared and as described', () => {
    expect(expectRequest(schema, good)).toEqual(good);
    expect(fitsSchema(schemaOf(path), good)).toBe(true);
  });

  test('a field too many and a field too few are refused', () => {
    expect(codeOf(() => expectRequest(schema, { ...good, more: 1 }))).toBe('MESSAGE_INVALID');
    const hidden = JSON.parse('{"__proto__":1}') as object;
    const own = Object.assign(Object.create(null) as object, good, hidden);
    Object.defineProperty(own, '__proto__', { value: 1, enumerable: true });
    expect(codeOf(() => expectRequest(schema, own))).toBe('MESSAGE_INVALID');
    for (const field of Object.keys(good)) {
      const { [field]: _left, ...rest } = good as Record<string, unknown>;
      const code = optional.includes(field) ? undefined : 'MESSAGE_INVALID';
      expect([field, codeOf(() => expectRequest(schema, rest))]).toEqual([field, code]);
    }
  });

  test('another version is said before any field is looked at', () => {
    if (!('protocol' in good)) return;
    const newer = { protocol: 2, altogether: 'different' };
    expect(codeOf(() => expectRequest(schema, newer))).toBe('PROTOCOL_VERSION');
    const wrong = { ...good, protocol: '1' };
    expect(codeOf(() => expectRequest(schema, wrong))).toBe('MESSAGE_INVALID');
  });

  test('law: the description and the server refuse the same bodies', () => {
    const fields: readonly string[] = Object.keys(good);
    const change = fc.tuple(fc.constantFrom('more', ...fields), edge);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        const body: unknown = JSON.parse(
          JSON.stringify({ ...good, ...Object.fromEntries(changes) }),
        );
        const code = codeOf(() => expectRequest(schema, body));
        expect([undefined, 'MESSAGE_INVALID', 'PROTOCOL_VERSION']).toContain(code);
        expect(fitsSchema(schemaOf(path), body) === true).toBe(code === undefined);
      }),
    );
  });

  test('law: any other JSON is MESSAGE_INVALID or PROTOCOL_VERSION, and quotes nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const code = codeOf(() => expectRequest(schema, json));
        const empty = typeof json === 'object' && json !== null && Object.keys(json).length === 0;
        const may = empty && Object.keys(good).length === optional.length ? [undefined] : [];
        expect([...may, 'MESSAGE_INVALID', 'PROTOCOL_VERSION']).toContain(code);
      }),
    );
  });
});

test('a refusal names the field and never repeats what it held', () => {
  const body = { ...GOOD.findUnsettled?.[0], cardNumber: '62012200000012345' };
  const run = () => expectRequest(ROUTES.findUnsettled.request, body);
  expect(run).toThrow(/: cardNumber$/);
  const evidence = { kind: 'credited', response: 'SECRET' };
  const visit = { ...GOOD.reportVisit?.[0], evidence };
  const report = () => expectRequest(ROUTES.reportVisit.request, visit);
  expect(report).toThrow(/: evidence\.response$/);
  expect(report).not.toThrow(/SECRET/);
});
