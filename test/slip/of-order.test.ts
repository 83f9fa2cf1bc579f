/** The slip of an order as the server answers it. */
import { describe, expect, test } from 'vitest';
import { layOutHeldSlip, layOutReceipt, layOutSlip, type SlipView } from '../../src/slip/index.js';

const HELD: SlipView = {
  ...{ orderId: '7ZK2M9QX4T1B6W8R3C5H', kind: 'held', copy: 0, printedAtMs: 3, amountFen: 10_000 },
  ...{ state: 'HELD', outlet: '兰州自营一厅', terminal: '000440101001', plate: '甘A12345' },
  ...{ plateColour: 0, cardTail: '1234', createdAtMs: 1 },
  payment: { provider: 'cash', transactionId: '0001', paidAtMs: 2 },
};
const FACTS = {
  ...{ orderId: HELD.orderId, outlet: HELD.outlet, terminal: '000440101001', plate: '甘A12345' },
  ...{ plateColour: 0, cardNumber: '1234', amountFen: 10_000, copy: 0, method: '现金' },
  ...{ paymentNumber: '0001', atMs: 2 },
};

describe('layOutSlip', () => {
  test('lays a held slip out', () => {
    expect(layOutSlip(HELD)).toEqual(layOutHeldSlip(FACTS));
    const words = { operator: '张三', serviceNumber: '0931-12122', invoice: 'x' };
    const { operator, serviceNumber } = words;
    expect(layOutSlip({ ...HELD, copy: 2 }, words, 'zh-en')).toEqual(
      layOutHeldSlip({ ...FACTS, operator, serviceNumber, copy: 2 }, 'zh-en'),
    );
  });

  test('lays a receipt out, whole and with what is known alone', () => {
    const proof = { onlineAtc: 7, tac: '1A2B3C4D', date: '20260115', time: '100000' };
    const receipt: SlipView = { ...HELD, kind: 'receipt', state: 'CREDITED', operator: '李四' };
    const balances = { balanceBeforeFen: 0, balanceAfterFen: 10_000 };
    const words = { operator: '张三', invoice: 'txffp.com' };
    expect(layOutSlip({ ...receipt, ...balances, proof }, words)).toEqual(
      layOutReceipt({ ...FACTS, ...balances, proof, operator: '李四', invoice: 'txffp.com' }),
    );
    expect(layOutSlip(receipt)).toEqual(layOutReceipt({ ...FACTS, operator: '李四' }));
    expect(JSON.stringify(layOutSlip(receipt))).not.toContain('undefined');
  });

  test('calls a provider as the app says, and by its name otherwise', () => {
    const by = (provider: string) => ({ ...HELD, payment: { provider, transactionId: '1' } });
    const words = { methods: { wechat: '微信', pos: 'POS' } };
    const said = (provider: string, given?: typeof words) =>
      JSON.stringify(layOutSlip(by(provider), given));
    expect(said('pos')).toContain('银行卡');
    expect(said('pos', words)).toMatch(/ POS"/);
    expect(said('wechat', words)).toContain('微信');
    expect(said('cash', words)).toContain('现金');
    expect(said('other')).toContain('other');
  });

  test('without a payment, or its time, the order’s own time is said', () => {
    const { payment: _none, terminal: _neither, ...bare } = HELD;
    expect(layOutSlip(bare)).toEqual(
      layOutHeldSlip({ ...FACTS, terminal: '', method: '', paymentNumber: '', atMs: 1 }),
    );
  });
});
