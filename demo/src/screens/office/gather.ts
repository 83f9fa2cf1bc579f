/**
 * Lists of the office, page by page, up to a bound that is said where it was reached: a list that
 * is cut off in silence is taken for the whole.
 */
import type { OrderRecord, OrderState } from 'quancun/load';
import type { OfficeClient, OwedPage, WorkPage } from 'quancun/terminal';

/** A list, and whether there is more than was asked for. */
export interface Gathered<T> {
  readonly list: readonly T[];
  readonly isWhole: boolean;
}

/** A payment that is owed back. */
export type Owed = OwedPage['refunds'][number];
/** What a person must look at. */
export type Work = WorkPage['work'][number];

const MAX_PAGES = 20;
/** One question of the office spans 30 days at most. */
const SPAN_MS = 30 * 86_400_000;

/** Orders of a span of time, newest first; of these states, or of all. */
export async function gatherOrders(
  office: OfficeClient,
  { fromMs, toMs, states }: { fromMs: number; toMs: number; states?: readonly OrderState[] },
): Promise<Gathered<OrderRecord>> {
  return eachPage(async (cursor) => {
    const { records, next } = await office.findOrders({
      ...{ fromMs, toMs, limit: 100 },
      ...(states === undefined ? {} : { states: [...states] }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { list: records, next };
  });
}

/** Orders in these states of the last spans of 30 days. */
export async function gatherStanding(
  office: OfficeClient,
  { nowMs, states, spans }: { nowMs: number; states: readonly OrderState[]; spans: number },
): Promise<Gathered<OrderRecord>> {
  const found: OrderRecord[] = [];
  let isWhole = true;
  // A minute ahead: the server's clock may be.
  let toMs = nowMs + 60_000;
  for (let span = 0; span < spans; span += 1) {
    const fromMs = Math.max(0, toMs - SPAN_MS);
    const one = await gatherOrders(office, { fromMs, toMs, states });
    found.push(...one.list);
    isWhole &&= one.isWhole;
    toMs = fromMs;
  }
  return { list: found, isWhole };
}

/** Payments that are owed back. */
export function gatherOwed(office: OfficeClient): Promise<Gathered<Owed>> {
  return eachPage(async (after) => {
    const { refunds, next } = await office.findRefundsDue(after);
    return { list: refunds, next };
  });
}

/** Where the books and a provider differ. */
export function gatherWork(office: OfficeClient): Promise<Gathered<Work>> {
  return eachPage(async (after) => {
    const { work, next } = await office.findWork(after);
    return { list: work, next };
  });
}

async function eachPage<T>(
  ask: (
    after: string | undefined,
  ) => Promise<{ readonly list: readonly T[]; readonly next: string | null }>,
): Promise<Gathered<T>> {
  const list: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await ask(after);
    list.push(...answer.list);
    if (answer.next === null) return { list, isWhole: true };
    after = answer.next;
  }
  return { list, isWhole: false };
}
