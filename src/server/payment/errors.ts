/** Rows of QR payments: what a provider, or a payment of its, can refuse. */
import type { ErrorRow } from '../../error-row.js';
import { ORDER_STATE_NAMES } from '../../order-states.js';

export * from './bill-errors.js';

const REASON_NAMES = {
  'not-enough': { en: 'the merchant account is short', zh: '商户账户余额不足' },
  'account-abnormal': { en: 'the customer’s account is abnormal', zh: '客户账户异常' },
  'too-late': { en: 'too late at the provider', zh: '已超过渠道期限' },
  'too-often': { en: 'asked too often', zh: '请求过于频繁' },
  'unknown-payment': { en: 'no such payment there', zh: '渠道无此交易' },
  parameters: { en: 'not as it was asked before', zh: '请求参数不符' },
  'not-allowed': { en: 'the merchant may not', zh: '商户无此权限' },
  system: { en: 'trouble at the provider', zh: '渠道系统异常' },
  other: { en: 'no reason told', zh: '未说明原因' },
} as const;

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

export const QR_EXPIRED: ErrorRow<'QR_EXPIRED'> = {
  code: 'QR_EXPIRED',
  en: 'This order is too old for a QR code',
  zh: '订单已超过付款期限，不能再出收款码',
  hint: {
    en: 'Tap 已完成支付 (paid) first, which asks. Only when it says that nothing was paid, cancel this order and make a new one.',
    zh: '先点【已完成支付】查询；查明未付后取消本订单，再新建。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const QR_OPEN: ErrorRow<'QR_OPEN'> = {
  code: 'QR_OPEN',
  en: 'A QR code of this order can still be paid ({provider})',
  zh: '该订单的收款码仍可付款（{provider}）',
  hint: {
    en: 'Take no other payment now. Let the customer pay with that code, or wait until its time is over; then tap 已完成支付 (paid), which asks.',
    zh: '此刻勿以其他方式收款。请客户用该码付款，或等该码过期后再点【已完成支付】查询。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const QR_REFUSED: ErrorRow<'QR_REFUSED'> = {
  code: 'QR_REFUSED',
  en: 'The payment provider made no QR code: {reason}',
  zh: '支付渠道未出收款码：{reason}',
  hint: {
    en: 'Ask for the code again in a minute. Another way of paying: choose it for this order; it waits until no code of it can be paid. If it goes on, tell the administrator the reason.',
    zh: '请一分钟后重新出码；如改用其他方式，请在本订单上选择，系统确认原码不可再付后方可收款。若仍失败，请将原因告知管理员。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
  words: { reason: REASON_NAMES },
};

export const PAYMENT_NOT_SEEN: ErrorRow<'PAYMENT_NOT_SEEN'> = {
  code: 'PAYMENT_NOT_SEEN',
  en: 'The payment provider does not show this payment (yet)',
  zh: '支付渠道尚未查到该笔付款',
  hint: {
    en: 'Take no other payment. Look again in a moment (已完成支付); if the customer’s phone shows it as paid and it stays unseen, the back office looks for it at the provider.',
    zh: '勿再收款。稍候再点【已完成支付】查询；若客户手机显示已付而一直查不到，由后台到支付渠道核对。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const PAYMENT_NOT_REPORTABLE: ErrorRow<'PAYMENT_NOT_REPORTABLE'> = {
  code: 'PAYMENT_NOT_REPORTABLE',
  en: 'This terminal may not report payments of this kind',
  zh: '本终端不能上报该种收款',
  hint: {
    en: 'Submit it with the right way of paying (cash, pos). If money was taken, keep the slip: it is not booked.',
    zh: '请以正确的收款方式（现金、POS）提交。若已收款，请保留凭证：该款尚未入账。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const REPORT_OVER_LIMIT: ErrorRow<'REPORT_OVER_LIMIT'> = {
  code: 'REPORT_OVER_LIMIT',
  en: 'This terminal has reported more money than it may',
  zh: '本终端上报的收款已超过限额',
  hint: {
    en: 'Take no more money at this terminal. If this payment was taken, keep the slip, so that it can be submitted for you: it is not booked.',
    zh: '本终端勿再收款。若该笔已收，请保留凭证以便补录：该款尚未入账。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const PAYMENT_AMOUNT_CHANGED: ErrorRow<'PAYMENT_AMOUNT_CHANGED'> = {
  code: 'PAYMENT_AMOUNT_CHANGED',
  en: 'The payment provider tells another amount of a payment that is booked',
  zh: '支付渠道告知的金额与已入账金额不同',
  hint: {
    en: 'Pay out nothing. Compare both amounts with the provider; the difference is on the list of work.',
    zh: '勿付款、勿退款。请与支付渠道核对两个金额；差异已列入待办。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const PAYMENT_CURRENCY: ErrorRow<'PAYMENT_CURRENCY'> = {
  code: 'PAYMENT_CURRENCY',
  en: 'The payment provider tells of a payment in another currency',
  zh: '支付渠道告知的付款为其他币种',
  hint: {
    en: 'Nothing was booked. Give it back at the provider; it is on the list of work.',
    zh: '未入账。请在支付渠道处理退款；已列入待办。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const PAYMENT_ENTRY_INVALID: ErrorRow<'PAYMENT_ENTRY_INVALID'> = {
  code: 'PAYMENT_ENTRY_INVALID',
  en: 'The payment provider tells of a payment in a form that cannot be read',
  zh: '支付渠道告知的付款无法识别',
  hint: {
    en: 'Nothing of it was booked. Look at the provider; it is on the list of work.',
    zh: '该条未入账。请到支付渠道核对；已列入待办。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const WORK_UNKNOWN: ErrorRow<'WORK_UNKNOWN'> = {
  code: 'WORK_UNKNOWN',
  en: 'There is no such entry of work, or somebody has dealt with it',
  zh: '没有该待办，或已有人处理',
  hint: {
    en: 'Look at the list again.',
    zh: '请重新查看待办清单。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
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
    en: 'It stays owed, and is asked for again: pay out no cash. Short account: top it up. Failed for good: book it by hand first, then pay. Too late, or no account to pay to: the same, with a reason. Stuck: settle it at the provider.',
    zh: '该款仍待退，勿直接付现金。商户余额不足：充值后系统自动再次申请；渠道明确最终失败：先登记人工退款，登记成功后再付；超期或客户账户异常：同上并须填写原因；渠道处理异常：到渠道后台处理。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const REFUND_PAID_TWICE: ErrorRow<'REFUND_PAID_TWICE'> = {
  code: 'REFUND_PAID_TWICE',
  en: 'The payment provider has paid a refund that was paid in another way, too',
  zh: '支付渠道已退款，而该款已另行退还（可能重复退款）',
  hint: {
    en: 'Pay out nothing more. The customer may have the money twice: compare the provider’s pages with what was paid by hand, and have finance claim one of them back.',
    zh: '勿再付款。客户可能收到两次退款：请核对渠道退款与人工退款，由财务追回其中一笔。',
  },
  money: 'moved',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};
