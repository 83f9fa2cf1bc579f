/**
 * One card, one terminal, one authority, and a fault at any boundary between them: exchanges with
 * the card, calls over the network, transactions, the HSM, the journal. Boundaries are counted as
 * they are reached; a schedule says at which of them what goes wrong. Everything is the real code.
 */
import { QuancunError } from '../../src/errors.js';
import {
  type Authority,
  type ConfirmPaymentRequest,
  decide,
  type LoadPolicy,
  PROTOCOL_VERSION,
} from '../../src/load/index.js';
import { type Journal, memoryJournal, memoryLedger, softHsm } from '../../src/server/index.js';
import { createAuthorityWith, type Decide } from '../../src/server/service.js';
import {
  createVirtualCard,
  passTollGate,
  personalise,
  type PersonaliseOptions,
  TEST_ROOT_KEYS,
} from '../../src/simulator/index.js';
import { load, type LoadResult, recharge } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Transport, withGetResponse } from '../../src/transport/index.js';
import { enrolCard } from '../support/enrol-card.js';
import { loadElsewhere } from '../support/load-elsewhere.js';
import { manualEnv } from '../support/manual-env.js';
import { onDatabase, wrapLedger } from './faulty-ledger.js';

/** What can go wrong at a boundary of each kind. */
export const FAULTS = {
  card: ['lost-before', 'lost-after', 'garbled'],
  net: ['request-lost', 'reply-lost', 'doubled', 'overtaken'],
  db: ['crash-before', 'crash-after'],
  hsm: ['fails'],
} as const;

/** A kind of boundary. */
export type Site = keyof typeof FAULTS;

/** The n-th boundary of a world's life, and what happens there. */
export interface Fault {
  readonly at: number;
  readonly kind: string;
}

/** What is between two visits. */
export type Event =
  | ('nothing' | 'toll' | 'other-card' | 'other-terminal' | 'late-duplicate' | 'reset')
  /** Another system loads the card: only where cards have several issuers. */
  | 'foreign-load';

/** Every event there is. */
export const EVENTS: readonly Event[] = [
  ...(['nothing', 'toll', 'other-card', 'other-terminal', 'late-duplicate', 'reset'] as const),
];

export const AMOUNT_FEN = 10_000;
export const OPENING_FEN = 50_000;
export const TOLL_FEN = 1234;
export const FOREIGN_FEN = 100;

/** What a world may be made with. */
export interface WorldOptions {
  readonly policy?: Partial<LoadPolicy>;
  readonly card?: PersonaliseOptions;
  /** A broken decision, to see that it is caught. */
  readonly decide?: Decide;
}

/** A world under a schedule. */
export type World = ReturnType<typeof createWorld>;

