/** SHA-256 and HMAC by published answers, and by OpenSSL; the portable one and the host's alike. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashingOf, hostHashing, portableHashing, sha256Hex } from '../../src/signing/index.js';

const HASHINGS = [
  ['portable', portableHashing],
  ['the host’s', hostHashing()],
] as const;

/** FIPS 180-4, the examples of SHA-256. */
const FIPS_180 = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
] as const;

/** RFC 4231, the cases whose data are text: 1, 2, 6 and 7. */
const RFC_4231 = [
  ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    Buffer.from('Jefe').toString('hex'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'aa'.repeat(131),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'aa'.repeat(131),
    'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
] as const;

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme' }),
  // Halves of surrogate pairs among the rest.
  fc
    .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 50 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .tuple(fc.constantFrom('甘', 'é', 'a', '🚗'), fc.nat(5000))
    .map(([one, count]) => one.repeat(count)),
);

describe.each(HASHINGS)('%s hashing', (_name, hashing) => {
  test('FIPS 180-4', () => {
    for (const [text, digest] of FIPS_180) expect(hashing.sha256(text)).toBe(digest);
  });

  test('RFC 4231', () => {
    for (const [key, text, mac] of RFC_4231) expect(hashing.hmacSha256(key, text)).toBe(mac);
  });

  test('law: equals OpenSSL over the UTF-8 text, of any length and any characters', () => {
    const keys = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(texts, keys, (text, key) => {
        const digest = createHash('sha256').update(text, 'utf8').digest('hex');
        expect(hashing.sha256(text)).toBe(digest);
        const mac = createHmac('sha256', key).update(text, 'utf8').digest('hex');
        expect(hashing.hmacSha256(Buffer.from(key).toString('hex'), text)).toBe(mac);
      }),
    );
  });
});

test('sha256Hex is the portable one', () => {
  expect(sha256Hex('甘A12345')).toBe(portableHashing.sha256('甘A12345'));
});

describe('hashingOf', () => {
  test('Node hands its own over; a host that has none gets the portable one', () => {
    const own = hashingOf({ process: { getBuiltinModule: () => ({ createHash, createHmac }) } });
    expect(own).not.toBe(portableHashing);
    expect(own.sha256('abc')).toBe(FIPS_180[1][1]);
    for (const host of [
      {},
      { process: {} },
      { process: { getBuiltinModule: () => undefined } },
      { process: { getBuiltinModule: () => ({}) } },
    ]) {
      expect(hashingOf(host)).toBe(portableHashing);
    }
  });
});
