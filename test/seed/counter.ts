/** The counter of the operator guide: one card, a reader that can be torn, and 充值记录 over HTTP. */
import { envFrom } from '../../src/env.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import { type Prompt, promptOf, PROMPTS } from '../../src/prompts/index.js';
import { createHttpHandler } from '../../src/server/http/index.js';
import { memoryGuard } from '../../src/server/index.js';
import {
  createVirtualCard,
  personalise,
  type PersonaliseOptions,
} from '../../src/simulator/index.js';
import { type LoadResult, serverClient, type TakenPayment } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Transport, withGetResponse } from '../../src/transport/index.js';
import { openShop, type Shop, type ShopOptions, type VisitPlan } from '../support/shop.js';
import { TERMINAL } from '../support/signed-fetch.js';

/** A story: what happens at the counter, and what must come of it. */
export type Story = () => Promise<void> | void;
/** Stories by title; a title begins with the row that it is told for. */
export type Stories = Readonly<Record<string, Story>>;

/** The card of the stories: 50 yuan, and loaded seven times before. */
export const CARD: PersonaliseOptions = { kind: '3des-4x', balanceFen: 5000, onlineAtc: 7 };
export const CARD_NUMBER = '6201220000001234';
export const DAY_MS = 24 * 3_600_000;

/** Opens it. */
export function openCounter(options: Partial<ShopOptions> = {}) {
  const shop = openShop({ card: CARD, ...options });
  const handler = createHttpHandler({
    ...{ authority: shop.authority, ledger: shop.ledger, guard: memoryGuard(), env: shop.env },
    callers: [{ ...TERMINAL, scopes: ['recharge', 'query'] }],
  });
  const line: { answers: 'server' | 'nobody' | 'a portal' } = { answers: 'server' };
  const server = serverClient({
    ...{
      ...TERMINAL,
      url: 'http://authority.test',
      env: { ...envFrom(globalThis), now: shop.env.now },
    },
    maxTries: 1,
    fetch: (url, init) => {
      if (line.answers === 'server') return handler.fetch(new Request(url, init));
      if (line.answers === 'nobody') return Promise.reject(new TypeError('fetch failed'));
      return Promise.resolve(new Response('<html>Sign in to this network</html>'));
    },
  });
  return {
    ...shop,
    /** The server as a terminal reaches it over HTTP. */
    server,
    /** Who answers it on the network. */
    line,
    /** 【查询】 of the last day, by whatever else is asked. */
    records: async (asked: Readonly<Record<string, unknown>> = { cardNumber: CARD_NUMBER }) => {
      const nowMs = shop.env.now();
      const range = { fromMs: nowMs - DAY_MS, toMs: nowMs + 1 };
      const { records } = await server.findOrders({ ...range, ...asked });
      return records;
    },
  };
}

/** A visit whose card leaves just before CREDIT FOR LOAD reaches it, or with its answer. */
export function tornAtCredit(shop: Pick<Shop, 'insert'>, when: 'before' | 'after'): VisitPlan {
  const { transport } = shop.insert();
  let isGone = false;
  const transmit: Transport['transmit'] = async (command, given) => {
    if (isGone) throw new QuancunError(ERROR_TABLE.TRANSPORT_LOST, { sent: 'no' });
    if (command[1] !== 0x52) return transport.transmit(command, given);
    isGone = true;
    if (when === 'after') await transport.transmit(command, given);
    throw new QuancunError(ERROR_TABLE.TRANSPORT_LOST, { sent: 'maybe' });
  };
  const { info } = transport;
  return { options: { transport: { info, transmit, close: () => Promise.resolve() } } };
}

/** A reader in which everything fails with one code. */
export function failingReader(code: keyof typeof ERROR_TABLE): Transport {
  const transmit = () => Promise.reject(new QuancunError(ERROR_TABLE[code], { sent: 'no' }));
  return { info: { kind: 'failing', maxBatch: 1 }, transmit, close: () => Promise.resolve() };
}

/** Another card in the reader. */
export function anotherCard(options: Partial<PersonaliseOptions> = {}) {
  const card = createVirtualCard(
    personalise({ ...CARD, cardNumber: '6201220000009999', plate: '甘B54321', ...options }),
  );
  return { card, transport: withGetResponse(simulatorTransport(card)) };
}

/** How a visit ended, in the words that a screen needs. */
export function endOf(result: LoadResult) {
  if (result.outcome === 'credited') return { outcome: result.outcome, paid: result.paid };
  const { outcome, paid, next, error } = result;
  return { outcome, paid, next, code: error.code, prompt: promptOf(error, result)?.id };
}

/** The order of a visit. */
export function orderIdOf({ orderId }: LoadResult): string {
  if (orderId === undefined) throw new Error('there was no order');
  return orderId;
}

/** The prompt of a row. */
export function promptNamed(id: string): Prompt {
  const found = PROMPTS.find((prompt) => prompt.id === id);
  if (found === undefined) throw new Error(`there is no prompt ${id}`);
  return found;
}

/** A customer at the POS: how often he paid, and what was taken. */
export function pos() {
  const taken: TakenPayment[] = [];
  const takePayment = ({ amountFen }: { readonly amountFen: number }): Promise<TakenPayment> => {
    const payment = { provider: 'pos', transactionId: `pos-${taken.length + 1}`, amountFen };
    taken.push(payment);
    return Promise.resolve(payment);
  };
  return { taken, takePayment };
}
