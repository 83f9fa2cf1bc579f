/**
 * 空中圈存: a held order is finished on the customer's own phone, which lends its card. The door is
 * asked as browsers ask it; the counter's own door, the authority and the card are the real ones.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { envFrom } from 'quancun';
import { createHttpHandler, createCounterDoor } from 'quancun/server/http';
import { memoryGuard } from 'quancun/server';
import { createVirtualCard, personalise } from 'quancun/simulator';
import { expectBalance, readCard, recharge } from 'quancun/terminal';
import { createTestAuthority, withFaults } from 'quancun/testing';
import { withGetResponse } from 'quancun/transport';
import { runRemoteTerminal } from 'quancun/transport/remote';
import { simulatorTransport } from 'quancun/transport/simulator';
import { createPhoneDoor } from '../../demo/server/phone-door.js';

const ORIGIN = 'http://127.0.0.1:8080';
const AMOUNT_FEN = 10_000;
const PIN = '123456';
let nowMs = 0;
const env = { ...envFrom(globalThis), now: () => nowMs };

/** A shop with one order that is held: the card left just before it was written. */
async function heldOrder() {
  const { authority, ledger } = createTestAuthority({ env });
  const secret = 'AB'.repeat(32);
  const handler = createHttpHandler({
    ...{ authority, ledger, guard: memoryGuard(), env },
    callers: [{ keyId: 'till', secret, scopes: ['recharge'] }],
  });
  const counter = createCounterDoor({
    ...{ server: (request) => handler.fetch(request), origin: ORIGIN, env },
    device: { keyId: 'till', secret },
  });
  const door = createPhoneDoor({
    ...{ counter: (request: Request) => counter.fetch(request), authority, env, origin: ORIGIN },
    ...{ terminal: '000440101099', pin: PIN },
  });
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 500 }));
  const torn = withFaults(simulatorTransport(card), [{ exchange: 11, kind: 'lose-before' }]);
  const result = await recharge({
    ...{ transport: torn, authority, env, terminal: '000440101001', pin: PIN },
    ...{ amountFen: AMOUNT_FEN, outlet: 'self' },
    takePayment: async () => ({ provider: 'pos', transactionId: '1', amountFen: AMOUNT_FEN }),
  });
  if (result.outcome !== 'held') throw new Error(result.outcome);
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const request = new Request(`${ORIGIN}${path}`, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: { origin: ORIGIN, 'content-type': 'application/json', ...headers },
    });
    const answer = await door.fetch(request);
    return { status: answer.status, body: (await answer.json()) as Told };
  };
  return { card, post, authority, ledger, orderId: result.orderId };
}

/** What the door answers, as far as it is looked at here. */
interface Told {
  readonly link?: string;
  readonly keyId?: string;
  readonly secret?: string;
}

type Shop = Awaited<ReturnType<typeof heldOrder>>;

async function invited({ post, orderId }: Pick<Shop, 'post' | 'orderId'>): Promise<string> {
  const { body } = await post('/phone/invitations', { orderId });
  return new URL(body.link ?? '').hash.slice(1);
}

/** The page on the phone: its key, and the card that it lends. */
async function lend({ post }: Pick<Shop, 'post'>, ticket: string, card: Shop['card']) {
  const { body } = await post('/phone/visits', { ticket });
  const { keyId = '', secret = '' } = body;
  card.reset();
  const link = {
    exchange: async (text: string) =>
      JSON.stringify((await post('/phone/remote', JSON.parse(text) as object)).body),
    close: () => undefined,
  };
  const transport = withGetResponse(simulatorTransport(card));
  const end = await runRemoteTerminal({ ...{ transport, link, env, keyId, secret }, waitMs: 200 });
  return { end, told: (await post('/phone/ends', { keyId })).body };
}

beforeEach(() => {
  nowMs = Date.parse('2026-11-26T10:00:00+08:00');
});

describe('the phone door', () => {
  test('a held order is finished with the card on the customer’s own phone', async () => {
    const shop = await heldOrder();
    const { told } = await lend(shop, await invited(shop), shop.card);
    expect(told).toEqual({
      ...{ outcome: 'credited', amountFen: AMOUNT_FEN, written: 'now', balanceAfterFen: 10_500 },
    });
    expect((await shop.authority.getOrder(shop.orderId))?.state).toBe('CREDITED');
    expect(expectBalance(await readCard(simulatorTransport(shop.card)))).toBe(10_500);
  });

  test('another card is neither written nor asked for its PIN', async () => {
    const shop = await heldOrder();
    const other = createVirtualCard(
      personalise({ kind: '3des-4x', cardNumber: '6201220000009999' }),
    );
    const { told } = await lend(shop, await invited(shop), other);
    expect(told).toMatchObject({ outcome: 'refused', code: 'CARD_MISMATCH' });
    expect((await shop.authority.getOrder(shop.orderId))?.state).toBe('HELD');
  });

  test('an invitation is for one phone, and ends by itself', async () => {
    const shop = await heldOrder();
    const ticket = await invited(shop);
    expect((await shop.post('/phone/visits', { ticket })).status).toBe(200);
    expect((await shop.post('/phone/visits', { ticket })).status).toBe(410);
    const late = await invited(shop);
    nowMs += 10 * 60_000 + 1;
    expect((await shop.post('/phone/visits', { ticket: late })).status).toBe(410);
  });

  test('no other page, no order that is not paid, no word that was not given', async () => {
    const shop = await heldOrder();
    const ask = { orderId: shop.orderId };
    const foreign = await shop.post('/phone/invitations', ask, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const unknown = await shop.post('/phone/invitations', { orderId: '0'.repeat(20) });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'ORDER_UNKNOWN' } });
    const odd = await shop.post('/phone/invitations', { orderId: '../sessions/current' });
    expect(odd.status).toBe(400);
    expect((await shop.post('/phone/visits', { ticket: '00' })).status).toBe(410);
    await lend(shop, await invited(shop), shop.card);
    expect((await shop.post('/phone/invitations', ask)).status).toBe(409);
  });
});
