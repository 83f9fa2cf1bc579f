/** Everything that can happen in a state, by name: the network, the card, the office, time. */
import type { Attempt, Evidence, Release } from '../load/index.js';
import { LOCKING_STATES, PROBE_AMOUNT_FEN } from '../load/index.js';
import { spent } from './books.js';
import { type Add, lossEvents } from './losses.js';
import { providerEvents, refundWords } from './refunds.js';
import { shownBy, withChip } from './shown.js';
import { tillEvents, tillWords } from './tills.js';
import { tell } from './server.js';
import { cardNumberOf, type Chip, orderIdOf, sameAttempt, type State, TERMINAL } from './state.js';
import { type Allowance, AMOUNT_FEN, type Rules, type World, WRONG_FEN } from './world.js';

/** One thing that can happen. */
export interface Happening {
  readonly name: string;
  readonly next: () => State;
}

/** All that can happen next, always in the same order. */
export function happenings(state: State, world: World, rules: Rules): readonly Happening[] {
  const found: Happening[] = [];
  const add = (name: string, next: () => State): void => {
    found.push({ name, next });
  };
  cardEvents(state, world, add);
  for (let server = 0; server < Math.max(1, world.servers); server += 1) {
    const by = server === 0 ? '' : ' (server 2)';
    const say = (name: string, orderId: string, evidence: Evidence): void => {
      add(name + by, () => {
        const next = tell(state, orderId, evidence, world, rules, server);
        if (next === state) return next;
        const what = costOf(state, orderId, evidence);
        return what === undefined ? next : { ...next, left: spent(next.left, what) };
      });
    };
    networkEvents(state, world, say);
    officeEvents(state, world, say);
    tillWords(state, world, say);
  }
  moneyEvents(state, world, add);
  providerEvents(state, world, add);
  tillEvents(state, world, add);
  lossEvents(state, world, rules, add);
  return found;
}

/** What has to be left over for it. */
function costOf(state: State, orderId: string, evidence: Evidence): keyof Allowance | undefined {
  if (evidence.kind === 'void') return 'voids';
  if (evidence.kind === 'refunded' && evidence.byHand === true) return 'hands';
  if (evidence.kind !== 'release') return undefined;
  const isCredited = state.taken.some((one) => one.orderId === orderId);
  const { release } = evidence.request;
  const isSo = release === 'resume' || (release === 'credited') === isCredited;
  return isSo ? undefined : 'errors';
}

type Say = (name: string, orderId: string, evidence: Evidence) => void;

function cardEvents(state: State, world: World, add: Add): void {
  const { left } = state;
  state.chips.forEach((chip, card) => {
    if (chip.isDestroyed) return;
    const name = `card ${String(card + 1)}`;
    const atc = String(chip.onlineAtc);
    const show = (amountFen: number, terminal: string, what: keyof Allowance): State =>
      shownBy(state, world, card, { amountFen, terminal }, what);
    if (left.inits > 0) {
      add(`${name} answers INIT at ${atc}`, () => show(AMOUNT_FEN, TERMINAL, 'inits'));
    }
    for (const terminal of left.probes > 0 ? probesOf(state, card, world) : []) {
      add(`${name} answers the probe at ${atc}`, () => show(PROBE_AMOUNT_FEN, terminal, 'probes'));
    }
    for (const attempt of state.alive) {
      if (attempt.cardNumber !== cardNumberOf(card) || !takes(chip, attempt)) continue;
      add(`${name} takes the MAC2 of ${attempt.orderId} at ${atc}`, () => {
        return withCredit(state, card, attempt);
      });
    }
    if (left.foreignLoads > 0) {
      add(`${name} is loaded elsewhere at ${atc}`, () => {
        const balanceFen = chip.balanceFen + 30;
        const loaded = { onlineAtc: chip.onlineAtc + 1, balanceFen, proof: 'foreign' } as const;
        const next = withChip(state, card, loaded, 'foreignLoads');
        return { ...next, foreign: [...state.foreign, `${String(card)}/${atc}`] };
      });
    }
    if (left.purchases > 0) {
      add(`${name} pays at a gate`, () => {
        const next = withChip(
          state,
          card,
          { balanceFen: chip.balanceFen - AMOUNT_FEN },
          'purchases',
        );
        const chips = next.chips.map((one, at) => {
          const { proof: _gone, ...rest } = one;
          return at === card ? rest : one;
        });
        return { ...next, chips };
      });
    }
    if (left.destructions > 0) {
      add(`${name} is destroyed`, () =>
        withChip(state, card, { isDestroyed: true }, 'destructions'),
      );
    }
  });
}

/** The card takes a MAC2. */
export function withCredit(state: State, card: number, attempt: Attempt): State {
  const { onlineAtc = 0, balanceFen = 0 } = state.chips[card] ?? {};
  const credited = {
    onlineAtc: onlineAtc + 1,
    balanceFen: balanceFen + attempt.amountFen,
    proof: attempt,
  };
  const { left } = state;
  return { ...withChip(state, card, credited, 'inits'), left, taken: [...state.taken, attempt] };
}

/** Whether the card would accept this MAC2 now. */
export function takes({ onlineAtc, session }: Chip, attempt: State['alive'][number]): boolean {
  return (
    session?.random === attempt.random &&
    session.amountFen === attempt.amountFen &&
    session.terminal === attempt.terminal &&
    onlineAtc === attempt.onlineAtc
  );
}

