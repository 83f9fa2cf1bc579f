/**
 * A customer with one card in front of real servers whose database forgets, and the office that
 * gives money back. The truth is what the card accepted, what was paid and what was given back.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { envFrom } from '../../src/env.js';
import { QuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import {
  declareNotTaken,
  load,
  type LoadResult,
  recharge,
  serverClient,
} from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Transport, withGetResponse } from '../../src/transport/index.js';
import type { Caller } from '../kill/terminal.js';

/** Who may ask the servers. */
export interface Callers {
  readonly terminal: Caller;
  readonly office: Caller;
}

/** How a visit ends for the card: well, with CREDIT lost before it, or with its answer lost. */
const CUTS = ['none', 'none', 'credit-lost', 'answer-lost'] as const;
/** Or taken away as soon as it was paid. */
type Cut = (typeof CUTS)[number] | 'init-lost';

interface Receipt {
  readonly number: string;
  readonly amountFen: number;
  readonly paidAtMs: number;
  orderId?: string;
  paid: boolean;
  credits: number;
  returned: boolean;
}

/** A customer. */
export type Customer = ReturnType<typeof createCustomer>;

/** Makes one; `onStep` is called before everything that is asked of a server. */
export function createCustomer(
  cardNumber: string,
  callers: Callers,
  draw: (below: number) => number,
  onStep: () => Promise<void>,
) {
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber }));
  const opening = card.state.ep.balanceFen;
  const env = envFrom(globalThis);
  const receipts: Receipt[] = [];
  const openReceipt = (): Receipt => {
    const last = receipts.at(-1);
    if (last !== undefined && !(last.credits > 0 && isTold) && !last.returned) return last;
    isTold = false;
    const number = `${cardNumber}-${String(receipts.length + 1)}`;
    const amountFen = 100 + draw(900);
    const paidAtMs = Date.now();
    const fresh = { number, amountFen, paidAtMs, paid: false, credits: 0, returned: false };
    receipts.push(fresh);
    return fresh;
  };
  let isTold = false;

  /** Whose credit it was: of a load, that of whatever order was open. */
  const owner = (shown: Receipt, creditedFen: number): Receipt =>
    receipts.find((one) => one.amountFen === creditedFen && one.credits === 0) ?? shown;

  const insert = (cut: Cut, receipt: Receipt): Transport => {
    card.reset();
    const reader = simulatorTransport({
      reset: () => card.reset(),
      exchange: (command) => {
        const before = card.state.ep.balanceFen;
        const response = card.exchange(command);
        const creditedFen = card.state.ep.balanceFen - before;
        if (creditedFen > 0) owner(receipt, creditedFen).credits += 1;
        return response;
      },
    });
    let inits = 0;
    const transmit: Transport['transmit'] = async (command) => {
      const isCredit = command[1] === 0x52;
      if (command[0] === 0x80 && command[1] === 0x50) inits += 1;
      // The first one is asked before any money.
      if (inits === 2 && cut === 'init-lost') throw new QuancunError('TRANSPORT_LOST');
      if (isCredit && cut === 'credit-lost') throw new QuancunError('TRANSPORT_LOST');
      const response = await reader.transmit(command);
      if (isCredit && cut === 'answer-lost') throw new QuancunError('TRANSPORT_LOST');
      return response;
    };
    return withGetResponse({ info: reader.info, transmit, close: () => reader.close() });
  };

  const connect = (url: string, receipt: Receipt) => {
    const words = { ...callers.terminal, url, env, fetch, maxTries: 1, timeoutMs: 10_000 };
    const client = serverClient(words);
    return {
      ...client,
      createOrder: async (request: Parameters<typeof client.createOrder>[0]) => {
        await onStep();
        const order = await client.createOrder(request);
        receipt.orderId = order.orderId;
        return order;
      },
      confirmPayment: async (request: Parameters<typeof client.confirmPayment>[0]) => {
        await onStep();
        return client.confirmPayment(request);
      },
      next: async (report: Parameters<typeof client.next>[0]) => {
        await onStep();
        return client.next(report);
      },
    };
  };

  /** The slip of an order for which the database remembers only that money was to be taken. */
  const findPayment = ({ orderId }: { readonly orderId: string }) => {
    const shown = receipts.find((one) => one.orderId === orderId && one.paid);
    if (shown === undefined) return Promise.resolve('none' as const);
    const { number: transactionId, amountFen, paidAtMs } = shown;
    return Promise.resolve({ provider: 'cash', transactionId, amountFen, paidAtMs });
  };

  const visit = async (url: string, cut: Cut = 'none', receipt = openReceipt()) => {
    const { number, amountFen, paidAtMs } = receipt;
    const result: LoadResult = await recharge({
      transport: insert(cut, receipt),
      authority: connect(url, receipt),
      ...{ env, terminal: '000440101001', pin: '123456', amountFen, outlet: 'self' },
      idempotencyKey: number,
      findPayment,
      takePayment: () => {
        receipt.paid = true;
        return Promise.resolve({ provider: 'cash', transactionId: number, amountFen, paidAtMs });
      },
    });
    if (result.outcome !== 'credited' && result.error.code === 'ORDER_UNKNOWN') {
      // A payment of an order that the database has forgotten: the administrator clears the till,
      // and its slip is shown for the order that is made next.
      const { orderId = '' } = result;
      await declareNotTaken({ authority: connect(url, receipt), env }, orderId);
    }
    if (result.outcome === 'credited') isTold = true;
    else await finishOpen(url, result.error.details?.openOrderId);
    return result;
  };

  /** As the text of ORDER_OPEN says: first the load that is open, then the next recharge. */
  const finishOpen = async (url: string, openOrderId: unknown): Promise<void> => {
    const open = receipts.find(({ orderId }) => orderId !== undefined && orderId === openOrderId);
    if (open === undefined) return;
    await load({
      transport: insert('none', open),
      authority: connect(url, open),
      ...{ env, terminal: '000440101001', pin: '123456', findPayment },
    });
  };

  /** The office cancels what is paid and not issued, hands the money out, and books that. */
  const giveBack = async (url: string): Promise<void> => {
    const receipt = openReceipt();
    const { orderId, paid } = receipt;
    if (orderId === undefined || !paid) return;
    // The number of the slip first: a payment that is not booked cannot be given back.
    const { number: transactionId, amountFen, paidAtMs } = receipt;
    const payment = { provider: 'cash', transactionId, amountFen, paidAtMs };
    const order = await connect(url, receipt)
      .confirmPayment({ protocol: 1, orderId, ...payment })
      .catch(() => undefined);
    if (order === undefined) return;
    await onStep();
    const state = await askOffice(url, callers.office, `/v1/orders/${orderId}/cancel`);
    if (state === 'REFUND_DUE') receipt.returned = true;
    await onStep();
    const booked = await askOffice(url, callers.office, `/v1/orders/${orderId}/refund`);
    // The answer to an earlier cancellation was lost; the money is handed out when it is booked.
    if (booked === 'REFUNDED') receipt.returned = true;
  };

  return {
    cardNumber,
    receipts: receipts as readonly Receipt[],
    visit,
    giveBack,
    /** A visit that may be torn, or the customer who wants the money back. */
    comeAlong: async (url: string): Promise<void> => {
      const wantsBack = draw(4) === 0;
      await visit(url, wantsBack ? 'init-lost' : CUTS[draw(CUTS.length)]);
      if (wantsBack) await giveBack(url).catch(() => undefined);
    },
    /** Asks with an old receipt that was given back. */
    tryAgain: async (url: string): Promise<void> => {
      for (const receipt of receipts.filter(({ returned }) => returned)) {
        await visit(url, 'none', receipt);
      }
    },
    /** Whether the last credit was also told. */
    isToldLast: (): boolean => isTold || receipts.at(-1)?.returned === true,
    /** Nothing is left for this customer to wait for. */
    isDone: (): boolean => {
      const last = receipts.at(-1);
      return last === undefined || last.credits > 0 || last.returned;
    },
    wrong: (): readonly string[] => {
      const wrong = receipts.flatMap(({ number, credits, returned, paid }) => [
        ...(credits > 1 ? [`${number} was credited ${String(credits)} times`] : []),
        ...(credits > 0 && returned ? [`${number} was credited and given back`] : []),
        ...(credits > 0 && !paid ? [`${number} was credited and never paid`] : []),
      ]);
      const creditedFen = receipts.reduce((sum, one) => sum + one.credits * one.amountFen, 0);
      const isExplained = card.state.ep.balanceFen === opening + creditedFen;
      return isExplained ? wrong : [...wrong, `${cardNumber}: another balance`];
    },
  };
}

/** Signed by the text of the protocol itself. Answers the order's state. */
async function askOffice(url: string, office: Caller, path: string): Promise<string | undefined> {
  const [timestamp, nonce, key] = [String(Date.now()), randomBytes(16).toString('hex'), path];
  const digest = createHash('sha256').update('{}').digest('hex');
  const signed = ['QUANCUN2', 'POST', path, timestamp, nonce, digest, key, ''].join('\n');
  const secret = Buffer.from(office.secret, 'hex');
  const response = await fetch(url + path, {
    method: 'POST',
    body: '{}',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      'quancun-key-id': office.keyId,
      'quancun-timestamp': timestamp,
      'quancun-nonce': nonce,
      'quancun-signature': `2:${createHmac('sha256', secret).update(signed).digest('hex')}`,
    },
  });
  return ((await response.json()) as { state?: string }).state;
}
