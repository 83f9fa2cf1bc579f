import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { type KnownErrorCode, QuancunError } from '../../src/errors.js';
import { promptOf, PROMPTS } from '../../src/prompts/index.js';

const GUIDE = [
  ...['S11', 'S18', 'S22', 'S23', 'S27', 'S31', 'S32', 'S33', 'S34', 'S35', 'S36', 'S37', 'S38'],
];

describe('the table of prompts', () => {
  test('has every prompt of the guide, each once', () => {
    const ids = PROMPTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...new Set(ids.map((id) => id.replace(/\.\d$/, '')))]).toEqual(GUIDE);
  });

  test('says what the guide says, word for word', () => {
    const said = PROMPTS.map(({ text }) => text.zh);
    for (const quoted of [
      '充值写卡失败，请到充值记录页圈存！',
      '请务必仔细复核识别的卡号是否正确，以及充值前余额',
      '打票功能暂不具备',
      '结束时间和开始时间差值必须在30天之内！',
      '联系管理员',
      '读卡失败',
      '正在查询，获取...',
      '连接超时！',
      '获取(查询)失败',
      '正在加载资源...',
      '卡余额和库余额不一致，不允许圈存充值！',
      '充值数据提交失败，请重试！',
    ]) {
      expect(said).toContain(quoted);
    }
  });

  test.each(PROMPTS)('$id: both languages, remedies in order, the administrator last', (prompt) => {
    const { text, remedies, stop, actor, retry } = prompt;
    for (const { en, zh } of [text, ...remedies]) {
      expect(en).toMatch(/^[A-Z][^\n]+$/);
      expect(zh).toMatch(/[\u4e00-\u9fa5]/);
    }
    expect(remedies.length).toBeGreaterThan(0);
    const calls = remedies.map(({ zh }) => zh.includes('联系管理员'));
    expect(calls.indexOf(true)).toBe(calls.includes(true) ? calls.length - 1 : -1);
    if (text.zh.includes('联系管理员')) expect(stop).toBe(true);
    if (stop) expect([actor, retry, calls.at(-1)]).toEqual(['administrator', 'never', true]);
  });

  test('a code has one prompt, and who stops there stops by the table of errors too', () => {
    const codes = PROMPTS.flatMap(({ codes }) => codes);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { codes: own, stop } of PROMPTS) {
      for (const code of own) expect([code, ERROR_TABLE[code].stop]).toEqual([code, stop]);
    }
  });
});

describe('promptOf', () => {
  test('law: whoever has to stop is shown a prompt that says so', () => {
    for (const code of Object.keys(ERROR_TABLE) as KnownErrorCode[]) {
      const error = new QuancunError(ERROR_TABLE[code]);
      expect([code, promptOf(error)?.stop ?? false]).toEqual([code, error.stop]);
    }
  });

  test('a payment that is not booked: submit it again, take nothing', () => {
    const prompt = promptOf(new QuancunError(ERROR_TABLE.PAYMENT_UNCONFIRMED));
    expect(prompt?.id).toBe('S38');
    expect(prompt?.remedies[0]?.zh).toMatch(/^不要再次收款/);
  });

  test('paid, and waiting for its card: S11, but for one that stops, and another card', () => {
    const end = { paid: 'yes', next: 'load' };
    for (const code of Object.keys(ERROR_TABLE) as KnownErrorCode[]) {
      const error = new QuancunError(ERROR_TABLE[code]);
      const told = promptOf(error, end);
      const isOwn = error.stop || code === 'CARD_MISMATCH';
      expect([code, told]).toEqual([code, isOwn ? promptOf(error) : PROMPTS[0]]);
      const doubted = code === 'ORDER_UNPAID' ? undefined : promptOf(error);
      expect(promptOf(error, { ...end, paid: 'unknown' })).toBe(doubted);
      expect(promptOf(error, { ...end, next: 'submit' })).toBe(doubted);
    }
  });

  test('who may have paid is never asked for money', () => {
    const doubt = { paid: 'unknown', next: 'look-up' };
    for (const code of Object.keys(ERROR_TABLE) as KnownErrorCode[]) {
      const told = promptOf(new QuancunError(ERROR_TABLE[code]), doubt);
      expect([code, told?.id === 'S22']).toEqual([code, false]);
    }
    expect(promptOf(new QuancunError(ERROR_TABLE.PAYMENT_IN_DOUBT))).toBeUndefined();
    expect(promptOf(new QuancunError(ERROR_TABLE.ORDER_UNPAID), { ...doubt, paid: 'no' })?.id).toBe(
      'S22',
    );
  });

  test('a code of another version has a prompt only where it stops', () => {
    expect(promptOf({ code: 'CARD_REPORTED_STOLEN', stop: false })).toBeUndefined();
    expect(promptOf({ code: 'CARD_REPORTED_STOLEN', stop: true })?.id).toBe('S33');
  });
});
