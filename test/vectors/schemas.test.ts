/**
 * The JSON schemas that editors read: made from the declarations, and as strict as they.
 * `npx vitest run --project unit --update test/vectors/schemas.test.ts` writes them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/simulator/index.js';
import { TEST_KEY_SETS } from '../../src/testing/index.js';
import { fileSchemas } from '../support/file-schemas.js';

const vectors = new URL('../../vectors/', import.meta.url);
const folder = new URL('schema/', vectors);
const read = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));
const schemas = fileSchemas();
const accepts = (name: string, json: unknown): boolean =>
  new Ajv2020({ strict: false }).compile(schemas[name] ?? {})(json);

const PKCS11 = {
  ...{ module: '/usr/lib/softhsm/libsofthsm2.so', tokenLabel: 'etc', pinFile: 'pin.txt' },
  keys: [{ ...{ keyIndex: 1, cipher: '3des', hierarchy: 'national' }, loadKey: {}, tacKey: {} }],
};

test.each(Object.entries(schemas))('%s is what its declaration says', async (name, schema) => {
  const file = new URL(`${name}.schema.json`, folder).pathname;
  await expect(`${JSON.stringify(schema, null, 1)}\n`).toMatchFileSnapshot(file);
});

test('no schema that nothing declares', () => {
  expect(readdirSync(folder).sort()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.schema.json`)
      .sort(),
  );
});

describe('right files have the form, wrong ones have not', () => {
  const secret = 'AB'.repeat(32);
  const server = {
    hsm: { allowSoftwareKeys: 'test', keys: TEST_KEY_SETS },
    terminals: [{ keyId: 'terminal-1', secret, scopes: ['recharge'], maxAmountFen: 1 }],
  };
  const keys = read(new URL('traces/sm4-keys.json', vectors)) as object;
  test.each([
    ['tool-keys', keys, { ...keys, loadkey: '00' }],
    ['server-keys', server, { ...server, terminals: [{ keyId: 'terminal-1', secret: 'AB' }] }],
    ['server-keys', server, { ...server, pkcs11: PKCS11 }],
    [
      'server-keys',
      { terminals: server.terminals, pkcs11: PKCS11 },
      { terminals: server.terminals },
    ],
    ['credentials', { keyId: 'terminal-1', secret }, { keyId: 'terminal-1' }],
    ['card-profile', DEFAULT_PROFILE, { proveArg: 'sometimes' }],
    ['card-profile', { statusWords: { macWrong: '6988' } }, { statusWords: { macWrong: '698' } }],
  ])('%s', (name, right, wrong) => {
    expect([accepts(name, right), accepts(name, wrong)]).toEqual([true, false]);
  });
});
