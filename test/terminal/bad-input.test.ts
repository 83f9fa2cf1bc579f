/** What people do wrong: each gets a stable code, in two languages, and says what money did. */
import { describe, expect, test } from 'vitest';
import { parseProfile, type PersonaliseOptions } from '../../src/simulator/index.js';
import { openShop, type VisitPlan } from '../support/shop.js';
import { ERROR_TABLE } from '../../src/error-table.js';

const card = (changes: Partial<PersonaliseOptions> = {}): PersonaliseOptions => ({
  kind: '3des-4x',
  balanceFen: 5000,
  ...changes,
});

describe('a recharge that must not begin', () => {
  const cases: readonly [name: string, card: PersonaliseOptions, plan: VisitPlan, code: string][] =
    [
      ['a 记账卡', card({ kind: 'pass-card' }), {}, 'CARD_NOT_STORED_VALUE'],
      ['an expired card', card({ endDate: '2026-11-22' }), {}, 'CARD_EXPIRED'],
      ['a card that is not valid yet', card({ startDate: '2026-11-24' }), {}, 'CARD_NOT_ACTIVE'],
      ['an amount over the limit', card(), { amountFen: 10_000_001 }, 'AMOUNT_RANGE'],
      ['an amount of nothing', card(), { amountFen: 0 }, 'AMOUNT_RANGE'],
      ['half a fen', card(), { amountFen: 0.5 }, 'ARGUMENT_INVALID'],
      [
        'a customer who does not pay',
        card(),
        { options: { takePayment: () => Promise.resolve(undefined) } },
        'ORDER_UNPAID',
      ],
      [
        'a cashier who says it is the wrong card',
        card(),
        { options: { confirmCard: () => Promise.resolve(false) } },
        'RECHARGE_CANCELLED',
      ],
    ];

  test.each(cases)('%s', async (_name, options, plan, code) => {
    const shop = openShop({ card: options });
    const { result } = await shop.recharge(plan);
    expect(result).toMatchObject({ outcome: 'refused', error: { code, money: 'untouched' } });
    if (result.outcome !== 'refused') return;
    expect(result.error.messageZh).toMatch(/[\u4e00-\u9fa5]/);
    expect(result.error.hint.zh).toMatch(/[\u4e00-\u9fa5]/);
    expect(`${result.error.message}${result.error.hint.en}`).not.toMatch(/\{\w+\}/);
    expect(shop.card.state.ep).toMatchObject({ balanceFen: 5000, onlineAtc: 0 });
    expect(shop.credits().sent).toBe(0);
    expect(await shop.totals()).toMatchObject({ cash: 0 });
  });

  test('the last day of the card is still good', async () => {
    const { result } = await openShop({ card: card({ endDate: '2026-11-23' }) }).recharge();
    expect(result.outcome).toBe('credited');
  });

  test('100,000 yuan exactly is allowed, one fen more is not', async () => {
    const shop = openShop({ card: card() });
    expect((await shop.recharge({ amountFen: 10_000_000 })).result.outcome).toBe('credited');
    expect(shop.card.state.ep.balanceFen).toBe(10_005_000);
  });
});

describe('the PIN', () => {
  test('a wrong one costs one try, is not tried again, and nobody has paid', async () => {
    const shop = openShop({ card: card() });
    const { result } = await shop.recharge({ pin: '654321' });
    expect(result).toMatchObject({
      outcome: 'refused',
      error: { code: 'PIN_WRONG', details: { triesLeft: 2 }, money: 'untouched' },
    });
    expect(shop.card.state.pin?.triesLeft).toBe(2);
    expect(JSON.stringify(result)).not.toContain('654321');
    expect(result).toMatchObject({ paid: 'no', error: { stop: true } });
    expect(shop.payments()).toBe(0);
    const again = await shop.recharge();
    expect(again.result).toMatchObject({ outcome: 'credited', written: 'now' });
    expect(shop.payments()).toBe(1);
  });

  test('the last try and a blocked PIN say so', async () => {
    const shop = openShop({ card: card({ pinTries: 1 }) });
    const { result } = await shop.recharge({ pin: '654321' });
    expect(result).toMatchObject({ error: { code: 'PIN_BLOCKED', money: 'untouched' } });
    expect((await shop.recharge()).result).toMatchObject({ error: { code: 'PIN_BLOCKED' } });
    expect(shop.payments()).toBe(0);
  });

  test('a card without a PIN is no obstacle', async () => {
    const profile = parseProfile({ pinForLoad: false });
    const { result } = await openShop({ card: card({ pin: null, profile }) }).recharge();
    expect(result.outcome).toBe('credited');
  });
});

