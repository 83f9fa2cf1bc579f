/** Alipay wants Beijing's time, whatever zone the process has: real processes, built package. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';

const [own, theirs] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));

const ASK = `
  import { alipay } from 'quancun/server/payment/alipay';
  const fetch = async (_url, { body }) => {
    const fields = new URLSearchParams(body);
    console.log(fields.get('timestamp'), JSON.parse(fields.get('biz_content')).time_expire);
    return new Response('');
  };
  const { privateKey, alipayPublicKey } = JSON.parse(process.env.KEYS);
  const port = alipay({
    appId: '2021000000000001', sellerId: '2088000000000001', privateKey, alipayPublicKey,
    notifyUrl: 'https://recharge.example.com/alipay', fetch, now: () => 1770098706000,
  });
  const request = {
    merchantOrderNumber: 'O1', orderId: 'O1', amountFen: 100,
    openedAtMs: 1770098706000, expiresAtMs: 1770099006000,
  };
  await port.createQr(request, { signal: new AbortController().signal }).catch(() => undefined);
`;

test.each(['UTC', 'Asia/Shanghai', 'America/Los_Angeles', 'Pacific/Auckland'])('%s', (zone) => {
  const keys = {
    privateKey: own?.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    alipayPublicKey: theirs?.publicKey.export({ type: 'spki', format: 'pem' }),
  };
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', ASK], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, TZ: zone, KEYS: JSON.stringify(keys) },
  });
  expect(said.trim()).toBe('2026-02-03 14:05:06 2026-02-03 14:10:06');
});
