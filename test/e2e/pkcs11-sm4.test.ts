/**
 * A token that has SM4 under its vendor's numbers, and no check values: the whole suite of an HSM
 * over a binding that a host wrote itself. And the PIN, when one more wrong one would lock it.
 */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Pkcs11Hsm,
  pkcs11Hsm,
  type Pkcs11Options,
} from '../../src/server/hsm/pkcs11/index.js';
import { HSM_TEST_KEYS, testHsm } from '../../src/testing/index.js';
import { temporaryFolder } from '../support/quancun-process.js';
import { SOFTWARE_PROGRAM, TOKEN_PIN, writeSoftwareToken } from '../support/soft-token.js';

const folder = temporaryFolder();
const open = new Set<Pkcs11Hsm>();
afterEach(async () => {
  for (const hsm of open) await hsm.close();
  open.clear();
});

function hsmOf(flags: number, changes: Partial<Pkcs11Options> = {}): Pkcs11Hsm {
  const token = writeSoftwareToken(join(folder, 'token.json'), HSM_TEST_KEYS, flags);
  const program = SOFTWARE_PROGRAM;
  // Time enough for a child to start on a machine that does much else.
  const given = { ...token, program, pin: () => TOKEN_PIN, timeoutMs: 20_000 };
  const hsm = pkcs11Hsm({ ...given, ...changes });
  open.add(hsm);
  return hsm;
}

describe('the suite of an HSM, in both ciphers', () => {
  const cases = testHsm(async () => hsmOf(0));
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, { run }) => run());
});

test.each([
  [0x20000, 'CKF_USER_PIN_FINAL_TRY'],
  [0x40000, 'CKF_USER_PIN_LOCKED'],
])('the last try of a PIN is a person’s: %i', async (flags, problem) => {
  await expect(hsmOf(flags).describeKeys()).rejects.toMatchObject({
    code: 'HSM_PIN_REFUSED',
    details: { problem },
  });
});

test('a PIN that was wrong before and is right now is taken', async () => {
  expect(await hsmOf(0x10000).describeKeys()).toHaveLength(12);
});

test('SM4 keys without the vendor’s numbers are refused in both languages', async () => {
  const token = writeSoftwareToken(join(folder, 'unnamed.json'), HSM_TEST_KEYS);
  const { sm4: _unnamed, ...rest } = token;
  const hsm = pkcs11Hsm({ ...rest, program: SOFTWARE_PROGRAM, pin: () => TOKEN_PIN });
  open.add(hsm);
  await expect(hsm.describeKeys()).rejects.toMatchObject({
    code: 'HSM_CIPHER_UNSUPPORTED',
    message: expect.stringContaining('no vendor’s are named') as string,
    messageZh: expect.stringContaining('未填写厂商机制编号') as string,
  });
});

test('what a caller hands in is checked, and a listener that fails keeps nobody', async () => {
  expect(() => hsmOf(0, { keys: [] })).toThrow(/keys/);
  expect(() => hsmOf(0, { processes: 0 })).toThrow(/processes/);
  const fails = (): void => {
    throw new Error('theirs');
  };
  const hsm = hsmOf(0, { onCall: fails, onProcess: fails });
  expect(await hsm.describeKeys()).toHaveLength(12);
});
