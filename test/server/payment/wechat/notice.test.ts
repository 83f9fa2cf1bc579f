/** Notifications of WeChat Pay: verified over bytes, opened, and for us. */
import { describe, expect, test } from 'vitest';
import { problemOf } from '../provider-line.js';
import { PLATFORM_CERTIFICATE, PLATFORM_KEY, PLATFORM_SERIAL } from '../test-keys.js';
import {
  CALL,
  NOW_MS,
  notification,
  OPTIONS,
  QR,
  REFUND,
  sealed,
  signedHeaders,
  till,
  told,
  TRADE,
} from './till.js';

const REFUNDED = {
  mchid: OPTIONS.merchantId,
  out_trade_no: QR.merchantOrderNumber,
  transaction_id: REFUND.transactionId,
  out_refund_no: REFUND.refundNumber,
  refund_id: '50200207182018070300011301001',
  refund_status: 'SUCCESS',
  amount: { total: 10_000, refund: 10_000, payer_total: 9_500, payer_refund: 9_500 },
};

/** A notification needs no line: keys are at hand. */
const read = async (
  callback: Parameters<typeof notification> | ReturnType<typeof notification>,
) => {
  const { port } = await till(() => told(undefined, 204));
  return port.readCallback(Array.isArray(callback) ? notification(...callback) : callback, CALL);
};

describe('readCallback', () => {
  test('a payment', async () => {
    expect(await read(['TRANSACTION.SUCCESS', TRADE])).toEqual({
      about: 'payment',
      merchantOrderNumber: QR.merchantOrderNumber,
      transactionId: REFUND.transactionId,
      settledFen: 10_000,
    });
  });

  test.each(['REFUND.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.CLOSED'])('%s', async (eventType) => {
    expect(await read([eventType, REFUNDED])).toEqual({
      about: 'refund',
      merchantOrderNumber: QR.merchantOrderNumber,
      refundNumber: REFUND.refundNumber,
    });
  });

  test('a refund that somebody made by hand, or another event, is nothing of ours', async () => {
    expect(await read(['REFUND.SUCCESS', { ...REFUNDED, out_refund_no: 'by-hand-1' }])).toBe(
      undefined,
    );
    expect(await read(['COUPON.USE', {}])).toBe(undefined);
  });

  const fine = () => notification('TRANSACTION.SUCCESS', TRADE);
  const WRONG: readonly [string, () => ReturnType<typeof notification>, string][] = [
    ['unsigned', () => ({ ...fine(), headers: {} }), 'none'],
    [
      'one byte of it changed',
      () => {
        const one = fine();
        const body = one.body.replace('支付成功', '支付成功 ');
        return { ...one, body, bytes: Buffer.from(body) };
      },
      'wrong',
    ],
    [
      'the bytes changed, the text not',
      () => ({ ...fine(), bytes: Buffer.concat([fine().bytes, Buffer.from(' ')]) }),
      'wrong',
    ],
    [
      'a probe',
      () => {
        const one = fine();
        const signature = 'WECHATPAY/SIGNTEST/5jJ/no=base64';
        return { ...one, headers: { ...one.headers, 'wechatpay-signature': signature } };
      },
      'probe',
    ],
    [
      'played again after six minutes',
      () =>
        notification('TRANSACTION.SUCCESS', TRADE, (body) =>
          signedHeaders(body, { atMs: NOW_MS - 360_000 }),
        ),
      'late',
    ],
    [
      'of a key that nobody knows',
      () =>
        notification('TRANSACTION.SUCCESS', TRADE, (body) =>
          signedHeaders(body, { serial: PLATFORM_SERIAL, key: PLATFORM_KEY }),
        ),
      'unknown key',
    ],
    [
      'signed by another key under a known name',
      () =>
        notification('TRANSACTION.SUCCESS', TRADE, (body) =>
          signedHeaders(body, { key: PLATFORM_KEY }),
        ),
      'wrong',
    ],
  ];
  test.each(WRONG)('%s: refused', async (_what, made, verdict) => {
    expect(await problemOf(read(made()))).toBe(`PAYMENT_CALLBACK_INVALID: signature: ${verdict}`);
  });

  test('while a merchant moves to public keys, either key is good', async () => {
    const by = { serial: PLATFORM_SERIAL, key: PLATFORM_KEY };
    const { port } = await till(() => told(undefined, 204), {
      platformCertificates: [PLATFORM_CERTIFICATE],
    });
    for (const headersOf of [signedHeaders, (body: string) => signedHeaders(body, by)]) {
      const callback = notification('TRANSACTION.SUCCESS', TRADE, headersOf);
      expect(await port.readCallback(callback, CALL)).toMatchObject({ about: 'payment' });
    }
  });

  test.each([{ mchid: '1900000002' }, { appid: 'wx2' }])('for another: %j', async (other) => {
    const problem = 'PAYMENT_CALLBACK_INVALID: it is for another merchant';
    expect(await problemOf(read(['TRANSACTION.SUCCESS', { ...TRADE, ...other }]))).toBe(problem);
  });

  test.each(['CLOSED', 'NOTPAY', 'REFUND', 'PAID'])(
    'a payment that is %s is none',
    async (state) => {
      const trade = { ...TRADE, trade_state: state };
      expect(await problemOf(read(['TRANSACTION.SUCCESS', trade]))).toContain('CALLBACK_INVALID');
    },
  );

  test('well signed, and sealed with something else', async () => {
    const resource = { ...sealed(TRADE), associated_data: 'refund' };
    const body = JSON.stringify({ event_type: 'TRANSACTION.SUCCESS', resource });
    const bytes = Buffer.from(body);
    const callback = { headers: signedHeaders(body), query: '', bytes, body };
    expect(await problemOf(read(callback))).toContain('it cannot be opened with the APIv3 key');
    const none = { headers: signedHeaders('[]'), query: '', bytes: Buffer.from('[]'), body: '[]' };
    expect(await problemOf(read(none))).toContain('it is no notification');
  });
});

test('what is answered is what WeChat Pay waits for', async () => {
  const { port } = await till(() => told(undefined, 204));
  expect(port.acknowledgement).toMatchObject({ status: 200, contentType: 'application/json' });
  expect(JSON.parse(port.acknowledgement.body)).toMatchObject({ code: 'SUCCESS' });
});
