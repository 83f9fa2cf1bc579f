/** The memory ledger's lists of payments: awaited ones, and those to be given back. */
import { type Order, isRefundDue, type Payment } from '../../load/index.js';
import type { AwaitedPayment, AwaitedQuery, PaymentBook, RefundsQuery } from './payment-book.js';

/** What the lists are made from: the ledger's own tables. */
export interface PaymentTables {
  readonly payments: () => ReadonlyMap<string, Payment>;
  readonly orderOf: (orderId: string) => Order | undefined;
}

/** Makes the lists. */
export function memoryPaymentBook({ payments, orderOf }: PaymentTables): PaymentBook {
  const awaited = new Map<string, AwaitedPayment>();
  return {
    awaitPayment: (one) => {
      const key = keyOf(one.orderId, one.provider);
      const standing = awaited.get(key) ?? one;
      awaited.set(key, standing);
      return Promise.resolve(standing);
    },
    findAwaited: (query) => Promise.resolve(due([...awaited.values()], query)),
    askAgainAt: (orderId, provider, askAtMs) => {
      const key = keyOf(orderId, provider);
      const known = awaited.get(key);
      if (known !== undefined) {
        const { askAtMs: _before, ...rest } = known;
        awaited.set(key, askAtMs === undefined ? rest : { ...rest, askAtMs });
      }
      return Promise.resolve();
    },
    findRefundsDue: ({ provider, after, limit }: RefundsQuery) =>
      Promise.resolve(
        [...payments().values()]
          .filter((payment) => {
            const { transactionId, orderId } = payment;
            const order = orderOf(orderId);
            return (
              order !== undefined &&
              isRefundDue(order, payment) &&
              (provider === undefined || transactionId.startsWith(`${provider}:`)) &&
              (after === undefined || transactionId > after)
            );
          })
          .sort((a, b) => (a.transactionId < b.transactionId ? -1 : 1))
          .slice(0, limit),
      ),
  };
}

function due(
  all: readonly AwaitedPayment[],
  { provider, dueAtMs, limit }: AwaitedQuery,
): readonly AwaitedPayment[] {
  const askAt = (one: AwaitedPayment): number => one.askAtMs ?? Infinity;
  return all
    .filter((one) => one.provider === provider && askAt(one) <= dueAtMs)
    .sort((a, b) => askAt(a) - askAt(b) || (a.orderId < b.orderId ? -1 : 1))
    .slice(0, limit);
}

function keyOf(orderId: string, provider: string): string {
  return `${orderId} ${provider}`;
}
