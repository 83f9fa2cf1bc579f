/**
 * Known answers of signed requests, right ones and wrong ones, from OpenSSL. Nothing of the library
 * is used: the text is put together here by the description in docs/operating/server.md.
 */
import { createHash, createHmac } from 'node:crypto';
import { vector, vectorFile } from './file.mjs';

const SECRET = '5a'.repeat(32);
const BASE = {
  method: 'POST',
  path: '/v1/orders?x=1',
  timestamp: '1764028800000',
  nonce: '00112233445566778899AABBCCDDEEFF',
  body: '{"amountFen":100}',
};
const KEYED = { ...BASE, idempotencyKey: 'receipt-000123' };
const PERSON = { ...KEYED, session: 'S-7f3a' };
const PLAIN = { ...BASE, method: 'GET', path: '/v1/orders/W1', body: '' };
const LONG = { ...KEYED, body: '甘A12345 刘䶮 🚗 '.repeat(200) };

const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');
const hmac = (text, secret = SECRET) =>
  createHmac('sha256', Buffer.from(secret, 'hex')).update(text, 'utf8').digest('hex');

/** The signed text, by the form that is published. */
function textOf(version, { method, path, timestamp, nonce, body, idempotencyKey, session }) {
  const lines = [`QUANCUN${version}`, method, path, timestamp, nonce, sha256(body)];
  if (version === 2) lines.push(idempotencyKey ?? '', session ?? '');
  return lines.join('\n');
}
const signatureOf = (version, parts, secret = SECRET) =>
  (version === 2 ? '2:' : '') + hmac(textOf(version, parts), secret);

const RIGHT = [
  ['2-worked-example', 2, KEYED, 'Right'],
  ['2-no-key', 2, BASE, 'Right'],
  ['2-session', 2, PERSON, 'Session'],
  ['2-no-body', 2, PLAIN, 'NoBody'],
  ['2-multibyte', 2, LONG, 'Multibyte'],
  ['1-no-key', 1, BASE, 'OldVersion'],
  ['1-no-body', 1, PLAIN, 'OldVersion'],
  ['1-multibyte', 1, { ...LONG, idempotencyKey: undefined }, 'Multibyte'],
  ['1-key-not-covered', 1, KEYED, 'KeyNotCovered'],
];

/** What is sent, and the signature that it is sent with. */
const WRONG = [
  ...Object.entries({
    method: 'PUT',
    path: '/v1/orders?x=2',
    timestamp: '1764028800001',
    nonce: '00112233445566778899AABBCCDDEEFE',
    body: '{"amountFen":101}',
    idempotencyKey: 'receipt-000124',
    session: 'S-7f3b',
  }).map(([field, value]) => [
    `2-changed-${field}`,
    { ...PERSON, [field]: value },
    signatureOf(2, PERSON),
    'Changed',
  ]),
  ['2-key-dropped', BASE, signatureOf(2, KEYED), 'Stripped'],
  ['2-key-added', KEYED, signatureOf(2, BASE), 'Changed'],
  ['2-session-dropped', KEYED, signatureOf(2, PERSON), 'Stripped'],
  [
    '2-session-for-key',
    { ...BASE, session: KEYED.idempotencyKey },
    signatureOf(2, KEYED),
    'Changed',
  ],
  ['2-prefix-dropped', KEYED, signatureOf(2, KEYED).slice(2), 'Downgrade'],
  ['2-prefix-dropped-with-session', PERSON, signatureOf(2, PERSON).slice(2), 'Downgrade'],
  ['1-prefix-added', BASE, `2:${signatureOf(1, BASE)}`, 'Downgrade'],
  ['1-session', PERSON, signatureOf(1, PERSON), 'Downgrade'],
  ['3-of-no-version', KEYED, `3:${signatureOf(2, KEYED).slice(2)}`, 'Downgrade'],
  ['2-path-of-two-lines', { ...BASE, path: '/v1\n1764028800000' }, undefined, 'LineFeed'],
  ['2-key-of-two-lines', { ...BASE, idempotencyKey: 'a\nS-7f3a' }, undefined, 'LineFeed'],
  ['1-path-of-two-lines', { ...BASE, path: '/v1\n1764028800000' }, 1, 'LineFeed'],
  ['2-other-secret', KEYED, signatureOf(2, KEYED, 'a5'.repeat(32)), 'OtherKey'],
  ['2-upper-case', KEYED, signatureOf(2, KEYED).toUpperCase(), 'OtherForm'],
  ['2-short', KEYED, signatureOf(2, KEYED).slice(0, -2), 'OtherForm'],
  ['2-none', KEYED, '', 'OtherForm'],
];

/** The file. */
export function requestSignatures() {
  const right = RIGHT.map(([id, version, parts, flag]) => {
    const answer = { text: textOf(version, parts), signature: signatureOf(version, parts) };
    return vector(id, { secret: SECRET, ...parts, ...answer }, 'valid', flag);
  });
  const wrong = WRONG.map(([id, parts, given, flag]) => {
    const signature = typeof given === 'string' ? given : signatureOf(given ?? 2, parts);
    return vector(id, { secret: SECRET, ...parts, signature }, 'invalid', flag);
  });
  return vectorFile(
    'Signed requests of a terminal, QUANCUN2 and QUANCUN1: the signed text, the header, and what must not pass. Made by vectors/generate from OpenSSL.',
    [
      {
        type: 'requestSignature',
        source: { kind: 'cross-implementation', name: 'OpenSSL through node:crypto' },
        tests: [...right, ...wrong],
      },
    ],
  );
}
