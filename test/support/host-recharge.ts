/**
 * A whole recharge over a host, and one torn by the host itself at every exchange, before and after
 * the card executes; then finished by 圈存. Never two credits, never none.
 */
import { expect, test } from 'vitest';
import type { CardLike } from '../../src/testing/index.js';
import type { Transport } from '../../src/transport/index.js';
import type { Field } from './hosts/field.js';
import { auditSession } from './purse-oracle.js';
import { openShop, type Shop } from './shop.js';

/** A host with a card in its field, and the driver on it. */
export interface HostWithCard {
  readonly field: Field;
  readonly transport: Transport;
}

const OPENING_FEN = 5000;
const AMOUNT_FEN = 10_000;

/** Registers the tests. */
export function testRecharge(open: (card: CardLike) => Promise<HostWithCard>): void {
  let tear: Parameters<Field['lose']> | undefined;
  const shopOn = (): Shop =>
    openShop({
      card: { kind: '3des-4x', balanceFen: OPENING_FEN, onlineAtc: 7 },
      host: async (card) => {
        const { field, transport } = await open(card);
        if (tear !== undefined) field.lose(...tear);
        tear = undefined;
        return transport;
      },
    });

  test('a whole recharge: credited, proved by the TAC', async () => {
    const shop = shopOn();
    const { result } = await shop.recharge();
    expect(result).toMatchObject({ outcome: 'credited', provedBy: 'tac', written: 'now' });
    await expectSettledOnce(shop);
  });

  test('torn by the host at every exchange, then loaded: one credit, no more and no less', async () => {
    const counting = shopOn();
    await counting.recharge();
    const exchanges = counting.exchanges();
    expect(exchanges).toBeGreaterThanOrEqual(9);
    for (let passed = 0; passed < exchanges; passed += 1) {
      for (const when of ['before', 'after'] as const) {
        const shop = shopOn();
        tear = [when, passed];
        const { result } = await shop.recharge();
        if (result.outcome !== 'credited') {
          const again = result.next === 'recharge' ? await shop.recharge() : await shop.load();
          expect(again.result).toMatchObject({ outcome: 'credited', amountFen: AMOUNT_FEN });
        }
        await expectSettledOnce(shop);
      }
    }
  });
}

/** Card, ledger and OpenSSL on the same money. */
async function expectSettledOnce(shop: Shop): Promise<void> {
  const loaded = shop.card.state.ep.onlineAtc - 7;
  expect(loaded).toBe(shop.payments());
  expect(shop.credits().accepted).toBe(loaded);
  const loadedFen = loaded * AMOUNT_FEN;
  expect(shop.card.state.ep.balanceFen).toBe(OPENING_FEN + loadedFen);
  expect(await shop.totals()).toMatchObject({ cash: loadedFen, 'card-float': -loadedFen });
  expect(auditSession(shop.card.state, shop.wires).wrong).toEqual([]);
}
