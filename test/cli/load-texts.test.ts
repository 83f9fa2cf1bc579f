/** How the end of a load is told: nothing that a person or a script must know is left out. */
import { describe, expect, test } from 'vitest';
import { tellLoad, tellPaymentNumber } from '../../src/cli/load-texts.js';
import { readAmount } from '../../src/cli/options/amount.js';
import { readProvider } from '../../src/cli/options/provider.js';
import { createOutput, UsageError } from '../../src/cli/output.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import { paymentInDoubt, unconfirmed } from '../../src/terminal/results.js';
import type { LoadResult } from '../../src/terminal/index.js';

const CREDITED: LoadResult = {
  ...{ outcome: 'credited', paid: 'yes', orderId: 'A1', amountFen: 10_000, provedBy: 'tac' },
  ...{ written: 'now', balanceBeforeFen: 0, balanceAfterFen: 9_000 },
  ...{ balanceDiffers: true, resumed: true },
};

function toldOf(json: boolean, tell: (output: ReturnType<typeof createOutput>) => void): string {
  let text = '';
  const out = (more: string): void => {
    text += more;
  };
  tell(createOutput({ json, lang: 'zh' }, { out, err: out, colour: false }));
  return text;
}

test('a credit with another balance, of an order that was begun earlier', () => {
  const said = JSON.parse(toldOf(true, (output) => tellLoad(CREDITED, output))) as object;
  expect(said).toMatchObject({ outcome: 'credited', balanceDiffers: true, resumed: true });
  const shown = toldOf(false, (output) => tellLoad(CREDITED, output));
  expect(shown).toContain('此前未结的订单');
  expect(shown).toContain('停止操作，联系管理员');
});

test('the number of a payment is told whole to scripts as well', () => {
  const number = '4200001234202611240123456789';
  for (const json of [true, false]) {
    expect(toldOf(json, (output) => tellPaymentNumber(number, output))).toContain(number);
  }
});

describe('the command that is meant', () => {
  const payment = { provider: 'pos', transactionId: "B1'after", amountFen: 1000 };
  const held = unconfirmed('A1', payment, new QuancunError(ERROR_TABLE.SERVER_UNREACHABLE));
  const asked = { server: 'http://a:1', credentials: 'my till.json', intents: 'i.json' };

  test('stands there whole: who took it, and which server and till are meant', () => {
    const shown = toldOf(false, (output) => tellLoad(held, output, asked));
    expect(shown).toContain(
      `$ quancun payment submit --order A1 --receipt 'B1'\\''after' --amount 10.00 --provider pos` +
        ` --server http://a:1 --credentials 'my till.json' --intents i.json`,
    );
  });

  test('where nobody knows, the provider of the command at hand is meant', () => {
    const doubt = paymentInDoubt('A1');
    const given = { server: 'http://a:1', credentials: 'c', provider: 'pos' };
    const shown = toldOf(false, (output) => tellLoad(doubt, output, given));
    expect(shown).toContain('--receipt NUMBER --amount YUAN --provider pos --server http://a:1');
    expect(shown).toContain(
      '$ quancun payment not-taken --order A1 --server http://a:1 --credentials c',
    );
  });
});

describe('words of a payment', () => {
  test.each([
    ['cash', 'cash'],
    [' POS ', 'pos'],
    ['wx-pay2', 'wx-pay2'],
  ])('--provider %j is %s', (typed, provider) => {
    expect(readProvider(typed)).toBe(provider);
  });

  test.each(['', '现金', '2pay', 'a:b'])('--provider %j is none', (typed) => {
    expect(() => readProvider(typed)).toThrow(UsageError);
  });

  test.each(['0', '100000.01', '9999999999.99'])('--amount %s is told its whole range', (typed) => {
    const thrown = (): unknown => {
      try {
        return readAmount(typed);
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).toMatchObject({ error: { messageZh: '金额应为 0.01–100000.00 元' } });
  });
});
