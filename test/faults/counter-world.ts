/**
 * The counter: one card, one till that can die, one line that can be cut, one server that does not
 * fail (the other levels let it), a POS whose slips are paper, and a person who does what the
 * screen says and nothing else. Boundaries are counted as they are reached.
 */
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import type { Authority } from '../../src/load/index.js';
import { memoryJournal, memoryLedger, createAuthority, softHsm } from '../../src/server/index.js';
import { createVirtualCard, personalise, TEST_ROOT_KEYS } from '../../src/simulator/index.js';
import {
  declareNotTaken,
  type IntentStore,
  load,
  type LoadResult,
  memoryIntentStore,
  recharge,
  submitPayment,
  type SubmitResult,
  type TakenPayment,
} from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Transport, withGetResponse } from '../../src/transport/index.js';
import { enrolCard } from '../support/enrol-card.js';
import { manualEnv } from '../support/manual-env.js';

/** What can go wrong at a boundary of each kind. A till that dies is switched on again. */
export const COUNTER_FAULTS = {
  card: ['lost-before', 'lost-after', 'dies-before', 'dies-after'],
  line: ['request-lost', 'reply-lost', 'dies-before', 'dies-after'],
  store: ['fails', 'dies-before', 'dies-after'],
  pos: ['says-nothing', 'cancelled', 'dies-before', 'dies-after'],
} as const;

export type CounterSite = keyof typeof COUNTER_FAULTS;

/** The n-th boundary of a counter's day, and what happens there. */
export interface CounterFault {
  readonly at: number;
  readonly kind: string;
}

/** Who stands there. */
export interface Person {
  /** What is pressed after the till has died: nobody has told anything. */
  readonly afterCrash: 'recharge' | 'load';
  /** Whether slips can be looked at; who cannot is stuck where the screen asks for it. */
  readonly looksUp: boolean;
  /** Another person, who saw no screen, goes on after something was held. */
  readonly handsOver?: true;
}

export interface CounterOptions {
  readonly person: Person;
  /** A store that is none, to see that it is caught. */
  readonly intents?: () => IntentStore;
  /** The app can ask its POS. */
  readonly findsPayments?: true;
  /** What stands between the till and the server, to see that it is caught. */
  readonly through?: (authority: Authority) => Authority;
}

export const OPENING_FEN = 5000;
export const AMOUNT_FEN = 10_000;
const CARD_NUMBER = '6201220000001234';
const DIED = Symbol('the till has died');
type Ended = LoadResult | SubmitResult | typeof DIED;

