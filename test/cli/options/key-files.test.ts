/** The key files of the command line: right ones are read, wrong ones refused by their fields. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openServer, readServerKeys } from '../../../src/cli/options/server-options.js';
import { readToolKeys } from '../../../src/cli/options/tool-keys.js';
import { UsageError } from '../../../src/cli/output.js';
import { TEST_KEY_SETS } from '../../../src/testing/index.js';
import { temporaryFolder } from '../../support/quancun-process.js';

const folder = temporaryFolder();
const path = join(folder, 'file.json');
const written = (json: unknown): string => {
  writeFileSync(path, JSON.stringify(json) ?? 'null');
  return path;
};
/** What the command line says, in both languages; a fault of the words, whatever it is. */
function said(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { code, message, messageZh } = error.error;
    expect(code).toBe('JSON_INVALID');
    expect(message.startsWith(path) && messageZh.startsWith(path)).toBe(true);
    return message.replace(/^.*form: /, '');
  }
}

const SECRET = 'AB'.repeat(32);
const [KEYS] = TEST_KEY_SETS;
const CALLER = { keyId: 'terminal-1', secret: SECRET, scopes: ['recharge', 'query'] };
const hsm = { allowSoftwareKeys: 'test', keys: TEST_KEY_SETS };
const server = (changes: object): object => ({ hsm, terminals: [CALLER], ...changes });
const keySet = (changes: object): object =>
  server({ hsm: { ...hsm, keys: [KEYS, { ...KEYS, ...changes }] } });
const caller = (changes: object): object => server({ terminals: [{ ...CALLER, ...changes }] });

describe('the key file of serve', () => {
  test('keys and callers, with and without a cap', () => {
    const other = { keyId: 'terminal-2', secret: 'CD'.repeat(32), maxAmountFen: 1 };
    const former = { secret: 'EF'.repeat(32), until: '2026-12-01T00:00:00+08:00' };
    const terminals = [CALLER, { ...CALLER, ...other, persons: true, former }];
    expect(readServerKeys(written({ hsm, terminals }))).toEqual({
      keys: { kind: 'software', keys: TEST_KEY_SETS },
      callers: terminals,
    });
  });

  test.each([
    ['a key id', { secret: 'CD'.repeat(32) }, 'keyId'],
    ['a secret', { keyId: 'b', secret: SECRET.toLowerCase() }, 'secret'],
    [
      'a former secret',
      {
        keyId: 'b',
        secret: 'CD'.repeat(32),
        former: { secret: SECRET, until: '2026-12-01T00:00:00Z' },
      },
      'former',
    ],
  ])('%s that two entries have is told by their places', (_what, changes, field) => {
    const file = written(server({ terminals: [CALLER, { ...CALLER, ...changes }] }));
    const told = said(() => readServerKeys(file));
    expect(told).toBe(`terminals[1].${field} must be another one than that of terminals[0]`);
  });

  test.each([
    [[], 'it must be an object'],
    [{}, 'terminals is missing'],
    [{ terminals: [] }, 'it must be an object with either "hsm" or "pkcs11"'],
    [server({ pkcs11: {} }), 'pkcs11.module is missing'],
    [server({ pkcs12: {} }), 'there is no field pkcs12'],
    [server({ hsm: { keys: [] } }), 'hsm.allowSoftwareKeys is missing'],
    [server({ hsm: { ...hsm, allowSoftwareKeys: true } }), 'hsm.allowSoftwareKeys must be "test"'],
    [keySet({ loadKey: 'AB' }), 'hsm.keys[1].loadKey must be 32 hex digits'],
    [keySet({ tackey: 'AB' }), 'there is no field hsm.keys[1].tackey'],
    [keySet({ keyIndex: 256 }), 'hsm.keys[1].keyIndex must be 255 or less'],
    [keySet({ cipher: 'aes' }), 'hsm.keys[1].cipher must be one of "3des", "sm4"'],
    [
      keySet({ hierarchy: 'city' }),
      'hsm.keys[1].hierarchy must be one of "national", "provincial", "card"',
    ],
    [caller({ secret: SECRET.slice(2) }), 'terminals[0].secret must be 64 hex digits'],
    [caller({ keyId: '' }), 'terminals[0].keyId must be a text that is not empty'],
    [caller({ maxAmountFen: '1,000' }), 'terminals[0].maxAmountFen must be a whole number'],
    [caller({ maxAmmountFen: 1000 }), 'there is no field terminals[0].maxAmmountFen'],
    [
      caller({ former: { secret: SECRET, until: 'tomorrow' } }),
      'terminals[0].former.until must be a moment, such as "2026-12-01T00:00:00+08:00"',
    ],
    [
      caller({ scopes: ['recharge', 'admin'] }),
      'terminals[0].scopes[1] must be one of "recharge-qr", "cash", "recharge", "query-outlet", ' +
        '"query", "supervise", "days", "close-day", "finance", "audit", "release", ' +
        '"back-office", "persons"',
    ],
    [caller({ maxAmountFen: '100' }), 'terminals[0].maxAmountFen must be a whole number'],
    [caller({ maxAmountFen: 0.5 }), 'terminals[0].maxAmountFen must be a whole number'],
    [caller({ maxAmount: 100 }), 'there is no field terminals[0].maxAmount'],
  ])('%#: %s', (json, problem) => {
    expect(said(() => readServerKeys(written(json)))).toBe(problem);
  });
});

