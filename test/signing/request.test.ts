/** The signed text and its signature, held to OpenSSL and to the published vectors. */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type SignatureVersion,
  signatureVersionOf,
  signedText,
  type SignedParts,
  signRequest,
  verifyRequest,
} from '../../src/signing/index.js';
import { parseVectorFile } from '../../src/testing/index.js';
import { requestSignatures } from '../../vectors/generate/request-signatures.mjs';
import { codeOf } from '../support/error-codes.js';

const line = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
});
const parts: fc.Arbitrary<SignedParts> = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc.webPath(),
  timestamp: fc.nat().map(String),
  nonce: line,
  body: fc.string({ unit: 'grapheme' }),
  idempotencyKey: line,
  session: line,
});
const secrets = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const versions = fc.constantFrom<SignatureVersion>(1, 2);
const withoutSession = ({ session: _, ...rest }: SignedParts): SignedParts => rest;
const forVersion = (of: SignedParts, version: SignatureVersion): SignedParts =>
  version === 1 ? withoutSession(of) : of;

/** The lines by their description, put together a second time. */
function linesOf(version: SignatureVersion, of: SignedParts): string {
  const digest = createHash('sha256').update(of.body, 'utf8').digest('hex');
  const six = [`QUANCUN${String(version)}`, of.method, of.path, of.timestamp, of.nonce, digest];
  const two = [of.idempotencyKey ?? '', of.session ?? ''];
  return (version === 1 ? six : [...six, ...two]).join('\n');
}

describe('signedText', () => {
  test('law: two requests that differ never give the same text, whatever stands in their fields', () => {
    const piece = fc.constantFrom(
      '',
      'a',
      'b',
      '\n',
      'a\nb',
      '\n\n',
      'QUANCUN1',
      'QUANCUN2',
      '\r',
      '\u2028',
    );
    const bodies = fc.constantFrom('', 'a', '\n');
    const wild: fc.Arbitrary<SignedParts> = fc.record({
      ...{ method: piece, path: piece, timestamp: piece, nonce: piece, body: bodies },
      ...{ idempotencyKey: piece, session: piece },
    });
    const textOf = (of: SignedParts, version: SignatureVersion): string | undefined => {
      try {
        return signedText(of, version);
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(wild, wild, versions, versions, (one, other, v1, v2) => {
        const [a, b] = [textOf(one, v1), textOf(other, v2)];
        if (a === undefined || a !== b) return;
        expect(v1).toBe(v2);
        const covered = v1 === 1 ? { idempotencyKey: '', session: '' } : {};
        expect({ ...one, ...covered }).toEqual({ ...other, ...covered });
      }),
      { numRuns: 20_000 },
    );
  });

  test.each(['method', 'path', 'timestamp', 'nonce', 'idempotencyKey', 'session'] as const)(
    '%s with a line feed, or what is not printable ASCII, is refused',
    (name) => {
      const right = { method: 'GET', path: '/', timestamp: '1', nonce: '2', body: '甘\n' };
      for (const value of ['a\nb', 'a\r', '\0', '甘', '\u2028', '\n']) {
        expect(codeOf(() => signedText({ ...right, [name]: value }))).toBe('MESSAGE_INVALID');
        expect(codeOf(() => signRequest('00', { ...right, [name]: value }))).toBe(
          'MESSAGE_INVALID',
        );
        expect(verifyRequest('00', { ...right, [name]: value }, `2:${'0'.repeat(64)}`)).toBe(false);
      }
    },
  );

  test('version 1 signs no session: it would leave it out without a word', () => {
    const person = { method: 'GET', path: '/', timestamp: '1', nonce: '2', body: '', session: 'S' };
    expect(codeOf(() => signedText(person, 1))).toBe('MESSAGE_INVALID');
    const signature = signRequest('5a', withoutSession(person), 1);
    expect(verifyRequest('5a', withoutSession(person), signature)).toBe(true);
    expect(verifyRequest('5a', person, signature)).toBe(false);
  });
});

describe('signRequest', () => {
  test('law: equals OpenSSL’s HMAC over the lines, under both versions', () => {
    fc.assert(
      fc.property(secrets, parts, versions, (secret, any, version) => {
        const of = forVersion(any, version);
        const text = linesOf(version, of);
        expect(signedText(of, version)).toBe(text);
        const mac = createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('hex');
        expect(signRequest(secret, of, version)).toBe(version === 1 ? mac : `2:${mac}`);
      }),
    );
  });

  test('law: what was signed verifies; anything else does not, nor under the other version', () => {
    fc.assert(
      fc.property(secrets, parts, parts, versions, (secret, one, two, version) => {
        const [signed, other] = [forVersion(one, version), forVersion(two, version)];
        const signature = signRequest(secret, signed, version);
        expect(verifyRequest(secret, signed, signature)).toBe(true);
        expect(verifyRequest(secret, other, signature)).toBe(
          linesOf(version, signed) === linesOf(version, other),
        );
        const passedOff = version === 1 ? `2:${signature}` : signature.slice(2);
        for (const wrong of [passedOff, signature.toUpperCase() + ' ', '', `3:${signature}`]) {
          expect(verifyRequest(secret, withoutSession(signed), wrong)).toBe(false);
        }
      }),
    );
  });

  test('a signature says its version', () => {
    expect(signatureVersionOf('a'.repeat(64))).toBe(1);
    expect(signatureVersionOf(`2:${'a'.repeat(64)}`)).toBe(2);
    for (const none of ['', '2:', `1:${'a'.repeat(64)}`, `3:${'a'.repeat(64)}`, 'A'.repeat(64)]) {
      expect(signatureVersionOf(none)).toBeUndefined();
    }
  });
});

test('the vectors of signatures are what the generator makes by OpenSSL', () => {
  const file = new URL('../../vectors/request-signatures.json', import.meta.url);
  const written = JSON.parse(JSON.stringify(requestSignatures())) as unknown;
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(written);
});

test('guide and doc comment give the worked example of the vectors', () => {
  const read = (path: string): string =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const { groups } = parseVectorFile(read('vectors/request-signatures.json'));
  const example = groups[0]?.tests.find(({ id }) => id === '2-worked-example');
  const [text, signature] = [String(example?.text), String(example?.signature)];
  const guide = read('docs/operating/server.md');
  expect(guide).toContain(`\`\`\`text\n${text}\n\`\`\``);
  expect(guide).toContain(`\`${signature}\``);
  const comment = read('src/signing/request.ts').replace(/^ \* */gm, '');
  expect(comment.replace(/\n/g, '')).toContain(text.replace(/\n/g, '\\n'));
  expect(comment).toContain(signature);
});
