/** What hosts do not know, do not say alike, or never answer: driver by driver. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { envFrom } from '../../../src/env.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { load, recharge } from '../../../src/terminal/index.js';
import { createTestAuthority, testTransport } from '../../../src/testing/index.js';
import { harmonyTransport } from '../../../src/transport/drivers/harmony.js';
import { nfcTransport } from '../../../src/transport/drivers/nfc.js';
import { pcscTransport } from '../../../src/transport/drivers/pcsc.js';
import { webSmartCardTransport } from '../../../src/transport/drivers/web-smart-card.js';
import { wechatTransport } from '../../../src/transport/drivers/wechat.js';
import { hostTransport, type Transport, withQueue } from '../../../src/transport/index.js';
import { fakeHarmony } from '../../support/hosts/harmony.js';
import { fakeAndroidNfc } from '../../support/hosts/nfc.js';
import { fakeWebSmartCard } from '../../support/hosts/web-smart-card.js';
import { fakeWechat } from '../../support/hosts/wechat.js';

const SELECT = fromHex('00A40000021001');
const newCard = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
const refuse = (): never => {
  throw Object.assign(new Error('BusinessError'), { code: 3100201 });
};

/** What a phone says of the longest command it carries, when it does not know. */
const UNKNOWN: Readonly<Record<string, () => number>> = {
  zero: () => 0,
  'less than any command': () => 3,
  negative: () => -1,
  NaN: () => Number.NaN,
  nothing: () => undefined as never,
  'a text': () => '261' as never,
  'an error': refuse,
};

describe.each(Object.keys(UNKNOWN))('the longest command is %s', (name) => {
  const say = UNKNOWN[name] ?? refuse;

  test('HarmonyOS: unknown, and commands are carried', async () => {
    const isoDep = { ...fakeHarmony(newCard()), getMaxTransmitSize: say };
    const transport = await harmonyTransport(isoDep);
    expect(transport.info).not.toHaveProperty('maxCommandBytes');
    expect(toHex(await transport.transmit(SELECT))).toMatch(/9000$/);
  });

  test.each(['rejected', 'thrown at once'])('React Native, %s: the same', async (how) => {
    const getMaxTransceiveLength = how === 'rejected' ? async () => say() : (say as never);
    const host = { ...fakeAndroidNfc(newCard()), getMaxTransceiveLength };
    const transport = await nfcTransport(host);
    expect(transport.info).not.toHaveProperty('maxCommandBytes');
    expect(toHex(await transport.transmit(SELECT))).toMatch(/9000$/);
  });

  test('WeChat: what every host carries', async () => {
    const isoDep = fakeWechat(newCard());
    const transport = await wechatTransport({
      ...isoDep,
      getMaxTransceiveLength: ({ success }) => success({ length: say() }),
    });
    expect(transport.info.maxCommandBytes).toBe(261);
    expect(toHex(await transport.transmit(SELECT))).toMatch(/9000$/);
  });

  test('a driver of one’s own: unknown', async () => {
    if (say === refuse) return;
    const transport = hostTransport({
      info: { kind: 'own', maxBatch: 1, maxCommandBytes: say() },
      exchange: async () => '9000',
      explain: () => undefined,
      close: async () => undefined,
    });
    expect(await transport.transmit(SELECT)).toHaveLength(2);
  });
});

describe('HarmonyOS that throws where it may', () => {
  test('historical bytes, time-out and close: no BusinessError comes out', async () => {
    const fake = fakeHarmony(newCard());
    const transport = await harmonyTransport({
      ...fake,
      ...{ getHistoricalBytes: refuse, setTimeout: refuse, resetConnection: refuse },
    });
    expect(toHex(transport.info.atr ?? SELECT)).toBe('3B80800101');
    expect(toHex(await transport.transmit(SELECT))).toMatch(/9000$/);
    await transport.close();
  });

  test('a connection that the card took with it does not stop a reset', async () => {
    const fake = fakeHarmony(newCard());
    const transport = await harmonyTransport(fake);
    fake.field.lose('before');
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({ sent: 'maybe' });
    fake.field.putBack();
    expect(await transport.reset?.()).toEqual(transport.info.atr);
    expect(toHex(await transport.transmit(SELECT))).toMatch(/9000$/);
  });

  test('isConnected that throws is a loss of ours', async () => {
    const fake = fakeHarmony(newCard());
    let broken = false;
    const isConnected = () => (broken ? refuse() : fake.isConnected());
    const transport = await harmonyTransport({ ...fake, isConnected });
    broken = true;
    await expect(transport.transmit(SELECT)).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
  });
});

