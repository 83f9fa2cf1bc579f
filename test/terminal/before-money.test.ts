/** Everything that can be known is known before the customer is asked to pay. */
import { describe, expect, test } from 'vitest';
import { createAuthority, memoryJournal, memoryLedger, softHsm } from '../../src/server/index.js';
import type { PersonaliseOptions } from '../../src/simulator/index.js';
import { recharge, type RechargeOptions } from '../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import type { Transport } from '../../src/transport/index.js';
import { manualEnv } from '../support/manual-env.js';
import { openShop, type ShopOptions } from '../support/shop.js';

const card = (more: object = {}): PersonaliseOptions => ({
  ...{ kind: '3des-4x' as const, balanceFen: 5000 },
  ...more,
});
type Wrong = Readonly<Record<string, unknown>>;

/** A reader in which INITIALIZE FOR LOAD is answered with a status word. */
function refusing(transport: Transport, sw: readonly [number, number]): Transport {
  return {
    ...transport,
    transmit: (command) =>
      command[0] === 0x80 && command[1] === 0x50
        ? Promise.resolve(Uint8Array.of(...sw))
        : transport.transmit(command),
  };
}

describe('a wrong option', () => {
  const ROWS: readonly [name: string, changes: Wrong, option: string][] = [
    ['a PIN with letters', { pin: '12345a' }, 'pin'],
    ['an empty PIN', { pin: '' }, 'pin'],
    ['a PIN of full-width digits', { pin: '１２３４５６' }, 'pin'],
    ['a PIN that is a number', { pin: 123456 }, 'pin'],
    ['a terminal number of 5 bytes', { terminal: '0004401010' }, 'terminal'],
    ['a terminal number that is no hex', { terminal: 'TERMINAL-001' }, 'terminal'],
    ['a terminal number of the probes', { terminal: 'ff0440101001' }, 'terminal'],
    ['no terminal number', { terminal: undefined }, 'terminal'],
    ['half a fen', { amountFen: 1.5 }, 'amountFen'],
    ['an amount that is none', { amountFen: NaN }, 'amountFen'],
    ['an amount as text', { amountFen: '10000' }, 'amountFen'],
    ['no outlet', { outlet: '' }, 'outlet'],
    ['a long outlet', { outlet: 'x'.repeat(65) }, 'outlet'],
    ['a long key', { idempotencyKey: 'k'.repeat(65) }, 'idempotencyKey'],
    ['no env', { env: undefined }, 'env'],
    ['an env without a timer', { env: { now: () => 0, random: () => 0 } }, 'env'],
    ['an address as authority', { authority: 'http://x' }, 'authority'],
    ['no authority', { authority: undefined }, 'authority'],
    ['nobody who takes money', { takePayment: undefined }, 'takePayment'],
    ['a Promise as transport', { transport: Promise.resolve({}) }, 'transport'],
    ['no transport', { transport: undefined }, 'transport'],
    ['a store that is none', { intents: {} }, 'intents'],
    ['a signal that only says that it is aborted', { signal: { aborted: false } }, 'signal'],
    ['a screen that is none', { onStage: 'log' }, 'onStage'],
    ['no time at all', { paymentTimeoutMs: 0 }, 'paymentTimeoutMs'],
    ['a provider with a colon', { expectedPayment: { provider: 'a:b' } }, 'payment.provider'],
  ];
  test.each(ROWS)('%s: named, and nobody pays', async (_name, changes, option) => {
    const shop = openShop({ card: card() });
    const options = changes as Partial<RechargeOptions>;
    const { result } = await shop.recharge({ options });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'no' },
      error: { code: 'ARGUMENT_INVALID', money: 'untouched', details: { what: option } },
    });
    expect([shop.payments(), shop.exchanges()]).toEqual([0, 0]);
    // Names of things stay as they are; what is said of them is said in Chinese.
    const said = 'error' in result ? result.error.messageZh : '';
    expect(said).toMatch(/应(为|以)/);
    expect(said).not.toMatch(/[A-Za-z]+ [A-Za-z]{2,}/);
  });

  test('no options at all', async () => {
    const result = await recharge(undefined as unknown as RechargeOptions);
    expect(result).toMatchObject({ error: { code: 'ARGUMENT_INVALID' } });
  });
});

