/** `serve --payments FILE` as its users run it: a real process, a provider on its own sockets. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { readPayments } from '../../src/cli/serve/payments.js';
import { envFrom } from '../../src/env.js';
import { serverClient } from '../../src/terminal/index.js';
import {
  type AlipayServer,
  startAlipayServer,
  startWechatPayServer,
  type WechatPayServer,
} from '../../src/testing/providers/index.js';
import { CARD_NUMBER, orderRequest } from '../support/http-messages.js';
import { quancun, temporaryFolder } from '../support/quancun-process.js';

const folder = temporaryFolder();
const env = envFrom(globalThis);
let provider: WechatPayServer;
let other: AlipayServer;
let child: ChildProcess;
let said = '';
let client: ReturnType<typeof serverClient>;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
  provider = await startWechatPayServer();
  other = await startAlipayServer();
  const { merchant } = provider;
  const port = String(await freePort());
  const files = {
    'merchant.pem': merchant.privateKeyPem,
    'api-v3.key': merchant.apiV3Key,
    'wechat.pub': merchant.publicKeyPem,
    'app.pem': other.merchant.privateKeyPem,
    'alipay.pub': other.merchant.alipayPublicKeyPem,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const list = [
    {
      provider: 'wechat',
      ...{ merchantId: merchant.mchid, appId: merchant.appid },
      certificateSerial: merchant.serialNumber,
      ...{ privateKeyFile: 'merchant.pem', apiV3KeyFile: 'api-v3.key' },
      publicKeyFiles: { [merchant.publicKeyId]: 'wechat.pub' },
      // While a merchant moves to public keys, notifications are signed with either.
      platformCertificateFiles: 'fetch',
      notifyUrl: `http://127.0.0.1:${port}/callbacks/wechat`,
      ...{ baseUrls: [provider.url], qrLifetimeMs: 180_000 },
    },
    {
      provider: 'alipay',
      ...{ appId: other.merchant.appId, sellerId: other.merchant.sellerId },
      ...{ privateKeyFile: 'app.pem', alipayPublicKeyFile: 'alipay.pub' },
      notifyUrl: `http://127.0.0.1:${port}/callbacks/alipay`,
      gatewayUrls: [other.gatewayUrl],
    },
  ];
  writeFileSync(join(folder, 'payments.json'), JSON.stringify(list));
  const words = [
    ...['serve', '--db', `sqlite:${join(folder, 'orders.db')}`, '--port', port, '--json'],
    ...['--keys', join(folder, 'keys/server.json'), '--payments', join(folder, 'payments.json')],
  ];
  child = spawn(process.execPath, [join(ROOT, `dist/${CLI.name}.js`), ...words]);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise<void>((found, failed) => {
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('"port":')) found();
    });
    child.once('exit', () => {
      failed(new Error(out + said));
    });
  });
  const { keyId, secret } = JSON.parse(
    readFileSync(join(folder, 'keys/terminal.json'), 'utf8'),
  ) as { keyId: string; secret: string };
  client = serverClient({ url: `http://127.0.0.1:${port}`, keyId, secret, env, fetch });
}, 60_000);
afterAll(async () => {
  child.kill('SIGKILL');
  await Promise.all([provider.close(), other.close()]);
});

/** Until it is so; a provider and a server take their time. */
async function until(state: string, orderId: string): Promise<string | undefined> {
  let last: string | undefined;
  for (let tries = 0; tries < 200 && last !== state; tries += 1) {
    last = (await client.getOrder(orderId))?.state;
    await env.sleep(200);
  }
  return last;
}

const orderOf = (key: string, cardNumber: string) =>
  client.createOrder({
    ...orderRequest(),
    idempotencyKey: key,
    issueInformation: orderRequest().issueInformation.replace(CARD_NUMBER, cardNumber),
  });

test.each([
  ['wechat', '6201220000007777', /^weixin:/],
  ['alipay', '6201220000008888', /^https:/],
])('%s: a code is shown, paid, and booked by the notification', async (name, card, form) => {
  const { orderId } = await orderOf(name, card);
  const { qrText, expiresAtMs } = await client.createQr(orderId, name);
  expect(qrText).toMatch(form);
  if (name === 'wechat') expect(expiresAtMs).toBeLessThan(Date.now() + 181_000);
  (name === 'wechat' ? provider : other).pay(orderId);
  expect(await until('PAID', orderId)).toBe('PAID');
  // Before any sweep: the notification was taken.
  expect(said).not.toContain('"event":"sweep"');
  expect(said).toMatch(/"route":"\/callbacks","caller":null,"status":200/);
});

test('the notification is lost: the sweep finds what was paid', async () => {
  provider.notices.mute(true);
  const { orderId } = await orderOf('lost', '6201220000009999');
  await client.createQr(orderId, 'wechat');
  provider.pay(orderId);
  expect(await until('PAID', orderId)).toBe('PAID');
  expect(said).toMatch(/"event":"sweep","provider":"wechat","asked":1/);
  expect(said).not.toMatch(/PRIVATE KEY|6201220000009999/);
});

test('it ends in order', async () => {
  const ended = new Promise<number | null>((exit) => child.once('exit', exit));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('the list of the guide fits', () => {
  const guide = readFileSync(join(ROOT, 'docs/guides/payments.md'), 'utf8');
  const [, list = ''] = /```json\n([\s\S]*?)```/.exec(guide) ?? [];
  writeFileSync(join(folder, 'guide.json'), list);
  // It gets as far as the first key file, which is not there.
  expect(() => readPayments(join(folder, 'guide.json'))).toThrow(/apiclient_key\.pem/);
});
