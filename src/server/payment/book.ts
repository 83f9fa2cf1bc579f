/** Booking what a provider took. Each entry by itself: a bad one is shown, and hides no other. */
import { type ErrorCode, isQuancunError } from '../../errors.js';
import { PROTOCOL_VERSION } from '../../load/index.js';
import type { AwaitedPayment, WorkItem } from '../ledger/payment-book.js';
import type { CheckedState } from './ask.js';
import type { PaymentsContext } from './context.js';
import { PAYMENT_REUSED } from '../errors.js';
import { PAYMENT_AMOUNT_CHANGED, PAYMENT_CURRENCY, PAYMENT_ENTRY_INVALID } from './errors.js';
import { merchantOrderNumberOf } from './names.js';
import type { ProviderPayment } from './port.js';

/** The only currency of a card. */
const CURRENCY = 'CNY';
/** What a provider says that the books cannot take: a person must look. */
type Problem = Extract<
  ErrorCode,
  'PAYMENT_ENTRY_INVALID' | 'PAYMENT_AMOUNT_CHANGED' | 'PAYMENT_CURRENCY' | 'PAYMENT_REUSED'
>;

/** What came of an answer. */
export interface Booked {
  /** What could not be booked: noted for people. */
  readonly problems: readonly ErrorCode[];
  /** Whether something was booked that was not there before. */
  readonly isNew: boolean;
}

/**
 * Books the entries of an answer, and notes those that cannot be booked.
 * @throws what keeps good entries from being booked now, after the others were
 */
export async function bookEntries(
  context: PaymentsContext,
  code: AwaitedPayment,
  { payments, invalid }: CheckedState,
): Promise<Booked> {
  const problems: ErrorCode[] = [];
  let isNew = false;
  const later: unknown[] = [];
  if (invalid > 0) {
    const { orderId, generation } = code;
    const number = merchantOrderNumberOf(orderId, generation);
    await note(context, code, PAYMENT_ENTRY_INVALID, `${number} ${String(invalid)}`, {});
    problems.push(PAYMENT_ENTRY_INVALID.code);
  }
  for (const payment of payments) {
    try {
      const problem = await bookOne(context, code, payment);
      if (problem === 'booked') isNew = true;
      else if (problem !== 'known') problems.push(problem);
    } catch (error) {
      later.push(error);
    }
  }
  if (later.length > 0) throw later[0];
  return { problems, isNew };
}

async function bookOne(
  context: PaymentsContext,
  code: AwaitedPayment,
  payment: ProviderPayment,
): Promise<Problem | 'booked' | 'known'> {
  const { transactionId, settledFen, currency = CURRENCY, paidAtMs } = payment;
  const { authority, ledger, provider } = context;
  const { orderId } = code;
  const noted = { transactionId, theirsFen: settledFen };
  if (currency !== CURRENCY) {
    const key = `${transactionId} ${currency}`;
    await note(context, code, PAYMENT_CURRENCY, key, { ...noted, message: currency });
    return PAYMENT_CURRENCY.code;
  }
  const name = `${provider.name}:${transactionId}`;
  const booked = (await ledger.read(orderId))?.situation.payments ?? [];
  const known = booked.find((one) => one.transactionId === name);
  if (known?.amountFen === settledFen) return 'known';
  if (known !== undefined) {
    const key = `${transactionId} ${String(settledFen)}`;
    const amounts = { ...noted, oursFen: known.amountFen };
    await note(context, code, PAYMENT_AMOUNT_CHANGED, key, amounts);
    return PAYMENT_AMOUNT_CHANGED.code;
  }
  try {
    await authority.confirmPayment({
      protocol: PROTOCOL_VERSION,
      ...{ orderId, provider: provider.name, transactionId, amountFen: settledFen },
      ...(paidAtMs === undefined ? {} : { paidAtMs }),
    });
    return 'booked';
  } catch (error) {
    if (!isQuancunError(error, 'PAYMENT_REUSED')) throw error;
    await note(context, code, PAYMENT_REUSED, `${transactionId} ${orderId}`, noted);
    return PAYMENT_REUSED.code;
  }
}

async function note(
  { ledger, provider, env }: PaymentsContext,
  { orderId }: AwaitedPayment,
  { code: problem }: { readonly code: Problem },
  key: string,
  what: Pick<WorkItem, 'transactionId' | 'theirsFen' | 'oursFen' | 'message'>,
): Promise<void> {
  const nowMs = env.now();
  await ledger.noteWork({
    key: `${problem} ${provider.name} ${key}`,
    code: problem,
    provider: provider.name,
    orderId,
    ...what,
    firstMs: nowMs,
    lastMs: nowMs,
  });
}