/** What PC/SC says of one exchange: by a binding for Node, and by a browser. One truth. */
const PCSC_SAYS: readonly (readonly [text: string, responseCode: string, sent: string])[] = [
  ['Card was reset', 'reset-card', 'maybe'],
  ['SCardTransmit error: (0x80100068)', 'reset-card', 'maybe'],
  ['Card was removed', 'removed-card', 'maybe'],
  ['Card is unpowered (0x80100067)', 'unpowered-card', 'maybe'],
  ['Card is unresponsive (0x80100066)', 'unresponsive-card', 'maybe'],
  ['Reader unavailable', 'reader-unavailable', 'maybe'],
  ['PC/SC service not running', 'no-service', 'maybe'],
  ['PC/SC service stopped', 'service-stopped', 'maybe'],
  ['Sharing violation', 'sharing-violation', 'no'],
  ['No smart card present', 'no-smartcard', 'no'],
  ['Protocol mismatch', 'proto-mismatch', 'no'],
  ['Invalid handle', 'invalid-handle', 'no'],
  ['Invalid parameter', 'invalid-parameter', 'no'],
  ['Invalid value', 'invalid-value', 'no'],
  ['Insufficient buffer', 'insufficient-buffer', 'yes'],
  ['Something new', 'something-new', 'maybe'],
];

test.each(PCSC_SAYS)('%s and %s: sent %s, whichever driver is told', async (text, code, sent) => {
  const node = pcscTransport({ transmit: () => Promise.reject(new Error(text)) });
  await expect(node.transmit(SELECT)).rejects.toMatchObject({ sent });
  const error = Object.assign(new Error(''), { name: 'SmartCardError', responseCode: code });
  await expect((await browser(error)).transmit(SELECT)).rejects.toMatchObject({ sent });
});

test('InvalidStateError of transmit: the connection is gone, nothing was handed on', async () => {
  const error = Object.assign(new Error(''), { name: 'InvalidStateError' });
  await expect((await browser(error)).transmit(SELECT)).rejects.toMatchObject({
    ...{ code: 'TRANSPORT_LOST', sent: 'no', details: { hostCode: 'InvalidStateError' } },
  });
});

/** A browser whose connection fails so. */
function browser(error: Error): Promise<Transport> {
  const real = fakeWebSmartCard(newCard());
  return webSmartCardTransport({
    establishContext: async () => {
      const context = await real.establishContext();
      return {
        listReaders: () => context.listReaders(),
        connect: async (...given) => {
          const connected = await context.connect(...given);
          const connection = { ...connected.connection, transmit: () => Promise.reject(error) };
          return { ...connected, connection };
        },
      };
    },
  });
}

