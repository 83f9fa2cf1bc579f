/** What a person is told to do next: who acts, whether he stops, and whether he may go on. */
import { describe, expect, test } from 'vitest';
import { type KnownErrorCode, QuancunError, restated, textsOf } from '../src/errors.js';
import { ERROR_TABLE } from '../src/error-table.js';

const CODES = Object.keys(ERROR_TABLE) as KnownErrorCode[];
const ROWS = CODES.map((code) => ({ ...ERROR_TABLE[code], ...textsOf(ERROR_TABLE[code]) }));

describe('the table', () => {
  test.each(ROWS)('$code: who acts, whether he stops, and whether it is tried again', (row) => {
    expect(['customer', 'operator', 'administrator']).toContain(row.actor);
    expect(typeof row.stop).toBe('boolean');
    expect(['safe', 'once', 'after', 'never']).toContain(row.retry);
  });

  test.each(ROWS)('$code: who is told to stop calls the administrator, and nobody else', (row) => {
    if (row.stop) expect(row.actor).toBe('administrator');
    const calls = [row.messageZh, row.hint.zh].join().match(/联系管理员/g) ?? [];
    expect(calls).toHaveLength(row.stop ? 1 : 0);
    expect(row.hint.en.includes('Contact the administrator')).toBe(row.stop);
  });

  test.each(ROWS.filter(({ retry }) => retry === 'never'))('$code: nobody tries again', (row) => {
    expect(row.messageZh + row.hint.zh).not.toMatch(/重试|再试|重新放|再圈存一次|重新圈存/);
    expect(`${row.message} ${row.hint.en}`).not.toMatch(/try again|card back|load again/i);
  });
});

describe('an error', () => {
  test('says them, also as JSON', () => {
    const error = new QuancunError(ERROR_TABLE.INTERNAL, { details: { what: 'x' } });
    const next = { actor: 'administrator', stop: true, retry: 'never' };
    expect(error).toMatchObject(next);
    expect(error.toJSON()).toMatchObject(next);
    expect(QuancunError.fromJSON(error.toJSON())).toMatchObject(next);
  });

  test('of an older server, which says none of them: the administrator, stop, never', () => {
    const json = { code: 'CARD_LOST', message: 'x', hint: { en: 'a', zh: 'b' } };
    const careful = { actor: 'administrator', stop: true, retry: 'never' };
    expect(QuancunError.fromJSON(json)).toMatchObject({ ...careful, hint: { en: 'a', zh: 'b' } });
    const odd = { ...json, actor: 'robot', stop: 'no', retry: 7 };
    expect(QuancunError.fromJSON(odd)).toMatchObject(careful);
  });

  test('restated with advice for its stage still begins with the words of who stops', () => {
    const hint = { en: 'Keep the slip.', zh: '请保留小票。' };
    const wrong = restated(new QuancunError(ERROR_TABLE.PIN_WRONG), { hint });
    expect(wrong.hint.zh).toBe('停止操作，联系管理员。请保留小票。');
    expect(restated(new QuancunError(ERROR_TABLE.CARD_LOST), { hint }).hint).toEqual(hint);
  });
});
