/** Codes at WeChat Pay: asked for, looked up, closed; and what nobody must be believed. */
import { describe, expect, test } from 'vitest';
import { problemOf, type Told } from '../provider-line.js';
import { CALL, NOW_MS, QR, refused, signedHeaders, till, told, TRADE } from './till.js';

describe('createQr', () => {
  test('says the same in every repetition, in China’s time', async () => {
    const { port, asked } = await till(() => told({ code_url: 'weixin://wxpay/bizpayurl?pr=x' }));
    const answer = { status: 'open', qrText: 'weixin://wxpay/bizpayurl?pr=x' };
    expect(await port.createQr(QR, CALL)).toEqual(answer);
    expect(await port.createQr(QR, CALL)).toEqual(answer);
    const [first, second] = asked;
    expect(first?.path).toBe('/v3/pay/transactions/native');
    expect(JSON.parse(first?.body ?? '')).toEqual({
      appid: 'wx0123456789abcdef',
      mchid: '1900000001',
      description: 'ETC充值',
      out_trade_no: QR.merchantOrderNumber,
      time_expire: '2026-02-03T14:10:06+08:00',
      notify_url: 'https://recharge.example.com/payments/wechat',
      amount: { total: 10_000, currency: 'CNY' },
    });
    expect(second?.body).toBe(first?.body);
    expect(second?.headers.authorization).not.toBe(first?.headers.authorization);
  });

  const IN_USE: readonly [string, Told, object | string][] = [
    ['SUCCESS', told(TRADE), { status: 'paid' }],
    ['CLOSED', told({ ...TRADE, trade_state: 'CLOSED' }), { status: 'closed' }],
    [
      'NOTPAY',
      told({ ...TRADE, trade_state: 'NOTPAY' }),
      {
        status: 'refused',
        reason: 'parameters',
        message: 'OUT_TRADE_NO_USED: 因为 OUT_TRADE_NO_USED',
      },
    ],
    [
      'unknown',
      refused(404, 'ORDER_NOT_EXIST'),
      'PAYMENT_PROVIDER_FAILED: it says that the number is in use, and does not know it',
    ],
  ];
  test.each(IN_USE)(
    'OUT_TRADE_NO_USED, unsigned too: the query decides (%s)',
    async (_s, found, is) => {
      for (const signed of ['signed', 'unsigned'] as const) {
        const { port } = await till(({ method }) =>
          method === 'POST' ? refused(403, 'OUT_TRADE_NO_USED', signed) : found,
        );
        if (typeof is === 'string') expect(await problemOf(port.createQr(QR, CALL))).toBe(is);
        else expect(await port.createQr(QR, CALL)).toEqual(is);
      }
    },
  );

  test.each(['ORDERPAID', 'ORDER_CLOSED', 'TRADE_ERROR'])('%s: the query decides', async (code) => {
    const { port } = await till(({ method }) =>
      method === 'POST' ? refused(400, code) : told(TRADE),
    );
    expect(await port.createQr(QR, CALL)).toEqual({ status: 'paid' });
  });

  const REFUSALS: readonly [number, string, string][] = [
    [400, 'PARAM_ERROR', 'parameters'],
    [400, 'INVALID_REQUEST', 'parameters'],
    [400, 'APPID_MCHID_NOT_MATCH', 'parameters'],
    [403, 'NO_AUTH', 'not-allowed'],
    [403, 'SOMETHING_NEW', 'not-allowed'],
    [429, 'FREQUENCY_LIMITED', 'too-often'],
    [429, 'RATELIMIT_EXCEEDED', 'too-often'],
    [400, 'SOMETHING_NEW', 'other'],
  ];
  test.each(REFUSALS)('%i %s is refused: %s', async (status, code, reason) => {
    const { port } = await till(() => refused(status, code));
    const message = `${code}: 因为 ${code}`;
    expect(await port.createQr(QR, CALL)).toEqual({ status: 'refused', reason, message });
  });

  test.each([500, 502, 503])('%i says nothing of the code', async (status) => {
    const { port } = await till(() => refused(status, 'SYSTEM_ERROR', 'unsigned'));
    expect(await problemOf(port.createQr(QR, CALL))).toBe(
      `PAYMENT_PROVIDER_FAILED: HTTP ${String(status)} SYSTEM_ERROR`,
    );
  });

  test('401 tells whose fault it is', async () => {
    const { port } = await till(() => refused(401, 'SIGN_ERROR', 'unsigned'));
    expect(await problemOf(port.createQr(QR, CALL))).toContain('check keys, serial and clock');
  });
});