describe('a host that never answers', () => {
  const env = envFrom(globalThis);
  const never = <T>(): Promise<T> => new Promise(() => undefined);
  type Card = ReturnType<typeof newCard>;
  /** Executes, and answers until it is asked for this command. */
  const mute = (card: Card, head: string) => (command: Iterable<number>) => {
    const bytes = Uint8Array.from(command);
    const answer = card.exchange(bytes);
    return toHex(bytes).startsWith(head) ? undefined : answer;
  };
  const HOSTS: Readonly<Record<string, (card: Card, head: string) => Promise<Transport>>> = {
    nfc: (card, head) => {
      const ask = mute(card, head);
      const transceive = async (bytes: number[]) =>
        Array.from(ask(bytes) ?? (await never<number[]>()));
      return nfcTransport({ isoDepHandler: { transceive } }, { answerTimeoutMs: 1 });
    },
    wechat: (card, head) => {
      const ask = mute(card, head);
      const ends = ({ success }: { success: (result: never) => void }) => success({} as never);
      return wechatTransport(
        {
          ...{ connect: ends, close: () => undefined },
          transceive: ({ data, success }) => {
            const answer = ask(new Uint8Array(data));
            if (answer !== undefined) success({ data: answer.slice().buffer });
          },
        },
        { answerTimeoutMs: 1 },
      );
    },
    harmony: (card, head) => {
      const ask = mute(card, head);
      const transmit = async (bytes: number[]) =>
        Array.from(ask(bytes) ?? (await never<number[]>()));
      return harmonyTransport({ ...fakeHarmony(newCard()), transmit }, { answerTimeoutMs: 1 });
    },
    'a driver of one’s own': async (card, head) => {
      const ask = mute(card, head);
      const transmit = async (bytes: Uint8Array) => ask(bytes) ?? never<Uint8Array>();
      return { info: { kind: 'own', maxBatch: 1, answerTimeoutMs: 1 }, transmit, close: never };
    },
  };

  test.concurrent.each(
    Object.keys(HOSTS).flatMap((host) =>
      ['00A4', '00B095', '805C', '0020', '8050', '8052'].map((head) => [host, head] as const),
    ),
  )('%s, at %s: it ends, and 圈存 finishes what was begun', async (host, head) => {
    const card = newCard();
    card.reset();
    const { authority } = createTestAuthority({ env });
    const visit = (transport: Transport) => ({
      ...{ transport, authority, env, terminal: '000440101001', pin: '123456' },
    });
    const pay = { amountFen: 100, outlet: 'self' as const };
    const takePayment = async ({ orderId }: { orderId: string }) => ({
      ...{ provider: 'pos', transactionId: orderId, amountFen: 100 },
    });
    const queue = withQueue((await HOSTS[host]?.(card, head)) ?? (undefined as never), env);
    const torn = await recharge({ ...visit(queue), ...pay, takePayment });
    await queue.close();
    expect(torn.outcome).toBe(head === '8052' ? 'held' : 'refused');
    expect(card.state.ep.balanceFen).toBe(head === '8052' ? 5100 : 5000);
    card.reset();
    const good = await HOSTS['a driver of one’s own']?.(card, 'none');
    const again = visit(good ?? queue);
    const { outcome } =
      torn.outcome !== 'credited' && torn.next === 'recharge'
        ? await recharge({ ...again, ...pay, takePayment })
        : await load(again);
    expect([outcome, card.state.ep.balanceFen]).toEqual(['credited', 5100]);
  });
});

describe('testTransport on drivers as they are written', () => {
  const [, , about = 'no rule'] = testTransport(() => Promise.reject(new Error())).map(
    ({ name }) => name,
  );
  const run = (open: Parameters<typeof testTransport>[0], name = about) =>
    testTransport(open)
      .find((one) => one.name === name)
      ?.run();

  test.each([
    ['numbers', (answer: Uint8Array) => Array.from(answer)],
    ['an ArrayBuffer', (answer: Uint8Array) => answer.slice().buffer],
    ['a DataView', (answer: Uint8Array) => new DataView(answer.slice().buffer)],
    ['a Buffer', (answer: Uint8Array) => Buffer.from(answer)],
    ['hex', toHex],
    ['a list without status word', () => new Uint8Array(0)],
  ])('%s for an answer breaks a rule', async (_what, form) => {
    const rules = testTransport(async (card) => {
      const transmit = async (command: Uint8Array) => form(card.exchange(command)) as Uint8Array;
      return {
        transport: { info: { kind: 'own', maxBatch: 1 }, transmit, close: async () => undefined },
      };
    });
    const broken: string[] = [];
    for (const { name, run: tried } of rules) {
      await tried().catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'CONFORMANCE' });
        broken.push(name);
      });
    }
    expect(broken).toContainEqual(expect.stringMatching(/Uint8Array|what is no answer/));
  });

  test('a Promise for a transport is named', async () => {
    const open = async () => ({ transport: Promise.resolve({}) as never });
    await expect(run(open)).rejects.toMatchObject({
      ...{ code: 'CONFORMANCE', message: /transport .*Promise: await it first/ },
    });
  });
});
