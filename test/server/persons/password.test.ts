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

test('the password and no other, however a keyboard composes it; nobody’s is never right', async () => {
  const kept = await hashPassword('pässword', SALT);
  expect(await verifyPassword('pa\u0308ssword', kept)).toBe(true);
  expect(await verifyPassword('password', kept)).toBe(false);
  expect(await verifyPassword('pässword')).toBe(false);
  // One that was made at another cost is still read.
  const cheap = scryptSync('481592', SALT, 32, { N: 1024, r: 8, p: 1 }).toString('hex');
  expect(
    await verifyPassword('481592', `scrypt$10$8$1$${'000102030405060708090a0b0c0d0e0f'}$${cheap}`),
  ).toBe(true);
});
