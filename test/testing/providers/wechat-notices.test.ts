/** Notifications of the local WeChat Pay, to a real address, as often as it takes. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  startWechatPayServer,
  type WechatPayServer,
  type WechatPayServerOptions,
} from '../../../src/testing/providers/index.js';
import { type Listener, listen, manualClock, type Received } from './listener.js';
import { opensslPublicKey, opensslVerifies } from './openssl.js';
import { openResource, wechatClient } from './wechat-client.js';

const open: { close(): Promise<void> }[] = [];

async function start(options: WechatPayServerOptions = {}) {
  const clock = manualClock();
  const server = await startWechatPayServer({ now: clock.now, isAutomatic: false, ...options });
  const merchant = await listen('');
  open.push(server, merchant);
  const client = wechatClient(server, clock.now);
  await client.create('ORDER_1', merchant.url);
  return { server, clock, client, merchant };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Envelope {
  readonly id: string;
  readonly event_type: string;
  readonly resource_type: string;
  readonly resource: Readonly<Record<string, string>>;
}

function isGood(server: WechatPayServer, { headers, body }: Received): boolean {
  const { publicKeyPem, publicKeyId, platformCertificatePem } = server.merchant;
  const isNew = headers['wechatpay-serial'] === publicKeyId;
  const key = isNew ? publicKeyPem : opensslPublicKey(platformCertificatePem);
  const { 'wechatpay-timestamp': seconds = '', 'wechatpay-nonce': nonce = '' } = headers;
  const sign = headers['wechatpay-signature'] ?? '';
  return opensslVerifies(`${seconds}\n${nonce}\n${body}\n`, sign, key);
}

function opened(server: WechatPayServer, { body }: Received) {
  const envelope = JSON.parse(body) as Envelope;
  const text = openResource(server.merchant.apiV3Key, envelope.resource);
  return { envelope, resource: JSON.parse(text) as Readonly<Record<string, unknown>> };
}

test('a payment is told: encrypted, signed, and as a query says it', async () => {
  const { server, merchant, client } = await start();
  server.pay('ORDER_1', { couponFen: 1 });
  const [delivery] = await server.notices.deliver();
  expect(delivery).toMatchObject({ attempt: 1, status: 200, acknowledged: true });
  const [received] = merchant.received as [Received];
  expect(isGood(server, received)).toBe(true);
  const { envelope, resource } = opened(server, received);
  expect(envelope).toMatchObject({
    ...{ event_type: 'TRANSACTION.SUCCESS', resource_type: 'encrypt-resource' },
    resource: { original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM' },
  });
  expect(resource).toEqual((await client.query('ORDER_1')).json);
  expect(server.notices.waiting()).toBe(0);
});

describe('of a refund', () => {
  test.each([
    ['fine', 'SUCCESS'],
    ['closed', 'CLOSED'],
    ['abnormal', 'ABNORMAL'],
  ] as const)('%s: REFUND.%s', async (fate, status) => {
    const { server, clock, merchant, client } = await start({
      ...{ plan: { notice: ['lost'], refundFate: [fate] }, refundMs: 5_000 },
    });
    server.pay('ORDER_1', { couponFen: 1_000 });
    await client.refund('ORDER_1', 'R1', 5_000, { notify_url: merchant.url });
    expect(await server.notices.deliver()).toEqual([]);
    clock.pass(5_000);
    await server.notices.deliver();
    const [received] = merchant.received as [Received];
    expect(isGood(server, received)).toBe(true);
    const { envelope, resource } = opened(server, received);
    expect(envelope.event_type).toBe(`REFUND.${status}`);
    expect(envelope.resource.associated_data).toBe('');
    expect(resource).toMatchObject({
      ...{ refund_status: status, out_refund_no: 'R1', out_trade_no: 'ORDER_1' },
      amount: { total: 10_000, refund: 5_000, payer_total: 9_000, payer_refund: 4_500 },
    });
    expect(resource).not.toHaveProperty('appid');
    expect(resource).not.toHaveProperty('trade_state');
  });
});

const PAUSES_S = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600].concat([
  10800, 10800, 10800, 21600, 21600,
]);

test('is repeated until it is taken: 15 pauses, then never again', async () => {
  const { server, clock, merchant } = await start();
  merchant.replies = [{ status: 500, body: '{"code":"FAIL","message":"失败"}' }];
  server.pay('ORDER_1');
  for (const pause of PAUSES_S) {
    expect(await server.notices.deliver()).toMatchObject([{ acknowledged: false }]);
    clock.pass(pause * 1000 - 1);
    expect(await server.notices.deliver()).toEqual([]);
    clock.pass(1);
  }
  expect(await server.notices.deliver()).toMatchObject([{ attempt: 16 }]);
  expect(server.notices.waiting()).toBe(0);
  const ids = merchant.received.map((received) => opened(server, received).envelope.id);
  expect(new Set(ids).size).toBe(1);
  expect(isGood(server, merchant.received[15] as Received)).toBe(true);
});

test('200 with FAIL is taken', async () => {
  const { server, merchant } = await start();
  merchant.replies = [{ status: 200, body: '{"code":"FAIL"}' }];
  server.pay('ORDER_1');
  expect(await server.notices.deliver()).toMatchObject([{ acknowledged: true }]);
});

const deliveries: readonly [string, (world: Awaited<ReturnType<typeof start>>) => Promise<void>][] =
  [
    [
      'lost',
      async ({ server, merchant }) => {
        expect(await server.notices.deliver()).toEqual([]);
        expect([server.notices.waiting(), merchant.received]).toEqual([0, []]);
      },
    ],
    [
      'lost-once',
      async ({ server, clock, merchant }) => {
        expect(await server.notices.deliver()).toEqual([]);
        clock.pass(15_000);
        expect(await server.notices.deliver()).toMatchObject([{ attempt: 2, acknowledged: true }]);
        expect(isGood(server, merchant.received[0] as Received)).toBe(true);
      },
    ],
    [
      'late',
      async ({ server, clock }) => {
        expect(await server.notices.deliver()).toEqual([]);
        clock.pass(600_000);
        expect(await server.notices.deliver()).toHaveLength(1);
      },
    ],
    [
      'twice',
      async ({ server, merchant }) => {
        await server.notices.deliver();
        await server.notices.deliver();
        await server.notices.deliver();
        expect(merchant.received).toHaveLength(2);
      },
    ],
    [
      'wrong-amount',
      async ({ server, merchant }) => {
        await server.notices.deliver();
        const [received] = merchant.received as [Received];
        expect(isGood(server, received)).toBe(true);
        expect(opened(server, received).resource).toMatchObject({ amount: { total: 10_001 } });
      },
    ],
    [
      'stale',
      async ({ server, clock, merchant }) => {
        await server.notices.deliver();
        const { headers } = merchant.received[0] as Received;
        expect(Number(headers['wechatpay-timestamp'])).toBe(clock.nowMs / 1000 - 600);
      },
    ],
    [
      'bad-tag',
      async ({ server, merchant }) => {
        await server.notices.deliver();
        const [received] = merchant.received as [Received];
        expect(isGood(server, received)).toBe(true);
        expect(() => opened(server, received)).toThrow('unable to authenticate');
      },
    ],
    ...(['unsigned', 'forged', 'tampered', 'probe'] as const).map(
      (word) =>
        [
          word,
          async ({ server, clock, merchant }: Awaited<ReturnType<typeof start>>) => {
            merchant.replies = [
              { status: 401, body: '' },
              { status: 204, body: '' },
            ];
            await server.notices.deliver();
            clock.pass(15_000);
            await server.notices.deliver();
            const [bad, good] = merchant.received as [Received, Received];
            expect([isGood(server, bad), isGood(server, good)]).toEqual([false, true]);
            if (word === 'tampered') expect(() => opened(server, bad)).toThrow('unable');
            expect(server.notices.waiting()).toBe(0);
          },
        ] as [string, (world: Awaited<ReturnType<typeof start>>) => Promise<void>],
    ),
  ];

test.each(deliveries)('%s', async (word, check) => {
  const world = await start({ plan: { notice: [word as 'lost'] } });
  world.server.pay('ORDER_1');
  await check(world);
});

test('muted, none is sent then or later', async () => {
  const { server, merchant } = await start();
  server.notices.mute(true);
  server.pay('ORDER_1');
  server.notices.mute(false);
  expect(await server.notices.deliver()).toEqual([]);
  expect(merchant.received).toEqual([]);
});

test('comes by itself unless it is told not to', async () => {
  const { server, merchant } = await start({ isAutomatic: true });
  server.pay('ORDER_1');
  await arrival(merchant);
  expect(merchant.received).toHaveLength(1);
});

async function arrival({ received }: Listener): Promise<void> {
  while (received.length === 0) await new Promise((done) => setTimeout(done, 5));
}
