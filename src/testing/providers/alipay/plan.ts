/** What may go wrong at Alipay, call by call. */
import * as v from 'valibot';
import { objectOf, type Told } from '../../../json/index.js';
import { NOTICE_FAULTS } from '../notices.js';
import { CALL_FAULTS, createPlanned, faultsOf, type Planned } from '../plan.js';

/**
 * `acq-system-error` is 40004 with ACQ.SYSTEM_ERROR: it says "refused" and means "unknown". With
 * `-done` it was done.
 */
const FAULTS = [...CALL_FAULTS, 'acq-system-error', 'acq-system-error-done'] as const;

export const ALIPAY_PLAN = objectOf({
  precreate: faultsOf(FAULTS),
  query: faultsOf(FAULTS),
  /** `paid-meanwhile`: the customer pays just before the trade would have been closed. */
  close: faultsOf([...FAULTS, 'paid-meanwhile']),
  cancel: faultsOf([...FAULTS, 'paid-meanwhile']),
  /** `balance-short`: ACQ.SELLER_BALANCE_NOT_ENOUGH, nothing moves. */
  refund: faultsOf([...FAULTS, 'balance-short']),
  refundQuery: faultsOf(FAULTS),
  bill: faultsOf(FAULTS),
  /** Of the file: it is never signed. */
  download: faultsOf(CALL_FAULTS),
  notice: faultsOf(NOTICE_FAULTS),
  /** What becomes of a refund that is accepted: `days` is fund_change N, and done in three days. */
  refundFate: v.exactOptional(v.array(v.picklist(['fine', 'days']))),
});

/**
 * What goes wrong, call by call: the first word of a list is for the next call of that kind.
 * `fine` is a call that works; so is every call after the list has ended.
 * 故障计划：按调用顺序逐项生效。
 */
export interface AlipayPlan extends Told<typeof ALIPAY_PLAN> {}

/** Keeps the plan of a server. */
export function createAlipayPlan(): Planned<AlipayPlan> {
  return createPlanned<AlipayPlan>(ALIPAY_PLAN, 'startAlipayServer');
}
