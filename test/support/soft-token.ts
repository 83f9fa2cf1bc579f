/** Tokens of SoftHSM2 for tests, each in a folder of its own; and why there are none here. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SoftKeySet } from '../../src/server/index.js';
import type { Pkcs11KeySet } from '../../src/server/hsm/pkcs11/index.js';

/** The PIN of every token that is made here. */
export const TOKEN_PIN = 'pin-7h2k9q';

const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'];
const program = (name: string): string =>
  fileURLToPath(new URL(`token/${name}.mjs`, import.meta.url));

/** The program that a host writes for its children. */
export const TOKEN_PROGRAM = program('child');

/** What is not installed; nothing where tokens can be made. */
export function missingForTokens(): readonly string[] {
  const missing: string[] = [];
  if (!MODULES.some((path) => existsSync(path))) missing.push('softhsm2');
  try {
    createRequire(import.meta.url).resolve('koffi');
  } catch {
    missing.push('koffi (npm install --no-save koffi)');
  }
  return missing;
}

/** A token that was made. */
export interface SoftToken {
  readonly module: string;
  readonly tokenLabel: string;
}

/** Makes a token in a folder, for this process and its children from now on. */
export function makeToken(folder: string, tokenLabel: string): SoftToken {
  const tokens = join(folder, 'tokens');
  mkdirSync(tokens, { recursive: true });
  const file = join(folder, 'softhsm2.conf');
  writeFileSync(file, `directories.tokendir = ${tokens}\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = file;
  const names = ['--init-token', '--free', '--label', tokenLabel];
  const words = [...names, '--so-pin', 'so-pin-1234', '--pin', TOKEN_PIN];
  run('softhsm2-util', words, '');
  return { module: MODULES.find((path) => existsSync(path)) ?? '', tokenLabel };
}

/** Writes keys to it. */
export function writeKeys(token: SoftToken, keys: readonly SoftKeySet[]): readonly Pkcs11KeySet[] {
  const input = JSON.stringify({ ...token, pin: TOKEN_PIN, keys });
  return JSON.parse(run(process.execPath, [program('write-keys')], input)) as Pkcs11KeySet[];
}

function run(file: string, words: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(file, words, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file}: ${stdout}${stderr}`);
  return stdout;
}
