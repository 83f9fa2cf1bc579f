/** Codes at Alipay: asked for, looked up, closed; and what nobody must be believed. */
import { describe, expect, test } from 'vitest';
import { problemOf } from '../provider-line.js';
import { CALL, NOW_MS, type Node, QR, refused, till, told, TRADE } from './till.js';

const asOfMs = NOW_MS + 1000;
const CLOSED_UNPAID = {
  ...TRADE,
  trade_status: 'TRADE_CLOSED',
  ...{ buyer_pay_amount: '0.00', receipt_amount: '0.00', send_pay_date: undefined },
};

describe('createQr', () => {
  test('says the same in every repetition, in Beijing’s time and in yuan', async () => {
    const { port, forms } = await till(() =>
      told({ out_trade_no: QR.merchantOrderNumber, qr_code: 'https://qr.alipay.com/bax03431' }),
    );
    const request = { ...QR, amountFen: 110 };
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await port.createQr(request, CALL)).toEqual({
        status: 'open',
        qrText: 'https://qr.alipay.com/bax03431',
      });
    }
    const [first, second] = forms;
    expect(first?.isSigned).toBe(true);
    expect(first?.fields).toMatchObject({
      ...{ app_id: '2021000000000001', method: 'alipay.trade.precreate', version: '1.0' },
      ...{ format: 'JSON', charset: 'utf-8', sign_type: 'RSA2', timestamp: '2026-02-03 14:05:06' },
      notify_url: 'https://recharge.example.com/payments/alipay',
    });
    expect(first?.content).toEqual({
      ...{ out_trade_no: QR.merchantOrderNumber, total_amount: '1.10', subject: 'ETC充值' },
      ...{ time_expire: '2026-02-03 14:10:06', qr_code_timeout_express: '5m' },
    });
    expect(second?.content).toEqual(first?.content);
  });

  const THERE: readonly [string, Node, object][] = [
    ['ACQ.TRADE_HAS_SUCCESS', told(TRADE), { status: 'paid' }],
    ['ACQ.TRADE_HAS_CLOSE', told(CLOSED_UNPAID), { status: 'closed' }],
    ['ACQ.TRADE_HAS_CLOSE', told({ ...TRADE, trade_status: 'TRADE_CLOSED' }), { status: 'paid' }],
    [
      'ACQ.CONTEXT_INCONSISTENT',
      told({ ...TRADE, trade_status: 'WAIT_BUYER_PAY' }),
      { status: 'refused', reason: 'parameters', message: 'ACQ.CONTEXT_INCONSISTENT: 因为' },
    ],
  ];
  test.each(THERE)('%s, unsigned too: the query decides', async (subCode, found, is) => {
    for (const signed of ['signed', 'unsigned'] as const) {
      const { port } = await till(({ fields }) =>
        fields.method === 'alipay.trade.query' ? found : refused('40004', subCode, signed),
      );
      expect(await port.createQr(QR, CALL)).toEqual(is);
    }
  });

  test.each([
    ['40004', 'ACQ.INVALID_PARAMETER', 'parameters'],
    ['40002', 'isv.invalid-app-id', 'parameters'],
    ['40005', 'isv.call-limited', 'too-often'],
    ['40006', 'isv.insufficient-isv-permissions', 'not-allowed'],
    ['40004', 'ACQ.SOMETHING_NEW', 'other'],
  ])('%s %s is refused: %s', async (code, subCode, reason) => {
    const { port } = await till(() => refused(code, subCode, 'unsigned'));
    const message = `${subCode}: 因为`;
    expect(await port.createQr(QR, CALL)).toEqual({ status: 'refused', reason, message });
  });

  test.each([
    ['20000', 'isp.unknow-error'],
    ['20000', 'aop.ACQ.SYSTEM_ERROR'],
    ['10003', ''],
    ['40004', 'ACQ.SYSTEM_ERROR'],
  ])('%s %s says nothing', async (code, subCode) => {
    const { port } = await till(() => refused(code, subCode));
    expect(await problemOf(port.createQr(QR, CALL))).toContain('it does not know itself');
  });

  test('for another order it is no answer', async () => {
    const { port } = await till(() => told({ out_trade_no: 'O1', qr_code: 'https://qr' }));
    expect(await problemOf(port.createQr(QR, CALL))).toContain('another order');
  });
});

