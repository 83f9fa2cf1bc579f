/** Slips of those who build a server: what would switch a protection off is refused at once. */
import { describe, expect, test } from 'vitest';
import { createHttpHandler } from '../../../src/server/http/index.js';
import {
  type AuthorityOptions,
  createAuthority,
  giveUpJournal,
  memoryGuard,
  memoryJournal,
  memoryLedger,
  startTicker,
} from '../../../src/server/index.js';
import { createTestAuthority } from '../../../src/testing/index.js';
import { manualEnv } from '../../support/manual-env.js';
import { TERMINAL } from '../../support/signed-fetch.js';
import { office } from './office.js';

const env = manualEnv();
const REFUSED = expect.objectContaining({ code: 'ARGUMENT_INVALID' }) as Error;

describe('a policy', () => {
  const cases: readonly [string, Readonly<Record<string, unknown>>][] = [
    ['an issuer that is not set', { issuer: undefined }],
    ['an issuer of another spelling', { issuer: 'Shared' }],
    ['a no that is a text', { refundByProbe: 'no' }],
    ['no probe', { probesForRefund: 0 }],
    ['no cap', { maxAmountFen: undefined }],
    ['a cap that is no number', { maxAmountFen: Number.NaN }],
    ['an outlet that is no list', { outlets: 'self' }],
    ['a clock that never expires', { expireUnpaidAfterMs: undefined }],
    ['a rule there is none of', { Issuer: 'sole' }],
  ];
  test.each(cases)('%s', (_name, policy) => {
    const { hsm } = createTestAuthority({ env });
    const parts = { ledger: memoryLedger(), journal: memoryJournal(), hsm, env };
    const made = { ...parts, policy } as unknown as AuthorityOptions;
    expect(() => createAuthority(made)).toThrow(REFUSED);
  });
});

describe('a door', () => {
  const { authority, ledger } = createTestAuthority({ env });
  const open = (changes: object) => () =>
    createHttpHandler({
      ...{ authority, ledger, guard: memoryGuard(), env, callers: [] },
      ...changes,
    });
  const caller = { ...TERMINAL, scopes: ['recharge'] };
  const cases: readonly [string, object][] = [
    ['a secret that is empty', { callers: [{ ...caller, secret: '' }] }],
    ['a secret of one byte', { callers: [{ ...caller, secret: '11' }] }],
    ['a cap that is no number', { callers: [{ ...caller, maxAmountFen: 'x' }] }],
    ['limits that are not set', { limits: { wrongPerCardDay: undefined } }],
    ['a skew that is no number', { limits: { maxSkewMs: Number.NaN } }],
    ['a skew longer than nonces live', { limits: { maxSkewMs: 3_600_000 } }],
  ];
  test.each(cases)('%s', (_name, changes) => {
    expect(open(changes)).toThrow(REFUSED);
  });

  test('a log that throws changes no answer', async () => {
    const log = (): never => {
      throw new RangeError('full');
    };
    const { status } = await open({ log })().fetch(new Request('http://localhost/health'));
    expect(status).toBe(200);
  });
});

describe('answers that are none', () => {
  test.each(['verifyMac1', 'verifyTac', 'computeMac2'] as const)('%s', async (question) => {
    const { hsm: good } = createTestAuthority({ env });
    const hsm = { ...good, [question]: () => Promise.resolve({ ok: true }) };
    const { order, pay, visit, card } = office({ hsm, policy: { issuer: 'sole' } });
    const orderId = await order();
    await pay(orderId);
    const before = card.state.ep.balanceFen;
    const result = await visit();
    expect(result).toMatchObject({ error: { code: 'HSM_UNAVAILABLE' } });
    expect(card.state.ep.balanceFen).toBe(before + (question === 'verifyTac' ? 10_000 : 0));
  });

  test('a list of stopped cards that does not say yes or no', async () => {
    const isStopped = (() => Promise.resolve('yes')) as unknown as () => Promise<boolean>;
    await expect(office({ isStopped }).order()).rejects.toMatchObject({
      code: 'BOOKS_UNAVAILABLE',
    });
  });
});

test.each([[''], ['a '], [{ name: 'li' }], [Number.NaN]])(
  'a person who gives a journal up has a name: %j',
  async (by) => {
    const ledger = memoryLedger();
    await expect(giveUpJournal(ledger, '0A', by as string)).rejects.toThrow(REFUSED);
  },
);

test('a clock without a host, or with a pause that is none, is not started', () => {
  const { authority } = createTestAuthority({ env });
  expect(() => startTicker(authority, {} as { env: typeof env })).toThrow(REFUSED);
  for (const everyMs of [0, -5, Number.NaN, Infinity, 2 ** 40]) {
    expect(() => startTicker(authority, { env, everyMs })).toThrow(REFUSED);
  }
});

test('one comparison that fails answers everybody who waits for it', async () => {
  let looks = 0;
  const failed = () => {
    looks += 1;
    return Promise.reject(new RangeError('away'));
  };
  const { authority } = office({}, () => ({ readWitness: failed }));
  const all = Array.from({ length: 20 }, () => authority.findUnsettled('6201220000001234'));
  const ends = await Promise.allSettled(all);
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(looks).toBe(1);
});
