/** Why an order is frozen: contradictions between card, ledger and journals, for people. */
import type { Hint } from '../error-row.js';

export const FREEZE_REASONS = {
  earlier: { en: 'it was frozen earlier', zh: '此前已冻结' },
  'tac-given-up': {
    en: 'a TAC is valid at a counter value that was given up',
    zh: '已放弃的联机交易序号上出现有效 TAC',
  },
  'tac-twice': { en: 'two TACs are valid for one order', zh: '同一订单出现两个有效 TAC' },
  'tac-after-end': {
    en: 'a TAC is valid though the order has ended',
    zh: '订单已结束却出现有效 TAC',
  },
  'tac-while-frozen': { en: 'a TAC arrived while it was frozen', zh: '冻结期间收到 TAC' },
  'counter-fell': {
    en: 'a fresh answer shows a counter below one already proved',
    zh: '联机交易序号低于已证实的值',
  },
  'counter-without-load': {
    en: 'the counter moved without a load of ours',
    zh: '联机交易序号变化，但并非本系统圈存',
  },
  'counter-jumped': {
    en: 'the counter moved more than one load',
    zh: '联机交易序号变化超过一笔',
  },
  'balance-above': {
    en: 'the balance is above what this load can have made it',
    zh: '卡余额高于本笔圈存后应有的余额',
  },
  'journal-authorisation': {
    en: 'a journal shows an authorisation that the ledger cannot place',
    zh: '日志中有账本无法对应的授权',
  },
  'journal-payment': {
    en: 'a journal shows a refund of a payment that the order does not have',
    zh: '日志中有本订单不存在的付款的退款',
  },
  'journal-refund': {
    en: 'a journal shows a refund that the state of the order rules out',
    zh: '日志中的退款与订单状态矛盾',
  },
} satisfies Readonly<Record<string, Hint>>;

/** Why an order is frozen. */
export type FreezeReason = keyof typeof FREEZE_REASONS;
