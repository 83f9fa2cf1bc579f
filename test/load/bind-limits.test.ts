/** What no MAC2 is made for, though the order is paid and the card is there. */
import { expect, test } from 'vitest';
import { MAX_FEN } from '../../src/money.js';
import { codeOf, init, payment, situation, SOLE, tell } from './situations.js';

const paid = situation({}, { payments: [payment('pos:1')] });
const { amountFen } = paid.order;

test('a terminal number that the server draws is no terminal’s', () => {
  for (const terminal of ['FF0123456789', 'FFFFFFFFFFFF']) {
    const { decision } = tell(paid, [{ kind: 'init', init: init(7, { terminal }) }], SOLE);
    expect([decision.step.do, codeOf(decision)]).toEqual(['stop', 'PROBE_MISMATCH']);
    expect(decision.order).toBe(paid.order);
  }
  const terminal = '0123456789FF';
  const { decision } = tell(paid, [{ kind: 'init', init: init(7, { terminal }) }], SOLE);
  expect(decision.step.do).toBe('credit');
});

test('four bytes of a balance never run over', () => {
  const rich = { ...SOLE, maxBalanceFen: MAX_FEN * 2 };
  const at = (rawBalance: number) =>
    tell(paid, [{ kind: 'init', init: init(7, { rawBalance }) }], rich).decision;
  expect(codeOf(at(MAX_FEN - amountFen + 1))).toBe('BALANCE_LIMIT');
  expect(at(MAX_FEN - amountFen).step.do).toBe('credit');
});

test('a card that another order waits for is asked for nothing that erases its proof', () => {
  const card = { ...paid.card, openOrderId: 'OTHER' };
  const held = situation({}, { payments: [payment('pos:1')], card });
  for (const kind of ['present', 'no-proof'] as const) {
    const { decision } = tell(held, [{ kind }], SOLE);
    expect([decision.step.do, codeOf(decision)]).toEqual(['stop', 'ORDER_OPEN']);
  }
});
