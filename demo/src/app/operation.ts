/**
 * What goes on at this counter: one recharge or load at a time, driven by the library. It asks the
 * screen three things - is it this card, was it paid, how did it end - and decides nothing about
 * money itself.
 */
import {
  type CardReading,
  DEFAULT_PIN,
  load,
  loadRecord,
  type LoadResult,
  type OrderView,
  QuancunError,
  recharge,
  type RechargeOptions,
  type Stage,
  submitPayment,
  type TakenPayment,
} from 'quancun';
import type { Transport } from 'quancun';
import { shallowReactive } from 'vue';
import { withCard } from '../card/reader.js';
import { matters } from './leave.js';
import { authority, env, intents } from './server.js';
import { noteSession } from './session.js';
import { site } from './site.js';

/** What the screen is asked. */
export type Question =
  | { readonly kind: 'confirm'; readonly reading: CardReading; answer(isRight: boolean): void }
  | {
      readonly kind: 'take';
      readonly order: OrderView;
      answer(taken: TakenPayment | 'confirmed' | undefined): void;
    }
  | {
      readonly kind: 'find';
      readonly order: OrderView;
      answer(found: TakenPayment | 'none' | undefined): void;
    };

interface Operation {
  /** What it is for; nothing: nobody is at it. */
  purpose: 'recharge' | 'load' | undefined;
  stage: Stage | undefined;
  /** It is asked again, for the second time or more. */
  tries: number;
  question: Question | undefined;
  result: LoadResult | undefined;
  /** What was thrown: a reader that cannot be opened, a wrong option. */
  error: QuancunError | undefined;
}

export const operation = shallowReactive<Operation>({
  ...{ purpose: undefined, stage: undefined, tries: 1 },
  ...{ question: undefined, result: undefined, error: undefined },
});

/** From the money on, leaving the page would lose it. */
const MATTERS: readonly Stage[] = [
  ...(['announcing', 'paying', 'submitting', 'looking-up'] as const),
  ...(['proving', 'authorising', 'writing', 'checking'] as const),
];

function ask<K extends Question['kind'], A>(kind: K, rest: object): Promise<A> {
  return new Promise((resolve) => {
    const answer = (given: A): void => {
      operation.question = undefined;
      resolve(given);
    };
    operation.question = { kind, ...rest, answer } as unknown as Question;
  });
}

const common = (transport: Transport) => ({
  ...{ transport, authority, env, intents, pin: DEFAULT_PIN },
  terminal: site().terminal ?? '',
  onStage: (stage: Stage, detail?: { readonly tries?: number }) => {
    operation.stage = stage;
    operation.tries = detail?.tries ?? 1;
    matters.value = MATTERS.includes(stage);
  },
  findPayment,
});

/** At a bank the provider knows; elsewhere whoever can look at the POS. */
async function findPayment(order: OrderView): Promise<TakenPayment | 'none' | undefined> {
  const provider = order.taking?.provider;
  if (site().kind !== 'bank' || provider === undefined) return ask('find', { order });
  const { state, orderId, amountFen } = await authority.queryPayment(order.orderId, provider);
  // The server ends a code by the provider's word before it takes ours that nothing was taken.
  return state === 'PAID' ? { provider, transactionId: orderId, amountFen } : 'none';
}

/** One at a time: a second tap finds the first one at work. */
async function run(
  purpose: 'recharge' | 'load',
  work: (transport: Transport) => Promise<LoadResult>,
): Promise<void> {
  if (operation.purpose !== undefined) return;
  Object.assign(operation, { purpose, result: undefined, error: undefined, stage: undefined });
  try {
    const result = await withCard(work);
    if (result.outcome !== 'credited') noteSession(result.error);
    operation.result = result;
  } catch (error) {
    noteSession(error);
    operation.error =
      error instanceof QuancunError ? error : new QuancunError('INTERNAL', { cause: error });
  } finally {
    Object.assign(operation, { purpose: undefined, question: undefined });
    matters.value = false;
  }
}

/** 充值. The key is one for each card that was read: a second tap makes no second order. */
export function startRecharge(
  amountFen: number,
  idempotencyKey: string,
  provider: string,
): Promise<void> {
  const { kind, name: outlet } = site();
  return run('recharge', (transport) => {
    const options: RechargeOptions = {
      ...common(transport),
      ...{ amountFen, idempotencyKey, outlet },
      // At a bank nobody but the provider says that it was paid.
      ...(kind === 'bank' ? { expectedPayment: { provider } } : {}),
      confirmCard: (reading) => ask<'confirm', boolean>('confirm', { reading }),
      takePayment: (order) =>
        ask<'take', TakenPayment | 'confirmed' | undefined>('take', { order }),
    };
    return recharge(options);
  });
}

/** 圈存 of a record that was chosen, or of whatever the card has open. */
export function startLoad(orderId?: string): Promise<void> {
  return run('load', (transport) =>
    orderId === undefined ? load(common(transport)) : loadRecord(common(transport), orderId),
  );
}

/** The same payment once more: nothing is taken. */
export async function submitAgain(orderId: string, payment: TakenPayment): Promise<void> {
  if (operation.purpose !== undefined) return;
  Object.assign(operation, { purpose: 'load', error: undefined });
  try {
    const submitted = await submitPayment({ authority, env, intents }, orderId, payment);
    if (submitted.outcome === 'booked') {
      Object.assign(operation, { purpose: undefined });
      await startLoad(orderId);
    } else operation.result = submitted;
  } finally {
    Object.assign(operation, { purpose: undefined });
  }
}

/** The end was read: the next one may begin. */
export function endOperation(): void {
  Object.assign(operation, { result: undefined, error: undefined, stage: undefined });
}
