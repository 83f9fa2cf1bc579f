/** What people call the states of an order, in both languages: for errors, lists and slips. */
import type { Hint } from './error-row.js';

/**
 * The state of an order, for people.
 * 订单状态的中英文名称。
 */
export const ORDER_STATE_NAMES = {
  CREATED: { en: 'waits for payment', zh: '待付款' },
  TAKING: { en: 'payment being taken', zh: '收款中' },
  PAID: { en: 'waits for load', zh: '待圈存' },
  ISSUED: { en: 'being written', zh: '写卡中' },
  HELD: { en: 'waits for load, not confirmed', zh: '待圈存（结果未确认）' },
  VOIDING: { en: 'refund being checked', zh: '退款核实中' },
  CREDITED: { en: 'credited', zh: '已入卡' },
  REFUND_DUE: { en: 'refund due', zh: '待退款' },
  REFUNDED: { en: 'refunded', zh: '已退款' },
  EXPIRED: { en: 'closed', zh: '已关闭' },
  FROZEN: { en: 'frozen', zh: '已冻结' },
} as const satisfies Readonly<Record<string, Hint>>;
