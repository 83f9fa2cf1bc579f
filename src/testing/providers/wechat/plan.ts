/** What may go wrong at WeChat Pay, call by call. */
import * as v from 'valibot';
import { objectOf, type Told } from '../../../json/index.js';
import { NOTICE_FAULTS } from '../notices.js';
import { CALL_FAULTS, createPlanned, faultsOf, type Planned } from '../plan.js';

/** `stale`: signed ten minutes ago. `probe`: a signature `WECHATPAY/SIGNTEST/…`. */
const FAULTS = [...CALL_FAULTS, 'stale', 'probe'] as const;

export const WECHAT_PAY_PLAN = objectOf({
  create: faultsOf(FAULTS),
  query: faultsOf(FAULTS),
  /** `paid-meanwhile`: the customer pays just before the order would have been closed. */
  close: faultsOf([...FAULTS, 'paid-meanwhile']),
  /** The last three are refusals that move nothing: the account is short, gone, or a false 404. */
  refund: faultsOf([...FAULTS, 'not-enough', 'account-abnormal', 'not-found']),
  refundQuery: faultsOf([...FAULTS, 'not-found']),
  certificates: faultsOf(FAULTS),
  bill: faultsOf(FAULTS),
  /** Of the file: it is never signed; `tampered` changes what was hashed. */
  download: faultsOf(CALL_FAULTS),
  /** `bad-tag`: signed well, with a ciphertext that somebody changed. */
  notice: faultsOf([...NOTICE_FAULTS, 'stale', 'probe', 'bad-tag']),
  /**
   * What becomes of a refund that is accepted: `days` is SUCCESS after three days, `closed` and
   * `abnormal` end so after the time that a refund takes.
   */
  refundFate: v.exactOptional(
    v.array(v.picklist(['fine', 'days', 'closed', 'abnormal', 'closed-after-days'])),
  ),
});

/**
 * What goes wrong, call by call: the first word of a list is for the next call of that kind.
 * `fine` is a call that works; so is every call after the list has ended.
 * 故障计划：按调用顺序逐项生效。
 */
export interface WechatPayPlan extends Told<typeof WECHAT_PAY_PLAN> {}

/** Keeps the plan of a server. */
export function createWechatPayPlan(): Planned<WechatPayPlan> {
  return createPlanned<WechatPayPlan>(WECHAT_PAY_PLAN, 'startWechatPayServer');
}
