/** What providers send, or whoever stands in for them: notifications, replies, bills. */
import { createPrivateKey, createPublicKey, createCipheriv, createHash, sign } from 'node:crypto';
import { encodeGbk } from '../../../src/gbk.js';
import { alipay } from '../../../src/server/payment/alipay/index.js';
import { membersOf } from '../../../src/server/payment/alipay/reply-node.js';
import { unzip } from '../../../src/server/payment/alipay/zip.js';
import type { PortCall, QrRequest, Statement } from '../../../src/server/payment/port.js';
import { wechatPay } from '../../../src/server/payment/wechat/index.js';
import { ALIPAY_KEY, APP_KEY, MERCHANT_KEY, WECHAT_KEY } from '../../server/payment/test-keys.js';
import { answered, answeredLater, type FuzzTarget, law, textOf } from '../target.js';
import { zipOf } from './archive.js';

const NOW_MS = 1_770_098_706_000;
const CALL: PortCall = { signal: new AbortController().signal };
const publicOf = (pem: string) => createPublicKey(createPrivateKey(pem));
const KEY_ID = 'PUB_KEY_ID_0116000000012026';
const API_KEY = '0123456789abcdef0123456789ABCDEF';
const [wechatKey, alipayKey] = [createPrivateKey(WECHAT_KEY), createPrivateKey(ALIPAY_KEY)];
const QR: QrRequest = {
  merchantOrderNumber: 'O20260203000001_2',
  orderId: 'O20260203000001',
  amountFen: 10_000,
  openedAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 300_000,
};
const REFUND = {
  refundNumber: 'R0123456789ABCDEF0123456789ABCDE',
  merchantOrderNumber: QR.merchantOrderNumber,
  orderId: QR.orderId,
  transactionId: '4200000000202602030000000001',
  amountFen: 10_000,
  totalFen: 10_000,
};

/** Answers of the line, one for each call. */
let replies: (() => Response)[] = [];
const fetchStandIn = () => Promise.resolve((replies.shift() ?? (() => new Response()))());

const wechat = wechatPay({
  merchantId: '1900000001',
  appId: 'wx0123456789abcdef',
  certificateSerial: '444444D096DE15EBE81A47057A7232F1B8E10001',
  privateKey: MERCHANT_KEY,
  apiV3Key: API_KEY,
  publicKeys: { [KEY_ID]: publicOf(WECHAT_KEY) },
  notifyUrl: 'https://recharge.example.com/payments/wechat',
  now: () => NOW_MS,
  fetch: fetchStandIn,
});
const ali = alipay({
  appId: '2021000000000001',
  sellerId: '2088000000000001',
  privateKey: APP_KEY,
  alipayPublicKey: publicOf(ALIPAY_KEY),
  notifyUrl: 'https://recharge.example.com/payments/alipay',
  now: () => NOW_MS,
  fetch: fetchStandIn,
});

function wechatHeaders(body: Uint8Array): Record<string, string> {
  const [timestamp, nonce] = [String(NOW_MS / 1000), 'EKSsQFzWLTbnGx4N'];
  const text = Buffer.concat([
    ...[Buffer.from(`${timestamp}\n${nonce}\n`), Buffer.from(body), Buffer.from('\n')],
  ]);
  return {
    'wechatpay-serial': KEY_ID,
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': sign('RSA-SHA256', text, wechatKey).toString('base64'),
  };
}

function sealed(input: Uint8Array): object {
  const cipher = createCipheriv('aes-256-gcm', API_KEY, 'c5ac7061fccc');
  cipher.setAAD(Buffer.from('transaction'));
  const parts = [cipher.update(input), cipher.final(), cipher.getAuthTag()];
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: Buffer.concat(parts).toString('base64'),
    associated_data: 'transaction',
    nonce: 'c5ac7061fccc',
  };
}

const callback = (bytes: Uint8Array, headers: Record<string, string> = {}) => ({
  ...{ headers, query: '', bytes, body: textOf(bytes) },
});
const NOTICE = (resource: object, event = 'TRANSACTION.SUCCESS') =>
  JSON.stringify({ id: 'EV-2026', event_type: event, resource_type: 'encrypt-resource', resource });
