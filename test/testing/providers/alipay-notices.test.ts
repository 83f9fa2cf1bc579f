/** Signatures and notifications of the local Alipay, judged by openssl. */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type AlipayServer,
  type AlipayServerOptions,
  startAlipayServer,
} from '../../../src/testing/providers/index.js';
import { alipayClient, type AlipaySigning, beijing } from './alipay-client.js';
import { listen, manualClock, type Received } from './listener.js';
import { openssl, opensslPublicKey, opensslSign, opensslVerifies } from './openssl.js';

const open: { close(): Promise<void> }[] = [];

async function start(options: AlipayServerOptions = {}) {
  const clock = manualClock();
  const server = await startAlipayServer({ now: clock.now, isAutomatic: false, ...options });
  const shop = await listen('success');
  open.push(server, shop);
  return { server, clock, client: alipayClient(server, clock.now), shop };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('a request', () => {
  test('that openssl signed is taken', async () => {
    const { client, server } = await start();
    const sign = (text: string): string => opensslSign(text, server.merchant.privateKeyPem);
    const { node } = await client.call('alipay.trade.query', { out_trade_no: 'T1' }, { sign });
    expect(node.sub_code).toBe('ACQ.TRADE_NOT_EXIST');
  });

  const { nowMs } = manualClock();
  test.each<[string, AlipaySigning, string]>([
    ['changed later', { later: { biz_content: '{}' } }, 'isv.invalid-signature'],
    ['another app', { fields: { app_id: '2021000000000000' } }, 'isv.invalid-app-id'],
    ['RSA', { fields: { sign_type: 'RSA' } }, 'isv.invalid-signature-type'],
    ['no version', { fields: { version: '' } }, 'isv.missing-version'],
    // A clock that counts the hours of UTC.
    ['UTC', { fields: { timestamp: beijing(nowMs - 8 * 3_600_000) } }, 'isv.invalid-timestamp'],
    ['no such method', { fields: { method: 'alipay.trade.pay.it' } }, 'isv.invalid-method'],
    ['toString', { fields: { method: 'toString' } }, 'isv.invalid-method'],
  ])('%s: an error_response without a signature', async (_name, how, subCode) => {
    const { client } = await start();
    const reply = await client.call('alipay.trade.query', { out_trade_no: 'T1' }, how);
    expect(reply).toMatchObject({ name: 'error_response', sign: undefined });
    expect(reply.node.sub_code).toBe(subCode);
  });
});

describe('a reply', () => {
  test('is signed over its node as it stands in the body', async () => {
    const { client, server } = await start();
    const { nodeText, sign = '' } = await client.precreate('T1');
    expect(opensslVerifies(nodeText, sign, server.merchant.alipayPublicKeyPem)).toBe(true);
    expect(opensslVerifies(nodeText, sign, server.merchant.appPublicKeyPem)).toBe(false);
  });

  test.each(['unsigned', 'forged', 'tampered'] as const)('%s: done', async (word) => {
    const { client, server } = await start({ plan: { query: [word, word], precreate: [word] } });
    for (const ask of [() => client.query('T1'), () => client.precreate('T1')]) {
      const { nodeText, sign = '' } = await ask();
      expect(opensslVerifies(nodeText, sign, server.merchant.alipayPublicKeyPem)).toBe(false);
      expect(sign === '').toBe(word === 'unsigned');
    }
    server.pay('T1');
    const { nodeText, sign = '' } = await client.query('T1');
    expect(opensslVerifies(nodeText, sign, server.merchant.alipayPublicKeyPem)).toBe(false);
  });
});

describe('certificate mode', () => {
  /** MD5 of the issuer as openssl prints it in RFC 2253's order, and the decimal serial. */
  function snOf(pem: string): string {
    const args = ['x509', '-in', '@cert', '-noout', '-issuer', '-nameopt', 'RFC2253,utf8'];
    const issuer = openssl(args, { cert: pem }).toString().trim().replace('issuer=', '');
    const serial = openssl(['x509', '-in', '@cert', '-noout', '-serial'], { cert: pem });
    const hex = serial.toString().trim().replace('serial=', '');
    return createHash('md5')
      .update(`${issuer}${BigInt(`0x${hex}`)}`)
      .digest('hex');
  }

  test('asks for both numbers, and says its own', async () => {
    const { client, server } = await start({ hasCertificates: true });
    const { certificates } = server.merchant;
    const sns = {
      app_cert_sn: snOf(certificates?.appCertificatePem ?? ''),
      alipay_root_cert_sn: snOf(certificates?.alipayRootCertificatePem ?? ''),
    };
    const biz = { out_trade_no: 'T1' };
    const reply = await client.call('alipay.trade.query', biz, { fields: sns });
    const pem = certificates?.alipayCertificatePem ?? '';
    expect(JSON.parse(reply.text)).toMatchObject({ alipay_cert_sn: snOf(pem) });
    expect(opensslVerifies(reply.nodeText, reply.sign ?? '', opensslPublicKey(pem))).toBe(true);
    expect((await client.query('T1')).node.sub_code).toBe('isv.invalid-app-cert-sn');
    const files = { root: certificates?.alipayRootCertificatePem ?? '', cert: pem };
    expect(openssl(['verify', '-CAfile', '@root', '@cert'], files).toString()).toContain('OK');
  });
});

describe('a notification', () => {
  function isGood(server: AlipayServer, { body }: Received): boolean {
    const fields = Object.fromEntries(new URLSearchParams(body));
    const { sign = '', sign_type: _type, ...signed } = fields;
    const lines = Object.keys(signed).sort();
    const text = lines.map((name) => `${name}=${signed[name] ?? ''}`).join('&');
    return opensslVerifies(text, sign, server.merchant.alipayPublicKeyPem);
  }
  const fieldsOf = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body));

  test('tells a payment, a part that is given back, and the whole', async () => {
    const { server, client, clock, shop } = await start();
    await client.precreate('T1', '100.00', shop.url);
    const { tradeNo } = server.pay('T1', { couponFen: 100 });
    await client.refund('T1', 'R1', '40.00');
    clock.pass(3_000);
    await client.refund('T1', 'R2', '60.00');
    expect(await server.notices.deliver()).toHaveLength(3);
    expect(shop.received.every((received) => isGood(server, received))).toBe(true);
    const told = shop.received.map(fieldsOf).sort((one, other) => {
      return Number(one.refund_fee ?? 0) - Number(other.refund_fee ?? 0);
    });
    const { appId, sellerId } = server.merchant;
    const same = { app_id: appId, seller_id: sellerId, out_trade_no: 'T1', trade_no: tradeNo };
    expect(told).toMatchObject([
      { ...same, trade_status: 'TRADE_SUCCESS', total_amount: '100.00', buyer_pay_amount: '99.00' },
      { ...same, trade_status: 'TRADE_SUCCESS', refund_fee: '40.00', out_biz_no: 'R1' },
      { ...same, trade_status: 'TRADE_CLOSED', refund_fee: '100.00', out_biz_no: 'R2' },
    ]);
    expect(told[0]).toMatchObject({ sign_type: 'RSA2', gmt_payment: '2026-01-31 12:00:00' });
  });

  test('is repeated until the answer is exactly success', async () => {
    const { server, client, clock, shop } = await start();
    shop.replies = [
      { status: 200, body: 'SUCCESS' },
      { status: 200, body: '"success"' },
      { status: 200, body: 'success\n' },
      { status: 500, body: 'success' },
      { status: 200, body: '' },
      { status: 200, body: 'fail' },
      { status: 200, body: '<p>success</p>' },
      { status: 200, body: 'success' },
    ];
    await client.precreate('T1', '100.00', shop.url);
    server.pay('T1');
    for (const minutes of [4, 10, 10, 60, 120, 360, 900]) {
      expect(await server.notices.deliver()).toMatchObject([{ acknowledged: false }]);
      expect(await server.notices.deliver()).toEqual([]);
      clock.pass(minutes * 60_000);
    }
    expect(await server.notices.deliver()).toMatchObject([{ attempt: 8, acknowledged: true }]);
    expect(server.notices.waiting()).toBe(0);
  });

  test.each(['unsigned', 'forged', 'tampered'] as const)('%s, then the good one', async (word) => {
    const { server, client, clock, shop } = await start({ plan: { notice: [word] } });
    shop.replies = [
      { status: 200, body: 'fail' },
      { status: 200, body: 'success' },
    ];
    await client.precreate('T1', '100.00', shop.url);
    server.pay('T1');
    await server.notices.deliver();
    clock.pass(240_000);
    await server.notices.deliver();
    expect(shop.received.map((one) => isGood(server, one))).toEqual([false, true]);
  });

  test('of another amount is signed well', async () => {
    const { server, client, shop } = await start({ plan: { notice: ['wrong-amount'] } });
    await client.precreate('T1', '100.00', shop.url);
    server.pay('T1');
    await server.notices.deliver();
    const [received] = shop.received as [Received];
    expect(isGood(server, received)).toBe(true);
    expect(fieldsOf(received).total_amount).toBe('100.01');
  });
});
