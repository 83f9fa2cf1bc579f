import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Fault, withFaults } from '../../src/transport/index.js';

const SELECT = fromHex('00A40000021001');
const INITIALIZE = fromHex('805000020B010000271000044010100110');
const newCard = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));

describe('withFaults', () => {
  test('law: exactly the planned exchange fails; before it, nothing shows', async () => {
    const kinds = fc.constantFrom<Fault['kind']>('lose-before', 'lose-after');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), kinds, async (exchange, kind) => {
        const [card, twin] = [newCard(), newCard()];
        const faulty = withFaults(simulatorTransport(card), [{ exchange, kind }]);
        const plain = simulatorTransport(twin);
        for (let at = 1; at < exchange; at += 1) {
          expect(await faulty.transmit(SELECT)).toEqual(await plain.transmit(SELECT));
        }
        const before = card.state;
        await expect(faulty.transmit(SELECT)).rejects.toMatchObject({
          code: 'TRANSPORT_LOST',
          sent: 'maybe',
        });
        if (kind === 'lose-before') expect(card.state).toBe(before);
        else await plain.transmit(SELECT);
        expect(card.state).toEqual(twin.state);
        expect(faulty.count()).toBe(exchange);
      }),
    );
  });

  test('lost is lost until reset, unsent and uncounted', async () => {
    const card = newCard();
    const faulty = withFaults(simulatorTransport(card), [{ exchange: 1, kind: 'lose-before' }]);
    await expect(faulty.transmit(SELECT)).rejects.toThrow();
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(faulty.transmit(SELECT)).rejects.toMatchObject({ sent: 'no' });
    }
    expect(faulty.count()).toBe(1);
    expect(await faulty.reset?.()).toEqual(faulty.info.atr);
    expect(toHex(await faulty.transmit(SELECT))).toMatch(/9000$/);
  });

  test('without a reset below, there is none above', () => {
    const { reset: _reset, ...bare } = simulatorTransport(newCard());
    expect(withFaults(bare, []).reset).toBeUndefined();
  });

  test('garble: the card has executed the command; one byte of the answer differs', async () => {
    const [card, twin] = [newCard(), newCard()];
    const faulty = withFaults(simulatorTransport(card), [{ exchange: 2, kind: 'garble' }]);
    const plain = simulatorTransport(twin);
    for (const transport of [faulty, plain]) await transport.transmit(SELECT);
    const [got, right] = [await faulty.transmit(INITIALIZE), await plain.transmit(INITIALIZE)];
    expect(got).toHaveLength(right.length);
    expect(got.filter((byte, index) => byte !== right[index])).toHaveLength(1);
  });
});
