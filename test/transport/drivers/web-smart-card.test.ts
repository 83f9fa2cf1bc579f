import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import type { CardLike } from '../../../src/testing/index.js';
import { webSmartCardTransport } from '../../../src/transport/drivers/web-smart-card.js';
import { NO_BATCH, NO_REPEAT, NO_SILENCE, testTransportRules } from '../../support/conformance.js';
import { testRecharge } from '../../support/host-recharge.js';
import { fakeWebSmartCard } from '../../support/hosts/web-smart-card.js';

const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');
const newCard = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));

describe('webSmartCardTransport', () => {
  const open = async (card: CardLike) => {
    const smartCard = fakeWebSmartCard(card);
    return { field: smartCard.field, transport: await webSmartCardTransport(smartCard) };
  };
  testTransportRules(
    async (card) => {
      const { field, transport } = await open(card);
      return { transport, lose: (when) => field.lose(when) };
    },
    [NO_BATCH, NO_SILENCE, NO_REPEAT],
  );
  testRecharge(open);

  test('ATR, protocol, exchanges', async () => {
    const card = newCard();
    const transport = await webSmartCardTransport(fakeWebSmartCard(card, { protocol: 't0' }));
    expect(transport.info).toMatchObject({ kind: 'web-smart-card', protocol: 'T=0' });
    expect(toHex(transport.info.atr ?? Uint8Array.of())).toBe(card.state.atr);
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
  });

  test('a removed card: maybe, with the API’s own code and none of its text', async () => {
    const { field, transport } = await open(newCard());
    field.lose('after');
    const error: unknown = await transport.transmit(BALANCE).catch((one: unknown) => one);
    expect(error).toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'maybe' },
      details: { host: 'web-smart-card', hostCode: 'removed-card' },
    });
    expect(JSON.stringify(error).toLowerCase()).not.toContain('805c');
  });

  test('a card put back is found again by reset', async () => {
    const { field, transport } = await open(newCard());
    field.lose('before');
    await expect(transport.transmit(BALANCE)).rejects.toMatchObject({ sent: 'maybe' });
    await expect(transport.reset?.()).rejects.toMatchObject({ code: 'TRANSPORT_CONNECT' });
    field.putBack();
    expect(await transport.reset?.()).toEqual(transport.info.atr);
    expect(toHex(await transport.transmit(SELECT))).toMatch(/9000$/);
  });

  test('closing resets the card: the PIN is not left behind', async () => {
    const smartCard = fakeWebSmartCard(newCard());
    const transport = await webSmartCardTransport(smartCard);
    await transport.close();
    expect(smartCard.dispositions).toEqual(['reset']);
  });

  test.each([
    ['no reader', { readers: [] }, {}, 'TRANSPORT_CONNECT', 'unknown-reader'],
    ['no such reader', {}, { reader: 'Other' }, 'TRANSPORT_CONNECT', 'unknown-reader'],
    ['no card', { refuses: 'no-smartcard' }, {}, 'TRANSPORT_CONNECT', 'no-smartcard'],
    [
      'another program',
      { refuses: 'sharing-violation' },
      {},
      'TRANSPORT_DENIED',
      'sharing-violation',
    ],
    ['no permission', { denied: true }, {}, 'TRANSPORT_DENIED', 'NotAllowedError'],
  ])('%s: said while connecting, nothing sent', async (_why, quirks, options, code, hostCode) => {
    const smartCard = fakeWebSmartCard(newCard(), quirks);
    await expect(webSmartCardTransport(smartCard, options)).rejects.toMatchObject({
      ...{ code, sent: 'no', money: 'untouched' },
      details: { hostCode },
    });
  });
});
