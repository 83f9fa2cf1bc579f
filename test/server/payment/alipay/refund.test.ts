/** Refunds at Alipay: `fund_change`, sums that grow, and the query behind both. */
import { describe, expect, test } from 'vitest';
import { problemOf } from '../provider-line.js';
import { CALL, type Node, QR, REFUND, refused, till, told } from './till.js';

const REFUNDED = {
  out_trade_no: QR.merchantOrderNumber,
  trade_no: REFUND.transactionId,
  refund_fee: '100.00',
  fund_change: 'Y',
};
const STANDING = {
  out_trade_no: QR.merchantOrderNumber,
  trade_no: REFUND.transactionId,
  out_request_no: REFUND.refundNumber,
  refund_amount: '100.00',
  total_amount: '100.00',
  refund_status: 'REFUND_SUCCESS',
};

/** Answers a refund and, where it is asked, its query. */
async function refundTill(refund: Node, query: Node = refused('40004', 'ACQ.TRADE_NOT_EXIST')) {
  const { port, forms } = await till(({ fields }) =>
    fields.method === 'alipay.trade.refund' ? refund : query,
  );
  return { refund: () => port.refund(REFUND, CALL), forms };
}

describe('refund', () => {
  test('Y: the money moved', async () => {
    const { refund, forms } = await refundTill(told(REFUNDED));
    expect(await refund()).toEqual({ status: 'done' });
    expect(forms).toHaveLength(1);
    expect(forms[0]?.content).toEqual({
      ...{ trade_no: REFUND.transactionId, out_trade_no: QR.merchantOrderNumber },
      ...{ out_request_no: REFUND.refundNumber, refund_amount: '100.00' },
    });
  });

  test('Y of a trade of which some was given back before: the sum is all of it', async () => {
    const { refund } = await refundTill(told({ ...REFUNDED, refund_fee: '150.00' }));
    expect(await refund()).toEqual({ status: 'done' });
    const less = await refundTill(told({ ...REFUNDED, refund_fee: '99.99' }));
    expect(await problemOf(less.refund())).toContain('less was given back');
  });

  const QUERIED: readonly [string, Node, string][] = [
    ['it is done', told(STANDING), 'done'],
    ['on its way', told({ ...STANDING, refund_status: 'REFUND_PROCESSING' }), 'pending'],
    ['it says nothing', told({}), 'pending'],
    ['it says that it failed', told({ ...STANDING, refund_status: 'REFUND_FAIL' }), 'pending'],
    ['it knows no trade yet', refused('40004', 'ACQ.TRADE_NOT_EXIST'), 'pending'],
  ];
  test.each(QUERIED)('N, or nothing: the query tells (%s)', async (_what, query, status) => {
    for (const fund_change of ['N', undefined]) {
      const { refund, forms } = await refundTill(told({ ...REFUNDED, fund_change }), query);
      expect(await refund()).toEqual({ status });
      expect(forms[1]?.fields.method).toBe('alipay.trade.fastpay.refund.query');
    }
  });

  const REFUSALS: readonly [string, string, string][] = [
    ['40004', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', 'not-enough'],
    ['40004', 'ACQ.TRADE_HAS_FINISHED', 'too-late'],
    ['40004', 'ACQ.TRADE_NOT_EXIST', 'unknown-payment'],
    ['40004', 'ACQ.DISCORDANT_REPEAT_REQUEST', 'parameters'],
    ['40004', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', 'parameters'],
    ['40004', 'ACQ.BUYER_ERROR', 'account-abnormal'],
    ['40004', 'ACQ.TRADE_HAS_CLOSE', 'other'],
    ['40005', 'isv.call-limited', 'too-often'],
    ['40006', 'isv.insufficient-isv-permissions', 'not-allowed'],
  ];
  test.each(REFUSALS)('%s %s: asked again under its number, %s', async (code, subCode, reason) => {
    for (const signed of ['signed', 'unsigned'] as const) {
      const { refund } = await refundTill(refused(code, subCode, signed));
      const message = `${subCode}: 因为`;
      // What lets a person give it back is believed of nobody who does not sign it.
      const isForGood = reason === 'too-late' || reason === 'account-abnormal';
      const told = isForGood && signed === 'unsigned' ? 'other' : reason;
      expect(await refund()).toEqual({ status: 'refused', reason: told, message });
    }
  });

  test('the trade has ended by this very refund', async () => {
    for (const subCode of ['ACQ.TRADE_HAS_CLOSE', 'ACQ.TRADE_STATUS_ERROR']) {
      const { refund } = await refundTill(refused('40004', subCode), told(STANDING));
      expect(await refund()).toEqual({ status: 'done' });
    }
  });

  test.each([
    ['20000', 'isp.unknow-error'],
    ['40004', 'ACQ.SYSTEM_ERROR'],
    ['10003', ''],
  ])('%s %s is not known', async (code, subCode) => {
    const { refund } = await refundTill(refused(code, subCode));
    expect(await problemOf(refund())).toContain('it does not know itself');
  });

  test.each([{ trade_no: '1' }, { out_trade_no: 'O1' }])(
    'of another payment: %j',
    async (other) => {
      const { refund } = await refundTill(told({ ...REFUNDED, ...other }));
      expect(await problemOf(refund())).toContain('another payment');
    },
  );
});

describe('queryRefund', () => {
  const ask = async (answer: Node) => {
    const { port } = await till(() => answer);
    return port.queryRefund(REFUND, CALL);
  };
  test('only REFUND_SUCCESS is one', async () => {
    expect(await ask(told(STANDING))).toEqual({ status: 'done' });
    const processing = { ...STANDING, refund_status: 'REFUND_PROCESSING' };
    expect(await ask(told(processing))).toEqual({ status: 'pending' });
    const failed = { ...STANDING, refund_status: 'REFUND_FAIL' };
    expect(await ask(told(failed))).toMatchObject({ status: 'refused', reason: 'other' });
    expect(await ask(told({ ...STANDING, refund_status: undefined }))).toEqual({
      status: 'unknown',
    });
    expect(await ask(told({}))).toEqual({ status: 'unknown' });
    expect(await problemOf(ask(told({ ...STANDING, refund_status: 'DONE' })))).toContain('status');
  });

  test.each(['ACQ.TRADE_NOT_EXIST', 'ACQ.REFUND_NOT_EXIST'])(
    '%s proves nothing',
    async (subCode) => {
      expect(await ask(refused('40004', subCode, 'unsigned'))).toEqual({ status: 'unknown' });
    },
  );

  test.each([
    { out_request_no: 'R1' },
    { trade_no: '1' },
    { out_trade_no: 'O1' },
    { out_request_no: undefined },
  ])('of another refund it is no answer: %j', async (other) => {
    expect(await problemOf(ask(told({ ...STANDING, ...other })))).toContain('another refund');
  });

  test('another amount is no answer, nor is a refusal', async () => {
    const less = told({ ...STANDING, refund_amount: '99.99' });
    expect(await problemOf(ask(less))).toContain('another amount');
    expect(await problemOf(ask(refused('40005', 'isv.call-limited')))).toContain('40005');
  });
});
