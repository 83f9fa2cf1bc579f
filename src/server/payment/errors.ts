/** Rows of QR payments: what a provider, or a payment of its, can refuse. */
import type { ErrorRow } from '../../error-row.js';

export const PAYMENT_NOT_AWAITED: ErrorRow<'PAYMENT_NOT_AWAITED'> = {
  code: 'PAYMENT_NOT_AWAITED',
  en: 'This order does not wait for a payment (it is {state})',
  zh: '该订单无需支付（状态 {state}）',
  hint: {
    en: 'If it is paid, go on with the load (圈存); otherwise create a new order.',
    zh: '如已支付请继续圈存，否则请新建订单。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'never',
};

export const QR_EXPIRED: ErrorRow<'QR_EXPIRED'> = {
  code: 'QR_EXPIRED',
  en: 'The QR code of this order has expired',
  zh: '该订单的收款码已过期',
  hint: {
    en: 'Create a new order. What is paid with the old code all the same is given back.',
    zh: '请新建订单；若旧码仍被支付，款项会自动退回。',
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
  zh: '支付渠道未给出可用应答：{problem}',
  hint: {
    en: 'Ask again: nothing is taken twice or given back twice.',
    zh: '请再次查询：不会重复收款，也不会重复退款。',
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
    en: 'It stays owed, and is asked for again. Look at the provider why.',
    zh: '该款仍待退，系统会再次申请；请到支付渠道查明原因。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};
