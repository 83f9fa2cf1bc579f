/**
 * What this device has kept of payments, read and written: with an end for every wait, and so that
 * no payment is ever written over by another visit's.
 */
import { QuancunError } from '../errors.js';
import type { OrderView } from '../load/index.js';
import { intentsOf, type IntentStore, isIntent, type PaymentIntent } from './intents.js';
import type { TakenPayment } from './payment.js';
import type { PaymentOptions } from './recharge-options.js';
import { within } from './within.js';
import { INTENT_NOT_KEPT } from './errors.js';

/** A store that takes longer is as good as none. */
const STORE_TIMEOUT_MS = 10_000;

type Device = Pick<PaymentOptions, 'intents' | 'env'>;
type OfOrder = Pick<OrderView, 'orderId' | 'cardNumber'>;

/** What the store answers. @throws INTENT_NOT_KEPT when it cannot, or takes for ever */
export async function useIntents<T>(
  options: Device,
  use: (store: IntentStore) => Promise<T>,
): Promise<T> {
  const failed = (cause?: unknown): QuancunError => new QuancunError(INTENT_NOT_KEPT, { cause });
  const { env } = options;
  const limit = { env, limitMs: STORE_TIMEOUT_MS, late: failed };
  try {
    return await within(() => use(intentsOf(options)), limit);
  } catch (thrown) {
    throw failed(thrown);
  }
}

/**
 * What this device has kept of a card's orders.
 * @throws INTENT_NOT_KEPT when the store fails, or answers what is no list
 */
export function keptIntents(
  options: Device,
  cardNumber: string,
): Promise<readonly PaymentIntent[]> {
  return useIntents(options, (store) => ofCard(store, cardNumber));
}

async function ofCard(store: IntentStore, cardNumber: string): Promise<readonly PaymentIntent[]> {
  const kept: unknown = await store.find(cardNumber);
  if (!Array.isArray(kept)) throw new TypeError('find must answer an array');
  // A store that answers all it has must not submit another card's payment.
  return kept
    .filter(isIntent)
    .filter((one) => one.cardNumber === cardNumber && one.stage !== 'over');
}

async function ofOrder(store: IntentStore, order: OfOrder): Promise<PaymentIntent | undefined> {
  const kept = await ofCard(store, order.cardNumber);
  return kept.find((one) => one.orderId === order.orderId);
}

/**
 * Keeps an intent; payments that other visits left beside it stay.
 * @throws INTENT_NOT_KEPT
 */
export async function keepIntent(options: Device, intent: PaymentIntent): Promise<void> {
  await useIntents(options, async (store) => {
    const kept = await ofOrder(store, intent).catch(() => undefined);
    const { others } = kept ?? {};
    await store.save(others === undefined ? intent : { ...intent, others });
  });
}

/** Once money may have been taken, a store that fails stops nothing. */
export async function noteIntent(options: Device, intent: PaymentIntent): Promise<void> {
  await keepIntent(options, intent).catch(() => undefined);
}

/** A payment that comes when its visit is over: it stands beside what another one has kept. */
export async function noteLate(
  options: Device,
  intent: PaymentIntent,
  payment: TakenPayment,
): Promise<void> {
  await useIntents(options, async (store) => {
    const kept = await ofOrder(store, intent).catch(() => undefined);
    const isOfAnother = kept !== undefined && kept.visit !== intent.visit;
    const { others = [] } = kept ?? {};
    await store.save(
      isOfAnother
        ? { ...kept, others: [...others, payment] }
        : { ...intent, stage: 'taken', payment },
    );
  }).catch(() => undefined);
}

/** Every payment that is kept of the order. */
export function paymentsOf({ payment, others = [] }: PaymentIntent): readonly TakenPayment[] {
  return payment === undefined ? others : [payment, ...others];
}

/**
 * It is no longer needed: at worst the next visit tells the server the same again. A payment that
 * another visit left beside it takes its place; what a store does not remove is marked as over.
 */
export async function forgetIntent(options: Device, order: OfOrder): Promise<void> {
  const { orderId } = order;
  await useIntents(options, async (store) => {
    const kept = await ofOrder(store, order).catch(() => undefined);
    const [payment, ...others] = kept?.others ?? [];
    if (kept !== undefined && payment !== undefined) {
      const { others: _moved, ...rest } = kept;
      const left = others.length === 0 ? {} : { others };
      return store.save({ ...rest, stage: 'taken', payment, ...left });
    }
    return store.remove(orderId).catch((thrown: unknown) => {
      if (kept === undefined) throw thrown;
      const { payment: _settled, ...rest } = kept;
      return store.save({ ...rest, stage: 'over' });
    });
  }).catch(() => undefined);
}
