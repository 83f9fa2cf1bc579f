/**
 * The canonical text of a state: two states with one text behave alike for ever. A field that
 * decisions look at and this text lacks would make the walk blind: so every field of every record
 * has its line here, and one without does not compile.
 */
import type { Attempt, AuthenticInit, CardAccount, Order, Payment } from '../load/index.js';
import type { Tables } from '../server/ledger/memory-tables.js';
import type { State } from './state.js';
import type { World } from './world.js';

type Code = string | number | boolean | undefined;
/** How a field is told; `same`: it is the same in all states of a world. */
type Codes<T> = { readonly [K in keyof Required<T>]: 'same' | ((value: T, names: Names) => Code) };

const ORDER: Codes<Order> = {
  orderId: 'same',
  cardNumber: 'same',
  issuerFactor: 'same',
  keyIndex: 'same',
  amountFen: 'same',
  state: ({ state }) => state,
  boundAtc: ({ boundAtc }) => boundAtc,
  probeTerminal: ({ probeTerminal }, names) => names.of(probeTerminal),
  probesPassed: ({ probesPassed }) => probesPassed,
  creditedBy: ({ creditedBy }) => creditedBy,
  frozenFrom: ({ frozenFrom }) => frozenFrom,
  release: ({ release }) => release && `${release.by}${release.release}`,
  tacOnly: ({ tacOnly }) => tacOnly,
  badTacs: ({ badTacs }) => badTacs,
  refusedCredits: ({ refusedCredits }) => refusedCredits,
  outlet: 'same',
  plate: 'same',
  plateColour: 'same',
  createdAtMs: ({ createdAtMs }) => createdAtMs,
  // Every wait is over at once in these worlds, so that time may pass at any moment.
  updatedAtMs: 'same',
};

const CARD: Codes<CardAccount> = {
  cardNumber: 'same',
  expectedAtc: ({ expectedAtc }) => expectedAtc,
  maxSeenAtc: ({ maxSeenAtc }) => maxSeenAtc,
  openOrderId: ({ openOrderId }) => openOrderId,
  frozen: ({ frozen }) => frozen,
};

const ATTEMPT: Codes<Attempt> = {
  orderId: ({ orderId }) => orderId,
  cardNumber: 'same',
  onlineAtc: ({ onlineAtc }) => onlineAtc,
  random: ({ random }, names) => names.of(random),
  rawBalance: ({ rawBalance }) => rawBalance,
  amountFen: ({ amountFen }) => amountFen,
  terminal: 'same',
  date: ({ date }) => date,
  time: ({ time }) => time,
  keyVersion: 'same',
  algorithm: 'same',
};

const INIT: Codes<AuthenticInit> = {
  onlineAtc: ({ onlineAtc }) => onlineAtc,
  rawBalance: ({ rawBalance }) => rawBalance,
  random: ({ random }, names) => names.of(random),
  amountFen: ({ amountFen }) => amountFen,
  terminal: ({ terminal }, names) => names.of(terminal),
  keyVersion: 'same',
  algorithm: 'same',
};

const PAYMENT: Codes<Payment> = {
  orderId: ({ orderId }) => orderId,
  transactionId: ({ transactionId }) => transactionId,
  amountFen: 'same',
  surplus: ({ surplus }) => surplus,
  paidAtMs: ({ paidAtMs }) => paidAtMs,
  refundsSent: ({ refundsSent }) => refundsSent,
  refundedAtMs: ({ refundedAtMs }) => refundedAtMs !== undefined,
};

/** Randoms and probe numbers mean nothing but themselves: they are told by where they first come. */
class Names {
  private readonly known = new Map<string, string>();
  of(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const name = this.known.get(text) ?? `r${String(this.known.size)}`;
    this.known.set(text, name);
    return name;
  }
}

/** The text of what decides whether somebody can leave: ledger and cards, nothing on its way. */
export function coreText(state: State): string {
  const names = new Names();
  return `${tablesText(state.tables, names)}${chipsText(state, names)}${String(state.nowMs)}`;
}

/** The text of a state. */
export function stateText(state: State, world: World): string {
  const names = new Names();
  const { forgetting, left } = state;
  const parts = [
    tablesText(state.tables, names),
    chipsText(state, names),
    sorted(state.shown.map((one) => `${String(one.card)}${codesOf(INIT, one.init, names)}`)),
    sorted(state.alive.map((one) => keyOf(one, names))),
    sorted(state.taken.map((one) => keyOf(one, names))),
    sorted(state.payments.map(({ transactionId }) => transactionId)),
    sorted(state.refunds),
    sorted(state.foreign),
    Object.values(left).join(),
    String(state.nowMs),
  ];
  if (forgetting !== undefined) {
    const { copy, lines, isRestored, sinceMs, compared } = forgetting;
    const told = lines.map(({ server, line }) => `${String(server)}${lineText(line, names)}`);
    const where = [isRestored, sinceMs, compared.join(), told.join(';')];
    parts.push(isRestored ? '' : tablesText(copy, names), where.join());
  }
  return `${world.name}|${parts.join('|')}`;
}

function lineText(line: object, names: Names): string {
  const { kind, attempt, transactionId, refundsSent, orderId, random, payments, order } = line as {
    kind: string;
    attempt?: Attempt;
    transactionId?: string;
    refundsSent?: number;
    orderId?: string;
    random?: string;
    payments?: readonly Payment[];
    order?: Order;
  };
  return [
    kind,
    attempt && keyOf(attempt, names),
    transactionId,
    refundsSent,
    orderId ?? order?.orderId,
    names.of(random),
    (payments ?? []).map((one) => codesOf(PAYMENT, one, names)).join('+'),
  ].join();
}

function tablesText(tables: Tables, names: Names): string {
  let text = '';
  for (const { value } of tables.orders.values()) text += codesOf(ORDER, value, names);
  for (const [cardNumber, { value }] of tables.cards) {
    text += `${cardNumber.slice(-1)}${codesOf(CARD, value, names)}`;
  }
  for (const attempt of tables.attempts) text += codesOf(ATTEMPT, attempt, names);
  text += sorted([...tables.payments.values()].map((one) => codesOf(PAYMENT, one, names)));
  text += sorted([...tables.bindings].map(([at, orderId]) => at + orderId));
  return text + sorted([...tables.settlements].map((one) => one.join('')));
}

function chipsText({ chips }: State, names: Names): string {
  return chips
    .map(({ onlineAtc, balanceFen, session, proof, isDestroyed }) => {
      const shown = session && [
        names.of(session.random),
        session.amountFen,
        names.of(session.terminal),
      ];
      const proved = typeof proof === 'object' ? keyOf(proof, names) : proof;
      return [onlineAtc, balanceFen, shown?.join('.'), proved, isDestroyed].join();
    })
    .join(';');
}

/** Which attempt it is; its other fields are in the tables, or do not matter any more. */
function keyOf(attempt: Attempt, names: Names): string {
  return `${attempt.orderId}${String(attempt.onlineAtc)}${names.of(attempt.random) ?? ''}${attempt.time}`;
}

function codesOf<T extends object>(codes: Codes<T>, value: T, names: Names): string {
  let text = '(';
  for (const key in codes) {
    const code = codes[key];
    if (code === 'same') continue;
    const told = code(value, names);
    if (told !== undefined && told !== false && told !== 0) text += `${key}=${String(told)},`;
  }
  return `${text})`;
}

function sorted(texts: readonly string[]): string {
  return [...texts].sort().join();
}
