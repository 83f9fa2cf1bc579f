/** Where cards lie that nobody holds: at the demonstration's server, seen by every outlet. */
import { reactive } from 'vue';

export interface ShelvedCard {
  readonly slot: string;
  readonly label: string;
  readonly state: string;
}

async function ask<T>(path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as T;
}

export const shelf = reactive({
  cards: [] as readonly ShelvedCard[],
  load: async (): Promise<void> => {
    shelf.cards = (await ask<{ cards: ShelvedCard[] }>('/play/shelf', {})).cards;
  },
});

export async function putOnShelf(card: ShelvedCard): Promise<void> {
  shelf.cards = (await ask<{ cards: ShelvedCard[] }>('/play/shelf/put', card)).cards;
}

export async function takeFromShelf(slot: string): Promise<ShelvedCard | undefined> {
  const { card } = await ask<{ card: ShelvedCard | null }>('/play/shelf/take', { slot });
  await shelf.load();
  return card ?? undefined;
}

/** The customer pays with a phone: of a demonstration alone. */
export function customerPays(orderId: string, provider: string): Promise<{ paid: boolean }> {
  return ask('/play/pay', { orderId, provider });
}
