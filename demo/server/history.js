/**
 * What had happened before the page is opened: recharges of yesterday and of today at both outlets,
 * one that was never written to its card, and the cards themselves on the shelf. Made by the
 * library's own recharge, with the clock turned back.
 */
import { DEFAULT_PIN, recharge, serverClient } from 'quancun';
import { createVirtualCard, personalise, saveCard } from 'quancun/simulator';
import { simulatorTransport } from 'quancun/transport/simulator';
import { withFaults } from 'quancun/testing';
import { personClient } from 'quancun/terminal';
import { PASSWORD } from './devices.js';

const HOUR_MS = 3_600_000;

/**
 * @typedef {{ plate: string, number: string, hoursAgo: number, yuan: number, torn?: true }} Story
 * @type {readonly Story[]}
 */
const STORIES = [
  { plate: '甘A10086', number: '6201220000000101', hoursAgo: 27, yuan: 200 },
  { plate: '甘B20001', number: '6201220000000102', hoursAgo: 26, yuan: 500 },
  { plate: '甘A33333', number: '6201220000000103', hoursAgo: 0.15, yuan: 100 },
  { plate: '甘C45678', number: '6201220000000104', hoursAgo: 0.1, yuan: 300, torn: true },
  { plate: '甘D56789', number: '6201220000000105', hoursAgo: 0.05, yuan: 1_000 },
];

/** Exchanges with the card before CREDIT FOR LOAD. */
const CREDIT = 11;

/**
 * @typedef {import('./play.js').ShelvedCard} Card
 * @typedef {{ all(): Promise<readonly object[]>, put(card: Card): Promise<unknown> }} Shelf
 */

/**
 * @param {object} options
 * @param {{ handler: import('quancun/server/http').HttpHandler }} options.shop
 * @param {{ offsetMs: number }} options.clock
 * @param {import('quancun').Env} options.env
 * @param {readonly import('./devices.js').Device[]} options.devices
 * @param {Shelf} options.shelf
 */
export async function seedHistory({ shop, clock, env, devices, shelf }) {
  if ((await shelf.all()).length > 0) return;
  const [{ caller }] = /** @type {[import('./devices.js').Device]} */ (devices);
  const { keyId, secret, terminal = '', outlet = '' } = caller;
  let session = '';
  const line = {
    ...{ url: 'http://localhost', keyId, secret, env, session: () => session },
    fetch: (/** @type {string} */ url, /** @type {RequestInit} */ init) =>
      shop.handler.fetch(new Request(url, init)),
  };
  const authority = serverClient(line);
  for (const [index, { plate, number, hoursAgo, yuan, torn }] of STORIES.entries()) {
    clock.offsetMs = -hoursAgo * HOUR_MS;
    session = (await personClient(line).logIn('wang', PASSWORD)).session ?? '';
    const amountFen = yuan * 100;
    const card = createVirtualCard(
      personalise({ kind: '3des-4x', plate, cardNumber: number, balanceFen: 2_350 }),
    );
    const reader = simulatorTransport(card);
    await recharge({
      ...{ authority, env, terminal, pin: DEFAULT_PIN, outlet, amountFen },
      transport: torn ? withFaults(reader, [{ exchange: CREDIT, kind: 'lose-before' }]) : reader,
      takePayment: async () => ({
        ...{ provider: index % 2 === 0 ? 'pos' : 'cash', amountFen },
        transactionId: `H${String(index + 1).padStart(6, '0')}`,
      }),
    });
    card.reset();
    await shelf.put({ slot: number, label: plate, state: saveCard(card.state) });
  }
  clock.offsetMs = 0;
  await personClient(line).logOut();
}
