/** S01–S18: which card, which outlet, how much, and what is looked at before any money. */
import { expect } from 'vitest';
import { formatYuan, parseYuan } from '../../src/money.js';
import { readCard } from '../../src/terminal/index.js';
import {
  CARD,
  endOf,
  failingReader,
  openCounter,
  orderIdOf,
  pos,
  promptNamed,
  type Stories,
} from './counter.js';

const NOBODY_PAID = { outcome: 'refused', paid: 'no' };

/** The stories. */
export const STORIES_BEFORE: Stories = {
  'S01 a card that has just been issued, empty and never loaded, is recharged': async () => {
    const counter = openCounter({ card: { kind: '3des-4x' } });
    const { result } = await counter.recharge();
    expect(result).toMatchObject({ outcome: 'credited', provedBy: 'tac', balanceAfterFen: 10_000 });
  },

  'S02 a card before its first day is refused by server and terminal; on that day it is recharged':
    async () => {
      const counter = openCounter({ card: { ...CARD, startDate: '2026-11-24' } });
      const { result } = await counter.recharge();
      expect(endOf(result)).toMatchObject({ ...NOBODY_PAID, code: 'CARD_NOT_ACTIVE' });
      const { issueInformation: file } = await readCard(counter.insert().transport);
      const asked = { protocol: 1, issueInformation: Buffer.from(file).toString('hex') };
      const report = await counter.authority.checkCard(asked);
      expect(report.objections.map(({ code }) => code)).toEqual(['CARD_NOT_ACTIVE']);
      counter.env.advance(14 * 3_600_000);
      expect((await counter.recharge()).result.outcome).toBe('credited');
      expect(counter.payments()).toBe(1);
    },

  'S03 储值卡 with either cipher are recharged; a 记账卡 is refused and nobody pays': async () => {
    for (const kind of ['3des-4x', 'sm4-5x'] as const) {
      const { result } = await openCounter({ card: { kind } }).recharge();
      expect([kind, result.outcome]).toEqual([kind, 'credited']);
    }
    const counter = openCounter({ card: { kind: 'pass-card' } });
    const { result } = await counter.recharge();
    expect(endOf(result)).toMatchObject({ ...NOBODY_PAID, code: 'CARD_NOT_STORED_VALUE' });
    expect(counter.payments()).toBe(0);
  },

  'S04 自营网点 and 银行网点 recharge, and only they where the deployment says so': async () => {
    const counter = openCounter({ policy: { outlets: ['self', 'bank'] } });
    for (const outlet of ['self', 'bank']) {
      const { result } = await counter.recharge({ options: { outlet } });
      expect(result.outcome).toBe('credited');
      const kept = await counter.ledger.read(orderIdOf(result));
      expect(kept?.situation.order.outlet).toBe(outlet);
    }
    const { result } = await counter.recharge({ options: { outlet: 'agent' } });
    expect(endOf(result)).toMatchObject({ ...NOBODY_PAID, code: 'OUTLET_REFUSED' });
    expect(counter.payments()).toBe(2);
  },

  'S05 the money of a 自营网点 is taken apart, by POS, once, and its number is booked':
    async () => {
      const counter = openCounter();
      const till = pos();
      const { result } = await counter.recharge({ options: { takePayment: till.takePayment } });
      expect(result.outcome).toBe('credited');
      expect(till.taken).toHaveLength(1);
      const kept = await counter.ledger.read(orderIdOf(result));
      expect(kept?.situation.payments.map((one) => one.transactionId)).toEqual(['pos:pos-1']);
      expect(await counter.totals()).toMatchObject({ cash: 10_000, 'card-float': -10_000 });
    },

  'S07 100,000 yuan is the most of one recharge: a fen more is refused and nobody pays':
    async () => {
      const mostFen = parseYuan('100000');
      const over = openCounter();
      const { result: refused } = await over.recharge({ amountFen: mostFen + 1 });
      expect(endOf(refused)).toMatchObject({ ...NOBODY_PAID, code: 'AMOUNT_RANGE' });
      expect(over.payments()).toBe(0);
      const { result } = await openCounter().recharge({ amountFen: mostFen });
      expect(result).toMatchObject({ outcome: 'credited', balanceAfterFen: 5000 + mostFen });
    },

  'S08 what is typed is yuan, read exactly; what is no yuan is refused': async () => {
    const { result } = await openCounter().recharge({ amountFen: parseYuan('100.05') });
    expect(result.outcome === 'credited' && formatYuan(result.balanceAfterFen ?? 0)).toBe('150.05');
    for (const typed of ['', '-1', '1e3', '1,000', '１００', '0.001', '100元']) {
      expect(() => parseYuan(typed)).toThrow(expect.objectContaining({ code: 'AMOUNT_INVALID' }));
    }
  },

  'S13 a server that is not reached is noticed before the customer pays': async () => {
    const counter = openCounter();
    counter.line.answers = 'nobody';
    const { result } = await counter.recharge({ options: { authority: counter.server } });
    expect(endOf(result)).toEqual({
      ...{ ...NOBODY_PAID, next: 'recharge' },
      ...{ code: 'SERVER_UNREACHABLE', prompt: 'S36.2' },
    });
    expect(counter.payments()).toBe(0);
  },

  'S14 a recharge tells the balance before and after, and a check between them the same':
    async () => {
      const counter = openCounter();
      expect(await readCard(counter.insert().transport)).toMatchObject({ balanceFen: 5000 });
      const { result } = await counter.recharge();
      expect(result).toMatchObject({ balanceBeforeFen: 5000, balanceAfterFen: 15_000 });
      expect(await readCard(counter.insert().transport)).toMatchObject({ balanceFen: 15_000 });
    },

  'S16 a reader without a card says so, and nobody pays': async () => {
    const counter = openCounter();
    const transport = failingReader('CARD_ABSENT');
    const { result } = await counter.recharge({ options: { transport } });
    expect(endOf(result)).toMatchObject({ ...NOBODY_PAID, code: 'CARD_ABSENT', prompt: 'S35' });
    expect(counter.payments()).toBe(0);
  },

  'S17 读卡 shows plate, card number, balance and validity': async () => {
    const { issue, balanceFen } = await readCard(openCounter().insert().transport);
    expect({ ...issue, balanceFen }).toMatchObject({
      ...{ plate: '甘A12345', cardNumber: '6201220000001234', balanceFen: 5000 },
      endDate: '2035-12-31',
    });
  },

  'S18 only an operator’s yes, after number and balance were shown, goes on to the money':
    async () => {
      const { zh } = promptNamed('S18').text;
      expect(zh).toBe('请务必仔细复核识别的卡号是否正确，以及充值前余额');
      for (const answer of [true, false, undefined, 'yes']) {
        const counter = openCounter();
        let shown: unknown;
        const confirmCard = (reading: { issue: { cardNumber: string }; balanceFen?: number }) => {
          shown = [reading.issue.cardNumber, reading.balanceFen, counter.payments()];
          return Promise.resolve(answer as boolean);
        };
        const { result } = await counter.recharge({ options: { confirmCard } });
        expect(shown).toEqual(['6201220000001234', 5000, 0]);
        expect(result.outcome).toBe(answer === true ? 'credited' : 'refused');
        expect(counter.payments()).toBe(answer === true ? 1 : 0);
      }
    },

  'S31 a card that cannot be read or tested at any step is found out before the money':
    async () => {
      let steps = 0;
      for (let exchange = 1; ; exchange += 1) {
        const counter = openCounter();
        const { result } = await counter.recharge({ faults: [{ exchange, kind: 'lose-before' }] });
        if (counter.payments() > 0) break;
        expect([exchange, endOf(result)]).toMatchObject([exchange, NOBODY_PAID]);
        steps = exchange;
      }
      expect(steps).toBeGreaterThan(4);
      expect(promptNamed('S31').text.zh).toContain('卡片检测');
    },

  'S32 the cable is the first remedy of a card that is not read, and a prompt of its own': () => {
    expect(promptNamed('S32').text.zh).toContain('请勿充电');
    expect(promptNamed('S35').remedies[0]?.zh).toContain('拔掉充电线');
  },
};
