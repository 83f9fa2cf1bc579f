/** S06, S19–S25: what is charged, how it is paid, and what is shown and printed afterwards. */
import { expect } from 'vitest';
import { createPayments } from '../../src/server/index.js';
import {
  encodeEscPos,
  layOutHeldSlip,
  layOutReceipt,
  type SlipFacts,
} from '../../src/slip/index.js';
import { readCard, type RechargeOptions } from '../../src/terminal/index.js';
import { type GatewayPlan, simulatedGateway } from '../../src/testing/index.js';
import type { VisitPlan } from '../support/shop.js';
import {
  CARD_NUMBER,
  endOf,
  openCounter,
  orderIdOf,
  pos,
  promptNamed,
  type Stories,
  tornAtCredit,
} from './counter.js';

/** A 银行网点: its customer sees a code, pays (or not), and the operator taps 【已完成支付】. */
export function openBank(provider: string, plan: GatewayPlan = {}) {
  const counter = openCounter();
  const gateway = simulatedGateway(plan, provider);
  const { authority, ledger, env } = counter;
  const payments = createPayments({ port: gateway, authority, ledger, env });
  const shown: string[] = [];
  const takes =
    (pays: boolean): RechargeOptions['takePayment'] =>
    async ({ orderId }) => {
      shown.push((await payments.createQr(orderId)).qrText);
      if (pays) gateway.pay(orderId);
      const order = await payments.query(orderId);
      return order.state === 'PAID' ? 'confirmed' : undefined;
    };
  const visit = (pays: boolean, { options }: VisitPlan = {}) =>
    counter.recharge({ options: { ...options, outlet: 'bank', takePayment: takes(pays) } });
  return { ...counter, gateway, qr: payments, shown, visit };
}

const FACTS: SlipFacts = {
  ...{ outlet: '自营一厅', terminal: '000440101001', orderId: '', amountFen: 10_000 },
  ...{ plate: '甘A12345', plateColour: 0, cardNumber: CARD_NUMBER, method: '银行卡' },
  ...{ paymentNumber: 'pos-1', atMs: Date.UTC(2026, 10, 23, 2) },
};

const textOf = (lines: ReturnType<typeof layOutReceipt>): string =>
  lines.map((line) => ('text' in line ? line.text : '')).join('\n');