describe('credentials', () => {
  const open = (json: unknown): string =>
    said(() => openServer({ server: 'http://127.0.0.1', credentials: written(json) }));

  test('what test-keys writes, and an entry of the server file as it stands', () => {
    expect([open({ keyId: 'a', secret: SECRET }), open(CALLER)]).toEqual(['read', 'read']);
  });

  test.each([
    [null, 'it must be an object'],
    [{ keyId: 'a' }, 'secret is missing'],
    [{ keyId: 1, secret: SECRET }, 'keyId must be a text'],
    [{ keyId: 'a', secret: 'AB' }, 'secret must be 64 hex digits'],
  ])('%j: %s', (json, problem) => {
    expect(open(json)).toBe(problem);
  });
});

describe('the keys of the tools', () => {
  const traces = new URL('../../../vectors/traces/', import.meta.url);

  test.each(['3des-keys.json', 'sm4-keys.json'])('%s', (name) => {
    const json = JSON.parse(readFileSync(new URL(name, traces), 'utf8')) as { cipher: string };
    const keys = readToolKeys(written(json));
    expect(keys.cipher.name).toBe(json.cipher);
    expect([keys.loadKey, keys.tacKey, keys.purchaseKey].map((key) => key?.length)).toEqual([
      ...[16, 16, 16],
    ]);
    expect(keys.keyIndex).toBe(json.cipher === 'sm4' ? 0x41 : 0x01);
  });

  test('any field may be missing', () => {
    expect(readToolKeys(written({}))).toMatchObject({ cipher: { name: '3des' }, keyIndex: 1 });
    expect(readToolKeys(written({ pin: '123456', pinForm: 'none' })).pin).toBeUndefined();
  });

  test.each([
    [[], 'it must be an object'],
    [{ loadkey: 'AB' }, 'there is no field loadkey'],
    [{ loadKey: 'AB' }, 'loadKey must be 32 hex digits'],
    [{ tacKey: null }, 'tacKey must be a text'],
    [{ cipher: 'aes' }, 'cipher must be one of "3des", "sm4"'],
    [{ pin: 123456 }, 'pin must be digits in quotes'],
    [{ pinForm: 'text' }, 'pinForm must be one of "bcd", "ascii", "none"'],
    [{ keyIndex: -1 }, 'keyIndex must be 0 or more'],
  ])('%j: %s', (json, problem) => {
    expect(said(() => readToolKeys(written(json)))).toBe(problem);
  });
});

test('law: any JSON is read or is a fault of the words, and no key is repeated', () => {
  const key = fc.uint8Array({ minLength: 15, maxLength: 17 });
  const hex = key.map((bytes) => Buffer.from(bytes).toString('hex'));
  const names = fc.constantFrom('loadKey', 'tacKey', 'pin', 'keyIndex', 'hsm', 'secret', 'keyId');
  const near = fc.dictionary(fc.oneof(names, hex), fc.oneof(hex, fc.jsonValue()));
  const read = [
    readServerKeys,
    readToolKeys,
    (credentials: string) => openServer({ server: 'http://127.0.0.1', credentials }),
  ];
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), near), (json) => {
      const file = written(json);
      for (const one of read) {
        try {
          one(file);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect(JSON.stringify((error as UsageError).error)).not.toMatch(/[0-9a-f]{30}/);
        }
      }
    }),
    { numRuns: 200 },
  );
});
