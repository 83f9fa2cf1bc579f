import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import type { CardLike } from '../../../src/testing/index.js';
import { nfcTransport } from '../../../src/transport/drivers/nfc.js';
import {
  NO_BATCH,
  NO_RESET,
  NO_REPEAT,
  NO_SILENCE,
  testTransportRules,
} from '../../support/conformance.js';
import { testRecharge } from '../../support/host-recharge.js';
import { fakeAndroidNfc, fakeIosNfc, NfcError, NfcErrorBase } from '../../support/hosts/nfc.js';

const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');
/** Older versions of the library reject with texts, and hosts with anything. */
const bare = (reason: unknown) => reason as Error;
const newCard = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));

describe.each([
  ['Android', fakeAndroidNfc],
  ['iOS', fakeIosNfc],
] as const)('nfcTransport on %s', (_platform, fake) => {
  const open = async (card: CardLike) => {
    const host = fake(card);
    return { field: host.field, transport: await nfcTransport(host, { errors: NfcError }) };
  };
  testTransportRules(
    async (card) => {
      const { field, transport } = await open(card);
      return { transport, lose: (when) => field.lose(when) };
    },
    [NO_BATCH, NO_SILENCE, NO_RESET, NO_REPEAT],
  );
  testRecharge(open);

  test('speaks to the card, in numbers both ways', async () => {
    const { transport } = await open(newCard());
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
    expect(transport.info).toMatchObject({ kind: 'nfc', contactless: true, maxBatch: 1 });
  });
});

describe('nfcTransport on Android', () => {
  test('the time-out is set, and the limit asked', async () => {
    const host = fakeAndroidNfc(newCard());
    const { info } = await nfcTransport(host, { answerTimeoutMs: 3000 });
    expect(host.timeoutMs()).toBe(3000);
    expect(info).toMatchObject({ maxCommandBytes: 261 });
    expect(info.sessionDeadlineMs).toBeUndefined();
  });

  test('whatever went wrong: maybe; without a tag: no', async () => {
    const host = fakeAndroidNfc(newCard());
    const transport = await nfcTransport(host);
    host.field.lose('after');
    await expect(transport.transmit(BALANCE)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'maybe' },
      details: { host: 'nfc', hostCode: 'transceive fail' },
    });
    await host.cancelTechnologyRequest?.();
    await expect(transport.transmit(BALANCE)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'no' },
      details: { hostCode: 'no tech request available' },
    });
  });

  test('a library that rejects with bare texts is understood too', async () => {
    const rows = [
      ['transceive fail', 'TRANSPORT_LOST', 'maybe'],
      ['unsupported tag api', 'TRANSPORT_DENIED', 'no'],
      ['something nobody knows', 'TRANSPORT_LOST', 'maybe'],
    ] as const;
    for (const [text, code, sent] of rows) {
      const transceive = () => Promise.reject(bare(text));
      const transport = await nfcTransport({ isoDepHandler: { transceive } });
      await expect(transport.transmit(BALANCE)).rejects.toMatchObject({ code, sent });
    }
  });

  test('answers with signs, as Java has them, are bytes', async () => {
    const transceive = () => Promise.resolve([-95, -1, 0, 127, -112, 0]);
    const transport = await nfcTransport({ isoDepHandler: { transceive } });
    expect(toHex(await transport.transmit(BALANCE))).toBe('A1FF007F9000');
  });

  test('limits that cannot be set or asked do not stop it', async () => {
    const fail = () => Promise.reject(new NfcErrorBase('unsupported tag api'));
    const host = { ...fakeAndroidNfc(newCard()), setTimeout: fail, getMaxTransceiveLength: fail };
    const { info } = await nfcTransport(host);
    expect(info.maxCommandBytes).toBeUndefined();
  });
});

describe('nfcTransport on iOS', () => {
  test('the session ends 60 s after it began, and says so before', async () => {
    const host = fakeIosNfc(newCard());
    const options = { iosSessionStartedAtMs: 1_000, errors: NfcError };
    const transport = await nfcTransport(host, options);
    expect(transport.info.sessionDeadlineMs).toBe(61_000);
    host.endSession();
    await expect(transport.transmit(BALANCE)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'maybe' },
      details: { hostCode: 103 },
    });
  });

  test('errors by class, by class name, and by number in a text', async () => {
    class Shortened extends Error {}
    const named = { TagNotConnected: Shortened };
    const rows: readonly [thrown: Error, code: string, sent: string, hostCode?: number][] = [
      [new Shortened(), 'TRANSPORT_LOST', 'no', 104],
      [new NfcError.SecurityViolation(), 'TRANSPORT_DENIED', 'no', 2],
      [new NfcError.PacketTooLong(), 'TRANSPORT_TOO_LONG', 'no', 105],
      [bare('NFCError:100,Tag connection lost'), 'TRANSPORT_LOST', 'maybe', 100],
      [bare('NFCError:999,New'), 'TRANSPORT_LOST', 'maybe'],
      [bare(undefined), 'TRANSPORT_LOST', 'maybe'],
    ];
    for (const [thrown, code, sent, hostCode] of rows) {
      const transceive = () => Promise.reject(thrown);
      const transport = await nfcTransport({ isoDepHandler: { transceive } }, { errors: named });
      const error: unknown = await transport.transmit(BALANCE).catch((one: unknown) => one);
      expect(error).toMatchObject({ code, sent });
      expect((error as { details: object }).details).toMatchObject(
        hostCode === undefined ? {} : { hostCode },
      );
      expect(String(error)).not.toMatch(/[{}]/);
    }
  });

  test('closing ends the session', async () => {
    const host = fakeIosNfc(newCard());
    const transport = await nfcTransport(host);
    await transport.close();
    await expect(host.isoDepHandler.transceive([0, 0xa4, 0, 0])).rejects.toThrow();
  });
});
