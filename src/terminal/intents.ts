/**
 * The intent: this device's own note that money is about to be taken for an order. It is written
 * before the money is, and goes when the server has booked the payment, or has been told that
 * nothing was taken. What is found in it later is submitted again; nothing is ever taken again
 * because of it.
 */
import type { Env } from '../env.js';
import type { TakenPayment } from './payment.js';

/** How far the taking of a payment got, as this device knows. */
export type IntentStage =
  /** The server is about to be told; no money was asked for. */
  | 'ordered'
  /** The customer is being asked to pay. */
  | 'taking'
  /** The payment is in `payment`. */
  | 'taken'
  /** The customer did not pay; the server may not know it yet. */
  | 'not-taken'
  /** Settled and told; the store would not remove it. */
  | 'over';

/** What is kept of one order. */
export interface PaymentIntent {
  readonly orderId: string;
  readonly cardNumber: string;
  readonly amountFen: number;
  /** The intent's number at the server: `check.terminal` of the order it was begun with. */
  readonly terminal: string;
  readonly sinceMs: number;
  readonly stage: IntentStage;
  /** The visit that began it, as the server was told. */
  readonly visit?: string;
  /** In `taken`: the only payment that is ever submitted for it from here. */
  readonly payment?: TakenPayment;
  /** Payments of other visits that came late: they are submitted as well. */
  readonly others?: readonly TakenPayment[];
}

/**
 * Where intents are kept: a few, each some 300 bytes. `save` is over when the intent survives the
 * device being switched off.
 */
export interface IntentStore {
  /** Those of one card. */
  find(cardNumber: string): Promise<readonly PaymentIntent[]>;
  /** Keeps it, in place of what was kept of the same order. */
  save(intent: PaymentIntent): Promise<void>;
  remove(orderId: string): Promise<void>;
}

/** What is no intent any more holds up nothing. */
export function isIntent(value: unknown): value is PaymentIntent {
  const { orderId, cardNumber, stage } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return [orderId, cardNumber, stage].every((one) => typeof one === 'string');
}

/**
 * Intents in memory: they survive a cut line and a torn card, not the end of the program.
 * 内存中的收款意图（程序结束即失）。
 * @example
 * const intents = memoryIntentStore();
 * await intents.find('6201220000001234'); // []
 */
export function memoryIntentStore(): IntentStore {
  const kept = new Map<string, PaymentIntent>();
  return {
    find: (cardNumber) =>
      Promise.resolve([...kept.values()].filter((one) => one.cardNumber === cardNumber)),
    save: (intent) => {
      kept.set(intent.orderId, { ...intent });
      return Promise.resolve();
    },
    remove: (orderId) => {
      kept.delete(orderId);
      return Promise.resolve();
    },
  };
}

/** An Env is a device's: what one call remembers, the next one on the same device finds. */
const ofDevices = new WeakMap<Env, IntentStore>();

/** The store that was handed in, or the memory of this device. */
export function intentsOf({
  intents,
  env,
}: {
  readonly intents?: IntentStore | undefined;
  readonly env: Env;
}): IntentStore {
  const known = intents ?? ofDevices.get(env);
  if (known !== undefined) return known;
  const memory = memoryIntentStore();
  ofDevices.set(env, memory);
  return memory;
}
