/**
 * The card is torn out of the reader at every exchange boundary of a recharge, before and after the
 * card executes the command, and the order is then finished by 圈存. Never two credits, never none,
 * the order always settled, and card and ledger equal to the fen.
 */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/transport/index.js';
import { parseProfile, type PersonaliseOptions } from '../../src/simulator/index.js';
import { framingTransport } from '../support/hosts/framing.js';
import { auditSession } from '../support/purse-oracle.js';
import type { LoadResult } from '../../src/terminal/index.js';
import { openShop, type Shop, type ShopOptions } from '../support/shop.js';

const OPENING_FEN = 5000;
const AMOUNT_FEN = 10_000;
const KINDS: readonly Fault['kind'][] = ['lose-before', 'lose-after'];

const card = (changes: Partial<PersonaliseOptions> = {}): PersonaliseOptions => ({
  kind: '3des-4x',
  balanceFen: OPENING_FEN,
  onlineAtc: 7,
  ...changes,
});
const profile = (changes: object) => ({ profile: parseProfile(changes) });

const framing =
  (maxBatch: number, protocol: 'T=0' | 'T=1' = 'T=1'): NonNullable<ShopOptions['host']> =>
  (inReader) =>
    framingTransport(inReader, { maxBatch, protocol }).transport;

/** Every deployment in which one visit after the tear must be enough. */
const SHOPS: readonly [name: string, options: ShopOptions][] = [
  ['3DES card', { card: card() }],
  ['SM4 card', { card: card({ kind: 'sm4-5x' }) }],
  ['3DES card on a T=0 reader', { card: card(), t0: true }],
  ['a host that carries three commands in a frame', { card: card(), host: framing(3) }],
  ['a host that carries any number', { card: card(), host: framing(99) }],
  ['such a host at a T=0 card', { card: card(), t0: true, host: framing(99, 'T=0') }],
  ['card whose proof takes the counter before', { card: card(profile({ proveArg: 'before' })) }],
  [
    'card that forgets its proof at INITIALIZE, sole issuer',
    { card: card(profile({ proveClearedByInit: true })), policy: { issuer: 'sole' } },
  ],
  [
    'card that answers TAC before MAC, sole issuer',
    { card: card(profile({ proveHalf: 'tac-mac' })), policy: { issuer: 'sole' } },
  ],
  ['card that keeps its session', { card: card(profile({ sessionSurvivesOther: true })) }],
  [
    'card before version 40, EF 0015 of 43 bytes',
    { card: card({ version: '10', ...profile({ issueSizeBytes: 43 }) }) },
  ],
];

/** The untroubled recharge says how many boundaries there are. */
async function countExchanges(options: ShopOptions): Promise<number> {
  const { result, exchanges } = await openShop(options).recharge({ amountFen: AMOUNT_FEN });
  expect(result).toMatchObject({ outcome: 'credited', provedBy: 'tac', written: 'now' });
  return exchanges;
}

/** Card, ledger and OpenSSL on the same money. */
async function expectSettledOnce(shop: Shop, spentFen = 0): Promise<void> {
  const loaded = shop.card.state.ep.onlineAtc - 7;
  expect(loaded).toBe(shop.payments());
  expect(shop.credits().accepted).toBe(loaded);
  const loadedFen = loaded * AMOUNT_FEN;
  expect(shop.card.state.ep.balanceFen).toBe(OPENING_FEN + loadedFen - spentFen);
  expect(await shop.totals()).toEqual({
    cash: loadedFen,
    liability: 0,
    'card-float': -loadedFen,
    'refunds-due': 0,
  });
  expect(auditSession(shop.card.state, shop.wires).wrong).toEqual([]);
}

/** Finishes what is open; a recharge torn before anybody paid is simply made again. */
async function repair(shop: Shop, torn: LoadResult): Promise<void> {
  const unpaid = torn.outcome !== 'credited' && torn.next === 'recharge';
  const { result } = unpaid ? await shop.recharge() : await shop.load();
  expect(result).toMatchObject({ outcome: 'credited', amountFen: AMOUNT_FEN });
}

