/** The card in the reader is the card that paid: it is read again in front of every PIN. */
import { describe, expect, test } from 'vitest';
import { createVirtualCard, personalise, type VirtualCard } from '../../src/simulator/index.js';
import { loadRecord } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import type { Transport } from '../../src/transport/index.js';
import { framingTransport } from '../support/hosts/framing.js';
import { openShop } from '../support/shop.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
type Reader = (card: VirtualCard) => Transport;
const READERS: readonly [name: string, reader: Reader][] = [
  ['one command at a time', (card) => simulatorTransport(card)],
  ['frames', (card) => framingTransport(card, { maxBatch: 99 }).transport],
  ['frames of two', (card) => framingTransport(card, { maxBatch: 2 }).transport],
];

/** A slot into which another card is put at some moment. */
function slotOf(first: Transport) {
  let now = first;
  const { transmitBatch } = first;
  const slot: Transport = {
    info: first.info,
    transmit: (command) => now.transmit(command),
    ...(transmitBatch === undefined
      ? {}
      : {
          transmitBatch: (all: readonly Uint8Array[]) =>
            now.transmitBatch?.(all) ?? Promise.reject(new Error('no frames')),
        }),
    close: () => Promise.resolve(),
  };
  return { slot, put: (next: Transport) => (now = next) };
}

function another(pin: string): VirtualCard {
  return createVirtualCard(
    personalise({ kind: '3des-4x', cardNumber: '6201220000009999', pin, balanceFen: 1 }),
  );
}

describe.each(READERS)('%s: a card that is swapped', (_name, reader) => {
  test.each(['123456', '654321'])(
    'while its customer pays, with the PIN %s: no PIN try, no code, and the payer is loaded later',
    async (pin) => {
      const shop = openShop({ card: CARD });
      const other = another(pin);
      const { slot, put } = slotOf(reader(shop.card));
      const takePayment = () => {
        put(reader(other));
        return Promise.resolve({ provider: 'pos', transactionId: 'x', amountFen: 10_000 });
      };
      const { result } = await shop.recharge({ options: { transport: slot, takePayment } });
      expect(result).toMatchObject({
        ...{ outcome: 'refused', paid: 'yes' },
        error: { code: 'CARD_MISMATCH', details: { present: '…9999', ordered: '…1234' } },
      });
      expect(other.state.pin?.triesLeft).toBe(3);
      expect(other.state.ep).toMatchObject({ balanceFen: 1, onlineAtc: 0 });
      expect((await shop.load()).result.outcome).toBe('credited');
    },
  );

  test('while the cashier looks at it: nobody pays', async () => {
    const shop = openShop({ card: CARD });
    const other = another('654321');
    const { slot, put } = slotOf(reader(shop.card));
    const confirmCard = () => {
      put(reader(other));
      return Promise.resolve(true);
    };
    const { result } = await shop.recharge({ options: { transport: slot, confirmCard } });
    expect(result).toMatchObject({ paid: 'no', error: { code: 'CARD_MISMATCH' } });
    expect([shop.payments(), other.state.pin?.triesLeft]).toEqual([0, 3]);
  });

  test('and put back: a card that lost its application is selected again', async () => {
    const shop = openShop({ card: CARD });
    const { slot } = slotOf(reader(shop.card));
    const takePayment = () => {
      shop.card.reset();
      return Promise.resolve({ provider: 'pos', transactionId: 'x', amountFen: 10_000 });
    };
    const { result } = await shop.recharge({ options: { transport: slot, takePayment } });
    expect(result).toMatchObject({ outcome: 'credited' });
  });
});

describe('loadRecord', () => {
  async function paid() {
    const shop = openShop({ card: CARD });
    const torn = await shop.recharge({ faults: [{ exchange: 11, kind: 'lose-before' }] });
    const { orderId = '' } = torn.result;
    const visit = { authority: shop.authority, env: shop.env, terminal: '000440101001' };
    const at = (card: VirtualCard, id = orderId) =>
      loadRecord({ ...visit, transport: simulatorTransport(card), pin: '123456' }, id);
    return { shop, at, orderId };
  }

  test('the card of the record is loaded', async () => {
    const { shop, at, orderId } = await paid();
    expect(await at(shop.card)).toMatchObject({ outcome: 'credited', orderId });
  });

  test('another card is not, and is not asked for its PIN', async () => {
    const { at } = await paid();
    const other = another('654321');
    expect(await at(other)).toMatchObject({ outcome: 'refused', error: { code: 'CARD_MISMATCH' } });
    expect(other.state.pin?.triesLeft).toBe(3);
  });

  test.each(['NO-SUCH-ORDER', ''])('a record that is none: %j', async (id) => {
    const { shop, at } = await paid();
    expect(await at(shop.card, id)).toMatchObject({ outcome: 'refused', paid: 'unknown' });
  });
});
