/** Rows of QR payments: what a provider, or a payment of its, can refuse. */
import type { ErrorRow } from '../../error-row.js';
import { ORDER_STATE_NAMES } from '../../order-states.js';

export const PAYMENT_NOT_AWAITED: ErrorRow<'PAYMENT_NOT_AWAITED'> = {
  code: 'PAYMENT_NOT_AWAITED',
  en: 'This order does not wait for a payment: {state}',
  zh: '该订单不在待付款状态（{state}）',
  hint: {
    en: 'Paid: load (圈存), and take no money again. Ended: look at 充值记录 (recharge records).',
    zh: '已付款的点【圈存】，勿再收款；已结束的先查【充值记录】。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'never',
  words: { state: ORDER_STATE_NAMES },
};

export const PAYMENT_NOT_SEEN: ErrorRow<'PAYMENT_NOT_SEEN'> = {
  code: 'PAYMENT_NOT_SEEN',
  en: 'The payment provider does not show this payment (yet)',
  zh: '支付渠道尚未查到该笔付款',
  hint: {
    en: 'Ask again in a moment with the same number. The customer does not pay again.',
    zh: '稍候用原流水号再次提交查询；勿让客户再付。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const QR_EXPIRED: ErrorRow<'QR_EXPIRED'> = {
  code: 'QR_EXPIRED',
  en: 'The QR code of this order has expired',
  zh: '收款码已过期',
  hint: {
    en: 'Tap 已完成支付 (paid) first, which asks. Only when it is certain that nothing was paid, cancel this order and make a new one.',
    zh: '先点【已完成支付】查询；确认未付后取消本订单，再新建。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const PAYMENT_PROVIDER_UNKNOWN: ErrorRow<'PAYMENT_PROVIDER_UNKNOWN'> = {
  code: 'PAYMENT_PROVIDER_UNKNOWN',
  en: 'This server has no payment provider of that name',
  zh: '未配置该支付渠道',
  hint: {
    en: 'Check the provider of the request, or the configuration of the server.',
    zh: '请检查请求中的支付渠道或服务器配置。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const PAYMENT_PROVIDER_FAILED: ErrorRow<'PAYMENT_PROVIDER_FAILED'> = {
  code: 'PAYMENT_PROVIDER_FAILED',
  en: 'The payment provider gave no answer that can be used: {problem}',
  zh: '支付渠道未给出可用应答',
  hint: {
    en: 'Ask again in a moment. The customer does not pay again.',
    zh: '稍候再次查询；勿让客户再付。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const PAYMENT_CALLBACK_INVALID: ErrorRow<'PAYMENT_CALLBACK_INVALID'> = {
  code: 'PAYMENT_CALLBACK_INVALID',
  en: 'The notification is not signed by the payment provider',
  zh: '支付通知签名无效',
  hint: {
    en: 'Check the keys of the provider; nothing was booked.',
    zh: '请检查支付渠道密钥；未入账。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const PAYMENT_CALLBACK_DISAGREES: ErrorRow<'PAYMENT_CALLBACK_DISAGREES'> = {
  code: 'PAYMENT_CALLBACK_DISAGREES',
  en: 'The payment provider notifies of a payment that its query does not show',
  zh: '支付通知与渠道查询结果不一致',
  hint: {
    en: 'What the query shows is booked. If this repeats, contact the provider.',
    zh: '以查询结果入账；若反复出现请联系支付渠道。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const REFUND_REFUSED: ErrorRow<'REFUND_REFUSED'> = {
  code: 'REFUND_REFUSED',
  en: 'The payment provider refused the refund',
  zh: '支付渠道拒绝退款',
  hint: {
    en: 'It stays owed, and is asked for again: pay out no cash. Look at the provider why.',
    zh: '该款仍待退，系统会再次申请；勿另付现金，请到支付渠道查明原因。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};
