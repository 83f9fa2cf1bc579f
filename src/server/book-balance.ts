/**
 * The rule of the operator guide that a card's balance must be the one in the books, uncleared
 * tolls posted (卡余额和库余额). It may refuse to start a load. It is never evidence: whether a card
 * was written only its counter and its TAC can tell, because a toll changes the balance and not
 * the counter. So it is asked before any money and before the first MAC2 of an order, never after.
 */
import type { Situation } from '../load/index.js';
import { splitBalance } from '../money.js';
import type { Weighed } from './weigh.js';
import { BOOK_BALANCE_MISMATCH } from './errors.js';

/** What the books of the issuer say a card holds; this order not counted. */
export interface BookBalance {
  readonly balanceFen: number;
  /** Tolls that were paid from the card and are not taken off `balanceFen` yet. */
  readonly unclearedTollsFen: number;
}

/**
 * Looks a card up in the issuer's books; `undefined` when they know nothing of it.
 * 查询库余额；无记录时返回 undefined。
 */
export type FindBookBalance = (cardNumber: string) => Promise<BookBalance | undefined>;

/** Refuses the first authorisation of an order whose card and books disagree. */
export async function checkBookBalance(
  findBookBalance: FindBookBalance | undefined,
  { order, attempts }: Situation,
  weighed: Weighed,
): Promise<Weighed> {
  if (findBookBalance === undefined || !('evidence' in weighed)) return weighed;
  const { evidence } = weighed;
  const starts = order.state === 'PAID' && attempts.length === 0 && evidence.kind === 'init';
  const begins = order.state === 'CREATED' && evidence.kind === 'taking';
  if (!starts && !begins) return weighed;
  const books = await findBookBalance(order.cardNumber);
  if (books === undefined) return weighed;
  return booksDiffer(books, splitBalance(evidence.init.rawBalance).balanceFen) ?? weighed;
}

/** Why a card that holds this much is not the one in the books. */
export function booksDiffer(books: BookBalance, cardFen: number) {
  const bookFen = books.balanceFen - books.unclearedTollsFen;
  if (cardFen === bookFen) return undefined;
  return { row: BOOK_BALANCE_MISMATCH, details: { cardFen, bookFen } };
}
