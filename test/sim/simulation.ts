/**
 * One seed, one world: several cards, terminals and three instances of the authority on one ledger,
 * in virtual time, with losses everywhere. The same seed makes the same world, step for step.
 */
import { QuancunError } from '../../src/errors.js';
import type { Authority, LoadPolicy, Order } from '../../src/load/index.js';
import {
  createAuthority,
  type Ledger,
  memoryJournal,
  memoryLedger,
  softHsm,
} from '../../src/server/index.js';
import { createVirtualCard, passTollGate, personalise } from '../../src/simulator/index.js';
import { load, type LoadResult, recharge } from '../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Transport, withGetResponse } from '../../src/transport/index.js';
import { manualEnv } from '../support/manual-env.js';

const CARDS = 4;
const INSTANCES = 3;
const OPENING_FEN = 100_000;
const TOLL_FEN = 321;

/** A card and what is true of it. */
export type SimCard = ReturnType<typeof createSimCard>;
/** A world. */
export type Simulation = ReturnType<typeof createSimulation>;

/** Numbers below `below`, the same for the same seed. */
export function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Makes a world. */
export function createSimulation(seed: number) {
  const draw = generator(seed);
  const env = manualEnv(seed);
  const policy: Partial<LoadPolicy> = {
    issuer: draw(2) === 0 ? 'sole' : 'shared',
    refundByProbe: true,
    maxAttemptsPerDay: 6,
  };
  const inner = memoryLedger();
  const journal = memoryJournal();
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  let calm = false;
  /** One in `odds` goes wrong, until it is calm. */
  const bad = (odds: number): boolean => !calm && draw(odds) === 0;
  const ledger = lossyLedger(inner, bad);
  const instances = Array.from({ length: INSTANCES }, () =>
    createAuthority({ ledger, journal, hsm, env, policy }),
  );
  const late: (() => Promise<unknown>)[] = [];
  const cards = Array.from({ length: CARDS }, (_none, number) => createSimCard(number, draw));
  const paid = new Set<string>();
  let receipts = 0;
  let takenFen = 0;

  const instance = () => instances[draw(INSTANCES)] as (typeof instances)[0];
  const visitOf = (card: SimCard) => ({
    transport: withGetResponse(lossyTransport(card.insert(), bad)),
    authority: lossyAuthority(instance(), bad, late),
    env,
    terminal: `00044010100${String(draw(10))}`,
    pin: '123456',
  });
  const take = (transactionId: string, amountFen: number) => {
    if (!paid.has(transactionId)) takenFen += amountFen;
    paid.add(transactionId);
    return { provider: 'cash', transactionId, amountFen };
  };

  return {
    seed,
    policy,
    env,
    draw,
    ledger: inner,
    journal,
    cards,
    late,
    instance,
    takenFen: () => takenFen,
    calmDown: () => {
      calm = true;
    },
    load: (card: SimCard): Promise<LoadResult> => load(visitOf(card)),
    recharge: (card: SimCard, receipt = `r${String(++receipts)}`): Promise<LoadResult> => {
      const amountFen = 100 * (1 + draw(50));
      return recharge({
        ...visitOf(card),
        amountFen,
        outlet: 'self',
        idempotencyKey: receipt,
        takePayment: (order) =>
          Promise.resolve(draw(12) === 0 ? undefined : take(receipt, order.amountFen)),
      });
    },
    /** A payment of an order that comes when it likes, perhaps twice. */
    payLate: async (order: Order): Promise<void> => {
      const payment = take(`late-${String(++receipts)}`, order.amountFen);
      const request = { protocol: 1, orderId: order.orderId, ...payment };
      for (let times = 0; times <= draw(2); times += 1) await instance().confirmPayment(request);
    },
  };
}

function createSimCard(number: number, draw: (below: number) => number) {
  const cardNumber = `62012200${String(number + 1).padStart(8, '0')}`;
  const kind = draw(3) === 0 ? 'sm4-5x' : '3des-4x';
  const card = createVirtualCard(personalise({ kind, cardNumber, balanceFen: OPENING_FEN }));
  const accepted: { readonly atc: number; readonly amountFen: number }[] = [];
  let tollsFen = 0;
  return {
    cardNumber,
    card,
    accepted,
    openingFen: OPENING_FEN,
    tollsFen: () => tollsFen,
    insert: (): Transport => {
      card.reset();
      return simulatorTransport({
        reset: () => card.reset(),
        exchange: (command) => {
          const { onlineAtc: atc, balanceFen } = card.state.ep;
          const response = card.exchange(command);
          const after = card.state.ep;
          if (after.onlineAtc !== atc) {
            accepted.push({ atc, amountFen: after.balanceFen - balanceFen });
          }
          return response;
        },
      });
    },
    toll: async (): Promise<void> => {
      card.reset();
      await passTollGate((command) => Promise.resolve(card.exchange(command)), {
        amountFen: TOLL_FEN,
      });
      tollsFen += TOLL_FEN;
    },
  };
}

type Bad = (odds: number) => boolean;

function lossyTransport(transport: Transport, bad: Bad): Transport {
  let lost = false;
  return {
    info: transport.info,
    close: () => transport.close(),
    transmit: async (command, options) => {
      if (lost) throw new QuancunError('TRANSPORT_LOST', { sent: 'no' });
      lost = bad(24);
      if (lost && bad(2)) throw new QuancunError('TRANSPORT_LOST', { sent: 'maybe' });
      const response = await transport.transmit(command, options);
      if (lost) throw new QuancunError('TRANSPORT_LOST', { sent: 'maybe' });
      if (!bad(60)) return response;
      return response.map((byte, at) => (at === response.length - 1 ? byte ^ 1 : byte));
    },
  };
}

/** Requests and replies are lost, doubled, and kept to come again when nobody expects them. */
function lossyAuthority(
  authority: Authority,
  bad: Bad,
  late: (() => Promise<unknown>)[],
): Authority {
  const over = async <T>(call: () => Promise<T>): Promise<T> => {
    if (bad(20)) {
      late.push(call);
      throw new QuancunError('SERVER_UNREACHABLE');
    }
    if (bad(20)) await call().catch(() => undefined);
    const answer = await call();
    if (bad(10)) late.push(call);
    if (bad(20)) throw new QuancunError('SERVER_UNREACHABLE');
    return answer;
  };
  return {
    checkCard: (request) => over(() => authority.checkCard(request)),
    createOrder: (request) => over(() => authority.createOrder(request)),
    beginPayment: (request) => over(() => authority.beginPayment(request)),
    endPayment: (request) => over(() => authority.endPayment(request)),
    confirmPayment: (request) => over(() => authority.confirmPayment(request)),
    next: (report) => over(() => authority.next(report)),
    findUnsettled: (cardNumber) => over(() => authority.findUnsettled(cardNumber)),
    getOrder: (orderId) => over(() => authority.getOrder(orderId)),
  };
}

/** The process dies before a commit, or after it and before anybody was told. */
function lossyLedger(inner: Ledger, bad: Bad): Ledger {
  const crash = (): never => {
    throw new QuancunError('INTERNAL', { details: { what: 'the process died' } });
  };
  return {
    ...inner,
    commit: async (change) => {
      if (bad(40)) crash();
      const written = await inner.commit(change);
      if (bad(40)) crash();
      return written;
    },
  };
}
