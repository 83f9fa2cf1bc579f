/** S09–S12, S26–S30: 充值记录 and 圈存. */
import { expect } from 'vitest';
import { broken, cut } from '../support/till-of.js';
import {
  anotherCard,
  CARD_NUMBER,
  DAY_MS,
  endOf,
  openCounter,
  orderIdOf,
  promptNamed,
  type Stories,
  tornAtCredit,
} from './counter.js';
import { openBank } from './stories-of-money.js';

const codes = (counter: ReturnType<typeof openCounter>): number[] =>
  counter.wires.map(({ command }) => command[1] ?? 0);

/** A recharge that was paid and not written. */
async function torn(when: 'before' | 'after' = 'before', issuer: 'sole' | 'shared' = 'shared') {
  const counter = openCounter({ policy: { issuer } });
  await counter.enrol();
  const { result } = await counter.recharge(tornAtCredit(counter, when));
  return { counter, result, orderId: orderIdOf(result) };
}

/** The stories. */
export const STORIES_OF_LOAD: Stories = {
  'S09 圈存 is chosen in 充值记录: the record says that it can be loaded, and is': async () => {
    const { counter, orderId } = await torn();
    expect(await counter.records()).toMatchObject([{ orderId, loadable: true }]);
    const { result } = await counter.loadRecord(orderId);
    expect(result).toMatchObject({ outcome: 'credited', orderId });
    expect(await counter.records()).toMatchObject([{ orderId, loadable: false }]);
  },

  'S10 圈存 repairs a failed write, whether the card was written or not, with the one payment':
    async () => {
      for (const [when, written] of [
        ['before', 'now'],
        ['after', 'earlier'],
      ] as const) {
        const { counter, orderId } = await torn(when);
        const { result } = await counter.load();
        expect(result).toMatchObject({ outcome: 'credited', orderId, written });
        expect(counter.card.state.ep.balanceFen).toBe(15_000);
        expect([counter.payments(), counter.credits().accepted]).toEqual([1, 1]);
      }
    },

  'S11 paid and not written: held, and the prompt sends to 充值记录': async () => {
    for (const when of ['before', 'after'] as const) {
      const { result } = await torn(when);
      const end = { outcome: 'held', paid: 'yes', next: 'load', prompt: 'S11' };
      expect(endOf(result)).toMatchObject(end);
    }
    expect(promptNamed('S11').text.zh).toBe('充值写卡失败，请到充值记录页圈存！');
    expect(promptNamed('S11').codes).toContain('LOAD_IN_DOUBT');
  },

  'S11 whatever keeps a paid card from its write, at any exchange or on the line, says the same':
    async () => {
      const end = { paid: 'yes', next: 'load', prompt: 'S11' };
      const told = new Set<unknown>();
      for (let exchange = 1; ; exchange += 1) {
        const counter = openCounter();
        const { result } = await counter.recharge({ faults: [{ exchange, kind: 'lose-before' }] });
        if (result.outcome === 'credited') break;
        if (counter.payments() === 0) continue;
        expect([exchange, endOf(result)]).toMatchObject([exchange, end]);
        told.add(result.error.code);
      }
      expect([...told]).toEqual(['CARD_LOST', 'LOAD_IN_DOUBT']);
      const counter = openCounter();
      const authority = broken(counter, { next: cut });
      const { result } = await counter.recharge({ options: { authority } });
      expect(endOf(result)).toMatchObject({ ...end, code: 'SERVER_UNREACHABLE' });
    },

  'S12 no recharge in between: a second one is refused before money, until the first is loaded':
    async () => {
      const { counter } = await torn();
      const { result } = await counter.recharge();
      expect(endOf(result)).toMatchObject({ paid: 'no', next: 'load', code: 'ORDER_OPEN' });
      expect(counter.payments()).toBe(1);
      expect((await counter.load()).result.outcome).toBe('credited');
      expect((await counter.recharge()).result.outcome).toBe('credited');
    },

  'S12 another day loses nothing, nor does a toll where one issuer alone loads the card':
    async () => {
      for (const when of ['before', 'after'] as const) {
        const { counter } = await torn(when, 'sole');
        await counter.passTollGate(1500);
        counter.env.advance(3 * DAY_MS);
        expect((await counter.load()).result.outcome).toBe('credited');
        expect(counter.card.state.ep.balanceFen).toBe(15_000 - 1500);
        expect(counter.credits().accepted).toBe(1);
      }
    },

  'S12 among several issuers a toll may take the proof away: held, and still nothing is lost':
    async () => {
      const { counter } = await torn('after', 'shared');
      await counter.passTollGate(1500);
      expect(endOf((await counter.load()).result)).toMatchObject({ outcome: 'held', paid: 'yes' });
      expect(counter.credits().accepted).toBe(1);
      expect(await counter.totals()).toMatchObject({ cash: 10_000, liability: -10_000 });
    },

  'S26 【查询】 finds by plate in any spelling, colour, start and end': async () => {
    const { counter, orderId } = await torn();
    const nowMs = counter.env.now();
    const found = async (asked: object) =>
      (await counter.records({ plate: '甘A12345', ...asked })).map((one) => one.orderId);
    expect(await found({})).toEqual([orderId]);
    expect(await found({ plate: '甘a·12345', plateColour: 0 })).toEqual([orderId]);
    expect(await found({ plateColour: 1 })).toEqual([]);
    expect(await found({ plate: '甘A12346' })).toEqual([]);
    expect(await found({ fromMs: nowMs + 1 })).toEqual([]);
    expect(await found({ toMs: nowMs - DAY_MS / 2 })).toEqual([]);
  },

  'S27 30 days between start and end are answered, 31 are refused in the guide’s words':
    async () => {
      const { counter } = await torn();
      const toMs = counter.env.now() + 1;
      const asked = (days: number) =>
        counter.records({ cardNumber: CARD_NUMBER, fromMs: toMs - days * DAY_MS, toMs });
      expect(await asked(30)).toHaveLength(1);
      await expect(asked(31)).rejects.toMatchObject({ code: 'RANGE_TOO_LONG' });
      const { text, codes: own } = promptNamed('S27');
      expect([text.zh, own]).toEqual([
        '结束时间和开始时间差值必须在30天之内！',
        ['RANGE_TOO_LONG'],
      ]);
    },

  'S28 the list is the card’s own, newest first, each with its state and whether it can be loaded':
    async () => {
      const counter = openCounter();
      const { result: first } = await counter.recharge();
      const { result: second } = await counter.recharge(tornAtCredit(counter, 'before'));
      const { transport } = anotherCard();
      const { result: other } = await counter.recharge({ options: { transport } });
      expect(other.outcome).toBe('credited');
      expect(await counter.records()).toMatchObject([
        { orderId: orderIdOf(second), loadable: true },
        { orderId: orderIdOf(first), state: 'CREDITED', loadable: false },
      ]);
    },

  'S29 another card than the record’s is refused, asked for no PIN and not written': async () => {
    const { counter, orderId } = await torn();
    const { card, transport } = anotherCard();
    const sent: number[] = [];
    const watched = {
      ...transport,
      transmit: (command: Uint8Array) => {
        sent.push(command[1] ?? 0);
        return transport.transmit(command);
      },
    };
    const { result } = await counter.loadRecord(orderId, { options: { transport: watched } });
    expect(endOf(result)).toMatchObject({ code: 'CARD_MISMATCH', prompt: 'S18' });
    expect(sent).toContain(0xb0);
    for (const ins of [0x20, 0x50, 0x52]) expect(sent).not.toContain(ins);
    expect(card.state.ep.balanceFen).toBe(5000);
    expect((await counter.loadRecord(orderId)).result).toMatchObject({
      outcome: 'credited',
      orderId,
    });
    expect(codes(counter)).toContain(0x20);
  },

  'S30 圈存 is the same for both outlets, and any terminal does it': async () => {
    for (const outlet of ['self', 'bank']) {
      const counter = openCounter();
      const { options } = tornAtCredit(counter, 'before');
      const held = await counter.recharge({ options: { ...options, outlet } });
      const other = { terminal: '000440109999' };
      const { result } = await counter.load({ options: other });
      expect(result).toMatchObject({ outcome: 'credited', orderId: orderIdOf(held.result) });
    }
    const bank = openBank('wechat');
    const held = await bank.visit(true, tornAtCredit(bank, 'before'));
    expect(endOf(held.result)).toMatchObject({ paid: 'yes', next: 'load', prompt: 'S11' });
    expect((await bank.load()).result).toMatchObject({
      outcome: 'credited',
      balanceAfterFen: 15_000,
    });
    expect(bank.gateway.books().takenFen).toBe(10_000);
  },
};
