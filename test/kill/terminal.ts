/**
 * A terminal with one card, in front of a server that dies. It remembers what was acknowledged and
 * what its card accepted: the truth that the books are held against.
 */
import { envFrom } from '../../src/env.js';
import { createVirtualCard, passTollGate, personalise } from '../../src/simulator/index.js';
import { load, type LoadResult, recharge, serverClient } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import type { Wire } from '../support/purse-oracle.js';

/** What the server said yes to. */
export interface Acknowledged {
  readonly created: Set<string>;
  readonly paid: Set<string>;
  /** A MAC2 came: order and date-time. */
  readonly issued: { readonly orderId: string; readonly date: string; readonly time: string }[];
  readonly credited: Set<string>;
}

/** A credit that the card accepted. */
export interface Accepted {
  readonly atc: number;
  readonly amountFen: number;
}

/** Who it is to the server. */
export interface Caller {
  readonly keyId: string;
  readonly secret: string;
}

/** A terminal. */
export type Terminal = ReturnType<typeof createTerminal>;

const OPENING_FEN = 1_000_000;
const TOLL_FEN = 123;

/** How it bears refusals: by default each one ends the visit. */
const IMPATIENT = { maxTries: 1, timeoutMs: 5_000 };

/** Makes one; `draw` gives whole numbers below its argument. */
export function createTerminal(
  number: number,
  caller: Caller,
  draw: (below: number) => number,
  patience: { readonly maxTries?: number; readonly timeoutMs?: number } = IMPATIENT,
) {
  const cardNumber = `62012200${String(number).padStart(8, '0')}`;
  const card = createVirtualCard(
    personalise({
      kind: number % 3 === 0 ? 'sm4-5x' : '3des-4x',
      cardNumber,
      balanceFen: OPENING_FEN,
    }),
  );
  const env = envFrom(globalThis);
  const wires: Wire[] = [];
  const accepted: Accepted[] = [];
  const acks: Acknowledged = {
    created: new Set(),
    paid: new Set(),
    issued: [],
    credited: new Set(),
  };
  let receipts = 0;
  let [takenFen, tollsFen] = [0, 0];
  let open: { readonly receipt: string; readonly amountFen: number; orderId?: string } | undefined;

  /** The card in the reader: what goes over the wire is kept. */
  const insert = () => {
    card.reset();
    return simulatorTransport({
      reset: () => card.reset(),
      exchange: (command) => {
        const { onlineAtc: atc } = card.state.ep;
        const response = card.exchange(command);
        wires.push({ command, response });
        const after = card.state.ep.onlineAtc;
        if (after !== atc) accepted.push({ atc, amountFen: amountOf(wires) });
        return response;
      },
    });
  };

  /** The server, with everything it acknowledges written down. */
  const connect = (url: string) => {
    const client = serverClient({ ...caller, url, env, fetch, ...patience });
    return {
      ...client,
      createOrder: async (request: Parameters<typeof client.createOrder>[0]) => {
        const order = await client.createOrder(request);
        acks.created.add(order.orderId);
        if (open !== undefined) open.orderId = order.orderId;
        return order;
      },
      confirmPayment: async (request: Parameters<typeof client.confirmPayment>[0]) => {
        const order = await client.confirmPayment(request);
        acks.paid.add(order.orderId);
        return order;
      },
      next: async (report: Parameters<typeof client.next>[0]) => {
        const step = await client.next(report);
        const { orderId } = report;
        if (step.do === 'credit') acks.issued.push({ orderId, date: step.date, time: step.time });
        if (step.do === 'stop' && step.state === 'CREDITED') acks.credited.add(orderId);
        return step;
      },
    };
  };

  /** One visit: goes on with what is open, or begins something new. */
  async function visit(url: string): Promise<LoadResult> {
    open ??= { receipt: `${cardNumber}-${String(++receipts)}`, amountFen: 100 + draw(900) };
    const { receipt, amountFen, orderId } = open;
    const base = {
      transport: insert(),
      authority: connect(url),
      env,
      terminal: `0004401010${String(draw(90) + 10)}`,
      pin: '123456',
      // The drawer is looked into, where nobody knows how a taking ended.
      findPayment: () =>
        Promise.resolve(
          paidReceipts.has(receipt)
            ? { provider: 'cash', transactionId: receipt, amountFen }
            : ('none' as const),
        ),
    };
    // Half of the time whoever goes on knows nothing but the card.
    if (orderId !== undefined && acks.paid.has(orderId) && draw(2) === 0) {
      const result = await load(base);
      if (result.outcome === 'credited') open = undefined;
      if (result.outcome !== 'refused' || result.error.code !== 'NOTHING_TO_LOAD') return result;
    }
    const result = await recharge({
      ...base,
      transport: insert(),
      amountFen,
      outlet: 'self',
      idempotencyKey: receipt,
      takePayment: () => {
        takenFen += paidReceipts.has(receipt) ? 0 : amountFen;
        paidReceipts.add(receipt);
        return Promise.resolve({ provider: 'cash', transactionId: receipt, amountFen });
      },
    });
    if (result.outcome === 'credited') open = undefined;
    return result;
  }
  const paidReceipts = new Set<string>();

  return {
    cardNumber,
    card,
    wires,
    accepted,
    acks,
    visit,
    /** Whether nothing waits for this terminal. */
    isDone: () => open === undefined,
    passTollGate: async () => {
      card.reset();
      await passTollGate((command) => Promise.resolve(card.exchange(command)), {
        amountFen: TOLL_FEN,
      });
      tollsFen += TOLL_FEN;
    },
    truth: () => ({ openingFen: OPENING_FEN, takenFen, tollsFen }),
  };
}

/** The amount of the last INITIALIZE FOR LOAD. */
function amountOf(wires: readonly Wire[]): number {
  const init = [...wires]
    .reverse()
    .find(({ command }) => command[0] === 0x80 && command[1] === 0x50);
  return Buffer.from(init?.command ?? []).readUInt32BE(6);
}
