/** Inviting a customer's phone to finish an order: the server makes the word, once for each. */
import { QuancunError } from 'quancun';
import { pageFetch } from '../app/network.js';

/** What the customer scans. */
export interface Invitation {
  readonly link: string;
  readonly untilMs: number;
}

/** @throws what the counter door refuses with, ORDER_CLOSED */
export async function invite(orderId: string): Promise<Invitation> {
  const answer = await pageFetch('/phone/invitations', {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ orderId }),
  });
  const said: unknown = await answer.json();
  if (answer.ok) return said as Invitation;
  throw QuancunError.fromJSON(said);
}
