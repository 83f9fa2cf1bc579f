/**
 * Cards, customers and servers over a database that forgets. Everything is the real code; the truth
 * is what the cards accepted, what customers paid, and what a provider gave back.
 */
import { toHex } from '../../src/bytes.js';
import { QuancunError } from '../../src/errors.js';
import { decide, type Authority, type LoadPolicy } from '../../src/load/index.js';
import {
  type BackOffice,
  type Journal,
  type Ledger,
  memoryJournal,
} from '../../src/server/index.js';
import { chainLine } from '../../src/server/journal/lines.js';
import { softHsm } from '../../src/server/hsm/soft.js';
import { createAuthorityWith } from '../../src/server/service.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { load, type LoadResult, readCard, recharge } from '../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Transport, withGetResponse } from '../../src/transport/index.js';
import { manualEnv } from './manual-env.js';

export const AMOUNT_FEN = 10_000;
const OPENING_FEN = 50_000;

/** How a visit ends for the card: CREDIT lost before it, its answer lost, or well. */
export type Cut = 'none' | 'credit-lost' | 'answer-lost';

/** One server process. */
export interface Server {
  readonly name: string;
  authority: Authority & BackOffice;
  ledger: Ledger;
  readonly journal: Journal;
  isDead: boolean;
  /** The next line never gets to the disk, and the process with it. */
  tearsNextLine: boolean;
}

/** What a world stands on. */
export interface Stores {
  connect(server: string): Ledger;
  journal(server: string): Journal;
}

/** A memory journal that nobody may forget. */
export function lastingJournal(name: string): Journal {
  return { ...memoryJournal(), name, ephemeral: false };
}

