/** Refunds at WeChat Pay: one number, one paying out, and what is certain of it. */
import { describe, expect, test } from 'vitest';
import { problemOf } from '../provider-line.js';
import { CALL, NOW_MS, QR, REFUND, refused, till, told } from './till.js';

const TOLD = {
  refund_id: '50000000382019052709732678859',
  out_refund_no: REFUND.refundNumber,
  transaction_id: REFUND.transactionId,
  out_trade_no: QR.merchantOrderNumber,
  channel: 'ORIGINAL',
  status: 'PROCESSING',
  success_time: null,
  amount: {
    total: 10_000,
    refund: 10_000,
    payer_total: 9_500,
    payer_refund: 9_500,
    currency: 'CNY',
  },
};

const STATUSES = [
  ['PROCESSING', 'pending'],
  ['SUCCESS', 'done'],
  ['CLOSED', 'closed'],
  ['ABNORMAL', 'abnormal'],
] as const;

describe('refund', () => {
  test.each(STATUSES)('%s: %s', async (status, ours) => {
    const { port, asked } = await till(() => told({ ...TOLD, status }));
    expect(await port.refund(REFUND, CALL)).toEqual({ status: ours });
    expect(asked[0]?.path).toBe('/v3/refund/domestic/refunds');
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      transaction_id: REFUND.transactionId,
      out_refund_no: REFUND.refundNumber,
      notify_url: 'https://recharge.example.com/payments/wechat',
      amount: { refund: 10_000, total: 10_000, currency: 'CNY' },
    });
  });

  const REFUSALS: readonly [number, string, string][] = [
    [403, 'NOT_ENOUGH', 'not-enough'],
    [404, 'RESOURCE_NOT_EXISTS', 'unknown-payment'],
    [429, 'FREQUENCY_LIMITED', 'too-often'],
    [400, 'PARAM_ERROR', 'parameters'],
    [400, 'INVALID_REQUEST', 'parameters'],
    [403, 'NO_AUTH', 'not-allowed'],
  ];
  test.each(REFUSALS)('%i %s is asked again under its number: %s', async (status, code, reason) => {
    for (const signed of ['signed', 'unsigned'] as const) {
      const { port } = await till(() => refused(status, code, signed));
      const answer = await port.refund(REFUND, CALL);
      expect(answer).toEqual({ status: 'refused', reason, message: `${code}: 因为 ${code}` });
    }
  });

  test('500 is not known', async () => {
    const { port } = await till(() => refused(500, 'SYSTEM_ERROR'));
    expect(await problemOf(port.refund(REFUND, CALL))).toContain('HTTP 500 SYSTEM_ERROR');
  });

  test('an account that is no more is final for nobody: an earlier request may stand there', async () => {
    const answers = {
      none: refused(404, 'RESOURCE_NOT_EXISTS'),
      earlier: told(TOLD),
      trouble: refused(500, 'SYSTEM_ERROR'),
    };
    const ask = async (then: keyof typeof answers, signed: 'signed' | 'unsigned') => {
      const { port } = await till(({ method }) =>
        method === 'POST' ? refused(403, 'USER_ACCOUNT_ABNORMAL', signed) : answers[then],
      );
      return port.refund(REFUND, CALL);
    };
    expect(await ask('none', 'signed')).toMatchObject({
      status: 'refused',
      reason: 'account-abnormal',
    });
    expect(await ask('earlier', 'signed')).toEqual({ status: 'pending' });
    expect(await problemOf(ask('trouble', 'signed'))).toContain('HTTP 500');
    // It would let a person give it back: not by a word that nobody signed.
    expect(await ask('none', 'unsigned')).toMatchObject({ status: 'refused', reason: 'other' });
  });

  test.each([
    [366, 'signed', 'too-late'],
    [366, 'unsigned', 'other'],
    [364, 'signed', 'parameters'],
    [undefined, 'signed', 'parameters'],
  ] as const)('refused after %s days, %s: %s', async (days, signed, reason) => {
    const { port } = await till(({ method }) =>
      method === 'POST'
        ? refused(400, 'INVALID_REQUEST', signed)
        : refused(404, 'RESOURCE_NOT_EXISTS'),
    );
    const paid = days === undefined ? {} : { paidAtMs: NOW_MS - days * 86_400_000 };
    const answer = await port.refund({ ...REFUND, ...paid }, CALL);
    expect(answer).toMatchObject({ status: 'refused', reason });
  });
});

describe('queryRefund', () => {
  test.each(STATUSES)('%s: %s', async (status, ours) => {
    const { port, asked } = await till(() => told({ ...TOLD, status }));
    expect(await port.queryRefund(REFUND, CALL)).toEqual({ status: ours });
    expect(asked[0]?.path).toBe(`/v3/refund/domestic/refunds/${REFUND.refundNumber}`);
  });

  test('a number that is not known proves nothing', async () => {
    const { port } = await till(() => refused(404, 'RESOURCE_NOT_EXISTS'));
    expect(await port.queryRefund(REFUND, CALL)).toEqual({ status: 'unknown' });
  });

  test.each([429, 500, 404])('%i of something else is no answer', async (status) => {
    const { port } = await till(() => refused(status, 'SOMETHING_ELSE', 'unsigned'));
    expect(await problemOf(port.queryRefund(REFUND, CALL))).toContain('SOMETHING_ELSE');
  });

  const OTHERS = [
    { out_refund_no: 'R1' },
    { out_trade_no: 'O1' },
    { transaction_id: '42' },
    { amount: { ...TOLD.amount, refund: 9_999 } },
    { amount: { ...TOLD.amount, total: 20_000 } },
    { amount: { ...TOLD.amount, currency: 'USD' } },
  ];
  test.each(OTHERS)('of another refund it is no answer: %j', async (other) => {
    const { port } = await till(() => told({ ...TOLD, status: 'SUCCESS', ...other }));
    expect(await problemOf(port.queryRefund(REFUND, CALL))).toContain('another refund');
  });

  test('a status that nobody knows is no answer, nor is an unsigned one', async () => {
    const odd = await till(() => told({ ...TOLD, status: 'DONE' }));
    expect(await problemOf(odd.port.queryRefund(REFUND, CALL))).toContain('no refund (status)');
    const forged = await till(() => ({ body: JSON.stringify({ ...TOLD, status: 'CLOSED' }) }));
    expect(await problemOf(forged.port.queryRefund(REFUND, CALL))).toContain('not signed');
  });
});
