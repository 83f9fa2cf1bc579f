import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestText, signRequest, verifyRequest } from '../../src/signing/request.js';

const parts = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc.webPath(),
  timestamp: fc.nat().map(String),
  nonce: fc.string(),
  body: fc.string({ unit: 'grapheme' }),
});
const secret = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((b) => Buffer.from(b).toString('hex'));

describe('digestText', () => {
  test('law: equals OpenSSL’s SHA-256 of the UTF-8 text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(digestText(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
      }),
    );
  });
});

describe('signRequest', () => {
  test('law: equals OpenSSL’s HMAC over the six lines', () => {
    fc.assert(
      fc.property(secret, parts, (key, { method, path, timestamp, nonce, body }) => {
        fc.pre(/^[\x20-\x7e]*$/.test(path + nonce));
        const digest = createHash('sha256').update(body, 'utf8').digest('hex');
        const lines = ['QUANCUN1', method, path, timestamp, nonce, digest].join('\n');
        const expected = createHmac('sha256', Buffer.from(key, 'hex')).update(lines).digest('hex');
        expect(signRequest(key, { method, path, timestamp, nonce, body })).toBe(expected);
      }),
    );
  });

  test('law: what was signed verifies; anything else does not', () => {
    fc.assert(
      fc.property(secret, parts, parts, (key, signed, other) => {
        const signature = signRequest(key, signed);
        expect(verifyRequest(key, signed, signature)).toBe(true);
        const same = JSON.stringify(signed) === JSON.stringify(other);
        expect(verifyRequest(key, other, signature)).toBe(same);
        expect(verifyRequest(key, signed, signature.toUpperCase() + ' ')).toBe(false);
        expect(verifyRequest(key, signed, '')).toBe(false);
      }),
    );
  });
});
