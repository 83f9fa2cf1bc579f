/** Codes of QR payments, and of the rules that an operator may set for a recharge. */
import type { ErrorRows } from './row.js';

export const paymentErrors = {
  PAYMENT_NOT_AWAITED: {
    en: 'This order does not wait for a payment (it is {state})',
    zh: '该订单无需支付（状态 {state}）',
    hint: {
      en: 'If it is paid, go on with the load (圈存); otherwise create a new order.',
      zh: '如已支付请继续圈存，否则请新建订单。',
    },
    money: 'untouched',
  },
  QR_EXPIRED: {
    en: 'The QR code of this order has expired',
    zh: '该订单的收款码已过期',
    hint: {
      en: 'Create a new order. What is paid with the old code all the same is given back.',
      zh: '请新建订单；若旧码仍被支付，款项会自动退回。',
    },
    money: 'untouched',
  },
  PAYMENT_PROVIDER_UNKNOWN: {
    en: 'This server has no payment provider of that name',
    zh: '未配置该支付渠道',
    hint: {
      en: 'Check the provider of the request, or the configuration of the server.',
      zh: '请检查请求中的支付渠道或服务器配置。',
    },
    money: 'untouched',
  },
  PAYMENT_PROVIDER_FAILED: {
    en: 'The payment provider gave no answer that can be used: {problem}',
    zh: '支付渠道未给出可用应答：{problem}',
    hint: {
      en: 'Ask again: nothing is taken twice or given back twice.',
      zh: '请再次查询：不会重复收款，也不会重复退款。',
    },
    money: 'in-doubt',
  },
  PAYMENT_CALLBACK_INVALID: {
    en: 'The notification is not signed by the payment provider',
    zh: '支付通知签名无效',
    hint: {
      en: 'Check the keys of the provider; nothing was booked.',
      zh: '请检查支付渠道密钥；未入账。',
    },
    money: 'untouched',
  },
  PAYMENT_CALLBACK_DISAGREES: {
    en: 'The payment provider notifies of a payment that its query does not show',
    zh: '支付通知与渠道查询结果不一致',
    hint: {
      en: 'What the query shows is booked. If this repeats, contact the provider.',
      zh: '以查询结果入账；若反复出现请联系支付渠道。',
    },
    money: 'in-doubt',
  },
  REFUND_REFUSED: {
    en: 'The payment provider refused the refund',
    zh: '支付渠道拒绝退款',
    hint: {
      en: 'It stays owed, and is asked for again. Look at the provider why.',
      zh: '该款仍待退，系统会再次申请；请到支付渠道查明原因。',
    },
    money: 'in-doubt',
  },
  BOOK_BALANCE_MISMATCH: {
    en: 'The balance of the card ({cardFen} fen) is not the one in the books ({bookFen} fen)',
    zh: '卡余额和库余额不一致，不允许圈存充值！（卡 {cardFen} 分，库 {bookFen} 分）',
    hint: {
      en: 'Contact the administrator (联系管理员). The payment is kept, and can be given back.',
      zh: '请联系管理员；已付款项保留，可以退款。',
    },
    money: 'untouched',
  },
  OUTLET_REFUSED: {
    en: 'This outlet may not recharge cards',
    zh: '该网点未获准办理充值',
    hint: {
      en: 'Check the outlet of the terminal with the administrator.',
      zh: '请与管理员核对终端所属网点。',
    },
    money: 'untouched',
  },
} as const satisfies ErrorRows;
