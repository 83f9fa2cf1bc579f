/** Whether somebody can leave: the customer with the card, or the office with what it may do. */
import { type Evidence, PROBE_AMOUNT_FEN, type Release } from '../load/index.js';
import { isOpen, takes, withCredit, wordsOf } from './events.js';
import { shownBy } from './shown.js';
import { Broken, tell } from './server.js';
import { orderIdOf, sameAttempt, type State, TERMINAL } from './state.js';
import { AMOUNT_FEN, type Exit, type Rules, type World } from './world.js';

/** How the open orders of a state can end, and what is wrong with it. */
export function stuckIn(
  state: State,
  world: World,
  rules: Rules,
): readonly [readonly Exit[], string | undefined] {
  try {
    const exits = exitsOf(state, world, rules);
    const stuck = exits.find(([, exit]) => !world.exits.includes(exit));
    const found = exits.map(([, exit]) => exit);
    if (stuck === undefined) return [found, undefined];
    const [orderId, exit] = stuck;
    const who = exit === 'none' ? 'nobody can end' : `only ${exit} ends`;
    return [found, `${who} order ${orderId}`];
  } catch (thrown) {
    if (!(thrown instanceof Broken)) throw thrown;
    return [[], `on the way out: ${thrown.message}`];
  }
}

function exitsOf(state: State, world: World, rules: Rules): readonly [string, Exit][] {
  return world.orders.flatMap((card, index) => {
    const orderId = orderIdOf(index);
    if (!isOpenIn(state, orderId)) return [];
    // Who waits for the card leaves after those who hold it.
    const holder = state.tables.cards.get(cardOf(state, orderId))?.value.openOrderId;
    if (holder !== undefined && holder !== orderId && isOpenIn(state, holder)) return [];
    const frozen = world.orders.findIndex(
      (other, at) => other === card && stateOf(state, orderIdOf(at)) === 'FROZEN',
    );
    if (frozen >= 0 && stateOf(state, orderId) !== 'FROZEN') return [];
    return [[orderId, exitOf(state, orderId, card, world, rules)]];
  });
}

function exitOf(state: State, orderId: string, card: number, world: World, rules: Rules): Exit {
  const left = { ...state.left, inits: 9, probes: 9, errors: 0, tears: 0 };
  // Who asks this has every journal, or has given it up.
  const fresh: State = { ...state, left, alive: [], books: undefined, copy: undefined };
  const isEnded = (end: State): boolean => !isOpenIn(end, orderId);
  const say = (from: State, evidence: Evidence): State =>
    tell(from, orderId, evidence, world, rules);
  const seen = visit(fresh, orderId, card, world, rules);
  if (isEnded(seen)) return 'visit';
  const voided = say(seen, { kind: 'void', probeTerminal: 'FE9' });
  const recorded = foreignRecords(seen, card).map((record) => say(seen, record));
  const byOffice = [say(seen, { kind: 'cancel' }), voided, ...recorded];
  if (byOffice.some((one) => isEnded(visit(one, orderId, card, world, rules)))) return 'office';
  // What waits for an answer is held after a while, and people look at it then.
  const held = say(say(seen, { kind: 'withdraw-void' }), { kind: 'lost' });
  const agreed = wordsOf(held, orderId, card).map((release) => byTwo(held, release, say));
  const isAgreed = agreed.some(
    (one) => isEnded(one) || isEnded(visit(one, orderId, card, world, rules)),
  );
  if (isAgreed) return 'people';
  const chips = held.chips.map((chip) => ({ ...chip, isDestroyed: true }));
  return isEnded(byTwo({ ...held, chips }, 'destroyed', say)) ? 'card-taken-in' : 'none';
}

function byTwo(
  from: State,
  release: Release,
  say: (state: State, evidence: Evidence) => State,
): State {
  let end = from;
  for (const by of ['zhao', 'qian']) end = say(end, { kind: 'release', request: { by, release } });
  return end;
}

function foreignRecords({ foreign }: State, card: number): readonly Evidence[] {
  return foreign.flatMap((at) => {
    const [of, atc] = at.split('/');
    return Number(of) === card ? [{ kind: 'foreign-record' as const, onlineAtc: Number(atc) }] : [];
  });
}

/** One honest visit: proof first, then the counter, then CREDIT; a probe where one is asked for. */
function visit(from: State, orderId: string, card: number, world: World, rules: Rules): State {
  let state = from;
  const chip = (): State['chips'][number] | undefined => state.chips[card];
  if (chip()?.isDestroyed === true) return state;
  const say = (evidence: Evidence): void => {
    state = tell(state, orderId, evidence, world, rules);
  };
  for (let step = 0; step < 4; step += 1) {
    const proof = chip()?.proof;
    const attempt =
      typeof proof === 'object'
        ? state.tables.attempts.find((one) => sameAttempt(one, proof) && one.orderId === orderId)
        : undefined;
    if (attempt !== undefined) say({ kind: 'tac', attempt });
    const order = state.tables.orders.get(orderId)?.value;
    if (order === undefined || !isOpenIn(state, orderId)) return state;
    const isProbe = order.state === 'VOIDING';
    const terminal = isProbe ? (order.probeTerminal ?? '') : TERMINAL;
    const amountFen = isProbe ? PROBE_AMOUNT_FEN : AMOUNT_FEN;
    state = shownBy(state, world, card, { amountFen, terminal }, isProbe ? 'probes' : 'inits');
    const init = state.shown.at(-1)?.init;
    if (init === undefined) return state;
    if (isProbe) say({ kind: 'probe', init, nextProbeTerminal: `FD${String(step)}` });
    else say({ kind: 'init', init });
    const now = chip();
    const taken = state.alive.find((one) => now !== undefined && takes(now, one));
    if (taken === undefined) continue;
    state = withCredit(state, card, taken);
  }
  return state;
}

function cardOf({ tables }: State, orderId: string): string {
  return tables.orders.get(orderId)?.value.cardNumber ?? '';
}

function isOpenIn(state: State, orderId: string): boolean {
  return isOpen(stateOf(state, orderId) ?? '');
}

function stateOf({ tables }: State, orderId: string): string | undefined {
  return tables.orders.get(orderId)?.value.state;
}