describe('the wrong card', () => {
  test('another card in the reader at 圈存: it has no order, and is not touched', async () => {
    const shop = openShop({ card: card() });
    await shop.recharge({ pin: '000000' });
    const stranger = openShop({ card: card({ cardNumber: '6201220000009999' }) });
    const { transport } = stranger.insert();
    const { result } = await shop.load({ options: { transport } });
    expect(result).toMatchObject({ error: { code: 'NOTHING_TO_LOAD', money: 'untouched' } });
    expect(stranger.card.state.ep).toMatchObject({ balanceFen: 5000, onlineAtc: 0 });
  });

  test('the card is swapped for another after the order: nothing is written to it', async () => {
    const shop = openShop({ card: card() });
    const stranger = openShop({ card: card({ cardNumber: '6201220000009999' }) });
    const [mine, other] = [shop.insert().transport, stranger.insert().transport];
    let swapped = false;
    const transport = {
      ...mine,
      transmit: (command: Uint8Array) => (swapped ? other : mine).transmit(command),
    };
    const takePayment = () => {
      swapped = true;
      return Promise.resolve({ provider: 'cash', transactionId: 'x1', amountFen: 10_000 });
    };
    const { result } = await shop.recharge({ options: { transport, takePayment } });
    expect(result.outcome).toBe('refused');
    expect(stranger.card.state.ep).toMatchObject({ balanceFen: 5000, onlineAtc: 0 });
    expect(shop.credits().sent + stranger.credits().sent).toBe(0);
    expect((await shop.load()).result).toMatchObject({ outcome: 'credited', written: 'now' });
  });

  test.each([
    ['no answer that makes sense', '6D00', 'NOT_AN_ETC_CARD'],
    ['one byte', '90', 'RESPONSE_MALFORMED'],
    ['nothing', '', 'RESPONSE_MALFORMED'],
    ['success without data', '9000', 'NOT_AN_ETC_CARD'],
    ['61xx to an unwrapped driver', '6117', 'RESPONSE_IN_PARTS'],
    ['6Cxx to an unwrapped driver', '6C17', 'RESPONSE_IN_PARTS'],
    ['as a locked card does', '6A81', 'CARD_LOCKED'],
    ['as an application locked for ever', '9303', 'CARD_LOCKED'],
    ['as an application locked for now', '6985', 'CARD_LOCKED'],
  ])('a card that answers %s', async (_what, answer, code) => {
    const shop = openShop({ card: card() });
    const transport = {
      ...shop.insert().transport,
      transmit: () => Promise.resolve(Uint8Array.from(Buffer.from(answer, 'hex'))),
    };
    const { result } = await shop.recharge({ options: { transport } });
    expect(result).toMatchObject({ outcome: 'refused', error: { code, money: 'untouched' } });
  });
});

describe('the same tap twice', () => {
  test('one idempotency key makes one order', async () => {
    const shop = openShop({ card: card() });
    const options = { idempotencyKey: 'tap-1' };
    const first = await shop.recharge({ options });
    const second = await shop.recharge({ options });
    expect([first.result.outcome, second.result.outcome]).toEqual(['credited', 'credited']);
    expect(first.result.orderId).toBe(second.result.orderId);
    expect(shop.card.state.ep.balanceFen).toBe(15_000);
    expect(shop.payments()).toBe(1);
  });

  test('the same key for another amount is refused', async () => {
    const shop = openShop({ card: card() });
    await shop.recharge({ options: { idempotencyKey: 'tap-1' } });
    const { result } = await shop.recharge({
      amountFen: 20_000,
      options: { idempotencyKey: 'tap-1' },
    });
    expect(result).toMatchObject({ error: { code: 'IDEMPOTENCY_CONFLICT', money: 'untouched' } });
  });
});

test('every code that a person may meet at the reader has its row', () => {
  for (const code of [
    'PIN_WRONG',
    'PIN_BLOCKED',
    'CARD_EXPIRED',
    'CARD_NOT_STORED_VALUE',
  ] as const) {
    expect(ERROR_TABLE[code].money).toBe('untouched');
  }
});