describe('what the card has against it', () => {
  const CARDS: readonly [name: string, shop: ShopOptions, plan: object, code: string][] = [
    ['a wrong PIN', { card: card() }, { pin: '000000' }, 'PIN_WRONG'],
    ['a blocked PIN', { card: card({ pinTries: 1 }) }, { pin: '000000' }, 'PIN_BLOCKED'],
    [
      'five digits where BCD is taken',
      { card: card({ version: '10' }) },
      { pin: '12345' },
      'PIN_INVALID',
    ],
    [
      'no room',
      { card: card({ balanceFen: 999_000 }), policy: { maxBalanceFen: 1_000_000 } },
      {},
      'BALANCE_LIMIT',
    ],
    ['a counter at its end', { card: card({ onlineAtc: 0xfffe }) }, {}, 'CARD_COUNTER_EXHAUSTED'],
    [
      'another balance than in the books',
      {
        card: card(),
        findBookBalance: () => Promise.resolve({ balanceFen: 1, unclearedTollsFen: 0 }),
      },
      {},
      'BOOK_BALANCE_MISMATCH',
    ],
  ];
  test.each(CARDS)('%s: nobody pays, nothing is written', async (_name, options, plan, code) => {
    const shop = openShop(options);
    const { result } = await shop.recharge(plan);
    expect(result).toMatchObject({ outcome: 'refused', paid: 'no', error: { code } });
    expect([shop.payments(), shop.credits().sent]).toEqual([0, 0]);
  });

  test.each([
    ['locked', [0x69, 0x85]],
    ['without the key', [0x94, 0x03]],
    ['with its counter used up', [0x94, 0x02]],
  ] as const)('an application %s: nobody pays', async (_name, sw) => {
    const shop = openShop({ card: card() });
    const transport = refusing(shop.insert().transport, sw);
    const { result } = await shop.recharge({ options: { transport } });
    expect(result).toMatchObject({ paid: 'no', next: 'recharge', error: { code: 'INIT_REFUSED' } });
    expect(shop.payments()).toBe(0);
  });

  test('a card whose keys the server does not have', async () => {
    const keys = TEST_KEY_SETS.filter(({ cipher }) => cipher === '3des');
    const hsm = softHsm({ allowSoftwareKeys: 'test', keys });
    const parts = { ledger: memoryLedger(), journal: memoryJournal(), hsm, env: manualEnv() };
    const shop = openShop({ card: card({ kind: 'sm4-5x' }) });
    const { result } = await shop.recharge({ options: { authority: createAuthority(parts) } });
    expect(result).toMatchObject({ paid: 'no', error: { code: 'KEY_UNKNOWN' } });
    expect(shop.payments()).toBe(0);
  });
});

describe('a card that is being paid for elsewhere', () => {
  test('is not paid for a second time', async () => {
    const shop = openShop({ card: card() });
    await shop.recharge({ options: { takePayment: () => Promise.reject(new Error('crashed')) } });
    const { result } = await shop.recharge({ options: { env: manualEnv(7) } });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'unknown', next: 'look-up' },
      error: { code: 'PAYMENT_BEING_TAKEN' },
    });
    expect(shop.payments()).toBe(0);
  });

  test('an order that waits for its card is loaded first', async () => {
    const shop = openShop({ card: card() });
    await shop.recharge({ faults: [{ exchange: 11, kind: 'lose-before' }] });
    const { result } = await shop.recharge();
    expect(result).toMatchObject({ paid: 'no', next: 'load', error: { code: 'ORDER_OPEN' } });
    expect(shop.payments()).toBe(1);
    expect((await shop.load()).result.outcome).toBe('credited');
  });
});

describe('confirmCard', () => {
  test.each([
    ['undefined', () => Promise.resolve(undefined)],
    ['false', () => Promise.resolve(false)],
    ['"yes"', () => Promise.resolve('yes')],
    ['a dialog that fails', () => Promise.reject(new Error('closed'))],
  ])('%s confirms nothing', async (_name, answer) => {
    const shop = openShop({ card: card() });
    const confirmCard = answer as RechargeOptions['confirmCard'] & object;
    const { result } = await shop.recharge({ options: { confirmCard } });
    expect(result).toMatchObject({ paid: 'no', error: { code: 'RECHARGE_CANCELLED' } });
    expect(shop.payments()).toBe(0);
  });
});

test('two tills with the same key make one order, and one of them takes its money', async () => {
  const shop = openShop({ card: card() });
  const transport = simulatorTransport(shop.card);
  const options = { transport, idempotencyKey: 'tap' };
  const [one, two] = await Promise.all([shop.recharge({ options }), shop.recharge({ options })]);
  expect([one.result.outcome, two.result]).toEqual(['credited', one.result]);
  const third = await shop.recharge({ options });
  expect(third.result).toMatchObject({ outcome: 'credited', written: 'earlier' });
  expect([shop.payments(), shop.card.state.ep.balanceFen]).toEqual([1, 15_000]);
});

test('another wish on the same reader is refused before anything', async () => {
  const shop = openShop({ card: card() });
  const options = { transport: shop.insert().transport };
  const all = [shop.recharge({ options }), shop.recharge({ options }), shop.load({ options })];
  const [one, two, three] = (await Promise.all(all)).map(({ result }) => result);
  expect(one?.outcome).toBe('credited');
  expect(two).toMatchObject({ paid: 'no', error: { code: 'TRANSPORT_BUSY' } });
  expect(three).toMatchObject({ paid: 'unknown', error: { code: 'TRANSPORT_BUSY' } });
  expect(shop.payments()).toBe(1);
});
