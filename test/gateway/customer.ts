/**
 * A customer with one card, in front of servers that die: orders, pays by QR code, loads, changes
 * their mind. What the card accepted is the truth that the books are held against.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { toHex } from '../../src/bytes.js';
import type { Env } from '../../src/env.js';
import { isQuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { load, readCard, serverClient } from '../../src/terminal/index.js';
import type { WechatPayServer } from '../../src/testing/providers/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';

/** Who is somebody to the server. */
export interface Caller {
  readonly keyId: string;
  readonly secret: string;
}

/** What customers are made of. */
export interface Town {
  readonly url: string;
  readonly env: Env;
  readonly terminal: Caller;
  readonly office: Caller;
  readonly provider: WechatPayServer;
  readonly draw: (below: number) => number;
}

/** A customer. */
export type Customer = ReturnType<typeof createCustomer>;

/** States from which nothing follows. */
export const ENDS: readonly string[] = ['CREDITED', 'REFUNDED', 'EXPIRED'];
const AMOUNT_FEN = 100;
/** Loads before a customer goes away and comes again. */
const VISITS = 4;

/** Makes one. */
export function createCustomer(number: number, town: Town) {
  const { env, draw, provider, url } = town;
  const cardNumber = `62012200${String(number).padStart(8, '0')}`;
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber, balanceFen: 10_000 }));
  const patience = { maxTries: 1, timeoutMs: 5_000 };
  const client = serverClient({ ...town.terminal, url, env, fetch, ...patience });
  const accepted: number[] = [];
  let orders = 0;
  /** Numbers of the orders that may still wait for something. */
  const open = new Set<string>();

  const insert = () => {
    card.reset();
    return simulatorTransport({
      reset: () => card.reset(),
      exchange: (command) => {
        const { onlineAtc: before, balance } = balanceOf();
        const response = card.exchange(command);
        const after = balanceOf();
        if (after.onlineAtc !== before) accepted.push(after.balance - balance);
        return response;
      },
    });
  };
  const balanceOf = () => {
    const { onlineAtc, balanceFen: balance } = card.state.ep;
    return { onlineAtc, balance };
  };

  async function order(): Promise<string> {
    orders += 1;
    const { issueInformation } = await readCard(insert());
    const request = {
      ...{ protocol: 1, idempotencyKey: `${cardNumber}-${String(orders)}` },
      ...{ issueInformation: toHex(issueInformation), amountFen: AMOUNT_FEN + draw(900) },
      outlet: 'bank',
    } as const;
    const { orderId } = await again(40, () => client.createOrder(request));
    open.add(orderId);
    return orderId;
  }

  async function again<T>(tries: number, work: () => Promise<T>): Promise<T> {
    for (let left = tries; ; left -= 1) {
      try {
        return await work();
      } catch (error) {
        // What waits for the customer's own load is no server that is away.
        if (left <= 0 || isQuancunError(error, 'ORDER_OPEN')) throw error;
        await pause(25 + draw(50));
      }
    }
  }

  async function state(orderId: string): Promise<string> {
    return (await client.getOrder(orderId))?.state ?? 'unknown';
  }

  /** Scans whatever code of the order can be paid, also one that the till calls old. */
  function pay(orderId: string): boolean {
    const codes = provider.books().orders.map(({ outTradeNo }) => outTradeNo);
    const mine = codes.filter((one) => one.startsWith(orderId) && provider.canPay(one));
    const [code] = mine.slice(-1);
    if (code === undefined) return false;
    provider.pay(code, draw(3) === 0 ? { couponFen: 1 + draw(50) } : {});
    return true;
  }

  async function cancel(orderId: string): Promise<boolean> {
    return (await askOffice(town, `/v1/orders/${orderId}/cancel`, randomBytes(8))) < 300;
  }

  async function loadOnce(orderId: string): Promise<boolean> {
    const visit = { transport: insert(), authority: client, env, pin: '123456' };
    const result = await load({ ...visit, terminal: '000440101001' }).catch(() => undefined);
    return result?.outcome === 'credited' && result.orderId === orderId;
  }

  /** What the last visit left half done comes first: nothing new is sold to such a card. */
  async function finish(): Promise<void> {
    const waiting = await client.findUnsettled(cardNumber).catch(() => undefined);
    if (waiting === undefined) return;
    const isGivenUp = waiting.state === 'PAID' && draw(2) === 0;
    await (isGivenUp ? cancel(waiting.orderId) : loadOnce(waiting.orderId));
  }

  /** One order, as far as it goes before the customer has something else to do. */
  async function life(): Promise<void> {
    await finish();
    const orderId = await order();
    const fate = draw(8);
    if (fate === 7) {
      await again(3, () => cancel(orderId));
      return;
    }
    await again(6, () => client.createQr(orderId, 'wechat')).catch(() => undefined);
    // Before anybody has asked after it the order is given up, and paid all the same.
    if (fate === 6) await Promise.all([cancel(orderId).catch(() => false), pause(draw(60))]);
    pay(orderId);
    for (let turn = 0; turn < 12 && (await state(orderId).catch(() => '')) !== 'PAID'; turn += 1) {
      if (draw(2) === 0) await client.queryPayment(orderId, 'wechat').catch(() => undefined);
      await pause(20 + draw(60));
    }
    if (fate < 3) {
      for (let turn = 0; turn < VISITS && !(await loadOnce(orderId)); turn += 1) await pause(20);
    } else if (fate < 6) {
      await again(4, () => cancel(orderId)).catch(() => undefined);
    }
  }

  /** Everything works: what waits is brought to its end. Whether it has one. */
  async function settle(orderId: string): Promise<boolean> {
    const at = await state(orderId).catch(() => '');
    if (ENDS.includes(at)) return true;
    if (['ISSUED', 'HELD', 'VOIDING'].includes(at)) return loadOnce(orderId);
    if (at === 'REFUND_DUE') return false;
    await cancel(orderId).catch(() => false);
    return false;
  }

  /** All of them; how many have no end yet. */
  async function settleAll(): Promise<number> {
    for (const orderId of open) if (await settle(orderId)) open.delete(orderId);
    return open.size;
  }

  return { cardNumber, accepted, life, settleAll, order, client, pay, loadOnce, state };
}

/** A request of the back office, signed by OpenSSL. */
async function askOffice({ url, office, env }: Town, path: string, key: Buffer): Promise<number> {
  const timestamp = String(env.now());
  const nonce = randomBytes(16).toString('hex');
  const digest = createHash('sha256').update('{}').digest('hex');
  const lines = ['QUANCUN2', 'POST', path, timestamp, nonce, digest, key.toString('hex'), ''];
  const mac = createHmac('sha256', Buffer.from(office.secret, 'hex')).update(lines.join('\n'));
  const headers = {
    'content-type': 'application/json',
    'quancun-key-id': office.keyId,
    'quancun-timestamp': timestamp,
    'quancun-nonce': nonce,
    'quancun-signature': `2:${mac.digest('hex')}`,
    'idempotency-key': key.toString('hex'),
  };
  const asked = { method: 'POST', headers, body: '{}', signal: AbortSignal.timeout(5_000) };
  return (await fetch(`${url}${path}`, asked)).status;
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}
