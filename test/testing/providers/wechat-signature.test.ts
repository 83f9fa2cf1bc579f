/** Signatures of the local WeChat Pay, judged by openssl: those it takes, and those it makes. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  startWechatPayServer,
  type WechatPayServer,
  type WechatPayServerOptions,
} from '../../../src/testing/providers/index.js';
import { manualClock } from './listener.js';
import { openssl, opensslPublicKey, opensslSign, opensslVerifies } from './openssl.js';
import { openResource, type Reply, type Signing, wechatClient } from './wechat-client.js';

const URL = 'https://merchant.example/notify';
const NOBODY = '/v3/pay/transactions/out-trade-no/NOBODYS?mchid=';
const open: WechatPayServer[] = [];

async function start(options: WechatPayServerOptions = {}) {
  const clock = manualClock();
  const server = await startWechatPayServer({ now: clock.now, isAutomatic: false, ...options });
  open.push(server);
  return { server, clock, client: wechatClient(server, clock.now) };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** The text under a reply's signature, and the signature. */
function signed({ headers, text }: Reply) {
  const of = (name: string): string => headers.get(`Wechatpay-${name}`) ?? '';
  const message = `${of('Timestamp')}\n${of('Nonce')}\n${text}\n`;
  return { message, sign: of('Signature'), serial: of('Serial'), seconds: Number(of('Timestamp')) };
}

describe('a request', () => {
  test('that openssl signed is taken', async () => {
    const { server, client } = await start();
    const sign = (text: string): string => opensslSign(text, server.merchant.privateKeyPem);
    const body = client.order('ORDER_1', URL);
    const reply = await client.call('POST', '/v3/pay/transactions/native', body, { sign });
    expect(reply.status).toBe(200);
  });

  test('is taken under the key of the certificate that the merchant has', async () => {
    const { server } = await start();
    const { certificatePem, privateKeyPem, serialNumber } = server.merchant;
    const sign = opensslSign('text', privateKeyPem);
    expect(opensslVerifies('text', sign, opensslPublicKey(certificatePem))).toBe(true);
    const args = ['x509', '-in', '@cert', '-noout', '-serial', '-subject'];
    const said = openssl(args, { cert: certificatePem }).toString();
    expect(said).toContain(`serial=${serialNumber}`);
    expect(said).toContain(server.merchant.mchid);
  });

  const seconds = Math.floor(manualClock().nowMs / 1000);
  test.each<[string, Signing]>([
    ['clock 301 s behind', { seconds: seconds - 301 }],
    ['clock 301 s ahead', { seconds: seconds + 301 }],
    ['another serial number', { serial: '5'.repeat(40) }],
    ['another merchant', { mchid: '1900000000' }],
    ['another body', { signedBody: '{}' }],
    ['another key', { sign: () => Buffer.alloc(256, 1).toString('base64') }],
    ['no signature', { headers: { authorization: '' } }],
  ])('%s: 401 SIGN_ERROR, unsigned', async (_name, how) => {
    const { client } = await start();
    const body = client.order('ORDER_1', URL);
    const reply = await client.call('POST', '/v3/pay/transactions/native', body, how);
    expect(reply).toMatchObject({ status: 401, json: { code: 'SIGN_ERROR' } });
    expect(reply.headers.get('Wechatpay-Signature')).toBe(null);
    expect((await client.query('ORDER_1')).status).toBe(404);
  });

  test('is taken once under a nonce, up to 300 s off', async () => {
    const { client, server, clock } = await start();
    const target = `${NOBODY}${server.merchant.mchid}`;
    const how = { nonce: 'once', seconds: seconds - 300 };
    expect((await client.call('GET', target, undefined, how)).status).toBe(404);
    const again = await client.call('GET', target, undefined, { nonce: 'once' });
    expect(again).toMatchObject({ status: 401, json: { message: 'nonce_str was used before' } });
    clock.pass(700_000);
    expect((await client.call('GET', target, undefined, { nonce: 'once' })).status).toBe(404);
  });
});

