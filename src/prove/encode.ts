/**
 * The canonical text of a state: two states with one text behave alike for ever. A field that
 * decisions look at and this text lacks would make the walk blind: so every field of every record
 * has its line here, and one without does not compile.
 */
import {
  type Attempt,
  type AuthenticInit,
  type CardAccount,
  DEFAULT_POLICY,
  type Order,
  type Payment,
} from '../load/index.js';
import type { Tables } from '../server/ledger/memory-tables.js';
import type { TablesText } from './memory.js';
import { BEGIN_MS, type Book, type State, type Taken } from './state.js';

type Code = string | number | boolean | undefined;
/** How a field is told; `same`: it is the same in all states of a world. */
type Codes<T> = { readonly [K in keyof Required<T>]: 'same' | ((value: T, names: Names) => Code) };

/** Refused CREDITs that hold an order. */
const MOST_REFUSED = 2;

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
  checkTerminal: ({ checkTerminal }, names) => names.of(checkTerminal),
  taking: ({ taking }) => taking && `${taking.by ?? ''}/${taking.transactionId ?? ''}`,
  creditedBy: ({ creditedBy }) => creditedBy,
  frozenFrom: ({ frozenFrom }) => frozenFrom,
  release: ({ release }) => release && `${release.by}${release.release}`,
  tacOnly: ({ tacOnly }) => tacOnly,
  // Beyond the limit one more is like the last.
  badTacs: ({ badTacs }) => Math.min(badTacs, DEFAULT_POLICY.maxBadTacs),
  refusedCredits: ({ refusedCredits }) => Math.min(refusedCredits, MOST_REFUSED),
  // Kept for people: no decision looks at it.
  proof: 'same',
  outlet: 'same',
  terminal: 'same',
  who: 'same',
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
  amountFen: ({ amountFen }) => amountFen,
  surplus: ({ surplus }) => surplus,
  paidAtMs: ({ paidAtMs }) => paidAtMs,
  bookedAtMs: 'same',
  refundsSent: ({ refundsSent }) => refundsSent,
  who: 'same',
  refundedAtMs: ({ refundedAtMs }) => refundedAtMs !== undefined,
  refundedByHand: ({ refundedByHand }) => refundedByHand,
};

/** Randoms and probe numbers mean nothing but themselves: told by where they first come. */
class Names {
  private readonly known = new Map<string, string>();
  constructor(first: readonly string[] = []) {
    for (const name of first) this.of(name);
  }
  of(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const name = this.known.get(text) ?? `r${String(this.known.size)}`;
    this.known.set(text, name);
    return name;
  }
  all(): readonly string[] {
    return [...this.known.keys()];
  }
}

/** Names stay as they are. */
const AS_THEY_ARE = { of: (text: string | undefined) => text, all: () => [] } as unknown as Names;

/** The text of tables, by which equal ones are found. */
export function rawText(tables: Tables): string {
  return tablesText(tables, AS_THEY_ARE);
}

/** The text of what decides whether somebody can leave: ledger and cards, nothing on its way. */
export function coreText(state: State): string {
  const { id, names } = knownText(state);
  return `${String(id)}${chipsText(state, new Names(names))}${String(state.nowMs)}`;
}

function knownText({ memory, tables }: State): TablesText {
  return memory.textOf(tables, () => {
    const names = new Names();
    const text = tablesText(tables, names);
    return { text, names: names.all() };
  });
}

/** The text of a state of one walk. */
export function stateText(state: State): string {
  const { id, names: first } = knownText(state);
  const names = new Names(first);
  const { left, copy, books } = state;
  const parts = [
    id,
    chipsText(state, names),
    sorted(state.shown.map((one) => `${String(one.card)}${codesOf(INIT, one.init, names)}`)),
    sorted(state.alive.map((one) => keyOf(one, names))),
    sorted(state.taken.map((one) => keyOf(one, names))),
    sorted(state.payments.map(paymentText)),
    sorted(state.words.map((one) => `${one.orderId}${one.by}${one.checkTerminal}`)),
    sorted(state.refunds),
    sorted(state.foreign),
    Object.values(left).join(),
    state.nowMs - BEGIN_MS,
    state.outlived.join(),
  ];
  if (copy !== undefined) {
    parts.push(tablesText(copy.tables, names), copy.rows.map(({ sequence }) => sequence).join());
  }
  if (books !== undefined) {
    parts.push(state.sinceMs ?? '', books.map((book) => bookText(book, names)).join(';'));
  }
  return parts.join('|');
}

function paymentText({ transactionId, paidAtMs, amountFen }: Taken): string {
  return `${transactionId}${String(amountFen)}${String(paidAtMs - BEGIN_MS)}`;
}

function bookText({ standing, isAwaited, torn, row, kept }: Book, names: Names): string {
  const { sequence, pending } = row;
  const lines = kept.map(({ line }) => lineText(line, names));
  const pendingText = pending.map((entry) => entry.sequence).join();
  return [standing, isAwaited, torn.join('+'), sequence, pendingText, ...lines].join();
}

function lineText(line: object, names: Names): string {
  const { kind, attempt, transactionId, refundsSent, returnedAtMs, orderId, ...more } = line as {
    kind: string;
    attempt?: Attempt;
    transactionId?: string;
    refundsSent?: number;
    returnedAtMs?: number;
    orderId?: string;
    random?: string;
    payments?: readonly Payment[];
    order?: Order;
  };
  const { random, payments, order } = more;
  return [
    kind,
    attempt && keyOf(attempt, names),
    transactionId,
    refundsSent,
    returnedAtMs !== undefined,
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
