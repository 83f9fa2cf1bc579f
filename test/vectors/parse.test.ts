/** Vector files of other people, and what is no vector file at all. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isQuancunError } from '../../src/errors.js';
import { parseVectorFile, runVectors } from '../../src/testing/index.js';

const given = parseVectorFile(
  readFileSync(new URL('../../vectors/given.json', import.meta.url), 'utf8'),
);

function fileOf(type: string, fields: object, result = 'valid', cipher?: string): string {
  const tests = [{ id: 'one', ...fields, result }];
  const group = cipher === undefined ? { type, tests } : { type, cipher, tests };
  return JSON.stringify({ schema: 'quancun-vectors/1', groups: [group] });
}
const passes = (...args: Parameters<typeof fileOf>): boolean =>
  runVectors(parseVectorFile(fileOf(...args))).failed === 0;

const diversify = {
  masterKey: '0123456789ABCDEFFEDCBA9876543210',
  factor: 'b8cacbe0 b8cacbe0',
  key: '93F9941039ABE523C129D32C3D55A398',
};

describe('parseVectorFile', () => {
  test.each([
    ['no JSON', '{', 'JSON_INVALID'],
    ['a list', '[]', 'JSON_INVALID'],
    ['another schema', '{"schema":"quancun-vectors/2","groups":[]}', 'JSON_INVALID'],
    ['no groups', '{"schema":"quancun-vectors/1"}', 'JSON_INVALID'],
    ['a result of no kind', fileOf('mac', {}, 'maybe'), 'JSON_INVALID'],
    [
      'an id twice',
      '{"schema":"quancun-vectors/1","groups":[{"type":"mac","tests":[{"id":"a","result":"valid"},{"id":"a","result":"valid"}]}]}',
      'VECTOR_ID_TWICE',
    ],
  ])('%s: %s', (_name, text, code) => {
    expect(() => parseVectorFile(text)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['{', 'the text is not JSON'],
    ['[]', 'it must be an object'],
    ['{"schema":"quancun-vectors/2","groups":[]}', 'schema must be "quancun-vectors/1"'],
    ['{"schema":"quancun-vectors/1","groups":{}}', 'groups must be a list'],
    ['{"schema":"quancun-vectors/1","groups":[],"notes":[]}', 'notes must be an object'],
    ['{"schema":"quancun-vectors/1","groups":[{"tests":[]}]}', 'groups[0].type is missing'],
    [
      '{"schema":"quancun-vectors/1","groups":[{"type":"mac","source":[],"tests":[]}]}',
      'groups[0].source must be an object',
    ],
    [fileOf('mac', { id: '' }), 'groups[0].tests[0].id must be a text that is not empty'],
    [fileOf('mac', {}, 'maybe'), /groups\[0\]\.tests\[0\]\.result must be one of/],
  ])('%s: %s', (text, problem) => {
    expect(() => parseVectorFile(text)).toThrow(problem);
  });

  test.each([
    ['mac', { key: 7, data: '', mac: '' }, 'key must be a text'],
    ['mac', { data: '', mac: '' }, 'key is missing'],
    ['load', { initialize: '80' }, 'initialize must be an object'],
    ['load', { initialize: [] }, 'initialize must be an object'],
    ['load', { initialize: { command: '80' } }, 'initialize.response is missing'],
    [
      'load',
      { initialize: { command: '80', response: '90' }, expect: { mac1: 'right' } },
      'expect.mac1 must be one of "valid", "invalid"',
    ],
    ['etcFile', { fid: '0015', bytes: '', fields: [] }, 'fields must be an object'],
    [
      'exchange',
      { command: '80', response: '90', expect: [] },
      'expect must be a text or an object',
    ],
    ['loadCryptogram', { sessionKey: '00', mac1: '00' }, 'amountFen is missing'],
    [
      'blockCipher',
      { key: '', plain: '', ciphertext: '', iterations: '2' },
      /^.*iterations must be/,
    ],
  ])('%s %j cannot be run: %s', (type, fields, problem) => {
    const [outcome] = runVectors(parseVectorFile(fileOf(type, fields, 'invalid'))).results;
    expect([outcome?.passed, outcome?.why]).toEqual([false, expect.stringMatching(problem)]);
    expect(outcome?.why).toMatch(/^The test cannot be run: /);
  });

  test('a byte order mark in front is let through', () => {
    expect(parseVectorFile(`\uFEFF${fileOf('mac', {})}`).groups).toHaveLength(1);
  });

  test('law: any text is a vector file or a QuancunError, and any file can be run', () => {
    const value = fc.jsonValue();
    const types = fc.constantFrom(
      'mac',
      'load',
      'loadCryptogram',
      'purchase',
      'exchange',
      'etcFile',
      'diversify',
      'secureMessaging',
      'externalAuthenticate',
      'blockCipher',
      'other',
    );
    const names = fc.constantFrom(
      'key',
      'mac',
      'data',
      'iv',
      'bytes',
      'fid',
      'fields',
      'command',
      'response',
      'expect',
      'initialize',
      'credit',
      'random',
      'onlineAtc',
      'tac',
      'tacKey',
    );
    const bytes = fc.uint8Array({ maxLength: 40 }).map((data) => Buffer.from(data).toString('hex'));
    const fields = fc.dictionary(names, fc.oneof(value, bytes, fc.constant('0015')), {
      maxKeys: 8,
    });
    const built = fc.tuple(types, fields).map(([type, some]) => fileOf(type, some));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), built), (text) => {
        try {
          const { results } = runVectors(parseVectorFile(text));
          for (const { why } of results) expect(why).not.toMatch(/crashed/);
        } catch (error) {
          expect(isQuancunError(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('runVectors', () => {
  test('hex in either case, with blanks; money in fen; null is absent', () => {
    expect(passes('diversify', diversify, 'valid', 'sm4')).toBe(true);
    expect(passes('diversify', diversify, 'invalid', 'sm4')).toBe(false);
    expect(passes('diversify', { ...diversify, comment: null }, 'acceptable', 'sm4')).toBe(true);
  });

  test('what cannot be looked at fails, whatever it claims', () => {
    for (const result of ['valid', 'invalid', 'acceptable']) {
      expect(passes('unheardOf', {}, result)).toBe(false);
      expect(passes('diversify', diversify, result, 'aes')).toBe(false);
      expect(passes('diversify', { masterKey: diversify.masterKey }, result)).toBe(false);
      expect(passes('mac', { key: 7, data: '', mac: '' }, result)).toBe(false);
    }
  });

  test('acceptable: what is expected of one cryptogram must hold all the same', () => {
    const load = given.groups
      .flatMap(({ type, cipher, tests }) => tests.map((one) => ({ type, cipher, one })))
      .find(({ type, one }) => type === 'load' && one.result === 'valid');
    expect(load).toBeDefined();
    const { cipher, one } = load ?? { cipher: '', one: {} };
    const judged = (tac: string): boolean =>
      passes('load', { ...one, id: 'one', expect: { tac } }, 'acceptable', cipher);
    expect([judged('valid'), judged('invalid')]).toEqual([true, false]);
  });

  test('etcFile: fields, and the way back', () => {
    const bytes = `B8CACBE062010001164162016201220000001234${'2020010120351231'}B8CA41313233343500000000000001`;
    const fields = { plate: '甘A12345', cardType: 22, version: '41', endDate: '2035-12-31' };
    expect(passes('etcFile', { fid: '0015', bytes, fields })).toBe(true);
    expect(passes('etcFile', { fid: '0015', bytes, fields: { plate: '甘A12346' } })).toBe(false);
    expect(passes('etcFile', { fid: '0015', bytes: bytes.slice(2), fields }, 'invalid')).toBe(true);
    expect(passes('etcFile', { fid: '9999', bytes, fields }, 'invalid')).toBe(false);
    const inherited = fileOf('etcFile', { fid: 'constructor', bytes, fields });
    expect(runVectors(parseVectorFile(inherited)).results[0]?.why).toMatch(/names no file/);
  });

  test('exchange: parsed fields and status words', () => {
    const command = '805C000204';
    expect(
      passes('exchange', { command, response: '000013889000', expect: { balanceFen: 5000 } }),
    ).toBe(true);
    expect(passes('exchange', { command, response: '6985', expect: { sw: '6985' } })).toBe(true);
    expect(passes('exchange', { command, response: '6985', expect: '6985' })).toBe(true);
    expect(
      passes('exchange', { command, response: '000013889000', expect: { balanceFen: 5001 } }),
    ).toBe(false);
  });
});
