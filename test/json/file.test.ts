/** What is said of a file that does not fit: where, what it should be, and never what it held. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { isQuancunError, type QuancunError } from '../../src/errors.js';
import {
  digitsOf,
  expectFile,
  expectOptions,
  hexOf,
  looseOf,
  objectOf,
  parseFileText,
  partOf,
  recordOf,
  statusWord,
  textOf,
  upperHex,
  upperHexOf,
  wholeOf,
} from '../../src/json/index.js';

const KEY = '00112233445566778899AABBCCDDEEFF';
const FILE = v.strictObject({
  keys: v.array(v.strictObject({ loadKey: hexOf(16), keyIndex: wholeOf(0, 255) })),
  more: v.exactOptional(
    partOf({
      date: digitsOf(8),
      name: textOf(8),
      plain: v.string(),
      yes: v.boolean(),
      cipher: v.picklist(['3des', 'sm4']),
      word: v.literal('test'),
      sw: statusWord(),
      hex: upperHex(),
      seed: upperHexOf(2, 4),
      range: hexOf(4, 8),
      notes: recordOf(v.string()),
      part: objectOf({}),
      loose: looseOf({}),
    }),
  ),
});

function refusal(read: () => unknown): QuancunError {
  try {
    read();
  } catch (error) {
    if (isQuancunError(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
const problem = (json: unknown): string => refused(json).message.replace(/^.*form: /, '');
const refused = (json: unknown): QuancunError =>
  refusal(() => expectFile(FILE, json, { en: 'The file', zh: '该文件' }));
const more = (fields: object): object => ({ keys: [], more: fields });

describe('expectFile', () => {
  test.each([
    [7, 'it must be an object', '应为对象'],
    [null, 'it must be an object', '应为对象'],
    ['text', 'it must be an object', '应为对象'],
    [{}, 'keys is missing', '缺少 keys'],
    [{ keys: {} }, 'keys must be a list', 'keys 应为列表'],
    [{ keys: [null] }, 'keys[0] must be an object', 'keys[0] 应为对象'],
    [{ keys: [{ keyIndex: 1 }] }, 'keys[0].loadKey is missing', '缺少 keys[0].loadKey'],
    [
      {
        keys: [
          { loadKey: KEY, keyIndex: 1 },
          { loadKey: KEY.slice(2), keyIndex: 1 },
        ],
      },
      'keys[1].loadKey must be 32 hex digits',
      'keys[1].loadKey 应为 32 位十六进制数字',
    ],
    [
      { keys: [{ loadKey: KEY, keyIndex: 256 }] },
      'keys[0].keyIndex must be 255 or less',
      'keys[0].keyIndex 应为不大于 255 的整数',
    ],
    [
      { keys: [{ loadKey: KEY, keyIndex: 0.5 }] },
      'keys[0].keyIndex must be a whole number',
      'keys[0].keyIndex 应为整数',
    ],
    [
      { keys: [{ loadKey: KEY, keyIndex: 1, loadkey: KEY }] },
      'there is no field keys[0].loadkey',
      '没有字段 keys[0].loadkey',
    ],
    [more({ date: '2026' }), 'more.date must be 8 decimal digits', 'more.date 应为 8 位数字'],
    [more({ name: '' }), 'more.name must be a text that is not empty', 'more.name 应为非空文本'],
    [
      more({ name: '123456789' }),
      'more.name must be a text of at most 8 characters',
      'more.name 应为不超过 8 个字符的文本',
    ],
    [more({ plain: 1 }), 'more.plain must be a text', 'more.plain 应为文本'],
    [more({ yes: 'yes' }), 'more.yes must be true or false', 'more.yes 应为 true 或 false'],
    [
      more({ cipher: 'aes' }),
      'more.cipher must be one of "3des", "sm4"',
      'more.cipher 应为其中之一："3des", "sm4"',
    ],
    [more({ word: 'live' }), 'more.word must be "test"', 'more.word 应为 "test"'],
    [
      more({ sw: '5000' }),
      'more.sw must be a status word, such as "6985"',
      'more.sw 应为状态字，例如 "6985"',
    ],
    [more({ sw: 0x5000 }), 'more.sw must be a status word, such as "6985"', /状态字/],
    [more({ sw: null }), 'more.sw must be a status word, such as "6985"', /状态字/],
    [more({ hex: 'ab' }), 'more.hex must be hex digits in upper case', /大写十六进制/],
    [more({ seed: 'AB' }), 'more.seed must be 4 to 8 hex digits in upper case', /4–8 位/],
    [more({ range: 'AB' }), 'more.range must be 8 to 16 hex digits', /8–16 位/],
    [more({ notes: [] }), 'more.notes must be an object', 'more.notes 应为对象'],
    [more({ notes: { a: 1 } }), 'more.notes.a must be a text', 'more.notes.a 应为文本'],
    [more({ part: [] }), 'more.part must be an object', 'more.part 应为对象'],
    [more({ loose: [] }), 'more.loose must be an object', 'more.loose 应为对象'],
    [{ keys: [], more: [] }, 'more must be an object', 'more 应为对象'],
  ])('%j: %s', (json, en, zh) => {
    const error = refused(json);
    expect([error.code, error.money, problem(json)]).toEqual(['JSON_INVALID', 'untouched', en]);
    expect(error.details).toEqual({ what: 'The file', problem: en });
    if (typeof zh === 'string') expect(error.messageZh).toMatch(new RegExp(`：${escaped(zh)}$`));
    else expect(error.messageZh).toMatch(zh);
    expect(error.messageZh).toMatch(/^该文件 /);
  });

  test.each([
    ['a key that was pasted as a name', KEY],
    ['a key that begins with a letter', `ABCDEF${KEY.slice(6)}`],
    ['a card number', 'card6201220000001234'],
    ['a text', 'no name at all'],
    ['a long one', 'x'.repeat(40)],
  ])('%s is not repeated', (_what, name) => {
    expect(problem({ keys: [], [name]: 1 })).toBe('there is no field (…)');
  });

  test.each(['constructor', '__proto__', 'toString'])('%s is no field of any object', (name) => {
    const json = JSON.parse(`{ "keys": [], "${name}": 1 }`) as unknown;
    expect(problem(json)).toBe(`there is no field ${name}`);
  });

  test('a file is named as its owner named it; long numbers in the name stay masked', () => {
    const what = 'keys of 6201220000001234.json';
    const error = refusal(() => expectFile(FILE, 1, what));
    for (const text of [error.message, error.messageZh]) {
      expect(text).toMatch(/^keys of …1234\.json /);
    }
  });

  test('law: any JSON is read or refused with JSON_INVALID, and no value is repeated', () => {
    const secret = fc.uint8Array({ minLength: 8, maxLength: 20 });
    const field = secret.map((bytes) => Buffer.from(bytes).toString('hex'));
    const key = fc.record({ loadKey: field, keyIndex: fc.jsonValue() });
    const near = fc.record({ keys: fc.array(key), more: fc.dictionary(fc.string(), field) });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), near), (json) => {
        try {
          expectFile(FILE, json, 'file');
        } catch (error) {
          expect(isQuancunError(error, 'JSON_INVALID')).toBe(true);
          expect(JSON.stringify(error)).not.toMatch(/[0-9a-f]{16}/);
        }
      }),
    );
  });
});

test('expectOptions: another code, because no file is to be corrected', () => {
  const error = refusal(() => expectOptions(FILE, { keys: 1 }, 'open'));
  expect([error.code, error.message, error.messageZh]).toEqual([
    'ARGUMENT_INVALID',
    'open cannot do this: keys must be a list',
    'open 的参数有误：keys 应为列表',
  ]);
});

describe('parseFileText', () => {
  test('a byte order mark in front is let through', () => {
    expect(parseFileText('\uFEFF{"a":1}', 'file')).toEqual({ a: 1 });
  });

  test('the text is not quoted, in whatever way the error is printed', () => {
    const error = refusal(() => parseFileText(`{ "loadKey": "${KEY}" `, 'file'));
    expect(error.message).toBe('file is not valid JSON of the expected form: the text is not JSON');
    expect(JSON.stringify(error) + String(error.cause)).not.toContain(KEY);
  });
});

function escaped(text: string): string {
  return text.replace(/[[\].]/g, '\\$&');
}
