import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../../src/server/persons/password.js';

const SALT = Uint8Array.from({ length: 16 }, (_none, at) => at);

test('what is kept is scrypt of N = 2^15, as OpenSSL computes it', async () => {
  const kept = await hashPassword('481592', SALT);
  const options = { N: 32_768, r: 8, p: 1, maxmem: 2 ** 27 };
  const key = scryptSync('481592', SALT, 32, options).toString('hex').toUpperCase();
  expect(kept).toBe(`scrypt$15$8$1$000102030405060708090A0B0C0D0E0F$${key}`);
  expect(kept).not.toContain('481592');
});

/** As it is kept, at a cost that a test can bear: the text says what it was made with. */
function cheap(password: string): string {
  const key = scryptSync(password, SALT, 32, { N: 16, r: 8, p: 1 }).toString('hex');
  return `scrypt$4$8$1$${Buffer.from(SALT).toString('hex')}$${key}`;
}

test('the password and no other, however a keyboard composes it', async () => {
  const kept = cheap('p\u00e4ssword');
  expect(await verifyPassword('pa\u0308ssword', kept)).toBe(true);
  expect(await verifyPassword('password', kept)).toBe(false);
});

test('nobody’s is never right', async () => {
  expect(await verifyPassword('')).toBe(false);
});
