/** Notifications of Alipay: decoded once, signed with or without empty values, and for us. */
import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeGbk } from '../../../../src/gbk.js';
import type { Callback } from '../../../../src/server/payment/port.js';
import { problemOf } from '../provider-line.js';
import { ALIPAY_KEY } from '../test-keys.js';
import { CALL, callbackOf, NOTICE, notification, QR, REFUND, till, told } from './till.js';

const read = async (callback: Callback) => {
  const { port } = await till(() => told({}));
  return port.readCallback(callback, CALL);
};
const PAYMENT = {
  about: 'payment',
  merchantOrderNumber: QR.merchantOrderNumber,
  transactionId: REFUND.transactionId,
  settledFen: 10_000,
};

describe('readCallback', () => {
  test('a payment; what is behind a percent sign is decoded once', async () => {
    expect(await read(notification(NOTICE))).toEqual(PAYMENT);
    expect(await read(notification({ ...NOTICE, trade_status: 'TRADE_FINISHED' }))).toEqual(
      PAYMENT,
    );
  });

  test('empty values are signed by some products, and left out by others', async () => {
    const fields = { ...NOTICE, body: '', passback_params: '' };
    expect(await read(notification(fields, { empty: 'signed' }))).toEqual(PAYMENT);
    expect(await read(notification(fields, { empty: 'left out' }))).toEqual(PAYMENT);
  });

  test('in GBK, over the bytes as they came', async () => {
    const fields = { ...NOTICE, charset: 'GBK' };
    const pairs = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
    const text = pairs.map(([name, value]) => `${name}=${value}`).join('&');
    const signature = sign('RSA-SHA256', encodeGbk(text), ALIPAY_KEY).toString('base64');
    const percent = (bytes: Uint8Array) =>
      Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const sent = Object.entries({ ...fields, sign_type: 'RSA2', sign: signature });
    const form = sent.map(([name, value]) => `${name}=${percent(encodeGbk(value))}`).join('&');
    expect(await read(callbackOf(form))).toEqual(PAYMENT);
  });

  const REFUNDED = { ...NOTICE, refund_fee: '100.00', out_biz_no: REFUND.refundNumber };
  test.each(['TRADE_CLOSED', 'TRADE_SUCCESS'])('a refund of ours (%s)', async (trade_status) => {
    expect(await read(notification({ ...REFUNDED, trade_status }))).toEqual({
      about: 'refund',
      merchantOrderNumber: QR.merchantOrderNumber,
      refundNumber: REFUND.refundNumber,
    });
  });

  test('a refund by hand at Alipay rings for the payment; a closing and a scan for nothing', async () => {
    const byHand = { ...REFUNDED, out_biz_no: 'by-hand-1' };
    expect(await read(notification(byHand))).toEqual(PAYMENT);
    expect(await read(notification({ ...byHand, trade_status: 'TRADE_CLOSED' }))).toBe(undefined);
    const closed = { ...NOTICE, trade_status: 'TRADE_CLOSED', refund_fee: '0.00' };
    expect(await read(notification(closed))).toBe(undefined);
    expect(await read(notification({ ...NOTICE, trade_status: 'WAIT_BUYER_PAY' }))).toBe(undefined);
  });

  const fine = () => notification(NOTICE).body;
  const WRONG: readonly [string, () => string, string][] = [
    ['changed', () => fine().replace('100.00', '900.00'), 'its signature is wrong'],
    ['with a field more', () => `${fine()}&x=1`, 'its signature is wrong'],
    ['with a field less', () => fine().replace(/version=1.0&?/, ''), 'its signature is wrong'],
    ['decoded twice', () => decodeURIComponent(fine()), 'its signature is wrong'],
    ['unsigned', () => fine().replace(/&sign=[^&]*/, ''), 'its signature is wrong'],
    ['with a field twice', () => `${fine()}&total_amount=900.00`, 'it says a field twice'],
    ['of RSA', () => notification(NOTICE, { signType: 'RSA' }).body, 'none of RSA2'],
    ['empty', () => '', 'none of RSA2'],
    ['for another app', () => notification({ ...NOTICE, app_id: '2' }).body, 'another merchant'],
    [
      'for another seller',
      () => notification({ ...NOTICE, seller_id: '2' }).body,
      'another merchant',
    ],
    ['without a number', () => notification({ ...NOTICE, trade_no: '' }).body, 'lacks the numbers'],
    ['of no amount', () => notification({ ...NOTICE, total_amount: '1e4' }).body, 'no amount'],
  ];
  test.each(WRONG)('%s: refused', async (_what, body, problem) => {
    const said = await problemOf(read(callbackOf(body())));
    expect(said).toMatch(/^PAYMENT_CALLBACK_INVALID: /);
    expect(said).toContain(problem);
  });

  test('the bytes count, not the text', async () => {
    const callback = notification(NOTICE);
    const bytes = Buffer.from(callback.body.replace('100.00', '900.00'));
    expect(await problemOf(read({ ...callback, bytes }))).toContain('signature is wrong');
  });
});

test('what is answered is exactly the word that Alipay waits for', async () => {
  const { port } = await till(() => told({}));
  expect(port.acknowledgement).toEqual({ status: 200, contentType: 'text/plain', body: 'success' });
});
