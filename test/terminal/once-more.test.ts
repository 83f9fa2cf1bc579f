/** What may be tried once is not tried again and again, whatever stage it is met at. */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { type KnownErrorCode, QuancunError } from '../../src/errors.js';
import { nothingTaken, notLoaded, paidNotWritten } from '../../src/terminal/results.js';
import { openShop } from '../support/shop.js';
import { broken } from '../support/till-of.js';

const ONCE = (Object.keys(ERROR_TABLE) as KnownErrorCode[])
  .map((code) => new QuancunError(ERROR_TABLE[code]))
  .filter(({ retry, stop }) => retry === 'once' && !stop);

describe('once', () => {
  test.each(ONCE)('$code, nothing taken: its own remedy, and the end of trying', (thrown) => {
    const { paid, next, error } = nothingTaken(thrown);
    expect([paid, next, error.retry]).toEqual(['no', 'recharge', 'once']);
    expect(error.hint.zh.startsWith(thrown.hint.zh)).toBe(true);
    expect(error.hint.en.startsWith(thrown.hint.en)).toBe(true);
    expect(error.hint.zh).toMatch(/未收款。最多再办理一次充值，再失败即停，联系管理员。$/);
  });

  test.each(ONCE)('$code, nothing loaded, or paid: 圈存 once more', (thrown) => {
    for (const { error } of [notLoaded(thrown), paidNotWritten('0123456789', thrown)]) {
      expect(error.retry).toBe('once');
      expect(error.hint.zh).toMatch(/再(次)?失败(一次)?即停，联系管理员。$/);
    }
  });
});

test('a card that is not the one: look at it first, before it is locked for a day', async () => {
  const shop = openShop({ card: { kind: '3des-4x', balanceFen: 5000 } });
  const refuse = () => Promise.reject(new QuancunError(ERROR_TABLE.MAC1_INVALID));
  const authority = broken(shop, { beginPayment: refuse });
  const { result } = await shop.recharge({ options: { authority } });
  expect(result).toMatchObject({ paid: 'no', error: { code: 'MAC1_INVALID', retry: 'once' } });
  if (result.outcome !== 'credited')
    expect(result.error.hint.zh).toMatch(/^先核对是不是刚才那张卡/);
});
