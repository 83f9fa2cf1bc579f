import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import type { CardLike } from '../../../src/testing/index.js';
import { wechatTransport, type WechatIsoDep } from '../../../src/transport/drivers/wechat.js';
import {
  NO_BATCH,
  NO_RESET,
  NO_REPEAT,
  NO_SILENCE,
  testTransportRules,
} from '../../support/conformance.js';
import { testRecharge } from '../../support/host-recharge.js';
import { fakeWechat } from '../../support/hosts/wechat.js';

const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');
const newCard = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));

describe.each(['android', 'ios'] as const)('wechatTransport on %s', (kind) => {
  const open = async (card: CardLike) => {
    const isoDep = fakeWechat(card, kind);
    return { field: isoDep.field, transport: await wechatTransport(isoDep) };
  };
  testTransportRules(
    async (card) => {
      const { field, transport } = await open(card);
      return { transport, lose: (when) => field.lose(when) };
    },
    [NO_BATCH, NO_SILENCE, NO_RESET, NO_REPEAT],
  );
  testRecharge(open);

  test('connects, and speaks to the card', async () => {
    const { transport } = await open(newCard());
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
    expect(toHex(await transport.transmit(fromHex('805C000304')))).toBe('6A86');
    expect(transport.info).toMatchObject({ kind: 'wechat', maxCommandBytes: 261 });
  });

  test('connected already is connected', async () => {
    const isoDep = fakeWechat(newCard(), kind);
    await wechatTransport(isoDep);
    const again = await wechatTransport(isoDep);
    expect(toHex(await again.transmit(SELECT))).toMatch(/9000$/);
  });

  test('closing closes the IsoDep', async () => {
    const isoDep = fakeWechat(newCard(), kind);
    const transport = await wechatTransport(isoDep);
    await transport.close();
    expect(isoDep.isConnected()).toBe(false);
  });
});

test('Android: the time-out is set', async () => {
  const isoDep = fakeWechat(newCard());
  await wechatTransport(isoDep, { answerTimeoutMs: 2500 });
  expect(isoDep.timeoutMs()).toBe(2500);
});

test('iOS: the session ends 60 s after discovery began, and says so before', async () => {
  const options = { iosSessionStartedAtMs: 1_000 };
  const { info } = await wechatTransport(fakeWechat(newCard(), 'ios'), options);
  expect(info.sessionDeadlineMs).toBe(61_000);
});

test('iOS before 3.17.5: an answer without data has no status word at all, and is an error', async () => {
  const transport = await wechatTransport(fakeWechat(newCard(), 'old-ios'));
  await expect(transport.transmit(fromHex('00A4000002FFFF'))).rejects.toMatchObject({
    code: 'TRANSPORT_FRAME',
    sent: 'yes',
  });
});

test('a subarray goes out as an ArrayBuffer of its own size', async () => {
  const isoDep = fakeWechat(newCard());
  const sizes: number[] = [];
  const spying: WechatIsoDep = {
    ...isoDep,
    transceive: (request) => {
      sizes.push(request.data.byteLength);
      isoDep.transceive(request);
    },
  };
  const transport = await wechatTransport(spying);
  await transport.transmit(Uint8Array.from([1, 2, ...SELECT, 3]).subarray(2, 2 + SELECT.length));
  expect(sizes).toEqual([SELECT.length]);
});

describe('errCodes', () => {
  const rows: readonly [errCode: number, code: string, sent: string][] = [
    [13000, 'TRANSPORT_DENIED', 'no'],
    [13001, 'TRANSPORT_DENIED', 'no'],
    [13010, 'TRANSPORT_LOST', 'maybe'],
    [13011, 'TRANSPORT_LOST', 'maybe'],
    [13013, 'TRANSPORT_LOST', 'no'],
    [13014, 'TRANSPORT_DENIED', 'no'],
    [13015, 'TRANSPORT_DENIED', 'no'],
    [13016, 'TRANSPORT_LOST', 'no'],
    [13017, 'TRANSPORT_LOST', 'maybe'],
    [13018, 'TRANSPORT_LOST', 'no'],
    [13019, 'TRANSPORT_DENIED', 'no'],
    [13023, 'TRANSPORT_LOST', 'no'],
    [13024, 'TRANSPORT_DENIED', 'no'],
    [19999, 'TRANSPORT_LOST', 'maybe'],
  ];
  const failing = (errCode: unknown) => (ends: { fail: (error: unknown) => void }) => {
    ends.fail({ errCode, errMsg: 'transceive:fail 0020000006313233343536' });
  };

  test.each(rows)('%d: %s, sent %s', async (errCode, code, sent) => {
    const isoDep = { ...fakeWechat(newCard()), transceive: failing(errCode) };
    const transport = await wechatTransport(isoDep);
    const error: unknown = await transport.transmit(BALANCE).catch((one: unknown) => one);
    expect(error).toMatchObject({ code, sent, details: { host: 'wechat', hostCode: errCode } });
    expect(JSON.stringify(error)).not.toContain('313233');
  });

  test('while connecting nothing was sent, whatever the code', async () => {
    for (const errCode of [13001, 13016, 13017, 'none']) {
      const isoDep = { ...fakeWechat(newCard()), connect: failing(errCode) };
      await expect(wechatTransport(isoDep)).rejects.toMatchObject({ sent: 'no' });
    }
  });
});
