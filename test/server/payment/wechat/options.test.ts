/** What a merchant of WeChat Pay hands in: checked at once, and never repeated. */
import { createPrivateKey, sign } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { wechatPay, type WechatPayOptions } from '../../../../src/server/payment/wechat/index.js';
import { problemOf } from '../provider-line.js';
import { MERCHANT_KEY } from '../test-keys.js';
import { CALL, OPTIONS, QR, till, told, TRADE } from './till.js';

const WEAK = `-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkq\n-----END PRIVATE KEY-----`;

describe('options', () => {
  const WRONG: readonly [keyof WechatPayOptions, unknown][] = [
    ['merchantId', 'm1'],
    ['merchantId', 1_900_000_001],
    ['appId', ''],
    ['certificateSerial', 'not hex'],
    ['privateKey', WEAK],
    ['privateKey', 'PLEASE-DO-NOT-PRINT-ME'],
    ['privateKey', undefined],
    ['apiV3Key', '0123456789abcdef0123456789ABCDE'],
    ['publicKeys', { PUB_KEY_ID_1: MERCHANT_KEY }],
    ['publicKeys', { PUB_KEY_ID_1: 'PLEASE-DO-NOT-PRINT-ME' }],
    ['publicKeys', { other: OPTIONS.publicKeys }],
    ['platformCertificates', ['PLEASE-DO-NOT-PRINT-ME']],
    ['platformCertificates', 'always'],
    ['notifyUrl', 'http://recharge.example.com/payments/wechat'],
    ['notifyUrl', 'https://recharge.example.com/payments/wechat?outlet=1'],
    ['notifyUrl', 'https://user:secret@recharge.example.com/'],
    ['notifyUrl', 'recharge.example.com'],
    ['description', 'a'.repeat(43)],
    ['description', '充值🚗'],
    ['baseUrls', []],
    ['baseUrls', ['ftp://x']],
    ['provider', 'WeChat'],
    ['now', 5],
    ['randomNonce', 'x'],
    ['fetch', {}],
  ];
  test.each(WRONG)('%s: %j is refused by its name', (name, value) => {
    const options = { ...OPTIONS, [name]: value };
    const thrown = (() => {
      try {
        return wechatPay(options);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ code: 'ARGUMENT_INVALID' });
    const said = inspect(thrown, { depth: 9 }) + JSON.stringify(thrown);
    expect(said).toContain(name);
    expect(said).not.toMatch(/PLEASE|BEGIN|MII|0123456789abcdef|secret@/);
  });

  test('an unknown one is refused too', () => {
    const options = { ...OPTIONS, mchid: '1' } as WechatPayOptions;
    expect(() => wechatPay(options)).toThrow('there is no field mchid');
  });

  test('a slash behind an address, and a key as bare base64, are taken', async () => {
    const bare = MERCHANT_KEY.replace(/-----.*-----|\n/g, '');
    const { line } = await till(() => told(TRADE));
    const { port } = await till(() => told(TRADE), {
      baseUrls: [`${line.url}/`],
      privateKey: bare,
    });
    expect((await port.queryQr(QR, CALL)).status).toBe('paid');
    expect(line.asked[0]?.path).toMatch(/^\/v3\/pay/);
  });
});

describe('a key in an HSM', () => {
  test.each(['bytes', 'base64'] as const)('signs by a function, as %s', async (form) => {
    const key = createPrivateKey(MERCHANT_KEY);
    const signals: unknown[] = [];
    const { port, asked } = await till(() => told(TRADE), {
      randomNonce: () => '593BEC0C930BF1AFEB40B4A08C8FB242',
      privateKey: async (bytes, { signal }) => {
        signals.push(signal);
        const signature = sign('RSA-SHA256', bytes, key);
        return form === 'bytes' ? new Uint8Array(signature) : signature.toString('base64');
      },
    });
    await port.queryQr(QR, CALL);
    const soft = await till(() => told(TRADE), {
      randomNonce: () => '593BEC0C930BF1AFEB40B4A08C8FB242',
    });
    await soft.port.queryQr(QR, CALL);
    expect(asked[0]?.headers.authorization).toBe(soft.asked[0]?.headers.authorization);
    expect(signals).toEqual([CALL.signal]);
  });

  test('that answers no signature, or nonces that are none, send nothing', async () => {
    const odd = await till(() => told(TRADE), { privateKey: async () => 'no base64!' });
    expect(await problemOf(odd.port.queryQr(QR, CALL))).toContain('the signer gave no signature');
    const short = await till(() => told(TRADE), { randomNonce: () => 'x"' });
    expect(await problemOf(short.port.queryQr(QR, CALL))).toContain('randomNonce');
    expect([...odd.asked, ...short.asked]).toEqual([]);
  });
});

test('no error of a call carries a key, a signature or a body', async () => {
  const secret = 'body-of-a-reply';
  const { port } = await till(() => ({ status: 400, body: JSON.stringify({ detail: secret }) }));
  const caught: unknown = await port.queryQr(QR, CALL).catch((error: unknown) => error);
  const said = inspect(caught, { depth: 9, showHidden: true }) + JSON.stringify(caught);
  expect(said).toContain('PAYMENT_PROVIDER_FAILED');
  expect(said).not.toMatch(/body-of-a-reply|PRIVATE|WECHATPAY2|0123456789abcdef/);
});
