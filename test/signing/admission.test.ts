/** Who is let in, and that those who are not leave nothing behind. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryGuard } from '../../src/server/index.js';
import {
  expectAdmitted,
  type Hashing,
  type SignatureVersion,
  type SignedRequest,
  signRequest,
} from '../../src/signing/index.js';

const KEYS = [
  { keyId: 'T1', secret: '11'.repeat(32) },
  { keyId: 'T2', secret: '22'.repeat(32) },
] as const;
const NOW_MS = 1_764_028_800_000;
const PARTS = {
  ...{ method: 'POST', path: '/v1/orders', timestamp: String(NOW_MS), nonce: 'AB'.repeat(16) },
  ...{ body: '{}', idempotencyKey: 'k', session: 's' },
};

function signed(changes: Partial<SignedRequest> = {}, version: SignatureVersion = 2) {
  const parts = { ...PARTS, ...changes };
  const { secret } = KEYS[0];
  return { ...parts, keyId: 'T1', signature: signRequest(secret, parts, version), ...changes };
}

function door(guard = memoryGuard(), nowMs = NOW_MS) {
  let hashed = 0;
  const hashing: Hashing = {
    sha256: (text) => {
      hashed += text.length;
      return createHash('sha256').update(text).digest('hex');
    },
    hmacSha256: (secret, text) => {
      hashed += secret.length + text.length;
      return createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('hex');
    },
  };
  const admit = (request: SignedRequest) =>
    expectAdmitted(request, { keys: KEYS, guard, nowMs, maxSkewMs: 120_000, hashing });
  return { admit, guard, hashed: () => hashed };
}

test('a signed request is let in once, with its key and version', async () => {
  const { admit } = door();
  expect(await admit(signed())).toEqual({ key: KEYS[0], version: 2 });
  await expect(admit(signed())).rejects.toMatchObject({ code: 'REQUEST_REPLAYED' });
  const old = signed({ nonce: 'CD'.repeat(16), session: '' }, 1);
  expect(await admit(old)).toEqual({ key: KEYS[0], version: 1 });
});

test('an unknown key and a wrong signature are refused alike: the same words, the same work', async () => {
  const refusals: unknown[] = [];
  const work: number[] = [];
  for (const wrong of [
    signed({ keyId: 'T9' }),
    signed({ keyId: 'T2' }),
    signed({ body: '[]', signature: signed().signature }),
  ]) {
    const { admit, hashed } = door();
    refusals.push(await admit(wrong).catch((error: unknown) => error));
    work.push(hashed());
  }
  expect(refusals).toHaveLength(3);
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'SIGNATURE_INVALID' });
  expect(new Set(refusals.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(work[0]).toBeGreaterThan(0);
  expect(new Set(work).size).toBe(1);
});

test('what stands in for an unknown key’s secret admits nobody', async () => {
  const { admit } = door();
  for (const secret of ['00'.repeat(32), '']) {
    const request = { ...signed({ keyId: 'nobody' }), signature: signRequest(secret, PARTS) };
    await expect(admit(request)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  }
});

describe('what cannot be is refused before the nonce is spent', () => {
  const wrongs: readonly [string, SignedRequest, string][] = [
    ['a wrong signature', { ...signed(), signature: `2:${'0'.repeat(64)}` }, 'SIGNATURE_INVALID'],
    ['an unknown key', signed({ keyId: 'T9' }), 'SIGNATURE_INVALID'],
    ['a key taken off', { ...signed(), idempotencyKey: '' }, 'SIGNATURE_INVALID'],
    ['a session taken off', { ...signed(), session: '' }, 'SIGNATURE_INVALID'],
    ['a session put on', { ...signed({ session: '' }), session: 's' }, 'SIGNATURE_INVALID'],
    [
      'version 2 passed off as 1, its session taken off',
      { ...signed(), signature: signed().signature.slice(2), session: '' },
      'SIGNATURE_INVALID',
    ],
    [
      'version 1 with a session',
      { ...signed({ session: '' }, 1), session: 's' },
      'MESSAGE_INVALID',
    ],
    ['a key of two lines', { ...signed(), idempotencyKey: 'k\ns' }, 'MESSAGE_INVALID'],
    ['a clock that is off', signed({ timestamp: String(NOW_MS - 120_001) }), 'CLOCK_SKEW'],
    ['a time of another form', signed({ timestamp: `0${String(NOW_MS)}` }), 'SIGNATURE_INVALID'],
    ['a nonce of another form', signed({ nonce: 'zz' }), 'SIGNATURE_INVALID'],
  ];

  test.each(wrongs)('%s', async (_name, wrong, code) => {
    const { admit, guard } = door();
    await expect(admit(wrong)).rejects.toMatchObject({ code });
    expect(await guard.spendNonce('T1', wrong.nonce, NOW_MS)).toBe(true);
  });
});
