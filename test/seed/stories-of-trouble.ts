/** S33–S39: what goes wrong at a counter, what its screen says, and that nobody pays twice. */
import { expect } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { type KnownErrorCode, QuancunError } from '../../src/errors.js';
import { promptOf } from '../../src/prompts/index.js';
import { submitPayment } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { broken, cut, tillOf } from '../support/till-of.js';
import {
  anotherCard,
  CARD_NUMBER,
  DAY_MS,
  endOf,
  failingReader,
  openCounter,
  orderIdOf,
  pos,
  promptNamed,
  type Stories,
  tornAtCredit,
} from './counter.js';
import { openBank } from './stories-of-money.js';

const sole = () => openCounter({ policy: { issuer: 'sole', refundByProbe: true } });

/** The stories. */
export const STORIES_OF_TROUBLE: Stories = {
  'S33 who has to stop is told 联系管理员 first, by text and by prompt; nobody else is': () => {
    for (const code of Object.keys(ERROR_TABLE) as KnownErrorCode[]) {
      const error = new QuancunError(ERROR_TABLE[code]);
      const prompt = promptOf(error);
      expect([code, error.hint.zh.startsWith('停止操作，联系管理员')]).toEqual([code, error.stop]);
      expect([code, prompt?.stop ?? false]).toEqual([code, error.stop]);
      if (error.stop) expect(prompt?.remedies.at(-1)?.zh).toContain('联系管理员');
    }
  },

  'S33 three wrong PINs stop the operator before any money': async () => {
    const counter = openCounter();
    for (const code of ['PIN_WRONG', 'PIN_WRONG', 'PIN_BLOCKED']) {
      const { result } = await counter.recharge({ pin: '000000' });
      expect(endOf(result)).toMatchObject({ paid: 'no', next: 'as-told', code, prompt: 'S33' });
    }
    expect(counter.payments()).toBe(0);
  },

  'S34 after a recharge and after a 圈存 the card is asked for its balance, and a wrong one is told':
    async () => {
      const counter = sole();
      await counter.recharge(tornAtCredit(counter, 'before'));
      expect((await counter.load()).result).toMatchObject({ balanceAfterFen: 15_000 });
      const { transport } = counter.insert();
      let asked = 0;
      const transmit: typeof transport.transmit = async (command, given) => {
        const answer = await transport.transmit(command, given);
        if (command[1] !== 0x5c || (asked += 1) === 1) return answer;
        return Uint8Array.of(0, 0, 0x3a, 0x88, 0x90, 0x00);
      };
      const { result } = await counter.recharge({
        options: { transport: { ...transport, transmit } },
      });
      expect(result).toMatchObject({ balanceBeforeFen: 15_000, balanceDiffers: true });
      expect(promptNamed('S34').text.zh).toContain('核对卡余额');
    },

  'S35 every way of not reading a card is 读卡失败, with the guide’s remedies in its order':
    async () => {
      const FAILURES = [
        'CARD_ABSENT',
        'TRANSPORT_LOST',
        'READER_ABSENT',
        'TRANSPORT_TIMEOUT',
      ] as const;
      for (const code of FAILURES) {
        const { result } = await openCounter().recharge({
          options: { transport: failingReader(code) },
        });
        expect(endOf(result)).toMatchObject({ paid: 'no', code, prompt: 'S35' });
      }
      const { text, remedies } = promptNamed('S35');
      expect(text.zh).toBe('读卡失败');
      const order = [
        /充电/,
        /上灯常亮、下灯闪烁.*等待 30 秒后再开机（不是重启）/,
        /卡签检测/,
        /多试几张/,
        /联系管理员/,
      ];
      expect(remedies).toHaveLength(order.length);
      for (const [index, words] of order.entries()) expect(remedies[index]?.zh).toMatch(words);
    },

  'S36 nobody answers, or a portal does: each its prompt, the remedies in order, nobody pays':
    async () => {
      for (const [answers, code, id, zh] of [
        ['nobody', 'SERVER_UNREACHABLE', 'S36.2', '连接超时！'],
        ['a portal', 'ANSWERED_BY_ANOTHER', 'S36.3', '获取(查询)失败'],
      ] as const) {
        const counter = openCounter();
        counter.line.answers = answers;
        const { result } = await counter.recharge({ options: { authority: counter.server } });
        expect(endOf(result)).toMatchObject({ paid: 'no', code, prompt: id });
        expect(promptNamed(id).text.zh).toBe(zh);
        expect(counter.payments()).toBe(0);
      }
      const order = [
        /退出当前页面/,
        /检查网络/,
        /WiFi、4G 或热点/,
        /重新登录，或重启/,
        /联系管理员/,
      ];
      const { remedies } = promptNamed('S36.2');
      for (const [index, words] of order.entries()) expect(remedies[index]?.zh).toMatch(words);
    },

  'S36 while it is asked a screen is told so: 正在查询，获取... is no error': async () => {
    const stages: string[] = [];
    const onStage = (stage: string) => stages.push(stage);
    await openCounter().recharge({ options: { onStage } });
    expect(stages.slice(0, 2)).toEqual(['reading', 'asking']);
    for (const [id, zh] of [
      ['S36.1', '正在查询，获取...'],
      ['S36.4', '正在加载资源...'],
    ] as const) {
      expect(promptNamed(id)).toMatchObject({ kind: 'progress', text: { zh }, codes: [] });
    }
  },

  'S37 another balance in the books: recharge refused before money, 圈存 before any MAC2':
    async () => {
      let bookFen = 4999;
      const findBookBalance = () => Promise.resolve({ balanceFen: bookFen, unclearedTollsFen: 0 });
      const counter = openCounter({ findBookBalance });
      const { result } = await counter.recharge();
      const refused = { code: 'BOOK_BALANCE_MISMATCH', prompt: 'S37', next: 'as-told' };
      expect(endOf(result)).toMatchObject({ ...refused, paid: 'no' });
      expect(promptNamed('S37').text.zh).toBe('卡余额和库余额不一致，不允许圈存充值！');
      bookFen = 5000;
      const till = pos();
      const takePayment = (order: { amountFen: number }) => {
        bookFen = 1;
        return till.takePayment(order);
      };
      await counter.recharge({ options: { takePayment } });
      expect(endOf((await counter.load()).result)).toMatchObject({ ...refused, paid: 'yes' });
      expect([till.taken.length, counter.credits().sent]).toEqual([1, 0]);
      bookFen = 5000;
      expect((await counter.load()).result.outcome).toBe('credited');
    },

  'S38 a payment that could not be submitted is submitted again, with its number, and never taken again':
    async () => {
      const counter = openCounter();
      const till = tillOf(counter);
      const authority = broken(counter, { confirmPayment: cut });
      for (const _try of [1, 2]) {
        const { result } = await counter.recharge({ options: { ...till.options, authority } });
        expect(endOf(result)).toEqual({
          ...{ outcome: 'held', paid: 'yes', next: 'submit' },
          ...{ code: 'PAYMENT_UNCONFIRMED', prompt: 'S38' },
        });
        if (result.outcome !== 'held') return;
        expect(result.unconfirmedPayment).toEqual(till.slips[0]);
      }
      const { text, remedies } = promptNamed('S38');
      expect([text.zh, remedies[0]?.zh.slice(0, 6)]).toEqual([
        '充值数据提交失败，请重试！',
        '不要再次收款',
      ]);
      const [slip] = till.slips;
      const [record] = await counter.records();
      if (slip === undefined || record === undefined) throw new Error('nothing was taken');
      const submitted = await submitPayment(till.desk, record.orderId, slip);
      expect(submitted).toMatchObject({ outcome: 'booked', order: { state: 'PAID' } });
      expect((await counter.load({ options: till.options })).result.outcome).toBe('credited');
      expect(till.slips).toHaveLength(1);
      expect(await counter.totals()).toMatchObject({ cash: 10_000, 'refunds-due': 0 });
    },

  'S39 refund: an order that never reached a card is given back, and cannot be loaded any more':
    async () => {
      const counter = sole();
      const authority = broken(counter, { next: cut });
      const { result } = await counter.recharge({ options: { authority } });
      const orderId = orderIdOf(result);
      expect(await counter.authority.cancel(orderId)).toMatchObject({ state: 'REFUND_DUE' });
      expect((await counter.load()).result.outcome).toBe('refused');
      await counter.authority.confirmRefund(orderId);
      expect(await counter.totals()).toMatchObject({ cash: 0, liability: 0, 'card-float': 0 });
      expect(counter.card.state.ep.balanceFen).toBe(5000);
    },

  'S39 reversal: once CREDIT may have been sent only the card itself gives the money free':
    async () => {
      for (const [when, code] of [
        ['before', 'ORDER_REFUND_DUE'],
        ['after', 'credited'],
      ] as const) {
        const counter = sole();
        const orderId = orderIdOf((await counter.recharge(tornAtCredit(counter, when))).result);
        await expect(counter.authority.cancel(orderId)).rejects.toMatchObject({
          code: 'ORDER_NOT_CANCELLABLE',
        });
        await counter.authority.requestVoid(orderId);
        const { result } = await counter.load();
        expect(result.outcome === 'credited' ? 'credited' : result.error.code).toBe(code);
        expect(counter.card.state.ep.balanceFen).toBe(when === 'after' ? 15_000 : 5000);
      }
    },

  'S39 paid and 【已完成支付】 never tapped: the sweep finds the payment, and the card is loaded':
    async () => {
      const bank = openBank('wechat', { callback: ['lost'] });
      let orderId = '';
      const takePayment = async (order: { orderId: string }) => {
        ({ orderId } = order);
        await bank.qr.createQr(orderId);
        bank.gateway.pay(orderId);
        throw new Error('the handheld was put away');
      };
      const { result } = await bank.recharge({ options: { outlet: 'bank', takePayment } });
      expect(endOf(result)).toMatchObject({ outcome: 'held', paid: 'unknown' });
      bank.env.advance(60_000);
      expect(await bank.qr.sweep()).toMatchObject({ asked: 1 });
      expect(await bank.authority.getOrder(orderId)).toMatchObject({ state: 'PAID' });
      expect((await bank.load()).result).toMatchObject({ outcome: 'credited', orderId });
      expect(bank.gateway.books()).toMatchObject({ takenFen: 10_000, returnedFen: 0 });
    },

  'S39 【已完成支付】 tapped without paying: the provider says no, and nothing is written':
    async () => {
      const bank = openBank('alipay');
      const { result } = await bank.visit(false);
      expect(endOf(result)).toMatchObject({ outcome: 'refused', paid: 'no', code: 'ORDER_UNPAID' });
      expect([bank.credits().sent, bank.card.state.ep.balanceFen]).toEqual([0, 5000]);
      expect((await bank.visit(true)).result.outcome).toBe('credited');
      expect(bank.gateway.books().takenFen).toBe(10_000);
    },

  'S39 the app is killed between payment and write: its next start loads, and takes nothing':
    async () => {
      const counter = openCounter();
      const till = tillOf(counter);
      const authority = broken(counter, { confirmPayment: () => new Promise(() => undefined) });
      // Of the killed program only what it kept is left: its objects are nobody's any more.
      const killed = { env: { ...counter.env }, intents: { ...till.intents }, authority };
      void counter.recharge({
        options: { ...till.options, ...killed, authorityTimeoutMs: 1e9 },
      });
      while ((await till.kept())[0]?.payment === undefined) await Promise.resolve();
      const { result } = await counter.recharge({ options: till.options });
      expect(result).toMatchObject({ outcome: 'credited', resumed: true, balanceAfterFen: 15_000 });
      expect(till.slips).toHaveLength(1);
    },

  'S39 the wrong card in the reader has no order of its own: it is not written': async () => {
    const counter = openCounter();
    await counter.recharge(tornAtCredit(counter, 'before'));
    const { card, transport } = anotherCard();
    const { result } = await counter.load({ options: { transport } });
    expect(endOf(result)).toMatchObject({ outcome: 'refused', code: 'NOTHING_TO_LOAD' });
    expect(card.state.ep).toMatchObject({ balanceFen: 5000, onlineAtc: 7 });
  },

  'S39 充值记录 is searched by card number too, and by the number of the payment': async () => {
    const counter = openCounter();
    const till = pos();
    const { result } = await counter.recharge({ options: { takePayment: till.takePayment } });
    const orderId = orderIdOf(result);
    for (const asked of [{ cardNumber: CARD_NUMBER }, { payment: 'pos:pos-1' }, { orderId }]) {
      expect(await counter.records(asked)).toMatchObject([{ orderId }]);
    }
    expect(await counter.records({ cardNumber: '6201220000009999' })).toEqual([]);
  },

  'S39 midnight between payment and 圈存 changes nothing: the card is written once': async () => {
    for (const when of ['before', 'after'] as const) {
      const counter = openCounter();
      counter.env.advance(14 * 3_600_000 - 1500);
      await counter.recharge(tornAtCredit(counter, when));
      counter.env.advance(2000);
      expect((await counter.load()).result.outcome).toBe('credited');
      expect(counter.card.state.ep.balanceFen).toBe(15_000);
      counter.env.advance(DAY_MS);
      expect((await counter.load()).result).toMatchObject({ error: { code: 'NOTHING_TO_LOAD' } });
    }
  },

  'S39 【充值】 tapped twice: one order, one payment, one write': async () => {
    const counter = openCounter();
    const options = { transport: simulatorTransport(counter.card), idempotencyKey: 'tap' };
    const taps = [counter.recharge({ options }), counter.recharge({ options })];
    const [one, two] = (await Promise.all(taps)).map(({ result }) => result);
    expect([one?.outcome, two]).toEqual(['credited', one]);
    expect([counter.payments(), counter.card.state.ep.balanceFen]).toEqual([1, 15_000]);
    expect(await counter.records()).toHaveLength(1);
  },
};
