import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isQuancunError, type KnownErrorCode, QuancunError, restated } from '../src/errors.js';
import { ERROR_TABLE } from '../src/error-table.js';

const CODES = Object.keys(ERROR_TABLE) as KnownErrorCode[];
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
  });
});

describe('QuancunError', () => {
  test('fills its texts, in both languages', () => {
    const error = new QuancunError(ERROR_TABLE.PIN_WRONG, { details: { triesLeft: 2 } });
    expect(error.message).toContain('2 tries left');
    expect(error.messageZh).toContain('2 次');
  });

  test('no secret leaves it: not by message, JSON, inspection or cause', () => {
    const error = new QuancunError(ERROR_TABLE.INTERNAL, {
      details: SECRETS,
      cause: new Error('123456'),
    });
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
        const json = JSON.parse(
          JSON.stringify(new QuancunError(ERROR_TABLE[code], some)),
        ) as unknown;
        expect(JSON.parse(JSON.stringify(QuancunError.fromJSON(json)))).toEqual(json);
      }),
    );
  });

  test('a code of another version is carried with its texts, hint, money state and sent', () => {
    const said = {
      code: 'CARD_REPORTED_STOLEN',
      message: 'This card was reported stolen',
      messageZh: '该卡已挂失',
      hint: { en: 'Keep the card', zh: '请收回卡片' },
      ...{ money: 'untouched', actor: 'operator', stop: false, retry: 'never' },
      sent: 'no',
      details: { since: '2026-11-01' },
    };
    expect(QuancunError.fromJSON(said).toJSON()).toEqual({ name: 'QuancunError', ...said });
  });

  test('what a stranger leaves out is told carefully: in doubt, and repeat nothing', () => {
    const error = QuancunError.fromJSON({ code: 'toString', money: 'gone', sent: 7, details: 1 });
    expect(error).toMatchObject({ code: 'toString', message: 'toString', money: 'in-doubt' });
    expect(error.sent).toBeUndefined();
    expect(error.details).toEqual({});
    expect(error.hint.en).toContain('repeat nothing');
    expect(error.hint.zh).toMatch(/请勿/);
  });

  test('a problem of another gateway speaks by its title and detail', () => {
    const problem = { code: 'rate_limited', title: 'Too many', detail: 'Wait', status: 429 };
    expect(QuancunError.fromJSON(problem)).toMatchObject({
      ...{ code: 'rate_limited', message: 'Too many', messageZh: 'Too many' },
      ...{ hint: { en: 'Wait', zh: 'Wait' }, money: 'in-doubt' },
    });
  });

  test("a stranger's braces, codes and details show no secret and are filled with nothing", () => {
    const details = { a: '44010123', b: '45678901', n: 4401012345678901, keys: ['00112233'] };
    const said = { message: '{a}{b} {n} {constructor}', hint: { en: '{n}' }, details };
    const error = QuancunError.fromJSON({ ...said, code: '4401012345678901' });
    expect(error.message).toBe('{a}{b} {n} {constructor}');
    expect(JSON.stringify(error)).not.toMatch(/4401012345678901|00112233/);
    expect(error.code).toBe('…8901');
  });

  test('a console does not open the cause', () => {
    const cause = new Error('sending 0020000006313233343536');
    const error = new QuancunError(ERROR_TABLE.TRANSPORT_LOST, { cause });
    expect(inspect(error)).not.toContain('313233343536');
    expect(error.cause).toBe(cause);
  });

  test('texts of strangers are cut, and hide card numbers', () => {
    const message = `card 6201220000001234 ${'x'.repeat(10_000)}`;
    const error = QuancunError.fromJSON({ code: 'X', message });
    expect(error.message).toMatch(/^card …1234 x+$/);
    expect(error.message.length).toBeLessThan(600);
  });

  test('law: JSON that names no code is refused with JSON_INVALID, and nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (json, code) => {
        for (const value of [json, { code }]) {
          let read: QuancunError;
          try {
            read = QuancunError.fromJSON(value);
          } catch (error) {
            expect(error).toMatchObject({ code: 'JSON_INVALID' });
            continue;
          }
          expect(read.code).toBe((value as { code: string }).code);
        }
      }),
    );
  });

  test('restated: the same texts, with what a layer above knows better', () => {
    const lost = new QuancunError(ERROR_TABLE.TRANSPORT_LOST, { sent: 'maybe' });
    const known = restated(lost, { money: 'untouched', sent: 'no' });
    expect(known.toJSON()).toEqual({ ...lost.toJSON(), money: 'untouched', sent: 'no' });
  });

  test('is known by its code, also from another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { name: 'QuancunError', code: 'PIN_WRONG' });
    expect(isQuancunError(foreign, 'PIN_WRONG')).toBe(true);
    expect(isQuancunError(foreign, 'PIN_BLOCKED')).toBe(false);
    expect(isQuancunError(new Error('PIN_WRONG'))).toBe(false);
    expect(isQuancunError({ name: 'QuancunError', code: 'PIN_WRONG' })).toBe(false);
  });
});
