/**
 * What only a demonstration has: the customer's phone, and the shelf on which cards lie that no
 * reader holds, so that a card can be carried from one outlet to the other. Same origin only.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @typedef {{ slot: string, label: string, state: string }} ShelvedCard a card as `saveCard` has it
 */

/**
 * @param {object} options
 * @param {string} options.folder
 * @param {{ pay(orderId: string, provider: string): boolean, books(): object }} options.providers
 */
export function createPlay({ folder, providers }) {
  const shelf = openShelf(join(folder, 'shelf.json'));
  /** @type {Readonly<Record<string, (body: any) => Promise<object>>>} */
  const acts = {
    '/play/pay': async ({ orderId, provider }) => ({
      paid: providers.pay(String(orderId), String(provider)),
    }),
    '/play/books': async () => providers.books(),
    '/play/shelf': async () => ({ cards: await shelf.all() }),
    '/play/shelf/put': async (card) => ({ cards: await shelf.put(card) }),
    '/play/shelf/take': async ({ slot }) => ({ card: (await shelf.take(String(slot))) ?? null }),
  };
  return {
    shelf,
    /** @param {Request} request @returns {Promise<Response>} */
    fetch: async (request) => {
      const act = acts[new URL(request.url).pathname];
      const isOwn = request.headers.get('sec-fetch-site') === 'same-origin';
      if (act === undefined || !isOwn || request.method !== 'POST') {
        return Response.json({}, { status: 404 });
      }
      return Response.json(await act(await request.json()), {
        headers: { 'cache-control': 'no-store' },
      });
    },
  };
}

/** Cards in a file, one change at a time. @param {string} file */
function openShelf(file) {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  const inTurn = (work) => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
  /** @returns {Promise<ShelvedCard[]>} */
  const read = async () => {
    const text = await readFile(file, 'utf8').catch(() => '[]');
    return JSON.parse(text);
  };
  /** @param {ShelvedCard[]} cards */
  const write = async (cards) => {
    await writeFile(`${file}.new`, JSON.stringify(cards));
    await rename(`${file}.new`, file);
    return cards;
  };
  return {
    all: () => inTurn(read),
    /** @param {ShelvedCard} card */
    put: ({ slot, label, state }) =>
      inTurn(async () => {
        const others = (await read()).filter((one) => one.slot !== slot);
        return write([
          ...others,
          { slot: String(slot), label: String(label), state: String(state) },
        ]);
      }),
    /** @param {string} slot */
    take: (slot) =>
      inTurn(async () => {
        const cards = await read();
        await write(cards.filter((one) => one.slot !== slot));
        return cards.find((one) => one.slot === slot);
      }),
  };
}