/** Opens it. */
export function createCounter(faults: readonly CounterFault[], options: CounterOptions) {
  const env = manualEnv();
  const card = createVirtualCard(
    personalise({ kind: '3des-4x', balanceFen: OPENING_FEN, onlineAtc: 7 }),
  );
  const ledger = memoryLedger();
  const enrolled = enrolCard(ledger, CARD_NUMBER, 7);
  const { loadKey, tacKey } = TEST_ROOT_KEYS['3des'];
  const set = { keyIndex: 1, cipher: '3des', hierarchy: 'national', loadKey, tacKey } as const;
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: [set] });
  const server = createAuthority({ ledger, journal: memoryJournal(), hsm, env });
  const sites: CounterSite[] = [];
  const slips: { readonly orderId: string; readonly payment: TakenPayment }[] = [];
  let die: () => void = () => undefined;

  const reach = (site: CounterSite): string | undefined => {
    sites.push(site);
    return faults.find(({ at }) => at === sites.length)?.kind;
  };
  const never = <T>(): Promise<T> => {
    die();
    return new Promise(() => undefined);
  };
  /** One call to the outside, with whatever happens to it; a dead till hears of nothing. */
  const at = async <T>(site: CounterSite, work: () => Promise<T>, lost: QuancunError) => {
    const kind = reach(site);
    if (kind === 'dies-before') return never<T>();
    if (kind === 'request-lost' || kind === 'fails') throw lost;
    const answer = work();
    if (kind === undefined) return answer;
    await answer.catch(() => undefined);
    if (kind === 'dies-after') return never<T>();
    throw lost;
  };

  const overLine = () =>
    new Proxy<Authority>(server, {
      get: (target, name: keyof Authority) => (request: never) =>
        at(
          'line',
          () => (target[name] as (said: never) => Promise<never>)(request),
          new QuancunError(ERROR_TABLE.SERVER_UNREACHABLE),
        ),
    });

  const kept = options.intents?.() ?? memoryIntentStore();
  const full = new QuancunError(ERROR_TABLE.INTERNAL, { details: { what: 'the disk is full' } });
  const openStore = (): IntentStore => ({
    find: (number) => at('store', () => kept.find(number), full),
    save: (intent) => at('store', () => kept.save(intent), full),
    remove: (orderId) => at('store', () => kept.remove(orderId), full),
  });
  /** A till that is switched on again has no object of the one that died. */
  const startProgram = () => ({
    authority: options.through?.(overLine()) ?? overLine(),
    env: { ...env },
    intents: openStore(),
  });
  let program = startProgram();

  function insert(): Transport {
    card.reset();
    const reader = simulatorTransport(card);
    let isLost = false;
    const transmit: Transport['transmit'] = async (command) => {
      if (isLost) throw new QuancunError(ERROR_TABLE.TRANSPORT_LOST, { sent: 'no' });
      const kind = reach('card');
      if (kind === 'dies-before') return never();
      isLost = kind?.startsWith('lost') === true;
      if (kind === 'lost-before')
        throw new QuancunError(ERROR_TABLE.TRANSPORT_LOST, { sent: 'maybe' });
      const answer = await reader.transmit(command);
      if (kind === 'dies-after') return never();
      if (isLost) throw new QuancunError(ERROR_TABLE.TRANSPORT_LOST, { sent: 'maybe' });
      return answer;
    };
    return withGetResponse({ info: reader.info, transmit, close: () => reader.close() });
  }

  const takePayment = async ({ orderId }: { readonly orderId: string }) => {
    const kind = reach('pos');
    if (kind === 'dies-before') return never<TakenPayment>();
    if (kind === 'cancelled') throw new QuancunError(ERROR_TABLE.RECHARGE_CANCELLED);
    const transactionId = `slip ${String(slips.length + 1)}`;
    const payment = { provider: 'pos', transactionId, amountFen: AMOUNT_FEN };
    slips.push({ orderId, payment });
    if (kind === 'dies-after') return never<TakenPayment>();
    if (kind === 'says-nothing') throw new TypeError('the POS said nothing');
    return payment;
  };
  const slipOf = (orderId: string) => slips.find((slip) => slip.orderId === orderId)?.payment;
  const findPayment = ({ orderId }: { readonly orderId: string }) =>
    Promise.resolve(slipOf(orderId) ?? ('none' as const));

  const till = () => program;
  const visit = () => ({
    ...till(),
    ...{ transport: insert(), terminal: '000440101001', pin: '123456' },
    ...(options.findsPayments === true ? { findPayment } : {}),
  });
  const acts = {
    recharge: () =>
      recharge({
        ...visit(),
        ...{ amountFen: AMOUNT_FEN, outlet: 'self', takePayment },
        // 请务必仔细复核: who sees the new balance already confirms no other recharge.
        confirmCard: ({ balanceFen }) => Promise.resolve(balanceFen === OPENING_FEN),
      }),
    load: () => load(visit()),
    submit: (orderId: string, payment: TakenPayment) => submitPayment(till(), orderId, payment),
    notTaken: (orderId: string) => declareNotTaken(till(), orderId),
  };

  /** Runs until it ends, or the till dies. */
  async function untilDead(act: () => Promise<LoadResult | SubmitResult>): Promise<Ended> {
    await enrolled;
    env.advance(1000);
    const dead = new Promise<typeof DIED>((resolve) => {
      die = () => {
        program = startProgram();
        resolve(DIED);
      };
    });
    return Promise.race([act(), dead]);
  }

  /** 充值记录: what was paid by slip and is on the card. */
  const isRecordedAsCredited = async (): Promise<boolean> => {
    const states = await Promise.all(slips.map(({ orderId }) => server.getOrder(orderId)));
    return states.length > 0 && states.every((order) => order?.state === 'CREDITED');
  };

  return { env, card, ledger, sites, slips, acts, untilDead, isRecordedAsCredited };
}

