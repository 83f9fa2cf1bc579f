/** One order with all that happened to it, for the office: no key, no cryptogram. */
import type { AuditEvent, Ledger } from '../ledger/ledger.js';
import type { RefundProgress } from '../ledger/payment-book.js';
import type { Attempt, Order, OrderRecord, Payment } from '../../load/index.js';
import type { OrderHistory } from '../../messages/index.js';

/** All of it; nothing where there is no such order. */
export async function findHistory(
  ledger: Ledger,
  orderId: string,
  viewRecord: (order: Order) => OrderRecord,
): Promise<OrderHistory | undefined> {
  const snapshot = await ledger.read(orderId);
  if (snapshot === undefined) return undefined;
  const { order, payments, attempts } = snapshot.situation;
  const [codes, slips, events] = await Promise.all([
    ledger.findAwaitedOf(orderId),
    ledger.findSlips(orderId),
    ledger.events(orderId),
  ]);
  const refunds = await Promise.all(
    payments.map(({ transactionId }) => ledger.findRefund(transactionId)),
  );
  return {
    order: { ...viewRecord(order), ...viewRest(order) },
    payments: payments.map((payment, at) => viewPayment(payment, refunds[at])),
    codes: codes.map(({ provider, generation, openedAtMs, expiresAtMs, end }) => {
      return {
        provider,
        generation,
        openedAtMs,
        expiresAtMs,
        ...(end === undefined ? {} : { end }),
      };
    }),
    attempts: attempts.map((attempt, at) => viewAttempt(order, attempt, at + 1)),
    slips: slips.map(({ atMs, who }, at) => {
      return { number: at + 1, atMs, ...(who === undefined ? {} : { who }) };
    }),
    events: events.map(viewEvent),
  };
}

function viewRest(
  order: Order,
): Pick<
  OrderHistory['order'],
  'updatedAtMs' | 'terminal' | 'who' | 'boundAtc' | 'frozenFrom' | 'release'
> {
  const { updatedAtMs, terminal, who, boundAtc, frozenFrom, release } = order;
  return {
    updatedAtMs,
    ...(terminal === undefined ? {} : { terminal }),
    ...(who === undefined ? {} : { who }),
    ...(boundAtc === undefined ? {} : { boundAtc }),
    ...(frozenFrom === undefined ? {} : { frozenFrom }),
    ...(release === undefined ? {} : { release }),
  };
}

function viewPayment(
  { transactionId, amountFen, surplus, paidAtMs, bookedAtMs, refundedAtMs, who }: Payment,
  progress: RefundProgress | undefined,
): OrderHistory['payments'][number] {
  return {
    ...{ transactionId, amountFen, surplus },
    ...(paidAtMs === undefined ? {} : { paidAtMs }),
    ...(bookedAtMs === undefined ? {} : { bookedAtMs }),
    ...(refundedAtMs === undefined ? {} : { refundedAtMs }),
    ...(who === undefined ? {} : { who }),
    ...(progress === undefined
      ? {}
      : {
          refund: {
            ...{ number: progress.number, status: progress.status, sinceMs: progress.sinceMs },
          },
        }),
  };
}

/** The card takes an attempt while its order is bound to the counter value that it was made at. */
function viewAttempt(
  { proof, boundAtc, state }: Order,
  { onlineAtc, date, time, terminal }: Attempt,
  number: number,
): OrderHistory['attempts'][number] {
  const isBound = onlineAtc === boundAtc;
  const isProved = isBound && proof?.date === date && proof.time === time;
  const hasEnded = ['CREDITED', 'REFUND_DUE', 'REFUNDED', 'EXPIRED'].includes(state);
  return {
    ...{ number, onlineAtc, date, time, terminal },
    state: isProved ? 'proved' : isBound && !hasEnded ? 'open' : 'over',
  };
}

function viewEvent({
  sequence,
  atMs,
  evidence,
  from,
  to,
  who,
}: AuditEvent): OrderHistory['events'][number] {
  return { sequence, atMs, evidence, from, to, ...(who === undefined ? {} : { who }) };
}
