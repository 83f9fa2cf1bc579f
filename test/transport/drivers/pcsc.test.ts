/** Over a fake of the binding `smartcard`; the real one is in test/e2e/pcsc.test.ts. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { createVirtualCard, personalise, withT0 } from '../../../src/simulator/index.js';
import {
  listPcscReaders,
  openPcscReader,
  pcscTransport,
  waitForPcscCard,
  waitForPcscRemoval,
} from '../../../src/transport/drivers/pcsc.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { NO_BATCH, NO_REPEAT, NO_SILENCE, testTransportRules } from '../../support/conformance.js';
import { fakePcsc } from '../../support/fake-pcsc.js';

const card = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');

async function opened(protocol = 2) {
  const pcsc = fakePcsc();
  const virtual = card();
  pcsc.insert(protocol === 1 ? withT0(virtual) : virtual, { protocol });
  return { pcsc, virtual, transport: await openPcscReader(pcsc.context) };
}

describe('the rules of a driver', () => {
  testTransportRules(
    async (card) => {
      const pcsc = fakePcsc();
      pcsc.insert(card);
      const transport = await openPcscReader(pcsc.context);
      return { transport, lose: (when) => pcsc.tear(when) };
    },
    [NO_BATCH, NO_SILENCE, NO_REPEAT],
  );
});

describe('openPcscReader', () => {
  test('holds the card exclusively, says its ATR and protocol, and lets go of it reset', async () => {
    const { pcsc, virtual, transport } = await opened();
    expect(transport.info).toMatchObject({ kind: 'pcsc', protocol: 'T=1', maxBatch: 1 });
    expect(toHex(transport.info.atr ?? SELECT)).toBe(virtual.state.atr);
    await expect(openPcscReader(pcsc.context)).rejects.toMatchObject({ code: 'CARD_IN_USE' });
    await transport.transmit(SELECT);
    await transport.transmit(fromHex('0020000006313233343536'));
    expect(virtual.state.session.pinVerified).toBe(true);
    await transport.close();
    expect([virtual.state.session.pinVerified, pcsc.isHeld()]).toEqual([false, false]);
    const again = await openPcscReader(pcsc.context);
    expect(toHex(await again.transmit(BALANCE))).toBe('6A82');
  });

  test('T=0: 61xx is shown as it comes, and the wrapper deals with it', async () => {
    const { transport } = await opened(1);
    expect(transport.info.protocol).toBe('T=0');
    expect(toHex(await transport.transmit(SELECT))).toMatch(/^61/);
    const whole = await withGetResponse(transport).transmit(SELECT);
    expect(toHex(whole)).toMatch(/^6F.*9000$/);
  });

  test('by a part of its name; a whole name means that reader alone', async () => {
    const pcsc = fakePcsc(['ACS 00 00', 'ACS 00 00 01', 'Gemalto 00 00']);
    pcsc.insert(card(), { reader: 'ACS 00 00 01' });
    await expect(openPcscReader(pcsc.context, { reader: 'ACS 00 00' })).rejects.toMatchObject({
      code: 'CARD_ABSENT',
    });
    await (await openPcscReader(pcsc.context, { reader: 'ACS' })).close();
    await expect(openPcscReader(pcsc.context, { reader: 'Omnikey' })).rejects.toMatchObject({
      code: 'READER_ABSENT',
      sent: 'no',
      details: { reader: 'Omnikey', readers: 'ACS 00 00, ACS 00 00 01, Gemalto 00 00' },
    });
  });

  test('no service, no reader, no card: each has its own words', async () => {
    await expect(openPcscReader(fakePcsc([]).context)).rejects.toMatchObject({
      code: 'READER_ABSENT',
    });
    await expect(openPcscReader(fakePcsc().context)).rejects.toMatchObject({
      code: 'CARD_ABSENT',
      details: { reader: 'Reader A 00 00' },
    });
    const stopped = fakePcsc();
    stopped.stop();
    await expect(openPcscReader(stopped.context)).rejects.toMatchObject({
      code: 'PCSC_UNAVAILABLE',
      details: { problem: 'PC/SC service not running' },
    });
    expect(() => listPcscReaders(stopped.context)).toThrow(
      expect.objectContaining({ code: 'PCSC_UNAVAILABLE' }),
    );
  });
});

describe('insertion and removal', () => {
  test('a card put in later, into a reader plugged in later', async () => {
    const pcsc = fakePcsc([]);
    setTimeout(() => pcsc.plug('Late 00 00'), 5);
    setTimeout(() => pcsc.insert(card(), { reader: 'Late 00 00' }), 10);
    await expect(waitForPcscCard(pcsc.context, { timeoutMs: 5000 })).resolves.toBe('Late 00 00');
    expect(listPcscReaders(pcsc.context)).toMatchObject([
      { name: 'Late 00 00', cardPresent: true, atr: expect.any(Uint8Array) as unknown },
    ]);
  });

  test('removed in time, or not; a reader that is gone holds no card', async () => {
    const pcsc = fakePcsc();
    const reader = 'Reader A 00 00';
    pcsc.insert(card());
    await expect(waitForPcscRemoval(pcsc.context, { reader, timeoutMs: 5 })).resolves.toBe(false);
    setTimeout(() => pcsc.remove(), 5);
    await expect(waitForPcscRemoval(pcsc.context, { reader, timeoutMs: 5000 })).resolves.toBe(true);
    pcsc.unplug(reader);
    await expect(waitForPcscRemoval(pcsc.context, { reader })).resolves.toBe(true);
  });

  test('the service stops while a card is waited for', async () => {
    const pcsc = fakePcsc();
    setTimeout(() => pcsc.stop(), 5);
    await expect(waitForPcscCard(pcsc.context, { timeoutMs: 5000 })).rejects.toMatchObject({
      code: 'PCSC_UNAVAILABLE',
    });
  });
});

describe('pcscTransport', () => {
  test.each(['before', 'after'] as const)('torn %s the card: maybe, and lost', async (kind) => {
    const { pcsc, virtual, transport } = await opened();
    pcsc.tear(kind);
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'maybe',
      money: 'in-doubt',
      details: { problem: 'Transaction failed' },
    });
    expect(virtual.state.session.directory).toBe(kind === 'before' ? 'mf' : 'df');
    const lost = { code: 'TRANSPORT_LOST', sent: 'no' };
    await expect(transport.transmit(SELECT)).rejects.toMatchObject(lost);
    await expect(transport.reset?.()).rejects.toMatchObject({ code: 'CARD_ABSENT', sent: 'no' });
    pcsc.insert(virtual);
    await expect(transport.transmit(SELECT)).rejects.toMatchObject(lost);
    expect(toHex((await transport.reset?.()) ?? SELECT)).toBe(virtual.state.atr);
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
  });

  test('another card in its place is never taken for the first', async () => {
    const { pcsc, transport } = await opened();
    const other = card();
    pcsc.remove();
    pcsc.insert(other);
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({ sent: 'maybe' });
    expect(other.state.session.directory).toBe('mf');
  });

  test.each([
    ['Sharing violation', 'no', 'CARD_IN_USE'],
    ['Card was reset', 'maybe', 'TRANSPORT_LOST'],
    ['Protocol mismatch', 'no', 'TRANSPORT_LOST'],
    ['SCardTransmit error: (0x8010000C)', 'no', 'TRANSPORT_LOST'],
    ['Insufficient buffer', 'yes', 'TRANSPORT_LOST'],
    ['Reader unavailable', 'maybe', 'TRANSPORT_LOST'],
    ['Communication error', 'maybe', 'TRANSPORT_LOST'],
    ['PC/SC service stopped', 'maybe', 'TRANSPORT_LOST'],
    ['SCardTransmit error: Card was removed.(0x80100069)', 'maybe', 'TRANSPORT_LOST'],
    ['SCardTransmit error: (0x80109999)', 'maybe', 'TRANSPORT_LOST'],
    ['something new', 'maybe', 'TRANSPORT_LOST'],
  ])('%s: sent %s', async (text, sent, code) => {
    const { pcsc, transport } = await opened();
    pcsc.failNext(text);
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({
      code,
      sent,
      money: sent === 'no' ? 'untouched' : 'in-doubt',
    });
  });

  test('asked several things at once, it asks them one after the other', async () => {
    const { transport } = await opened();
    const answers = await Promise.all([SELECT, BALANCE, SELECT].map((c) => transport.transmit(c)));
    expect(toHex(answers[1] ?? SELECT)).toBe('000013889000');
  });

  test('closed, once or twice: nothing more is sent, and nothing breaks', async () => {
    const { pcsc, transport } = await opened();
    pcsc.remove();
    await transport.close();
    await transport.close();
    const closed = { code: 'TRANSPORT_CLOSED', sent: 'no' };
    await expect(transport.transmit(SELECT)).rejects.toMatchObject(closed);
    await expect(transport.reset?.()).rejects.toMatchObject(closed);
  });

  test('what is no command, and what is no answer', async () => {
    const { transport } = await opened();
    await expect(transport.transmit(fromHex('00A4'))).rejects.toMatchObject({
      code: 'COMMAND_MALFORMED',
      sent: 'no',
    });
    const mute = pcscTransport({ transmit: () => Promise.resolve(fromHex('90')) });
    await expect(mute.transmit(SELECT)).rejects.toMatchObject({
      code: 'TRANSPORT_FRAME',
      sent: 'maybe',
    });
    const empty = pcscTransport({ transmit: () => Promise.resolve(new Uint8Array(0)) });
    await expect(empty.transmit(SELECT)).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'maybe',
    });
    expect([mute.reset, mute.info]).toEqual([undefined, { kind: 'pcsc', maxBatch: 1 }]);
    await mute.close();
  });

  test('other bindings: nfc-pcsc wants a Buffer and a length', async () => {
    const virtual = card();
    const reader = {
      transmit: (data: Buffer, _maxLength: number): Promise<Buffer> => {
        if (!Buffer.isBuffer(data)) throw new TypeError('not a Buffer');
        return Promise.resolve(Buffer.from(virtual.exchange(data)));
      },
    };
    const transport = pcscTransport({
      transmit: (command) => reader.transmit(Buffer.from(command), 258),
    });
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
  });
});