describe('queryQr', () => {
  const payment = {
    merchantOrderNumber: QR.merchantOrderNumber,
    transactionId: TRADE.trade_no,
    ...{ settledFen: 10_000, askedFen: 10_000, payerFen: 9_500, currency: 'CNY' },
    paidAtMs: NOW_MS - 6_000,
  };
  const paid = { status: 'paid', payments: [payment], asOfMs };
  const STATES: readonly [string, object, object][] = [
    ['paid', TRADE, paid],
    ['paid and no more refunds', { ...TRADE, trade_status: 'TRADE_FINISHED' }, paid],
    ['paid and given back whole', { ...TRADE, trade_status: 'TRADE_CLOSED' }, paid],
    [
      'waiting',
      { ...CLOSED_UNPAID, trade_status: 'WAIT_BUYER_PAY' },
      { status: 'open', payments: [], asOfMs },
    ],
    ['closed unpaid', CLOSED_UNPAID, { status: 'closed', payments: [], asOfMs }],
  ];
  test.each(STATES)('%s', async (_what, json, is) => {
    const { port, forms } = await till(() => told(json));
    expect(await port.queryQr(QR, CALL)).toEqual(is);
    expect(forms[0]?.content).toEqual({ out_trade_no: QR.merchantOrderNumber });
    expect(forms[0]?.fields).not.toHaveProperty('notify_url');
  });

  test('closed, with money and no time of payment: it cannot be told, and is said so', async () => {
    const { port } = await till(() => told({ ...CLOSED_UNPAID, receipt_amount: '100.00' }));
    expect(await problemOf(port.queryQr(QR, CALL))).toContain('cannot be told');
  });

  test('given back whole, with its amounts gone, it is a payment still', async () => {
    const zeros = { buyer_pay_amount: '0.00', receipt_amount: '0.00' };
    const { port } = await till(() => told({ ...TRADE, ...zeros, trade_status: 'TRADE_CLOSED' }));
    const { payerFen: _none, ...rest } = payment;
    expect((await port.queryQr(QR, CALL)).payments).toEqual([rest]);
  });

  test('nobody has scanned it: unknown, and the zeros of a refusal are no amount', async () => {
    for (const signed of ['signed', 'unsigned'] as const) {
      const { port } = await till(() => refused('40004', 'ACQ.TRADE_NOT_EXIST', signed));
      // Which of the two it was is told on: a word that nobody signed ends no code.
      const how = signed === 'signed' ? {} : { unsigned: true };
      const told = { status: 'unknown', payments: [], asOfMs, ...how };
      expect(await port.queryQr(QR, CALL)).toEqual(told);
    }
  });

  test.each([
    ['40005', 'isv.call-limited'],
    ['40004', 'ACQ.INVALID_PARAMETER'],
  ])('%s %s is no answer', async (code, subCode) => {
    const { port } = await till(() => refused(code, subCode));
    expect(await problemOf(port.queryQr(QR, CALL))).toBe(
      `PAYMENT_PROVIDER_FAILED: ${code} ${subCode}`,
    );
  });

  test.each([
    [88.88, 8888],
    ['1.1', 110],
    ['1.10', 110],
    ['0.07', 7],
    [1.1, 110],
    ['4.35', 435],
    ['1000000.01', 100_000_001],
  ])('%j yuan are %i fen', async (total_amount, settledFen) => {
    const { port } = await till(() => told({ ...TRADE, total_amount }));
    expect((await port.queryQr(QR, CALL)).payments).toMatchObject([{ settledFen }]);
  });

  test.each(['1e2', '1.005', '-1.00', '1,000.00', '', ' 1.00', '0x10', null, 1e21])(
    'an amount of %j is none',
    async (total_amount) => {
      const { port } = await till(() => told({ ...TRADE, total_amount }));
      expect(await problemOf(port.queryQr(QR, CALL))).toContain('no trade (total_amount)');
    },
  );

  test('of another order, or in a state that nobody knows, it is no answer', async () => {
    const other = await till(() => told({ ...TRADE, out_trade_no: 'O20260203000001' }));
    expect(await problemOf(other.port.queryQr(QR, CALL))).toContain('another order');
    const odd = await till(() => told({ ...TRADE, trade_status: 'TRADE_PENDING' }));
    expect(await problemOf(odd.port.queryQr(QR, CALL))).toContain('no trade (trade_status)');
  });
});

describe('closeQr', () => {
  test('closes, and never cancels', async () => {
    const { port, forms } = await till(() => told({ out_trade_no: QR.merchantOrderNumber }));
    await expect(port.closeQr(QR, CALL)).resolves.toBeUndefined();
    expect(forms.map(({ fields }) => fields.method)).toEqual(['alipay.trade.close']);
  });

  test.each(['ACQ.TRADE_NOT_EXIST', 'ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID'])(
    '%s: there is nothing to close',
    async (subCode) => {
      const { port, forms } = await till(() => refused('40004', subCode, 'unsigned'));
      await expect(port.closeQr(QR, CALL)).resolves.toBeUndefined();
      expect(forms).toHaveLength(1);
    },
  );

  test.each([
    ['20000', 'isp.unknow-error'],
    ['40006', 'isv.x'],
  ])('%s is not closed', async (...one) => {
    const { port } = await till(() => refused(...one));
    expect(await problemOf(port.closeQr(QR, CALL))).toContain('PAYMENT_PROVIDER_FAILED');
  });
});