/** Makes one. */
export function createWorld(faults: readonly Fault[], options: WorldOptions = {}) {
  const env = manualEnv();
  const card = createVirtualCard(
    personalise({ kind: '3des-4x', balanceFen: OPENING_FEN, onlineAtc: 7, ...options.card }),
  );
  const sites: Site[] = [];
  let armed = true;
  let tolls = 0;
  let accepted = 0;
  let taken = 0;
  let foreign = 0;
  const paidBack = new Set<string>();
  const payments = new Set<string>();
  let last: (() => Promise<unknown>) | undefined;

  /** Says what goes wrong here. */
  const reach = (site: Site): string | undefined => {
    if (!armed) return undefined;
    sites.push(site);
    return faults.find(({ at }) => at === sites.length)?.kind;
  };
  const lose = (sent: 'no' | 'maybe'): never => {
    throw new QuancunError('TRANSPORT_LOST', { sent });
  };

  const inner = memoryLedger();
  const enrolled = enrolCard(inner, '6201220000001234', 7);
  const ledger = wrapLedger(inner, reach);
  const keptJournal = memoryJournal();
  const journal: Journal = {
    ...keptJournal,
    append: (line, options) => onDatabase(reach('db'), () => keptJournal.append(line, options)),
  };
  const set = { keyIndex: 1, cipher: '3des', hierarchy: 'national' } as const;
  const { loadKey, tacKey } = TEST_ROOT_KEYS['3des'];
  const soft = softHsm({ allowSoftwareKeys: 'test', keys: [{ ...set, loadKey, tacKey }] });
  const onHsm = <T>(work: () => Promise<T>): Promise<T> => {
    const kind = reach('hsm');
    if (kind === undefined) return work();
    return Promise.reject(new QuancunError('INTERNAL', { details: { what: 'HSM down' } }));
  };
  const hsm = {
    ...soft,
    verifyMac1: (query: Parameters<typeof soft.verifyMac1>[0]) =>
      onHsm(() => soft.verifyMac1(query)),
    computeMac2: (query: Parameters<typeof soft.computeMac2>[0]) =>
      onHsm(() => soft.computeMac2(query)),
    verifyTac: (query: Parameters<typeof soft.verifyTac>[0]) => onHsm(() => soft.verifyTac(query)),
  };
  const { policy = { issuer: 'sole' } } = options;
  let stopped = false;
  const isStopped = () => Promise.resolve(stopped);
  const base = { ledger, hsm, journal, env, policy, isStopped };
  const direct = createAuthorityWith(options.decide ?? decide, base);

  /** A call over the network can lose its request or its reply, come twice, or come too late. */
  const overNet = async <T>(call: () => Promise<T>): Promise<T> => {
    const kind = reach('net');
    if (kind === 'request-lost') return lose('no');
    if (kind === 'reply-lost') {
      await call().catch(() => undefined);
      return lose('maybe');
    }
    if (kind === 'doubled') await call().catch(() => undefined);
    if (kind === 'overtaken' && last !== undefined) await last().catch(() => undefined);
    last = call;
    return call();
  };
  const authority: Authority = {
    checkCard: (request) => overNet(() => direct.checkCard(request)),
    createOrder: (request) => overNet(() => direct.createOrder(request)),
    beginPayment: (request) => overNet(() => direct.beginPayment(request)),
    endPayment: (request) => overNet(() => direct.endPayment(request)),
    confirmPayment: (request) => overNet(() => direct.confirmPayment(request)),
    next: (report) => overNet(() => direct.next(report)),
    findUnsettled: (cardNumber) => overNet(() => direct.findUnsettled(cardNumber)),
    getOrder: (orderId) => overNet(() => direct.getOrder(orderId)),
  };

  function insert(): Transport {
    card.reset();
    let lost = false;
    const reader = simulatorTransport({
      reset: () => card.reset(),
      exchange: (command) => {
        const response = card.exchange(command);
        if (command[1] === 0x52 && response.length === 6) accepted += 1;
        return response;
      },
    });
    const transmit: Transport['transmit'] = async (command) => {
      if (lost) return lose('no');
      const kind = reach('card');
      if (kind === 'lost-before') {
        lost = true;
        return lose('maybe');
      }
      const response = await reader.transmit(command);
      if (kind === 'lost-after') {
        lost = true;
        return lose('maybe');
      }
      if (kind !== 'garbled') return response;
      const copy = response.slice();
      const at = copy.length > 2 ? copy.length - 3 : 0;
      copy[at] = (copy[at] ?? 0) ^ 0x5a;
      return copy;
    };
    return withGetResponse({ info: reader.info, transmit, close: () => reader.close() });
  }

  const visit = (terminal: string) => ({
    transport: insert(),
    authority,
    env,
    terminal,
    pin: '123456',
  });

  /** The cashier's recharge: one key, so that a second tap continues the first. */
  const pay = async (terminal = '000440101001'): Promise<LoadResult> => {
    await enrolled;
    env.advance(1000);
    return recharge({
      ...visit(terminal),
      amountFen: AMOUNT_FEN,
      outlet: 'self',
      idempotencyKey: 'tap',
      takePayment: ({ orderId }) => {
        // A customer pays an order once; the receipt can be shown again.
        if (!payments.has(orderId)) taken += 1;
        payments.add(orderId);
        const { provider, transactionId, amountFen } = receiptOf(orderId);
        return Promise.resolve({ provider, transactionId, amountFen });
      },
    });
  };

  return {
    env,
    card,
    ledger: inner,
    journal: keptJournal,
    sites,
    pay,
    load: (terminal = '000440101002'): Promise<LoadResult> => {
      env.advance(1000);
      return load(visit(terminal));
    },
    office: direct,
    /** From now on nobody may begin to load this card. */
    stop: () => {
      stopped = true;
    },
    /** Another issuer's system loads the card. */
    foreignLoad: () => {
      foreign += 1;
      card.reset();
      return loadElsewhere(card, FOREIGN_FEN);
    },
    /** Receipts that the books do not know yet are shown again, as the cashier is told to. */
    showReceipts: async (): Promise<void> => {
      for (const orderId of payments) await direct.confirmPayment(receiptOf(orderId));
    },
    /** The till hands back what is owed, each payment once, and says so. */
    payBack: async (): Promise<void> => {
      for (const { orderId, transactionId } of await inner.findRefundsDue({ limit: 10 })) {
        paidBack.add(transactionId);
        await direct.confirmRefund(orderId, transactionId, { by: 'provider' });
      }
    },
    /** Credits that the card accepted, tolls it paid, payments taken and handed back. */
    truth: () => ({ accepted, tolls, taken, foreign, returned: paidBack.size }),
    /** From here on nothing goes wrong. */
    calm: () => {
      armed = false;
    },
    happen: async (event: Event): Promise<void> => {
      if (event === 'toll' && card.state.ep.balanceFen >= TOLL_FEN) {
        card.reset();
        const pass = (command: Uint8Array) => Promise.resolve(card.exchange(command));
        await passTollGate(pass, { amountFen: TOLL_FEN });
        tolls += 1;
      }
      if (event === 'late-duplicate') await last?.().catch(() => undefined);
      if (event === 'reset') card.reset();
      if (event === 'foreign-load') {
        foreign += 1;
        loadElsewhere(card, FOREIGN_FEN);
      }
      if (event === 'other-card') {
        const stranger = createVirtualCard(
          personalise({ kind: '3des-4x', cardNumber: '6201220000009999' }),
        );
        await load({ ...visit('000440101003'), transport: simulatorTransport(stranger) });
      }
    },
  };
}

function receiptOf(orderId: string): ConfirmPaymentRequest {
  const number = { provider: 'cash', transactionId: `cash ${orderId}` };
  return { protocol: PROTOCOL_VERSION, orderId, ...number, amountFen: AMOUNT_FEN };
}
