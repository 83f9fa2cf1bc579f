import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import type { CardLike } from '../../../src/testing/index.js';
import { harmonyTransport } from '../../../src/transport/drivers/harmony.js';
import { NO_BATCH, NO_REPEAT, NO_SILENCE, testTransportRules } from '../../support/conformance.js';
import { testRecharge } from '../../support/host-recharge.js';
import { fakeHarmony } from '../../support/hosts/harmony.js';

const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');
const newCard = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));

describe.each([3100201, 3100204, 3100205])('harmonyTransport, a loss is %d', (lostCode) => {
  const open = async (card: CardLike) => {
    const isoDep = fakeHarmony(card, { lostCode });
    return { field: isoDep.field, transport: await harmonyTransport(isoDep) };
  };
  testTransportRules(
    async (card) => {
      const { field, transport } = await open(card);
      return { transport, lose: (when) => field.lose(when) };
    },
    [NO_BATCH, NO_SILENCE, NO_REPEAT],
  );
  testRecharge(open);

  test('maybe; afterwards, disconnected, no', async () => {
    const { field, transport } = await open(newCard());
    field.lose('after');
    await expect(transport.transmit(BALANCE)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'maybe' },
      details: { host: 'harmony', hostCode: lostCode },
    });
    await expect(transport.transmit(BALANCE)).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'no',
    });
  });
});

describe('harmonyTransport', () => {
  test('connects, sets the time-out, asks the limit', async () => {
    const isoDep = fakeHarmony(newCard());
    const { info } = await harmonyTransport(isoDep, { answerTimeoutMs: 1500 });
    expect(isoDep.isConnected()).toBe(true);
    expect(isoDep.timeoutMs()).toBe(1500);
    expect(info).toMatchObject({ kind: 'harmony', maxCommandBytes: 261 });
  });

  test('the ATR is the one a PC/SC reader makes of the historical bytes', async () => {
    // PC/SC part 3, example of an ATR with the historical bytes of a DESFire: 3B 81 80 01 80 80.
    const { info } = await harmonyTransport(fakeHarmony(newCard(), { historicalBytes: [0x80] }));
    expect(toHex(info.atr ?? Uint8Array.of())).toBe('3B8180018080');
    const bare = await harmonyTransport(fakeHarmony(newCard()));
    expect(toHex(bare.info.atr ?? Uint8Array.of())).toBe('3B80800101');
  });

  test('reset begins a new session with the card', async () => {
    const transport = await harmonyTransport(fakeHarmony(newCard()));
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
    expect(await transport.reset?.()).toEqual(transport.info.atr);
    expect(toHex(await transport.transmit(BALANCE))).not.toMatch(/9000$/);
  });

  test('no permission, or no card: said while connecting, nothing sent', async () => {
    const denied = fakeHarmony(newCard(), { permission: false });
    await expect(harmonyTransport(denied)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_DENIED', sent: 'no', money: 'untouched' },
      details: { hostCode: 201 },
    });
    const empty = fakeHarmony(newCard());
    empty.field.lose('before');
    empty.field.exchange(SELECT);
    await expect(harmonyTransport(empty)).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'no',
    });
  });
});
