import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';

const card = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');

describe('simulatorTransport', () => {
  test('says what it is, and the ATR of its card', () => {
    const virtual = card();
    const { info } = simulatorTransport(virtual, { protocol: 'T=0' });
    expect(info).toMatchObject({ kind: 'simulator', protocol: 'T=0', maxBatch: 1 });
    expect(toHex(info.atr ?? new Uint8Array(0))).toBe(virtual.state.atr);
  });

  test('putting a card in resets it; so does reset, and the money stays', async () => {
    const virtual = card();
    const first = simulatorTransport(virtual);
    await first.transmit(SELECT);
    const transport = simulatorTransport(virtual);
    expect(toHex(await transport.transmit(BALANCE))).not.toMatch(/9000$/);
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
    expect(await transport.reset?.()).toEqual(transport.info.atr);
    expect(toHex(await transport.transmit(BALANCE))).not.toMatch(/9000$/);
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
  });

  test('closed, once or twice: the card is out of reach, and unsent says so', async () => {
    const virtual = card();
    const transport = simulatorTransport(virtual);
    await transport.close();
    await transport.close();
    const before = virtual.state;
    const closed = { code: 'TRANSPORT_CLOSED', sent: 'no', money: 'untouched' };
    await expect(transport.transmit(SELECT)).rejects.toMatchObject(closed);
    await expect(transport.reset?.()).rejects.toMatchObject(closed);
    expect(virtual.state).toBe(before);
  });

  test('law: any bytes get an answer that ends in a status word, and move no money', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        async (all) => {
          const virtual = card();
          const transport = simulatorTransport(virtual);
          for (const bytes of all) {
            const answer = await transport.transmit(bytes);
            expect(answer.length).toBeGreaterThanOrEqual(2);
          }
          await transport.reset?.();
          await transport.transmit(SELECT);
          expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
        },
      ),
    );
  });
});
