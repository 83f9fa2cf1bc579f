/** Platform certificates: opened, verified by themselves, renewed a day early, asked for seldom. */
import { describe, expect, test } from 'vitest';
import { type Asked, problemOf, type Told } from '../provider-line.js';
import {
  NEXT_CERTIFICATE,
  NEXT_SERIAL,
  PLATFORM_CERTIFICATE,
  PLATFORM_KEY,
  PLATFORM_SERIAL,
  WECHAT_KEY,
} from '../test-keys.js';
import {
  BY_PLATFORM,
  CALL,
  NOW_MS,
  notification,
  QR,
  sealed,
  signedHeaders,
  till,
  told,
  TRADE,
} from './till.js';

const HOUR_MS = 3_600_000;
const FIRST = entry(PLATFORM_SERIAL, PLATFORM_CERTIFICATE);
const NEXT = entry(NEXT_SERIAL, NEXT_CERTIFICATE);

function entry(serial: string, pem: string): object {
  return {
    serial_no: serial,
    effective_time: '2026-01-01T08:00:00+08:00',
    expire_time: '2031-01-01T08:00:00+08:00',
    encrypt_certificate: sealed(pem, 'certificate'),
  };
}

/** A merchant without public keys, whose clock can be set. */
async function platformTill(list: (asked: Asked) => Told) {
  const clock = { ms: NOW_MS };
  let by = BY_PLATFORM;
  const { port, asked } = await till(
    (one) => {
      if (one.path === '/v3/certificates') return list(one);
      const body = JSON.stringify(TRADE);
      return { body, headers: signedHeaders(body, { ...by, atMs: clock.ms }) };
    },
    { publicKeys: {}, now: () => clock.ms },
  );
  const lists = () => asked.filter(({ path }) => path === '/v3/certificates').length;
  return { port, clock, lists, signBy: (one: typeof by) => (by = one) };
}

function listed(entries: readonly object[], by: object = BY_PLATFORM, atMs = NOW_MS): Told {
  const body = JSON.stringify({ data: entries });
  return { body, headers: signedHeaders(body, { ...by, atMs }) };
}

describe('platform certificates', () => {
  test('are fetched when the first reply names one, and not again for eleven hours', async () => {
    let nowMs = NOW_MS;
    const { port, clock, lists } = await platformTill(() => listed([FIRST], BY_PLATFORM, nowMs));
    const both = [port.queryQr(QR, CALL), port.queryQr(QR, CALL)];
    for (const one of await Promise.all(both)) expect(one.status).toBe('paid');
    expect(lists()).toBe(1);
    clock.ms = nowMs = NOW_MS + 10.9 * HOUR_MS;
    await port.queryQr(QR, CALL);
    expect(lists()).toBe(1);
    clock.ms = nowMs = NOW_MS + 11 * HOUR_MS;
    await port.queryQr(QR, CALL);
    expect(lists()).toBe(2);
  });

  test('the next one is there a day early, and both are good', async () => {
    const lastDay = Date.UTC(2030, 11, 31, 12);
    const { port, clock, signBy } = await platformTill(() =>
      listed([FIRST, NEXT], BY_PLATFORM, lastDay),
    );
    clock.ms = lastDay;
    expect((await port.queryQr(QR, CALL)).status).toBe('paid');
    signBy({ serial: NEXT_SERIAL, key: WECHAT_KEY });
    expect((await port.queryQr(QR, CALL)).status).toBe('paid');
    clock.ms = Date.UTC(2031, 0, 1, 1);
    expect((await port.queryQr(QR, CALL)).status).toBe('paid');
    signBy(BY_PLATFORM);
    expect(await problemOf(port.queryQr(QR, CALL))).toContain('not known');
  });

  test('a serial that nobody knows asks once a minute, whoever sends it', async () => {
    let nowMs = NOW_MS;
    const { port, clock, lists } = await platformTill(() => listed([FIRST], BY_PLATFORM, nowMs));
    const stranger = (serial: string) =>
      notification('TRANSACTION.SUCCESS', TRADE, (body) =>
        signedHeaders(body, { serial, atMs: clock.ms }),
      );
    for (const serial of ['AAAAAAAA', 'BBBBBBBB', '../..', '', 'PUB_KEY_ID_1']) {
      const problem = await problemOf(port.readCallback(stranger(serial), CALL));
      expect(problem).toBe('PAYMENT_CALLBACK_INVALID: signature: unknown key');
    }
    expect(lists()).toBe(1);
    clock.ms = nowMs = NOW_MS + 60_000;
    await problemOf(port.readCallback(stranger('CCCCCCCC'), CALL));
    expect(lists()).toBe(2);
  });

  test('a good key stays good while the list cannot be had', async () => {
    let answer = listed([FIRST]);
    const { port, clock, lists } = await platformTill(() => answer);
    await port.queryQr(QR, CALL);
    answer = { status: 503 };
    clock.ms += 12 * HOUR_MS;
    expect((await port.queryQr(QR, CALL)).status).toBe('paid');
    expect(lists()).toBe(2);
  });

  const FORGED: readonly [string, Told, string][] = [
    ['unsigned', { body: JSON.stringify({ data: [FIRST] }) }, 'not signed by WeChat Pay'],
    ['signed by another', listed([FIRST], { ...BY_PLATFORM, key: WECHAT_KEY }), 'not signed'],
    ['signed with what is not in it', listed([NEXT]), 'not signed by WeChat Pay'],
    ['old', listed([FIRST], BY_PLATFORM, NOW_MS - 301_000), 'not signed by WeChat Pay'],
    [
      'sealed with another key',
      listed([
        {
          ...FIRST,
          encrypt_certificate: {
            ...sealed(PLATFORM_CERTIFICATE, 'x'),
            associated_data: 'certificate',
          },
        },
      ]),
      'check the APIv3 key',
    ],
    ['under another serial', listed([{ ...FIRST, serial_no: NEXT_SERIAL }]), 'another serial'],
    ['of a merchant that has public keys', { status: 404 }, 'no platform certificates (HTTP 404)'],
    ['of something else', listed([{}]), 'is none'],
  ];
  test.each(FORGED)('a list %s is not taken', async (_what, answer, problem) => {
    const { port } = await platformTill(() => answer);
    expect(await problemOf(port.queryQr(QR, CALL))).toContain(problem);
  });

  test('that were handed in are not fetched', async () => {
    const options = { publicKeys: {}, platformCertificates: [PLATFORM_CERTIFICATE] };
    const body = JSON.stringify(TRADE);
    const headers = signedHeaders(body, BY_PLATFORM);
    const { port, asked } = await till(() => ({ body, headers }), options);
    expect((await port.queryQr(QR, CALL)).status).toBe('paid');
    expect(asked[0]?.headers).not.toHaveProperty('wechatpay-serial');
    expect(asked).toHaveLength(1);
    expect(PLATFORM_KEY).toContain('PRIVATE');
  });

  test('with a public key, replies are asked for under its id', async () => {
    const { port, asked } = await till(() => told(TRADE));
    await port.queryQr(QR, CALL);
    expect(asked[0]?.headers['wechatpay-serial']).toBe('PUB_KEY_ID_0116000000012026');
  });
});
