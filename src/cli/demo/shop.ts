/**
 * The demonstration's deployment, all in one process: a simulated card in a reader that can lose
 * it, an authority over the memory ledger, and a software HSM with the test root keys.
 */
import { type CipherName } from '../../crypto/index.js';
import type { AccountName } from '../../load/index.js';
import { createVirtualCard, passTollGate, personalise } from '../../simulator/index.js';
import {
  type CardReading,
  DEFAULT_PIN,
  load,
  type LoadResult,
  readCard,
  recharge,
  type Stage,
} from '../../terminal/index.js';
import { createTestAuthority } from '../../testing/index.js';
import { type Transport, withGetResponse, withQueue, withTrace } from '../../transport/index.js';
import { simulatorTransport } from '../../transport/drivers/simulator.js';
import { openDemoLedger } from './ledger.js';
import { nodeEnv } from '../run.js';
import { tearCredit, type Tear } from './tear-credit.js';

/** What the story needs. */
export interface DemoShop {
  read(): Promise<CardReading>;
  recharge(amountFen: number, onStage: (stage: Stage) => void): Promise<LoadResult>;
  load(onStage: (stage: Stage) => void): Promise<LoadResult>;
  /** The next CREDIT FOR LOAD loses the card: before it is executed, or before its answer. */
  tearNextCredit(when: 'before' | 'after'): void;
  passTollGate(amountFen: number): Promise<void>;
  totals(): Promise<Readonly<Record<AccountName, number>>>;
  /** The session so far, redacted. */
  trace(): string;
  /** Where orders are kept. */
  readonly store: 'sqlite' | 'memory';
  close(): Promise<void>;
}

/** Nobody else loads these cards: the counter proves a credit as well as a TAC does. */
const POLICY = { issuer: 'sole' } as const;

/** Opens the shop with a fresh card. */
export async function createDemoShop(cipher: CipherName, openingFen: number): Promise<DemoShop> {
  const kind = cipher === 'sm4' ? 'sm4-5x' : '3des-4x';
  const card = createVirtualCard(personalise({ kind, balanceFen: openingFen }));
  const env = nodeEnv;
  const { store, ledger, remove } = await openDemoLedger();
  const { authority } = createTestAuthority({ env, policy: POLICY, ledger });
  const lines: string[] = [];
  let tear: Tear | undefined;
  let payments = 0;

  /** Each visit begins with the card put into a reader: a reset, and a fresh transport. */
  const insert = (): Transport => {
    card.reset();
    const reader = tearCredit(simulatorTransport(card), () => {
      const due = tear;
      tear = undefined;
      return due;
    });
    const traced = withTrace(reader, (line) => lines.push(line));
    return withQueue(withGetResponse(traced), env);
  };
  const visit = (terminal: string, onStage: (stage: Stage) => void) => ({
    transport: insert(),
    authority,
    env,
    terminal,
    pin: DEFAULT_PIN,
    onStage,
  });
  return {
    read: () => readCard(insert()),
    recharge: (amountFen, onStage) =>
      recharge({
        ...visit('000440101001', onStage),
        amountFen,
        outlet: 'self',
        takePayment: () => {
          payments += 1;
          const transactionId = `demo-${String(payments)}`;
          return Promise.resolve({ provider: 'cash', transactionId, amountFen });
        },
      }),
    load: (onStage) => load(visit('000440101002', onStage)),
    tearNextCredit: (when) => {
      tear = when;
    },
    passTollGate: async (amountFen) => {
      card.reset();
      await passTollGate((command) => Promise.resolve(card.exchange(command)), { amountFen });
    },
    totals: () => ledger.totals(),
    trace: () => lines.join(''),
    store,
    close: async () => {
      await ledger.close();
      await remove();
    },
  };
}