function probesOf({ tables }: State, card: number, world: World): readonly string[] {
  return world.orders.flatMap((of, index) => {
    const order = tables.orders.get(orderIdOf(index))?.value;
    const terminal = order?.state === 'VOIDING' ? order.probeTerminal : undefined;
    return of === card && terminal !== undefined ? [terminal] : [];
  });
}

function networkEvents(state: State, world: World, say: Say): void {
  world.orders.forEach((card, index) => {
    const orderId = orderIdOf(index);
    const order = state.tables.orders.get(orderId)?.value;
    if (order === undefined) return;
    for (const one of state.shown) {
      if (one.card !== card) continue;
      const { init } = one;
      const told = `${orderId} is told INIT at ${String(init.onlineAtc)}`;
      if (init.amountFen === AMOUNT_FEN) say(told, orderId, { kind: 'init', init });
      else if (order.state === 'VOIDING') {
        const nextProbeTerminal = `FF${String(state.drawn)}`;
        const probed = `${orderId} is told the probe at ${String(init.onlineAtc)}`;
        say(probed, orderId, { kind: 'probe', init, nextProbeTerminal });
      }
    }
    for (const attempt of state.taken) {
      if (attempt.orderId !== orderId) continue;
      const isKnown = state.tables.attempts.some((one) => sameAttempt(one, attempt));
      if (isKnown) say(`${orderId} is told its TAC`, orderId, { kind: 'tac', attempt });
    }
    for (const { orderId: of, transactionId, amountFen, paidAtMs } of state.payments) {
      if (of !== orderId && !world.tellsAnyOrder) continue;
      const dated = world.isUndated ? {} : { paidAtMs };
      const payment = { kind: 'payment', transactionId, amountFen, ...dated } as const;
      say(`${orderId} is told payment ${transactionId}`, orderId, payment);
    }
    for (const at of state.foreign) {
      const [of, atc] = at.split('/');
      if (Number(of) !== card) continue;
      const record = { kind: 'foreign-record', onlineAtc: Number(atc) } as const;
      say(`${orderId} is told another issuer’s record at ${String(atc)}`, orderId, record);
    }
    say(`${orderId}: nothing is heard`, orderId, { kind: 'lost' });
    say(`${orderId}: time passes`, orderId, { kind: 'clock' });
    if (world.isNoisy) {
      say(`${orderId}: a TAC of nothing`, orderId, { kind: 'bad-tac' });
      say(`${orderId}: CREDIT refused`, orderId, { kind: 'credit-refused', sw: '9302' });
    }
  });
}

function officeEvents(state: State, world: World, say: Say): void {
  world.orders.forEach((card, index) => {
    const orderId = orderIdOf(index);
    const order = state.tables.orders.get(orderId)?.value;
    if (order === undefined) return;
    say(`${orderId} is cancelled`, orderId, { kind: 'cancel' });
    if (order.state === 'VOIDING') {
      say(`${orderId}: the void is withdrawn`, orderId, { kind: 'withdraw-void' });
    } else if (state.left.voids > 0) {
      const probeTerminal = `FE${String(state.left.voids)}`;
      say(`${orderId} is voided`, orderId, { kind: 'void', probeTerminal });
    }
    refundWords(state, world, orderId, say);
    if (!world.hasPeople || (order.state !== 'FROZEN' && order.state !== 'HELD')) return;
    for (const release of wordsOf(state, orderId, card)) {
      for (const by of ['li', 'wang']) {
        say(`${by} says ${release} of ${orderId}`, orderId, {
          kind: 'release',
          request: { by, release },
        });
      }
    }
  });
}

/** People look at the card before they speak: they say what is so at that moment. */
export function wordsOf(state: State, orderId: string, card: number): readonly Release[] {
  const isCredited = state.taken.some((one) => one.orderId === orderId);
  if (state.left.errors > 0) return ['credited', 'refund', 'resume'];
  if (isCredited) return ['credited', 'resume'];
  const isDestroyed = state.chips[card]?.isDestroyed === true;
  return isDestroyed ? ['refund', 'resume', 'destroyed'] : ['refund', 'resume'];
}

function moneyEvents(state: State, world: World, add: Add): void {
  if (state.left.payments === 0 || world.tills.length > 0) return;
  world.orders.forEach((_card, index) => {
    const orderId = orderIdOf(index);
    const own = state.payments.filter((one) => one.orderId === orderId).length;
    const transactionId = `${orderId}${String(own + 1)}`;
    const pay = (amountFen: number): State => ({
      ...state,
      payments: [...state.payments, { orderId, transactionId, paidAtMs: state.nowMs, amountFen }],
      left: spent(state.left, 'payments'),
    });
    add(`${orderId} is paid (${transactionId})`, () => pay(AMOUNT_FEN));
    if (!world.hasWrongAmounts) return;
    add(`${orderId} is paid a wrong amount (${transactionId})`, () => pay(WRONG_FEN));
  });
}

/** Whether an order holds its card, or its money waits. */
export function isOpen(state: string): boolean {
  return state === 'PAID' || (LOCKING_STATES as readonly string[]).includes(state);
}
