/** A word that nothing was taken counts when the server has heard it, and not before. */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import { declareNotTaken } from '../../src/terminal/index.js';
import { openShop } from '../support/shop.js';
import { broken, cut, tillOf } from '../support/till-of.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const full = (): Promise<never> => Promise.reject(new Error('the till is gone'));

describe('a word that nothing was taken, which is not heard', () => {
  const taken = /不再收款/;

  test.each([
    ['SERVER_UNREACHABLE', ERROR_TABLE.SERVER_UNREACHABLE],
    ['PAYMENT_PROVIDER_FAILED', ERROR_TABLE.PAYMENT_PROVIDER_FAILED],
  ])('%s: it is not known, and no money is taken', async (code, row) => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const options = { ...till.options, takePayment: full };
    const { result } = await shop.recharge({ options });
    const endPayment = () => Promise.reject(new QuancunError(row));
    const desk = { ...till.desk, authority: broken(shop, { endPayment }) };
    const told = await declareNotTaken(desk, result.orderId ?? '');
    expect(told).toMatchObject({
      ...{ outcome: 'refused', paid: 'unknown', next: 'look-up' },
      error: { code, money: 'in-doubt', retry: 'after' },
    });
    expect('error' in told && told.error.hint.zh).toMatch(taken);
    expect('error' in told && told.error.hint.zh).not.toContain('重新办理');
  });

  test('with arguments that are none it says nothing of the money', async () => {
    const shop = openShop({ card: CARD });
    const told = await declareNotTaken(tillOf(shop).desk, '');
    expect(told).toMatchObject({ paid: 'unknown', error: { code: 'ORDER_UNKNOWN' } });
    expect('error' in told && told.error.hint.zh).not.toContain('未收款');
  });

  test('of a QR payment that was cancelled: look it up, and do not begin again', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const endPayment = cut;
    const options = {
      ...{ ...till.options, authority: broken(shop, { endPayment }) },
      ...{ expectedPayment: { provider: 'qr' }, takePayment: () => Promise.resolve(undefined) },
      findPayment: () => Promise.resolve('none' as const),
    };
    const { result } = await shop.recharge({ options });
    expect(result).toMatchObject({ paid: 'unknown', next: 'look-up' });
    expect('error' in result && result.error.hint.zh).toMatch(taken);
  });
});