/** Makes a world. */
export function lostWorld(
  stores: Stores,
  options: {
    readonly blind?: boolean;
    readonly policy?: Partial<LoadPolicy>;
    readonly newJournal?: boolean;
    readonly env?: ReturnType<typeof manualEnv>;
  } = {},
) {
  const { policy = { issuer: 'sole' }, newJournal = false } = options;
  const { env = manualEnv() } = options;
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const servers = new Map<string, Server>();

  const start = (name: string, journal: Journal): Server => {
    const server: Server = { name, journal, isDead: false, tearsNextLine: false } as Server;
    server.ledger = stores.connect(name);
    const torn: Journal = {
      ...journal,
      append: (line, how) => {
        if (!server.tearsNextLine) return journal.append(line, how);
        server.isDead = true;
        return Promise.reject(new Error('the process died'));
      },
    };
    const ledger = options.blind === true ? blind(server.ledger, journal) : server.ledger;
    const known = options.blind === true ? { ...torn, ephemeral: true } : torn;
    const parts = { ledger, hsm, journal: known, env, policy, newJournal };
    server.authority = throughNet(createAuthorityWith(decide, parts), () => server.isDead);
    servers.set(name, server);
    return server;
  };
  const server = (name: string): Server => servers.get(name) ?? start(name, stores.journal(name));

  /** A card, and the customer who holds it. */
  const customer = (cardNumber: string) => {
    const card = createVirtualCard(
      personalise({ kind: '3des-4x', balanceFen: OPENING_FEN, onlineAtc: 7, cardNumber }),
    );
    let accepted = 0;
    const receipts = new Map<string, number>();
    const insert = (cut: Cut): Transport => {
      card.reset();
      const reader = simulatorTransport({
        reset: () => card.reset(),
        exchange: (command) => {
          const response = card.exchange(command);
          if (command[1] === 0x52 && response.length === 6) accepted += 1;
          return response;
        },
      });
      const transmit: Transport['transmit'] = async (command) => {
        const isCredit = command[1] === 0x52;
        if (isCredit && cut === 'credit-lost') throw new QuancunError('TRANSPORT_LOST');
        const response = await reader.transmit(command);
        if (isCredit && cut === 'answer-lost') throw new QuancunError('TRANSPORT_LOST');
        return response;
      };
      return withGetResponse({ info: reader.info, transmit, close: () => reader.close() });
    };
    const visit = (at: Server, cut: Cut) => {
      env.advance(2000);
      return {
        ...{ transport: insert(cut), authority: at.authority, env, pin: '123456' },
        terminal: '000440101001',
      };
    };
    const order = async (at: Server, idempotencyKey: string): Promise<string> => {
      const { issueInformation } = await readCard(insert('none'));
      const made = await at.authority.createOrder({
        ...{ protocol: 1, idempotencyKey, amountFen: AMOUNT_FEN, outlet: 'self' },
        issueInformation: toHex(issueInformation),
      });
      return made.orderId;
    };
    return {
      card,
      credits: () => accepted,
      /** The money is taken once for a receipt; the receipt can be shown again. */
      recharge: (at: Server, receipt: string, cut: Cut = 'none'): Promise<LoadResult> => {
        const receiptOf = (paidAtMs: number) => ({
          ...{ provider: 'cash', transactionId: `${cardNumber} ${receipt}` },
          ...{ amountFen: AMOUNT_FEN, paidAtMs },
        });
        return recharge({
          ...visit(at, cut),
          amountFen: AMOUNT_FEN,
          outlet: 'self',
          idempotencyKey: `${cardNumber} ${receipt}`,
          takePayment: () => {
            const paidAtMs = receipts.get(receipt) ?? env.now();
            receipts.set(receipt, paidAtMs);
            return Promise.resolve(receiptOf(paidAtMs));
          },
          // A server that forgot the payment knows at most that it was being taken.
          findPayment: () => {
            const paidAtMs = receipts.get(receipt);
            return Promise.resolve(paidAtMs === undefined ? 'none' : receiptOf(paidAtMs));
          },
        });
      },
      order,
      /** An order, and a receipt that somebody types in. */
      typeIn: async (at: Server, transactionId: string): Promise<string> => {
        const orderId = await order(at, `typed ${transactionId}`);
        const payment = { provider: 'cash', transactionId, amountFen: AMOUNT_FEN };
        await at.authority.confirmPayment({ protocol: 1, orderId, ...payment });
        return orderId;
      },
      load: (at: Server, cut: Cut = 'none'): Promise<LoadResult> => load(visit(at, cut)),
    };
  };
  return {
    env,
    server,
    customer,
    /** The process is gone; what it held is free, and its journal is as the disk has it. */
    kill: (name: string, free: (journalId: string) => void): void => {
      const one = server(name);
      one.isDead = true;
      free(one.journal.journalId);
    },
    restart: (name: string): Server => start(name, server(name).journal),
  };
}

/** A dead server answers nobody, and a live one says what it says. */
function throughNet<T extends object>(authority: T, isDead: () => boolean): T {
  const wrapped: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(authority)) {
    wrapped[name] = async (...args: unknown[]) => {
      if (isDead()) throw new QuancunError('TRANSPORT_LOST', { sent: 'no' });
      const answer: unknown = await (call as (...all: unknown[]) => Promise<unknown>)(...args);
      if (isDead()) throw new QuancunError('TRANSPORT_LOST', { sent: 'maybe' });
      return answer;
    };
  }
  return wrapped as T;
}

/** A server that has no witness: the mutant. */
function blind(ledger: Ledger, journal: Journal): Ledger {
  const { journalId, name } = journal;
  const known = {
    journalId,
    name,
    state: 'open',
    epoch: 'E',
    ephemeral: false,
    peersAt: 0,
  } as const;
  return {
    ...ledger,
    readWitness: () =>
      Promise.resolve({
        ...{ ledgerId: 'L', epoch: 'E', epochAtMs: 0, identity: 'I', identityNow: 'I' },
        journals: [{ ...known, pending: [], ...journal.position() }],
        live: [],
      }),
    writeJournal: () => Promise.resolve(true),
    beginEpoch: () => Promise.resolve(true),
    writeLine: (thread, line) => Promise.resolve(chainLine(thread.position, line)),
    commit: ({ witness: _none, ...change }) => ledger.commit(change),
  };
}
