/** Tokens of SoftHSM2 for tests, each in a folder of its own; and why there are none here. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../build/entries.js';
import type { SoftKeySet } from '../../src/server/index.js';
import type { Pkcs11KeySet } from '../../src/server/hsm/pkcs11/index.js';

/** The PIN of every token that is made here. */
export const TOKEN_PIN = 'pin-7h2k9q';

const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'];
const program = (name: string): string => join(ROOT, `test/support/token/${name}.mjs`);

/** The program that a host writes for its children. */
export const TOKEN_PROGRAM = program('child');

/** What is not installed; nothing where tokens can be made. */
export function missingForTokens(): readonly string[] {
  const missing: string[] = [];
  if (!MODULES.some((path) => existsSync(path))) missing.push('softhsm2');
  try {
    createRequire(join(ROOT, 'package.json')).resolve('koffi');
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

/** What the token lets out of these keys by themselves. */
export function tryMasters(token: SoftToken, labels: readonly string[]): unknown {
  const input = JSON.stringify({ ...token, pin: TOKEN_PIN, labels });
  return JSON.parse(run(process.execPath, [program('try-masters')], input));
}

/** The numbers that the token of `writeSoftwareToken` has for SM4. */
export const SOFTWARE_SM4 = {
  keyType: 0x8000_0001,
  deriveMechanism: 0x8000_0002,
  cbcMechanism: 0x8000_0003,
} as const;
/** The program of its children. */
export const SOFTWARE_PROGRAM = program('software');

const [SENSITIVE, ENCRYPT, DERIVE, EXTRACTABLE] = [0x103, 0x104, 0x10c, 0x162];

/** A token that is a file, with SM4, and without check values. */
export function writeSoftwareToken(file: string, keys: readonly SoftKeySet[], flags = 0) {
  const objects = keys.flatMap(({ keyIndex, cipher, hierarchy, loadKey, tacKey }) => {
    const isCards = hierarchy === 'card';
    const reads = isCards && cipher === '3des';
    const attributes = {
      load: { [SENSITIVE]: true, [EXTRACTABLE]: false, [ENCRYPT]: false, [DERIVE]: true },
      tac: {
        ...{ [SENSITIVE]: !reads, [EXTRACTABLE]: reads },
        ...{ [ENCRYPT]: isCards && !reads, [DERIVE]: !isCards },
      },
    };
    const keyType = cipher === '3des' ? 0x14 : SOFTWARE_SM4.keyType;
    const labelOf = (use: string): string => `${use}-${String(keyIndex)}`;
    return [
      { label: labelOf('load'), keyType, value: loadKey, attributes: attributes.load },
      { label: labelOf('tac'), keyType, value: tacKey, attributes: attributes.tac },
    ];
  });
  writeFileSync(file, JSON.stringify({ label: 'soft', flags, pin: TOKEN_PIN, keys: objects }));
  return {
    module: file,
    tokenLabel: 'soft',
    sm4: SOFTWARE_SM4,
    keys: keys.map(({ keyIndex, cipher, hierarchy }) => ({
      ...{ keyIndex, cipher, hierarchy },
      loadKey: { label: `load-${String(keyIndex)}` },
      tacKey: { label: `tac-${String(keyIndex)}` },
    })),
  };
}

function run(file: string, words: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(file, words, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file}: ${stdout}${stderr}`);
  return stdout;
}
