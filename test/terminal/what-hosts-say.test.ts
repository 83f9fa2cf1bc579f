/** What untyped hosts say to a terminal: taken for what it means, or named as what it is not. */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import { loadRecord } from '../../src/terminal/index.js';
import { unconfirmed } from '../../src/terminal/results.js';
import { hostTransport } from '../../src/transport/index.js';
import { openShop } from '../support/shop.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;

describe('an error made of its code alone', () => {
  test.each(['RECHARGE_CANCELLED', 'ORDER_UNPAID'] as const)('%s', async (code) => {
    const takePayment = () => Promise.reject(new QuancunError(code));
    const { result } = await openShop({ card: CARD }).recharge({ options: { takePayment } });
    const { stop, retry, actor, zh } = ERROR_TABLE[code];
    expect(result).toMatchObject({ paid: 'no', error: { code, stop, actor, messageZh: zh } });
    if (result.outcome !== 'credited') expect(result.error.retry).toBe(retry);
  });
});

test.each(['../orders', 'a?b', '', '0123456789-ABCDEFG'])('the order number %j', async (id) => {
  const shop = openShop({ card: CARD });
  const { result } = await shop.load({ options: {} });
  expect(result.outcome).toBe('refused');
  const options = { transport: shop.insert().transport, authority: shop.authority, env: shop.env };
  const told = await loadRecord({ ...options, terminal: '000440101001', pin: '123456' }, id);
  expect(told).toMatchObject({ error: { code: 'ORDER_UNKNOWN', stop: false } });
});

const AS_FUNCTION = { en: 'it must be a function', zh: '应为函数' };
const PROBLEMS: Readonly<Record<string, object>> = {
  info: { en: 'it must be a TransportInfo', zh: '应为 TransportInfo' },
  ...{ exchange: AS_FUNCTION },
  ...{ explain: AS_FUNCTION, close: AS_FUNCTION },
};

describe('hostTransport', () => {
  const whole = {
    info: { kind: 'line', maxBatch: 1 },
    exchange: () => Promise.resolve('9000'),
    explain: () => undefined,
    close: () => Promise.resolve(),
  };
  test.each(['info', 'exchange', 'explain', 'close'])('without %s', (what) => {
    const driver = { ...whole, [what]: undefined };
    expect(() => hostTransport(driver)).toThrow(
      expect.objectContaining({
        code: 'ARGUMENT_INVALID',
        details: { what, problem: PROBLEMS[what] },
      }),
    );
  });

  test.each([[{}], [undefined], [null]])('made of %j', (driver) => {
    expect(() => hostTransport(driver as typeof whole)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });
});

test('the number of a payment is whole where it has to be submitted, or not said at all', () => {
  const line = new QuancunError(ERROR_TABLE.SERVER_UNREACHABLE);
  const held = (transactionId: string) =>
    unconfirmed('A1', { provider: 'pos', transactionId, amountFen: 100 }, line);
  expect(held('slip-7').error.details).toMatchObject({ transactionId: 'slip-7' });
  const long = held('4200001234202611240123456789');
  expect(long.error.details).not.toHaveProperty('transactionId');
  expect(long.unconfirmedPayment?.transactionId).toBe('4200001234202611240123456789');
});
