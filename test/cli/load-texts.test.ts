/** How the end of a load is told: nothing that a person or a script must know is left out. */
import { expect, test } from 'vitest';
import { tellLoad, tellPaymentNumber } from '../../src/cli/load-texts.js';
import { createOutput } from '../../src/cli/output.js';
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
