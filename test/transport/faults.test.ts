import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Fault, transmitAll, withFaults } from '../../src/transport/index.js';
import { framingTransport } from '../support/hosts/framing.js';

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

describe('withFaults on a host with batches', () => {
  const COMMANDS = ['00A40000023F00', '00A40000021001', '0020000006313233343536', '805C000204'];
  const commands = COMMANDS.map((hex) => fromHex(hex));
  const open = (maxBatch: number, faults: readonly Fault[]) => {
    const card = newCard();
    return { card, faulty: withFaults(framingTransport(card, { maxBatch }).transport, faults) };
  };

  test('law: torn at any command of any frame, the card is where one by one leaves it', async () => {
    const kinds = fc.constantFrom<Fault['kind']>('lose-before', 'lose-after');
    const sizes = fc.integer({ min: 2, max: 6 });
    const numbers = fc.integer({ min: 1, max: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, numbers, kinds, async (maxBatch, exchange, kind) => {
        const [framed, single] = [
          open(maxBatch, [{ exchange, kind }]),
          open(1, [{ exchange, kind }]),
        ];
        const outcomes = await Promise.allSettled(
          [framed, single].map(({ faulty }) => transmitAll(faulty, commands)),
        );
        expect(outcomes[0]?.status).toBe(outcomes[1]?.status);
        expect(framed.card.state).toEqual(single.card.state);
        expect(framed.faulty.count()).toBe(single.faulty.count());
        if (exchange > commands.length) return;
        await expect(framed.faulty.transmitBatch?.(commands)).rejects.toMatchObject({ sent: 'no' });
      }),
    );
  });

  test('a batch that stops before the fault does not meet it', async () => {
    const { faulty } = open(4, [{ exchange: 3, kind: 'lose-before' }]);
    const refused = [fromHex('00A40000021001'), fromHex('00A4000002FFFF'), fromHex('805C000204')];
    expect(await faulty.transmitBatch?.(refused)).toHaveLength(2);
    expect(faulty.count()).toBe(2);
  });

  test('garble hits its own command of the frame', async () => {
    const { faulty } = open(4, [{ exchange: 4, kind: 'garble' }]);
    const plain = open(4, []).faulty;
    const [got, right] = [
      await faulty.transmitBatch?.(commands),
      await plain.transmitBatch?.(commands),
    ];
    expect(got?.slice(0, 3)).toEqual(right?.slice(0, 3));
    expect(got?.[3]).not.toEqual(right?.[3]);
  });
});