describe.each(SHOPS)('%s', { timeout: 30_000 }, (_name, options) => {
  test('torn at every exchange of the recharge, then loaded', async () => {
    const boundaries = await countExchanges(options);
    expect(boundaries).toBeGreaterThanOrEqual(9);
    for (let exchange = 1; exchange <= boundaries; exchange += 1) {
      for (const kind of KINDS) {
        const shop = openShop(options);
        const { result } = await shop.recharge({ faults: [{ exchange, kind }] });
        if (result.outcome !== 'credited') await repair(shop, result);
        await expectSettledOnce(shop);
      }
    }
  });

  test('and torn again at every exchange of the repair', async () => {
    const boundaries = await countExchanges(options);
    // CREDIT FOR LOAD and its neighbours: elsewhere the first tear leaves nothing in doubt.
    for (let first = boundaries - 3; first <= boundaries; first += 1) {
      for (const kind of KINDS) {
        for (let second = 1; second <= boundaries + 6; second += 1) {
          const shop = openShop(options);
          const torn = await shop.recharge({ faults: [{ exchange: first, kind }] });
          if (torn.result.outcome === 'credited') break;
          const again = await shop.load({ faults: [{ exchange: second, kind: 'lose-after' }] });
          if (again.result.outcome !== 'credited') await repair(shop, torn.result);
          await expectSettledOnce(shop);
        }
      }
    }
  });
});

describe('a toll gate between the tear and the repair', () => {
  test.each(KINDS)('%s CREDIT, sole issuer: the counter decides', async (kind) => {
    const options: ShopOptions = { card: card(), policy: { issuer: 'sole' } };
    const boundaries = await countExchanges(options);
    const shop = openShop(options);
    await shop.enrol();
    const torn = await shop.recharge({ faults: [{ exchange: boundaries - 1, kind }] });
    expect(torn.result.outcome).toBe('held');
    await shop.passTollGate(1234);
    const { result } = await shop.load();
    const written = kind === 'lose-after' ? 'earlier' : 'now';
    expect(result).toMatchObject({ outcome: 'credited', written });
    await expectSettledOnce(shop, 1234);
  });

  test('sole issuer, a card that the books do not know: the counter proves nothing', async () => {
    const options: ShopOptions = { card: card(), policy: { issuer: 'sole' } };
    const boundaries = await countExchanges(options);
    const shop = openShop(options);
    await shop.recharge({ faults: [{ exchange: boundaries - 1, kind: 'lose-after' }] });
    await shop.passTollGate(1234);
    expect((await shop.load()).result).toMatchObject({
      outcome: 'held',
      error: { code: 'COUNTER_WITHOUT_PROOF' },
    });
  });

  test('shared issuer: without a proof the order stays held, and nothing is sent again', async () => {
    const options: ShopOptions = { card: card() };
    const boundaries = await countExchanges(options);
    const shop = openShop(options);
    await shop.recharge({ faults: [{ exchange: boundaries - 1, kind: 'lose-after' }] });
    await shop.passTollGate(1234);
    const { result } = await shop.load();
    expect(result).toMatchObject({ outcome: 'held', error: { money: 'in-doubt' } });
    expect(shop.credits()).toEqual({ sent: 1, accepted: 1 });
    expect(await shop.totals()).toMatchObject({ cash: AMOUNT_FEN, liability: -AMOUNT_FEN });
  });
});

test('garbled at every exchange: the money is right after at most one 圈存', async () => {
  const options: ShopOptions = { card: card() };
  const boundaries = await countExchanges(options);
  for (let exchange = 1; exchange <= boundaries; exchange += 1) {
    const shop = openShop(options);
    const { result } = await shop.recharge({ faults: [{ exchange, kind: 'garble' }] });
    if (result.outcome !== 'credited') await repair(shop, result);
    await expectSettledOnce(shop);
  }
});

test('two recharges at the same time on one card: one order, one credit', async () => {
  const shop = openShop({ card: card() });
  const { transport } = shop.insert();
  const both = await Promise.all([
    shop.recharge({ options: { transport } }),
    shop.recharge({ options: { transport } }),
  ]);
  expect(both.map(({ result }) => result.outcome)).toContain('credited');
  expect(shop.credits().accepted).toBe(1);
  const refused = both.map(({ result }) => result).find(({ outcome }) => outcome === 'refused');
  // Who comes second is told so, before anything was begun.
  expect(refused).toMatchObject({ error: { code: 'TRANSPORT_BUSY', money: 'untouched' } });
  expect(shop.payments()).toBe(1);
});