/** The stories. */
export const STORIES_OF_MONEY: Stories = {
  'S06 a 银行网点 takes WeChat and Alipay by QR code, and books what the provider says':
    async () => {
      for (const provider of ['wechat', 'alipay']) {
        const bank = openBank(provider);
        const { result } = await bank.visit(true);
        expect([provider, result.outcome]).toEqual([provider, 'credited']);
        const kept = await bank.ledger.read(orderIdOf(result));
        expect(kept?.situation.order.outlet).toBe('bank');
        expect(kept?.situation.payments.map((one) => one.transactionId)).toEqual([
          `${provider}:SIM000001`,
        ]);
        expect(bank.gateway.books()).toMatchObject({ takenFen: 10_000, returnedFen: 0 });
      }
    },

  'S19 one call charges and writes the amount; the card holds exactly it': async () => {
    const counter = openCounter();
    const { result } = await counter.recharge({ amountFen: 12_345 });
    expect(result).toMatchObject({ outcome: 'credited', amountFen: 12_345, written: 'now' });
    expect(counter.card.state.ep).toMatchObject({ balanceFen: 17_345, onlineAtc: 8 });
    expect(counter.credits()).toEqual({ sent: 1, accepted: 1 });
  },

  'S20 a success says all that its screen shows, and stays in 充值记录': async () => {
    const counter = openCounter();
    const { result } = await counter.recharge();
    expect(result).toMatchObject({
      ...{ outcome: 'credited', paid: 'yes', amountFen: 10_000, provedBy: 'tac' },
      ...{ balanceBeforeFen: 5000, balanceAfterFen: 15_000 },
    });
    const [record] = await counter.records();
    expect(record).toMatchObject({ orderId: orderIdOf(result), state: 'CREDITED' });
  },

  'S21 卡片检测 after the recharge reads the balance that the recharge told': async () => {
    const counter = openCounter();
    const { result } = await counter.recharge();
    const { balanceFen } = await readCard(counter.insert().transport);
    expect(result).toMatchObject({ balanceAfterFen: balanceFen });
    expect(balanceFen).toBe(counter.card.state.ep.balanceFen);
  },

  'S22 a customer who does not pay: nothing is written, and the prompt says to take the money':
    async () => {
      const counter = openCounter();
      const takePayment = () => Promise.resolve(undefined);
      const { result } = await counter.recharge({ options: { takePayment } });
      expect(endOf(result)).toMatchObject({ paid: 'no', code: 'ORDER_UNPAID', prompt: 'S22' });
      expect(counter.credits().sent).toBe(0);
      // By whatever means the outlet has.
      const till = pos();
      const paid = await counter.recharge({ options: { takePayment: till.takePayment } });
      expect(paid.result.outcome).toBe('credited');
    },

  'S23 a receipt for what is proved, a held slip for what is paid and not loaded': async () => {
    const counter = openCounter();
    const torn = await counter.recharge(tornAtCredit(counter, 'before'));
    expect(torn.result.outcome).toBe('held');
    const orderId = orderIdOf(torn.result);
    const held = layOutHeldSlip({ ...FACTS, orderId });
    expect(textOf(held)).toMatch(/已付款 待圈存/);
    expect(held.at(-1)).toEqual({ qr: orderId });
    const { result } = await counter.load();
    if (result.outcome !== 'credited') throw new Error(result.error.code);
    const tac = Buffer.from(counter.lastTac()).toString('hex').toUpperCase();
    const { balanceBeforeFen, balanceAfterFen } = result;
    expect(balanceBeforeFen).toBe(5000);
    const receipt = layOutReceipt({
      ...{ ...FACTS, orderId, copy: 1, proof: { tac, onlineAtc: 7 } },
      ...{ balanceBeforeFen: balanceBeforeFen ?? 0, balanceAfterFen: balanceAfterFen ?? 0 },
    });
    for (const part of [orderId, tac, '150.00', '补打第 1 次', '1234']) {
      expect(textOf(receipt)).toContain(part);
    }
    expect(textOf(receipt)).not.toContain(CARD_NUMBER);
    expect([...encodeEscPos(receipt)].slice(0, 2)).toEqual([0x1b, 0x40]);
    expect(promptNamed('S23').text.zh).toBe('打票功能暂不具备');
  },

  'S24 【在线支付】 shows one code for one order, however often it is asked for': async () => {
    const bank = openBank('wechat', { create: ['reply-lost'] });
    let orderId = '';
    const takePayment: RechargeOptions['takePayment'] = async (order) => {
      ({ orderId } = order);
      await expect(bank.qr.createQr(orderId)).rejects.toMatchObject({
        code: 'PAYMENT_PROVIDER_FAILED',
      });
      const first = await bank.qr.createQr(orderId);
      expect(await bank.qr.createQr(orderId)).toEqual(first);
      expect(first).toMatchObject({ amountFen: 10_000, provider: 'wechat' });
      bank.gateway.pay(orderId);
      await bank.qr.query(orderId);
      return 'confirmed';
    };
    const { result } = await bank.recharge({ options: { outlet: 'bank', takePayment } });
    expect(result).toMatchObject({ outcome: 'credited', orderId });
    expect(bank.gateway.books().takenFen).toBe(10_000);
  },

  'S25 【已完成支付】 asks the provider, goes on to the card by itself, and books once however often':
    async () => {
      const bank = openBank('alipay', { callback: ['lost'] });
      const { result } = await bank.visit(true);
      expect(result).toMatchObject({ outcome: 'credited', balanceAfterFen: 15_000 });
      await bank.qr.query(orderIdOf(result));
      await bank.qr.query(orderIdOf(result));
      expect(await bank.totals()).toMatchObject({ cash: 10_000, 'refunds-due': 0 });
      expect(bank.shown).toHaveLength(1);
    },
};