describe('a reply', () => {
  const text = JSON.stringify(TRADE);
  const FORGED: readonly [string, Told, string][] = [
    ['unsigned', { body: text }, 'its answer is not signed'],
    [
      'of other bytes',
      { body: text.replace('10000', '20000'), headers: signedHeaders(text) },
      'its answer is not signed by WeChat Pay',
    ],
    [
      'a space longer',
      { body: `${text} `, headers: signedHeaders(text) },
      'its answer is not signed by WeChat Pay',
    ],
    [
      'six minutes old',
      { body: text, headers: signedHeaders(text, { atMs: NOW_MS - 301_000 }) },
      'its answer was signed more than five minutes ago, or one of the clocks is wrong',
    ],
    [
      'of six minutes later',
      { body: text, headers: signedHeaders(text, { atMs: NOW_MS + 301_000 }) },
      'its answer was signed more than five minutes ago, or one of the clocks is wrong',
    ],
    [
      'of a key that nobody knows',
      { body: text, headers: signedHeaders(text, { serial: 'PUB_KEY_ID_9' }) },
      'its answer is signed with a key that is not known',
    ],
    [
      'that is a probe',
      {
        body: text,
        headers: { ...signedHeaders(text), 'wechatpay-signature': 'WECHATPAY/SIGNTEST/AbC0+/==' },
      },
      'its answer carries a probe instead of a signature',
    ],
    [
      'of HTML',
      { status: 200, body: '<html>', headers: signedHeaders('<html>') },
      'its answer is no JSON',
    ],
  ];
  test.each(FORGED)('%s is not believed', async (_what, answer, problem) => {
    const { port } = await till(() => answer);
    expect(await problemOf(port.queryQr(QR, CALL))).toBe(`PAYMENT_PROVIDER_FAILED: ${problem}`);
  });

  test('with a lost line, or to the other address when nobody listens', async () => {
    const lost = await till(() => ({ drop: true }));
    expect(await problemOf(lost.port.queryQr(QR, CALL))).toContain('the answer was lost');
    expect(lost.asked).toHaveLength(1);
    const { port, asked, line } = await till(() => told(TRADE));
    // Nobody listens there, and fetch admits it; one that was given back may be another's by now.
    const gone = 'http://127.0.0.1:2';
    const both = await till(() => told(TRADE), { baseUrls: [gone, line.url] });
    expect(await both.port.queryQr(QR, CALL)).toEqual(await port.queryQr(QR, CALL));
    expect(asked).toHaveLength(2);
    const none = await till(() => told(TRADE), { baseUrls: [gone] });
    expect(await problemOf(none.port.queryQr(QR, CALL))).toContain('could not be connected to');
  });

  test('that was sent is not sent to the other address', async () => {
    const other = await till(() => told(TRADE));
    const lost = await till(() => ({ drop: true }));
    const both = await till(() => told(TRADE), { baseUrls: [lost.line.url, other.line.url] });
    expect(await problemOf(both.port.queryQr(QR, CALL))).toContain('the answer was lost');
    expect(other.asked).toHaveLength(0);
  });

  test('that is not waited for any more ends the call', async () => {
    const { port } = await till(() => told(TRADE));
    const call = { signal: AbortSignal.abort() };
    expect(await problemOf(port.queryQr(QR, call))).toContain('PAYMENT_PROVIDER_FAILED');
  });
});