export type Counter = ReturnType<typeof createCounter>;
type Act = () => Promise<LoadResult | SubmitResult>;

/** What the screen tells the person to do; `undefined`: nothing, the recharge is over. */
async function nextAct(
  counter: Counter,
  person: Person,
  ended: Ended,
): Promise<Act | 'stuck' | undefined> {
  const { acts, slips } = counter;
  if (ended === DIED) return acts[person.afterCrash];
  if (ended.outcome === 'credited') return undefined;
  if (ended.outcome === 'booked') {
    return ended.order.state === 'CREDITED' ? undefined : acts.load;
  }
  const { next, error, orderId } = ended;
  if (error.stop) return 'stuck';
  if (person.handsOver === true && ended.outcome === 'held') return acts[person.afterCrash];
  switch (next) {
    case 'recharge':
      return acts.recharge;
    case 'load':
      return acts.load;
    case 'submit': {
      const payment = ended.outcome === 'held' ? ended.unconfirmedPayment : undefined;
      if (orderId === undefined || payment === undefined) return 'stuck';
      return () => acts.submit(orderId, payment);
    }
    case 'look-up': {
      // 先查【充值记录】: what is credited there needs nobody.
      if (orderId === undefined && (await counter.isRecordedAsCredited())) return undefined;
      const slip = orderId === undefined ? slips[0] : slips.find((one) => one.orderId === orderId);
      // A customer who has not paid says so; who has is not believed without the slip.
      if (!person.looksUp && (orderId !== undefined || slip !== undefined)) return 'stuck';
      if (slip !== undefined) return () => acts.submit(slip.orderId, slip.payment);
      return orderId === undefined ? acts.recharge : () => acts.notTaken(orderId);
    }
    case 'as-told':
      // The cashier has seen the new balance, or the customer has gone.
      return error.code === 'RECHARGE_CANCELLED' ? undefined : 'stuck';
  }
}

const MAX_ACTS = 12;

/** A recharge, and whatever the screen says afterwards; what is wrong in the end. */
export async function runCounter(
  faults: readonly CounterFault[],
  options: CounterOptions,
): Promise<{ readonly counter: Counter; readonly wrong: readonly string[] }> {
  const counter = createCounter(faults, options);
  const log: string[] = [];
  let act: Act | 'stuck' | undefined = counter.acts.recharge;
  for (let count = 0; count < MAX_ACTS && typeof act === 'function'; count += 1) {
    const ended = await counter.untilDead(act);
    log.push(toldOf(ended));
    act = await nextAct(counter, options.person, ended);
  }
  const wrong = await audit(counter);
  if (act !== undefined) wrong.push('a dead end');
  return { counter, wrong: wrong.length === 0 ? [] : [...wrong, log.join(' → ')] };
}

function toldOf(ended: Ended): string {
  if (ended === DIED) return 'died';
  return 'error' in ended ? `${ended.outcome} ${ended.error.code}` : ended.outcome;
}

async function audit({ card, ledger, slips }: Counter): Promise<string[]> {
  const wrong: string[] = [];
  const totals = await ledger.totals();
  const { balanceFen } = card.state.ep;
  const loads = (balanceFen - OPENING_FEN) / AMOUNT_FEN;
  if (slips.length > 1) wrong.push('paid twice');
  if (loads > slips.length) wrong.push('loaded without payment');
  if (loads < slips.length) wrong.push('a payment is lost to the card');
  if (totals.cash !== slips.length * AMOUNT_FEN) wrong.push('the books do not have what was paid');
  if (totals.liability !== 0 || totals['refunds-due'] !== 0) wrong.push('money waits');
  return wrong;
}
