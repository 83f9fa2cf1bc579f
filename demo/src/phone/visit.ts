/**
 * A visit of the customer's phone: the word of the invitation is changed into a key of this phone's
 * own, and the card is lent to the server, which runs the load. The phone is a pipe: it knows
 * nothing of loads, and begins no step twice.
 */
import { envFrom, QuancunError } from 'quancun';
import { createVirtualCard, restoreCard, saveCard } from 'quancun/simulator';
import { withGetResponse } from 'quancun/transport';
import { httpLink, runRemoteTerminal } from 'quancun/transport/remote';
import { simulatorTransport } from 'quancun/transport/simulator';

/** What the server tells the phone that came with the word. */
export interface Visit {
  readonly keyId: string;
  readonly secret: string;
  readonly order: {
    readonly orderId: string;
    readonly amountFen: number;
    readonly cardTail: string;
    readonly outlet: string;
  };
}

/** How it ended, as the server has it. */
export type VisitEnd =
  | { readonly outcome: 'going' }
  | {
      readonly outcome: 'credited';
      readonly amountFen: number;
      readonly balanceAfterFen?: number;
    }
  | {
      readonly outcome: 'held' | 'refused';
      readonly code: string;
      readonly message: string;
      readonly messageZh: string;
      readonly hint: { readonly zh: string; readonly en: string };
    };

/** A simulated card that lies where any page of this demonstration can take it. */
export interface Card {
  readonly slot: string;
  readonly label: string;
  readonly state: string;
}

const env = envFrom(globalThis);

/** The word, once: it is taken out of the address, so that nobody reads it over a shoulder. */
export function takeTicket(): string {
  const ticket = location.hash.slice(1);
  history.replaceState(undefined, '', location.pathname);
  return ticket;
}

/** @throws INVITATION_OVER, as an error of the library's form */
export const beginVisit = (ticket: string): Promise<Visit> => post('/phone/visits', { ticket });

export const findEnd = (keyId: string): Promise<VisitEnd> => post('/phone/ends', { keyId });

/** Cards that can be held to this phone. */
export async function findCards(): Promise<readonly Card[]> {
  return (await post<{ readonly cards: readonly Card[] }>('/play/shelf', {})).cards;
}

/** Lends the card until the server needs it no more; it is put back as the load left it. */
export async function lendCard({ keyId, secret }: Visit, slot: string): Promise<void> {
  const taken = await post<{ readonly card: Card | null }>('/play/shelf/take', { slot });
  if (taken.card === null) throw new QuancunError('CARD_ABSENT', { sent: 'no' });
  const card = createVirtualCard(restoreCard(taken.card.state));
  const link = httpLink({ url: `${location.origin}/phone/remote`, fetch, env });
  const transport = withGetResponse(simulatorTransport(card));
  try {
    await runRemoteTerminal({ transport, link, env, keyId, secret });
  } finally {
    await post('/play/shelf/put', { ...taken.card, state: saveCard(card.state) });
  }
}

async function post<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(path, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  });
  const said: unknown = await answer.json();
  if (answer.ok) return said as T;
  throw QuancunError.fromJSON(said);
}
