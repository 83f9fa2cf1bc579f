/** `serve --payments FILE`: keys beside the list, and a word for each thing that is wrong. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readPayments } from '../../../src/cli/serve/payments.js';
import {
  ALIPAY_KEY,
  APP_KEY,
  MERCHANT_KEY,
  PLATFORM_CERTIFICATE,
  WECHAT_KEY,
} from '../../server/payment/test-keys.js';

const publicOf = (key: string): string =>
  createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'pem' }).toString();

const WECHAT = {
  provider: 'wechat',
  ...{ merchantId: '1900000001', appId: 'wx0123456789abcdef', certificateSerial: '5157F09EFDC0' },
  ...{ privateKeyFile: 'merchant.pem', apiV3KeyFile: 'api-v3.key' },
  publicKeyFiles: { PUB_KEY_ID_1: 'wechat.pub' },
  platformCertificateFiles: ['platform.crt'],
  notifyUrl: 'https://recharge.example.com/payments/wechat',
};
const ALIPAY = {
  provider: 'alipay',
  ...{ appId: '2021000000000001', sellerId: '2088000000000001' },
  ...{ privateKeyFile: 'app.pem', alipayPublicKeyFile: 'alipay.pub' },
  notifyUrl: 'https://recharge.example.com/payments/alipay',
};

/** A folder with keys and this list. */
function fileOf(list: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-payments-'));
  const files = {
    'merchant.pem': MERCHANT_KEY,
    'api-v3.key': '0123456789abcdef0123456789ABCDEF\n',
    'short.key': '0123456789abcdef',
    'wechat.pub': publicOf(WECHAT_KEY),
    'platform.crt': PLATFORM_CERTIFICATE,
    'app.pem': APP_KEY,
    'app.pub': publicOf(APP_KEY),
    'alipay.pub': publicOf(ALIPAY_KEY),
    'payments.json': typeof list === 'string' ? list : JSON.stringify(list),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return join(folder, 'payments.json');
}

describe('readPayments', () => {
  test('a port for each entry, by its name', () => {
    const second = { ...WECHAT, name: 'wechat-2', platformCertificateFiles: 'fetch' };
    const ports = readPayments(fileOf([WECHAT, second, ALIPAY]));
    expect(ports.map(({ port }) => port.provider)).toEqual(['wechat', 'wechat-2', 'alipay']);
  });

  const WRONG: readonly [string, unknown, string, string][] = [
    ['no JSON', '[', 'JSON_INVALID', 'payments.json'],
    ['no list', WECHAT, 'JSON_INVALID', 'a list'],
    ['an empty list', [], 'JSON_INVALID', 'one provider or more'],
    ['a provider that nobody knows', [{ provider: 'lcsw' }], 'JSON_INVALID', 'provider'],
    ['a name twice', [ALIPAY, ALIPAY], 'JSON_INVALID', 'there once'],
    ['a name of another form', [{ ...ALIPAY, name: 'Alipay ' }], 'JSON_INVALID', 'name'],
    ['a field misspelt', [{ ...ALIPAY, sellerID: '2088' }], 'JSON_INVALID', 'sellerID'],
    ['a key in the list', [{ ...ALIPAY, privateKey: APP_KEY }], 'JSON_INVALID', 'privateKey'],
    ['a merchant that is none', [{ ...WECHAT, merchantId: 'x' }], 'JSON_INVALID', 'merchantId'],
    ['no such file', [{ ...ALIPAY, privateKeyFile: 'gone.pem' }], 'FILE_UNREADABLE', 'gone.pem'],
    [
      'a certificate as a key',
      [{ ...WECHAT, privateKeyFile: 'platform.crt' }],
      ...(['PAYMENT_KEY_UNUSABLE', 'platform.crt'] as const),
    ],
    [
      'a private key as a public one',
      [{ ...WECHAT, publicKeyFiles: { PUB_KEY_ID_1: 'merchant.pem' } }],
      ...(['PAYMENT_KEY_UNUSABLE', 'merchant.pem'] as const),
    ],
    [
      'a short key',
      [{ ...WECHAT, apiV3KeyFile: 'short.key' }],
      ...(['PAYMENT_KEY_UNUSABLE', 'short.key'] as const),
    ],
    [
      'the own public key',
      [{ ...ALIPAY, alipayPublicKeyFile: 'app.pub' }],
      ...(['PAYMENT_KEY_UNUSABLE', 'app.pub'] as const),
    ],
  ];
  test.each(WRONG)('%s', (_what, list, code, says) => {
    const file = fileOf(list);
    const thrown = ((): unknown => {
      try {
        return readPayments(file);
      } catch (error) {
        return error;
      }
    })();
    const said = inspect(thrown, { depth: 9 });
    expect(said).toContain(code);
    expect(said).toContain(says);
    expect(said).not.toMatch(/-----BEGIN|MII|0123456789abcdef0/);
  });
});
