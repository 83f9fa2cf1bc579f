/**
 * What the board of the day shows, out of what the office's routes answer: orders of today by hour
 * and by where they stand, orders without an end by how long they have stood, differences. Pure.
 */
import type { OrderRecord, OrderState } from 'quancun/load';

/** What people tell apart at a glance: eleven states are six colours. */
export const GROUPS = ['credited', 'held', 'open', 'refund', 'frozen', 'closed'] as const;

/** Where orders stand, as the board has it. */
export type Group = (typeof GROUPS)[number];

/** How long an order has stood without an end: each up to its hours. */
export const AGES = [
  { id: 'hour', belowHours: 1 },
  { id: 'day', belowHours: 24 },
  { id: 'three-days', belowHours: 72 },
  { id: 'week', belowHours: 168 },
  { id: 'older', belowHours: Number.POSITIVE_INFINITY },
] as const;

/** A row of the ages. */
export type Age = (typeof AGES)[number]['id'];

/** A number of orders, and what they come to. */
export interface Sum {
  readonly count: number;
  readonly amountFen: number;
}

/** What of an order is counted. */
export type Counted = Pick<OrderRecord, 'state' | 'amountFen' | 'createdAtMs'>;

const GROUP_OF: Readonly<Record<OrderState, Group>> = {
  CREATED: 'open',
  TAKING: 'open',
  PAID: 'held',
  ISSUED: 'held',
  HELD: 'held',
  VOIDING: 'refund',
  CREDITED: 'credited',
  REFUND_DUE: 'refund',
  REFUNDED: 'refund',
  EXPIRED: 'closed',
  FROZEN: 'frozen',
};

/** Paid, or perhaps paid, and neither on a card nor given back. */
export const STANDING: readonly OrderState[] = [
  ...(['TAKING', 'PAID', 'ISSUED', 'HELD', 'VOIDING', 'FROZEN'] as const),
];

const HOUR_MS = 3_600_000;
/** China has one time, and no summer. */
const CHINA_MS = 8 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

/** Where an order stands. A state of a newer server is looked at by people. */
export function groupOf(state: OrderState): Group {
  return GROUP_OF[state] ?? 'frozen';
}

/** When China's day began, whatever zone the screen is set to. */
export function dayStartMs(atMs: number): number {
  return Math.floor((atMs + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS;
}

/** `YYYY-MM-DD`, in China. */
export function dayOf(atMs: number): string {
  return new Date(atMs + CHINA_MS).toISOString().slice(0, 10);
}

/** 0 to 23, in China. */
export function hourOf(atMs: number): number {
  return Math.floor((atMs + CHINA_MS) / HOUR_MS) % 24;
}

/** For each group 24 numbers of orders. */
export function countByHour(orders: readonly Counted[]): Readonly<Record<Group, number[]>> {
  const empty = (): number[] => Array.from({ length: 24 }, () => 0);
  const counts = Object.fromEntries(GROUPS.map((group) => [group, empty()])) as Record<
    Group,
    number[]
  >;
  for (const { state, createdAtMs } of orders) {
    const hours = counts[groupOf(state)];
    const hour = hourOf(createdAtMs);
    hours[hour] = (hours[hour] ?? 0) + 1;
  }
  return counts;
}

/** For each group how many, and how much. */
export function sumByGroup(orders: readonly Counted[]): Readonly<Record<Group, Sum>> {
  return sumBy(GROUPS, orders, ({ state }) => groupOf(state));
}

/** For each age how many, and how much. */
export function sumByAge(orders: readonly Counted[], nowMs: number): Readonly<Record<Age, Sum>> {
  const ids = AGES.map(({ id }) => id);
  return sumBy(ids, orders, ({ createdAtMs }) => ageOf(createdAtMs, nowMs));
}

/** How long it has stood. */
export function ageOf(sinceMs: number, nowMs: number): Age {
  const hours = (nowMs - sinceMs) / HOUR_MS;
  return AGES.find(({ belowHours }) => hours < belowHours)?.id ?? 'older';
}

function sumBy<Key extends string>(
  keys: readonly Key[],
  orders: readonly Counted[],
  keyOf: (order: Counted) => Key,
): Readonly<Record<Key, Sum>> {
  const of = (key: Key): Sum => {
    const some = orders.filter((order) => keyOf(order) === key);
    return {
      count: some.length,
      amountFen: some.reduce((sum, { amountFen }) => sum + amountFen, 0),
    };
  };
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Sum>;
}
