/**
 * A request's slip: what its door wants written in the transaction of the decision that the request
 * leads to. What no transaction has written, the door writes by itself afterwards.
 */
import type { OrderView, Who } from '../load/index.js';
import type { CodesShown } from './hsm/watched.js';
import type { RequestRecord } from './ledger/ledger.js';

/** The slip of one request. */
export interface RequestSlip {
  readonly nonce: NonNullable<RequestRecord['nonce']>;
  /** Who asks: kept with what the request leads to. */
  who?: Who;
  /** The reply that is kept for an answer; absent: none is. */
  reply?: (view: OrderView) => NonNullable<RequestRecord['reply']>;
  /** What the HSM has said of the codes that it shows. */
  readonly codes?: CodesShown;
  /** What a transaction has written. */
  written?: RequestRecord;
}

/** What a transaction is to write, as long as none has; `view`: what is going to be answered. */
export function recordOf(
  slip: RequestSlip | undefined,
  view?: OrderView,
): { readonly record?: RequestRecord } {
  if (slip === undefined || slip.written !== undefined) return {};
  const { nonce, reply } = slip;
  const kept = view === undefined ? undefined : reply?.(view);
  return { record: { nonce, ...(kept === undefined ? {} : { reply: kept }) } };
}

/** A transaction has written the record. */
export function noteWritten(
  slip: RequestSlip | undefined,
  record: RequestRecord | undefined,
): void {
  if (slip !== undefined && record !== undefined) slip.written = record;
}