const TRADE = {
  ...{ mchid: '1900000001', appid: 'wx0123456789abcdef', trade_type: 'NATIVE' },
  ...{ out_trade_no: QR.merchantOrderNumber, transaction_id: REFUND.transactionId },
  ...{ trade_state: 'SUCCESS', success_time: '2026-02-03T14:05:00+08:00' },
  amount: { total: 10_000, payer_total: 9_500, currency: 'CNY', payer_currency: 'CNY' },
};
const REFUNDED = {
  ...{ mchid: '1900000001', out_trade_no: QR.merchantOrderNumber, status: 'SUCCESS' },
  ...{ out_refund_no: REFUND.refundNumber, refund_status: 'SUCCESS', refund_id: '502002' },
  amount: { total: 10_000, refund: 10_000, payer_total: 9_500, payer_refund: 9_500 },
};

/** Unsigned: nothing of it may be believed. */
const FORGED: FuzzTarget = {
  name: 'notices-unsigned',
  form: 'text',
  seeds: [NOTICE(sealed(Buffer.from(JSON.stringify(TRADE)))), 'trade_no=1&sign=AA&sign_type=RSA2'],
  words: ['%20', '&', '=', 'sign=', 'sign_type=RSA2', 'total_amount=0.01'],
  run: async (input) => {
    for (const port of [wechat, ali]) {
      const told = await answeredLater(() => port.readCallback(callback(input), CALL));
      law(told === undefined, 'an unsigned notification was believed');
    }
  },
};

/** Sealed and signed, whatever it says: amounts are fen, or it is refused. */
const SEALED: FuzzTarget = {
  name: 'notices-wechat',
  form: 'json',
  seeds: [TRADE, REFUNDED].map((one) => JSON.stringify(one)),
  run: async (input) => {
    for (const event of ['TRANSACTION.SUCCESS', 'REFUND.SUCCESS']) {
      const bytes = Buffer.from(NOTICE(sealed(input), event));
      const told = await answeredLater(() =>
        wechat.readCallback(callback(bytes, wechatHeaders(bytes)), CALL),
      );
      if (told?.about === 'payment') expectFen(told.settledFen);
    }
  },
};

const FORM =
  'app_id=2021000000000001&seller_id=2088000000000001&out_trade_no=O1&trade_no=T1&trade_status=TRADE_SUCCESS&total_amount=100.00&refund_fee=0.00&charset=utf-8';