describe('a reply', () => {
  test('is signed with the key that Wechatpay-Serial asks for, as openssl finds', async () => {
    const { client, server } = await start();
    const { merchant } = server;
    const keys = {
      [merchant.publicKeyId]: merchant.publicKeyPem,
      [merchant.platformSerialNumber]: opensslPublicKey(merchant.platformCertificatePem),
    };
    expect(merchant.publicKeyId).toMatch(/^PUB_KEY_ID_\d+$/);
    for (const [serial, publicKey] of Object.entries(keys)) {
      const headers = { 'wechatpay-serial': serial };
      const reply = await client.call('GET', `${NOBODY}${merchant.mchid}`, undefined, { headers });
      const { message, sign, ...said } = signed(reply);
      expect(said.serial).toBe(serial);
      expect(opensslVerifies(message, sign, publicKey)).toBe(true);
      expect(opensslVerifies(`${message} `, sign, publicKey)).toBe(false);
    }
    const headers = { 'wechatpay-serial': 'PUB_KEY_ID_0' };
    const unknown = await client.call('GET', `${NOBODY}${merchant.mchid}`, undefined, { headers });
    expect(unknown).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } });
  });

  test('of 204 is signed over an empty body', async () => {
    const { client, server } = await start({ identity: 'public-key' });
    const { message, sign } = signed(await client.close('NOBODYS'));
    expect(message.endsWith('\n\n')).toBe(true);
    expect(opensslVerifies(message, sign, server.merchant.publicKeyPem)).toBe(true);
  });

  test.each([
    ['unsigned', /^$/],
    ['forged', /^[A-Za-z0-9+/]+=*$/],
    ['tampered', /^[A-Za-z0-9+/]+=*$/],
    ['probe', /^WECHATPAY\/SIGNTEST\//],
  ] as const)('%s: done, and no signature that holds', async (word, form) => {
    const plan = { query: [word], close: [word], create: [word] };
    const { client, server } = await start({ identity: 'public-key', plan });
    for (const ask of [() => client.create('ORDER_1', URL), () => client.close('NOBODYS')]) {
      const { message, sign } = signed(await ask());
      expect(sign).toMatch(form);
      expect(opensslVerifies(message, sign, server.merchant.publicKeyPem)).toBe(false);
    }
    const { message, sign } = signed(await client.query('ORDER_1'));
    expect(opensslVerifies(message, sign, server.merchant.publicKeyPem)).toBe(false);
    expect(server.books().orders).toHaveLength(1);
    const good = signed(await client.query('ORDER_1'));
    expect(opensslVerifies(good.message, good.sign, server.merchant.publicKeyPem)).toBe(true);
  });

  test('stale: signed well, ten minutes ago', async () => {
    const { client, server, clock } = await start({
      ...{ identity: 'public-key', plan: { query: ['stale'] } },
    });
    const { message, sign, seconds } = signed(await client.query('NOBODYS'));
    expect(opensslVerifies(message, sign, server.merchant.publicKeyPem)).toBe(true);
    expect(clock.nowMs / 1000 - seconds).toBe(600);
  });

  test('silent: never comes', async () => {
    const { client, server } = await start({ plan: { create: ['silent'] } });
    const asked = client.create('ORDER_1', URL);
    const ended = expect(asked).rejects.toThrow('fetch failed');
    while (server.books().orders.length === 0) await new Promise((done) => setTimeout(done, 5));
    await open.pop()?.close();
    await ended;
  });
});

describe('platform certificates', () => {
  test('come under the APIv3 key, and sign for themselves', async () => {
    const { client, server } = await start({ identity: 'certificate' });
    const { json } = await client.call('GET', '/v3/certificates');
    const [row] = json.data as Readonly<Record<string, unknown>>[];
    expect(row?.serial_no).toBe(server.merchant.platformSerialNumber);
    const resource = row?.encrypt_certificate as Readonly<Record<string, string>>;
    expect(resource.algorithm).toBe('AEAD_AES_256_GCM');
    const pem = openResource(server.merchant.apiV3Key, resource);
    expect(pem).toBe(server.merchant.platformCertificatePem);
    const verified = openssl(['verify', '-CAfile', '@cert', '@cert'], { cert: pem }).toString();
    expect(verified).toContain('OK');
  });

  test('a new one is listed a day before it signs', async () => {
    const { client, server, clock } = await start({ identity: 'certificate' });
    const old = server.merchant.platformSerialNumber;
    server.rotateCertificate();
    const { json } = await client.call('GET', '/v3/certificates');
    const rows = json.data as readonly Readonly<Record<string, unknown>>[];
    const [, next] = rows.map((row) => String(row.serial_no));
    expect(rows).toHaveLength(2);
    expect(signed(await client.query('NOBODYS')).serial).toBe(old);
    clock.pass(86_400_000);
    const reply = signed(await client.query('NOBODYS'));
    expect(reply.serial).toBe(next);
    const resource = rows[1]?.encrypt_certificate as Readonly<Record<string, string>>;
    const publicKey = opensslPublicKey(openResource(server.merchant.apiV3Key, resource));
    expect(opensslVerifies(reply.message, reply.sign, publicKey)).toBe(true);
  });

  test('are none for a merchant of the public key', async () => {
    const { client } = await start({ identity: 'public-key' });
    expect((await client.call('GET', '/v3/certificates')).status).toBe(404);
  });
});
