/** One code, met at different stages: what is advised is safe at each. */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { type KnownErrorCode, QuancunError } from '../../src/errors.js';
import { atStage, type MoneyStage } from '../../src/terminal/money-stage.js';

const ERRORS = (Object.keys(ERROR_TABLE) as KnownErrorCode[]).map(
  (code) => new QuancunError(ERROR_TABLE[code]),
);
const hintAt = (code: KnownErrorCode, stage: MoneyStage) =>
  atStage(new QuancunError(ERROR_TABLE[code]), stage).hint.zh;

describe('atStage', () => {
  test.each(ERRORS)('$code: once money was taken nobody is told to take it', (error) => {
    const taken = atStage(error, 'taken-not-booked').hint;
    expect(taken.zh).toContain('不要再次收款。恢复后用原流水号提交本订单。');
    expect(taken.en).toContain('Do not take it again.');
    for (const stage of ['taken-not-booked', 'paid', 'credit-sent'] as const) {
      const { hint, stop } = atStage(error, stage);
      expect(hint.zh).toMatch(/(不要|勿)(再次|重新|再)?(充值|收款)/);
      expect(hint.zh.match(/停止操作，联系管理员/g) ?? []).toHaveLength(stop ? 1 : 0);
    }
  });

  test.each(ERRORS)('$code: after CREDIT the card is not used until it is loaded', (error) => {
    const { hint } = atStage(error, 'credit-sent');
    expect(hint.zh).toContain('圈存前请勿通行消费、勿再次充值、勿退款。');
  });

  test('the code, its facts and what it says stay', () => {
    const error = new QuancunError(ERROR_TABLE.BALANCE_LIMIT, { details: { maxFen: 100 } });
    const told = atStage(error, 'paid', { money: 'in-doubt' });
    const { code, messageZh, details, actor, stop, retry } = error;
    expect(told).toMatchObject({ code, messageZh, details, actor, stop, retry, money: 'in-doubt' });
    expect(told.hint.zh).toContain('客户通行后再圈存');
  });

  test('a server that is not reached: four stages, four pieces of advice', () => {
    expect(hintAt('SERVER_UNREACHABLE', 'nothing-taken')).toMatch(/^退出重进.*未收款。$/);
    expect(hintAt('SERVER_UNREACHABLE', 'taken-not-booked')).toMatch(/^不要再次收款/);
    expect(hintAt('SERVER_UNREACHABLE', 'paid')).toMatch(/已付款项保留，勿再收款。$/);
    expect(hintAt('SERVER_UNREACHABLE', 'credit-sent')).toMatch(/^请到【充值记录】重新放卡/);
    expect(hintAt('TRANSPORT_LOST', 'paid')).toBe('放好卡，点【圈存】，不要重新收款。');
  });
});
