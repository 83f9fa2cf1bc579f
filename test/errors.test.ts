import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ErrorCode, ERROR_TABLE, isQuancunError, QuancunError } from '../src/errors.js';

const CODES = Object.keys(ERROR_TABLE) as ErrorCode[];
const SECRETS = {
  pin: '123456',
  oldPin: '123456',
  loadKey: 'K'.repeat(32),
  sessionKey: 'S'.repeat(16),
  mac2: '0A0B0C0D',
  password: 'hunter2',
  nested: { mac2: '0A0B0C0D', list: [{ pin: '123456' }] },
  cardNumber: '6201220000001234',
  text: 'card 6201220000001234 refused',
  bytes: Uint8Array.of(1, 2, 3),
};
const CANARIES = ['123456', 'KKKK', 'SSSS', '0A0B0C0D', 'hunter2', '620122000000'];

describe('the table', () => {
  test.each(CODES)('%s: both languages, a hint in both, and what became of the money', (code) => {
    const { en, zh, hint, money } = ERROR_TABLE[code];
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    for (const text of [en, hint.en]) expect(text).toMatch(/^(?=.*[A-Za-z])[^\n]{3,}$/);
    for (const text of [zh, hint.zh]) expect(text).toMatch(/[\u4e00-\u9fa5]/);
    expect(['untouched', 'moved', 'in-doubt']).toContain(money);
    const braces = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    if (!/\{en\}|\{zh\}/.test(en + zh)) expect(braces(en)).toEqual(braces(zh));
  });
});

describe('QuancunError', () => {
  test('fills its texts, in both languages', () => {
    const error = new QuancunError('PIN_WRONG', { details: { triesLeft: 2 } });
    expect(error.message).toContain('2 tries left');
    expect(error.messageZh).toContain('2 次');
  });

  test('no secret leaves it: not by message, JSON, inspection or cause', () => {
    const error = new QuancunError('INTERNAL', { details: SECRETS, cause: new Error('123456') });
    const shown = [error.message, JSON.stringify(error), String(error), Object.keys(error).join()];
    for (const canary of CANARIES) expect(shown.join('\n')).not.toContain(canary);
    expect(JSON.stringify(error)).toContain('…1234');
  });

  test('law: fromJSON(toJSON(x)) says the same', () => {
    const options = fc.record(
      {
        details: fc.dictionary(
          fc.constantFrom('field', 'sw', 'size'),
          fc.oneof(fc.string(), fc.integer()),
        ),
        money: fc.constantFrom('untouched', 'moved', 'in-doubt'),
        sent: fc.constantFrom('no', 'maybe', 'yes'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...CODES), options, (code, some) => {
        const json = JSON.parse(JSON.stringify(new QuancunError(code, some))) as unknown;
        expect(JSON.parse(JSON.stringify(QuancunError.fromJSON(json)))).toEqual(json);
      }),
    );
  });

  test('law: any other JSON is refused with JSON_INVALID', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(() => QuancunError.fromJSON(json)).toThrow(
          expect.objectContaining({ code: 'JSON_INVALID' }),
        );
      }),
    );
    expect(() => QuancunError.fromJSON({ code: 'toString' })).toThrow();
  });

  test('is known by its code, also from another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { name: 'QuancunError', code: 'PIN_WRONG' });
    expect(isQuancunError(foreign, 'PIN_WRONG')).toBe(true);
    expect(isQuancunError(foreign, 'PIN_BLOCKED')).toBe(false);
    expect(isQuancunError(new Error('PIN_WRONG'))).toBe(false);
    expect(isQuancunError({ name: 'QuancunError', code: 'PIN_WRONG' })).toBe(false);
  });
});
