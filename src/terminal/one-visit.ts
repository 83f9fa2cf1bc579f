/**
 * One visit for one transport: two taps are one, and two wishes are one after the other. Taps with
 * the same key are one on whatever transport they come, when the same card is held to it.
 */
import type { Authority } from '../load/index.js';
import { QuancunError } from '../errors.js';
import type { Transport } from '../transport/index.js';
import { IDEMPOTENCY_CONFLICT } from '../core-errors.js';
import { TRANSPORT_BUSY } from '../transport/errors.js';
import type { LoadResult, Paid } from './recharge-options.js';
import { notLoaded, nothingTaken, refused } from './results.js';

/** A visit that is running, as others with its key see it. */
interface Running {
  readonly transport: Transport;
  readonly result: Promise<LoadResult>;
  /** Of the card that it read; none before it has. */
  readonly card: { number?: string };
  /** Who shares it, each on a transport of its own. */
  readonly sharing: Map<Transport, Promise<LoadResult>>;
}

/** What is asked for. */
export interface Wish {
  /** The same text is the same wish. */
  readonly text?: string | undefined;
  readonly paid: Paid;
  /** Of the card on this transport: another customer's is another wish. */
  readonly readNumber?: () => Promise<string>;
}

/** Told the number of the card that a visit reads. */
export type Seen = (cardNumber: string) => void;

const running = new WeakSet<Transport>();
const wished = new WeakMap<Authority, Map<string, Running>>();

/**
 * Runs a visit, unless one is running on this transport: the same wish shares its result, another
 * one is refused before anything is begun. The same wish of the same authority shares it on any
 * transport: whoever built a new one for the second tap would be taken the money twice.
 * @param work is handed what it tells the number of the card to that it reads
 */
export function inOneVisit(
  { transport, authority }: { readonly transport: Transport; readonly authority: Authority },
  wish: Wish,
  work: (seen: Seen) => Promise<LoadResult>,
): Promise<LoadResult> {
  const { text, paid, readNumber } = wish;
  const shared = text === undefined ? undefined : wished.get(authority)?.get(text);
  if (shared?.transport === transport) return shared.result;
  const known = shared?.sharing.get(transport);
  if (known !== undefined) return known;
  if (running.has(transport)) {
    return Promise.resolve(refused(paid, 'as-told', new QuancunError(TRANSPORT_BUSY)));
  }
  running.add(transport);
  const release = (): void => void running.delete(transport);
  if (shared !== undefined && readNumber !== undefined) {
    const told = share(shared, readNumber).finally(release);
    shared.sharing.set(transport, told);
    return told;
  }
  const wishes = wished.get(authority) ?? new Map<string, Running>();
  wished.set(authority, wishes);
  const card: Running['card'] = {};
  const result = work((cardNumber) => {
    card.number = cardNumber;
  }).finally(() => {
    release();
    if (text !== undefined) wishes.delete(text);
  });
  if (text !== undefined) wishes.set(text, { transport, result, card, sharing: new Map() });
  return result;
}

/**
 * How the other visit ends is this one's end only where it was this card: it is read when that one
 * is over, for both may be in one reader. A visit that read no card has done nothing.
 */
async function share(
  { result, card }: Running,
  readNumber: () => Promise<string>,
): Promise<LoadResult> {
  const told = await result;
  if (card.number === undefined) return told;
  try {
    const isSame = (await readNumber()) === card.number;
    return isSame ? told : nothingTaken(new QuancunError(IDEMPOTENCY_CONFLICT));
  } catch (thrown) {
    return notLoaded(thrown);
  }
}
