/**
 * What an office can do with one order: who may, when it is offered, and what it means. What is
 * offered here the server still weighs, and refuses with a reason where it is none of its time.
 */
import type { OrderState, OrderView } from 'quancun/load';
import type { OfficeClient } from 'quancun/terminal';
import type { OFFICE_TEXTS } from './office-texts.js';
import type { OfficeRights } from './roles.js';

/** One act. */
export interface Act {
  readonly id: 'cancel' | 'void' | 'withdraw' | 'refund';
  readonly how: keyof typeof OFFICE_TEXTS;
  readonly right: keyof OfficeRights;
  readonly states: readonly OrderState[];
  /** Whether the server keeps a reason of it. */
  readonly reason: 'wanted' | 'none';
  run(office: OfficeClient, orderId: string, reason: string): Promise<OrderView>;
}

export const ACTS: readonly Act[] = [
  {
    ...{ id: 'cancel', how: 'cancelHow', right: 'supervises', reason: 'none' },
    states: ['CREATED', 'PAID'],
    run: (office, orderId) => office.cancel(orderId),
  },
  {
    ...{ id: 'void', how: 'voidHow', right: 'supervises', reason: 'none' },
    states: ['ISSUED', 'HELD'],
    run: (office, orderId) => office.requestVoid(orderId),
  },
  {
    ...{ id: 'withdraw', how: 'withdrawHow', right: 'supervises', reason: 'none' },
    states: ['VOIDING'],
    run: (office, orderId) => office.withdrawVoid(orderId),
  },
  {
    ...{ id: 'refund', how: 'refundHow', right: 'keepsMoney', reason: 'wanted' },
    states: ['REFUND_DUE'],
    run: (office, orderId, reason) =>
      office.confirmRefund(orderId, undefined, reason === '' ? undefined : reason),
  },
];

/** What two people can make of an order; money goes back under a living MAC2 by one way alone. */
export const WAYS = ['resume', 'credited', 'refund', 'destroyed'] as const;

/** In which states two people decide, and what. */
export function waysOf(state: OrderState): readonly (typeof WAYS)[number][] {
  if (state === 'FROZEN') return WAYS;
  return state === 'HELD' ? WAYS.filter((way) => way !== 'resume') : [];
}

/** What this person is offered. */
export function actsOf(state: OrderState, may: OfficeRights): readonly Act[] {
  return ACTS.filter(({ states, right }) => states.includes(state) && may[right]);
}