describe('queryQr', () => {
  const asOfMs = NOW_MS + 1000;
  const payment = {
    merchantOrderNumber: QR.merchantOrderNumber,
    transactionId: '4200000000202602030000000001',
    ...{ settledFen: 10_000, askedFen: 10_000, payerFen: 9_500, currency: 'CNY' },
    paidAtMs: NOW_MS - 6_000,
  };
  const STATES: readonly [string, object][] = [
    ['SUCCESS', { status: 'paid', payments: [payment], asOfMs }],
    ['REFUND', { status: 'paid', payments: [payment], asOfMs }],
    ['NOTPAY', { status: 'open', payments: [], asOfMs }],
    ['CLOSED', { status: 'closed', payments: [], asOfMs }],
  ];
  test.each(STATES)('%s', async (trade_state, is) => {
    const { port, asked } = await till(() => told({ ...TRADE, trade_state }));
    expect(await port.queryQr(QR, CALL)).toEqual(is);
    expect(asked[0]?.path).toBe(
      '/v3/pay/transactions/out-trade-no/O20260203000001_2?mchid=1900000001',
    );
  });

  test.each(['REVOKED', 'USERPAYING', 'PAYERROR', 'ACCEPT', ''])(
    '%s is a state that no code of ours has',
    async (trade_state) => {
      const { port } = await till(() => told({ ...TRADE, trade_state }));
      expect(await problemOf(port.queryQr(QR, CALL))).toContain('no trade (trade_state)');
    },
  );

  test('an order that is not known proves nothing, and closes nothing', async () => {
    for (const code of ['ORDER_NOT_EXIST', 'ORDERNOTEXIST']) {
      const { port } = await till(() => refused(404, code, 'unsigned'));
      expect(await port.queryQr(QR, CALL)).toMatchObject({
        ...{ status: 'unknown', payments: [], unsigned: true },
      });
      const { port: signing } = await till(() => refused(404, code));
      expect((await signing.queryQr(QR, CALL)).unsigned).toBeUndefined();
    }
    const { port } = await till(() => refused(404, 'NO_SUCH_PAGE', 'unsigned'));
    expect(await problemOf(port.queryQr(QR, CALL))).toContain('HTTP 404 NO_SUCH_PAGE');
  });

  test('an unsigned word that it is closed is none', async () => {
    for (const status of [200, 400, 404]) {
      const { port } = await till(() => ({
        ...refused(status, 'ORDER_CLOSED', 'unsigned'),
        body: JSON.stringify({ ...TRADE, trade_state: 'CLOSED', code: 'ORDER_CLOSED' }),
      }));
      expect(await problemOf(port.queryQr(QR, CALL))).toContain('PAYMENT_PROVIDER_FAILED');
    }
  });

  test('429 is no answer', async () => {
    const { port } = await till(() => refused(429, 'FREQUENCY_LIMITED', 'unsigned'));
    expect(await problemOf(port.queryQr(QR, CALL))).toContain('HTTP 429 FREQUENCY_LIMITED');
  });

  test.each([{ mchid: '1900000002' }, { appid: 'wx2' }, { out_trade_no: 'O20260203000001' }])(
    'another order is none of ours: %j',
    async (other) => {
      const { port } = await till(() => told({ ...TRADE, ...other }));
      expect(await problemOf(port.queryQr(QR, CALL))).toContain('it answered for another order');
    },
  );

  test('another amount or currency is told as it is', async () => {
    const amount = { total: 1, currency: 'USD' };
    const { port } = await till(() => told({ ...TRADE, amount }));
    const { payments } = await port.queryQr(QR, CALL);
    expect(payments).toMatchObject([{ settledFen: 1, askedFen: 1, currency: 'USD' }]);
    expect(payments[0]).not.toHaveProperty('payerFen');
  });

  test.each([100.5, '10000', -1, 0, null, 1e21])('an amount of %j is none', async (total) => {
    const { port } = await till(() => told({ ...TRADE, amount: { total } }));
    expect(await problemOf(port.queryQr(QR, CALL))).toContain('no payment (amount.total)');
  });
});

describe('closeQr', () => {
  test('is 204, signed over nothing', async () => {
    const { port, asked } = await till(() => told(undefined, 204));
    await expect(port.closeQr(QR, CALL)).resolves.toBeUndefined();
    expect(asked[0]?.path).toBe('/v3/pay/transactions/out-trade-no/O20260203000001_2/close');
    const forged = await till(() => ({ status: 204 }));
    expect(await problemOf(forged.port.closeQr(QR, CALL))).toContain('its answer is not signed');
  });

  test.each(['ORDERPAID', 'ORDER_CLOSED', 'ORDER_NOT_EXIST'])(
    '%s changes nothing',
    async (code) => {
      const { port } = await till(() => refused(400, code, 'unsigned'));
      await expect(port.closeQr(QR, CALL)).resolves.toBeUndefined();
    },
  );

  test.each([
    [400, 'PARAM_ERROR'],
    [500, 'SYSTEM_ERROR'],
  ])('%i %s is not closed', async (status, code) => {
    const { port } = await till(() => refused(status, code));
    expect(await problemOf(port.closeQr(QR, CALL))).toContain(code);
  });
});
