/**
 * A whole deployment in one process, for tests: simulated card, faulty reader, terminal, authority
 * over the memory ledger. Every exchange is kept, so that OpenSSL can check its cryptograms.
 */
import { type AccountName, type ForeignRecord, type LoadPolicy } from '../../src/load/index.js';
import type { FindBookBalance, Ledger } from '../../src/server/index.js';
import {
  createVirtualCard,
  passTollGate,
  personalise,
  type PersonaliseOptions,
  type VirtualCard,
  withT0,
} from '../../src/simulator/index.js';
import {
  load,
  loadRecord,
  type LoadResult,
  recharge,
  type RechargeOptions,
} from '../../src/terminal/index.js';
import { createTestAuthority } from '../../src/testing/index.js';
import { type CardLike, simulatorTransport } from '../../src/transport/drivers/simulator.js';
import {
  type Fault,
  type Transport,
  withFaults,
  withGetResponse,
  withQueue,
} from '../../src/transport/index.js';
import { enrolCard } from './enrol-card.js';
import { loadElsewhere } from './load-elsewhere.js';
import { manualEnv } from './manual-env.js';
import type { Wire } from './purse-oracle.js';

/** The number of a simulated card that nobody named. */
const FIRST_CARD = '6201220000001234';

/** What a test may change. */
export interface ShopOptions {
  readonly card: PersonaliseOptions;
  readonly policy?: Partial<LoadPolicy>;
  readonly t0?: boolean;
  readonly ledger?: Ledger;
  /** Another host to hold the card; default: the simulated reader. */
  readonly host?: (card: CardLike) => Promise<Transport> | Transport;
  readonly findBookBalance?: FindBookBalance;
}

/** How one visit goes wrong. */
export interface VisitPlan {
  readonly faults?: readonly Fault[];
  readonly pin?: string;
  readonly amountFen?: number;
  readonly options?: Partial<RechargeOptions>;
}

/** The shop. */
export type Shop = ReturnType<typeof openShop>;

/** Opens it with one card. */
export function openShop(shopOptions: ShopOptions) {
  const { card: cardOptions, policy = {}, t0 = false, host, ...rest } = shopOptions;
  const env = manualEnv();
  const card: VirtualCard = createVirtualCard(personalise(cardOptions));
  const inReader = t0 ? withT0(card) : card;
  const { authority, ledger, journal } = createTestAuthority({ env, policy, ...rest });
  const wires: Wire[] = [];
  let exchanges = 0;

  const recording: CardLike = {
    reset: () => inReader.reset(),
    exchange: (command: Uint8Array) => {
      exchanges += 1;
      const response = inReader.exchange(command);
      wires.push({ command, response });
      return response;
    },
  };
  const wrap = (reader: Transport, faults: readonly Fault[]) => {
    const faulty = withFaults(reader, faults);
    return { transport: withQueue(withGetResponse(faulty), env), count: faulty.count };
  };

  /** The card put into a simulated reader that fails as planned. */
  function insert(faults: readonly Fault[] = []): { transport: Transport; count: () => number } {
    inReader.reset();
    return wrap(simulatorTransport(recording), faults);
  }

  /** The card held to the shop's own host. */
  async function present(faults: readonly Fault[]): Promise<ReturnType<typeof insert>> {
    return host === undefined ? insert(faults) : wrap(await host(recording), faults);
  }

  let payments = 0;
  async function visit(
    plan: VisitPlan,
    work: (options: RechargeOptions) => Promise<LoadResult>,
  ): Promise<{ result: LoadResult; exchanges: number }> {
    env.advance(1000);
    const { transport, count } = await present(plan.faults ?? []);
    const amountFen = plan.amountFen ?? 10_000;
    const result = await work({
      transport,
      authority,
      env,
      terminal: '000440101001',
      pin: plan.pin ?? '123456',
      amountFen,
      outlet: 'self',
      takePayment: () => {
        payments += 1;
        const transactionId = `cash-${String(payments)}`;
        return Promise.resolve({ provider: 'cash', transactionId, amountFen });
      },
      ...plan.options,
    });
    return { result, exchanges: count() };
  }

  return {
    env,
    card,
    ledger,
    journal,
    authority,
    wires,
    insert,
    exchanges: () => exchanges,
    payments: () => payments,
    /** An earlier load has told the books where the counter stands. */
    enrol: () => enrolCard(ledger, cardOptions.cardNumber ?? FIRST_CARD, card.state.ep.onlineAtc),
    recharge: (plan: VisitPlan = {}) => visit(plan, recharge),
    load: (plan: VisitPlan = {}) => visit(plan, load),
    loadRecord: (orderId: string, plan: VisitPlan = {}) =>
      visit(plan, (options) => loadRecord(options, orderId)),
    passTollGate: async (amountFen: number) => {
      card.reset();
      await passTollGate((command) => Promise.resolve(card.exchange(command)), { amountFen });
    },
    /** Another issuer's system, which has the same load key, loads the card. */
    foreignLoad: (amountFen: number): Promise<ForeignRecord> => {
      card.reset();
      return Promise.resolve(loadElsewhere(card, amountFen));
    },
    /** The TAC of the last CREDIT FOR LOAD that the card accepted. */
    lastTac: (): Uint8Array => {
      const [last] = wires.filter(({ command }) => command[1] === 0x52).slice(-1);
      return last?.response.slice(0, 4) ?? new Uint8Array();
    },
    totals: (): Promise<Readonly<Record<AccountName, number>>> => ledger.totals(),
    /** CREDIT FOR LOAD commands that reached the card, and those it accepted. */
    credits: () => {
      const sent = wires.filter(({ command }) => command[0] === 0x80 && command[1] === 0x52);
      const accepted = sent.filter(
        ({ response }) => response.at(-2) !== 0x69 && response.at(-2) !== 0x93,
      );
      return { sent: sent.length, accepted: accepted.length };
    },
  };
}