const ALIPAY_NOTICE: FuzzTarget = {
  name: 'notices-alipay',
  form: 'text',
  seeds: [FORM, FORM.replace('0.00', '50.00&out_biz_no=R0123456789ABCDEF0123456789ABCDE')],
  words: ['total_amount=', '&', '=', '%', 'TRADE_FINISHED', '0.01', '1e3'],
  run: async (input) => {
    const fields = new URLSearchParams(textOf(input));
    fields.delete('sign');
    fields.delete('sign_type');
    const text = [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}=${v}`);
    fields.set(
      'sign',
      sign('RSA-SHA256', Buffer.from(text.join('&')), alipayKey).toString('base64'),
    );
    fields.set('sign_type', 'RSA2');
    const bytes = Buffer.from(fields.toString());
    const told = await answeredLater(() => ali.readCallback(callback(bytes), CALL));
    if (told?.about === 'payment') expectFen(told.settledFen);
  },
};

function expectFen(amountFen: number): void {
  law(Number.isSafeInteger(amountFen) && amountFen >= 0, 'an amount that is no fen');
}

const answers = [
  TRADE,
  { ...TRADE, trade_state: 'NOTPAY' },
  { code_url: 'weixin://wxpay/bizpayurl?pr=1' },
  REFUNDED,
  { code: 'ORDERPAID', message: '已支付' },
];

/** A signed reply with anything in it; and the same as a refusal. */
const WECHAT_REPLY: FuzzTarget = {
  name: 'replies-wechat',
  form: 'json',
  seeds: answers.map((one) => JSON.stringify(one)),
  run: async (input) => {
    const headers = wechatHeaders(input);
    for (const status of [200, 400]) {
      for (const ask of [
        () => wechat.createQr(QR, CALL),
        () => wechat.queryQr(QR, CALL),
        () => wechat.refund(REFUND, CALL),
        () => wechat.queryRefund(REFUND, CALL),
      ]) {
        replies = [() => new Response(Buffer.from(input), { status, headers })];
        await answeredLater<unknown>(ask);
      }
    }
  },
};

const ALIPAY_REPLY: FuzzTarget = {
  name: 'replies-alipay',
  form: 'json',
  seeds: [
    {
      code: '10000',
      out_trade_no: 'O20260203000001_2',
      trade_no: '1',
      trade_status: 'TRADE_SUCCESS',
      total_amount: '100.00',
    },
    { code: '10000', qr_code: 'https://qr.alipay.com/1', out_trade_no: 'O20260203000001_2' },
    { code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST', sub_msg: '交易不存在' },
    { code: '10000', refund_status: 'REFUND_SUCCESS', refund_amount: '100.00', fund_change: 'Y' },
  ].map((one) => JSON.stringify(one)),
  run: async (input) => {
    const node = textOf(input);
    const signature = sign('RSA-SHA256', Buffer.from(node), alipayKey).toString('base64');
    for (const [name, ask] of [
      ['precreate', () => ali.createQr(QR, CALL)],
      ['query', () => ali.queryQr(QR, CALL)],
      ['refund', () => ali.refund(REFUND, CALL)],
      ['fastpay_refund_query', () => ali.queryRefund(REFUND, CALL)],
    ] as const) {
      const body = `{"alipay_trade_${name}_response":${node},"sign":"${signature}"}`;
      replies = [() => new Response(body)];
      await answeredLater<unknown>(ask);
    }
    answered(() => membersOf(node));
  },
};

const WECHAT_BILL = [
  '交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,应结订单金额,微信退款单号,商户退款单号,退款金额,退款状态,订单金额,申请退款金额',
  '`2026-02-03 14:05:00,`wx1,`1900000001,`42000,`O1_1,`SUCCESS,`100.00,`0,`0,`0.00,`,`100.00,`0.00',
  '`2026-02-03 15:05:00,`wx1,`1900000001,`42000,`O1_1,`REFUND,`0.00,`502,`R1,`50.00,`SUCCESS,`0.00,`50.00',
  '总交易单数,应结订单总金额',
  '`2,`100.00',
].join('\r\n');

function expectLines(bill: Statement | undefined): void {
  for (const { amountFen } of bill?.lines ?? []) expectFen(amountFen);
}

const BILL: FuzzTarget = {
  name: 'bills-wechat',
  form: 'text',
  seeds: [WECHAT_BILL, `\uFEFF${WECHAT_BILL}`],
  words: ['`', ',', '\r\n', '总交易单数', 'REFUND', '退款', '-', '0.01'],
  run: async (input) => {
    const hash = createHash('sha1').update(input).digest('hex');
    const url = 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=1';
    const reply = JSON.stringify({ hash_type: 'SHA1', hash_value: hash, download_url: url });
    const headers = wechatHeaders(Buffer.from(reply));
    replies = [() => new Response(reply, { headers }), () => new Response(Buffer.from(input))];
    expectLines(await answeredLater(async () => wechat.fetchStatement?.('2026-02-03', CALL)));
  },
};

const ALIPAY_BILL = [
  '#支付宝业务明细查询',
  '支付宝交易号,商户订单号,业务类型,商品名称,订单金额（元）,退款批次号/请求号',
  '2026020322001400000000000001\t,O20260203000001_2\t,交易 ,ETC充值,100.00,',
  '2026020322001400000000000001\t,O20260203000001_2\t,退款,ETC充值,-50.00,R1',
  '#-----业务明细列表结束-----',
].join('\r\n');

const billed = (archive: Uint8Array): Promise<Statement | undefined> => {
  const node = '{"code":"10000","bill_download_url":"https://dwbillcenter.alipay.com/b?t=1"}';
  const signature = sign('RSA-SHA256', Buffer.from(node), alipayKey).toString('base64');
  const name = 'alipay_data_dataservice_bill_downloadurl_query_response';
  replies = [
    () => new Response(`{"${name}":${node},"sign":"${signature}"}`),
    () => new Response(Buffer.from(archive)),
  ];
  return answeredLater(async () => ali.fetchStatement?.('2026-02-03', CALL));
};

const BILL_OF_ALIPAY: FuzzTarget = {
  name: 'bills-alipay',
  form: 'bytes',
  seeds: [Uint8Array.from(encodeGbk(ALIPAY_BILL))],
  run: async (input) => {
    expectLines(await billed(zipOf(input)));
  },
};

const ZIP: FuzzTarget = {
  name: 'zip',
  form: 'bytes',
  seeds: [Uint8Array.from(zipOf(encodeGbk(ALIPAY_BILL)))],
  run: async (input) => {
    answered(() => unzip(input));
    expectLines(await billed(input));
  },
};

export const PROVIDERS: readonly FuzzTarget[] = [
  ...[FORGED, SEALED, ALIPAY_NOTICE, WECHAT_REPLY, ALIPAY_REPLY, BILL, BILL_OF_ALIPAY, ZIP],
];
