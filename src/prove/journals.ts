/**
 * The journals of a world: who is in doubt, and what comparing brings back. Where a journal stands
 * and what a line is asked of the ledger are the server's own roads, answered from tables.
 */
import type { Attempt, Evidence } from '../load/index.js';
import { isQuancunError } from '../errors.js';
import type { JournalLine } from '../server/index.js';
import {
  chainLine,
  type JournalEntry,
  type JournalPosition,
  NO_LINES,
  parseLine,
  positionOf,
} from '../server/journal/lines.js';
import { withoutIssues } from '../server/journal/own-issues.js';
import { type Place, placeRoad } from '../server/journal/place.js';
import {
  type Applied,
  isClash,
  outcomeOf,
  type RepairAnswer,
  type RepairAsk,
  repairRoad,
} from '../server/journal/repair-road.js';
import { commitTo } from '../server/ledger/memory-commit.js';
import {
  copyTables,
  createOrder,
  newestFirst,
  readSnapshot,
  type Tables,
} from '../server/ledger/memory-tables.js';
import { sumsOf } from './books.js';
import { rawText } from './encode.js';
import { type Book, type Kept, lean, sameAttempt, type State } from './state.js';
import type { Rules, World } from './world.js';

/** What is written from now on is later than the epoch that has begun. */
const AFTER_EPOCH_MS = 60_000;

/** Since when a server knows that the ledger may have forgotten something. */
export function doubtOf({ books, sinceMs }: State, server: number): number | undefined {
  if (books?.[server]?.standing !== 'in-step') return undefined;
  return books.some(({ isAwaited }) => isAwaited) ? sinceMs : undefined;
}

/** The first server that finds its row moved begins an epoch: from now on there is doubt. */
export function notice(state: State): State {
  if (state.sinceMs !== undefined) return state;
  return { ...state, sinceMs: state.nowMs, nowMs: state.nowMs + AFTER_EPOCH_MS };
}

/** As long as a copy may come back, or a journal be torn, lines are kept. */
export function journalled(state: State, line: JournalLine | undefined, server: number): State {
  const { books, copy, left } = state;
  const book = books?.[server];
  if (book === undefined || line === undefined) return state;
  if (copy === undefined && left.tears === 0) return state;
  const isOwn = (attempt: Attempt): boolean =>
    book.kept.some(({ line: one }) => one.kind === 'issue' && sameAttempt(one.attempt, attempt));
  const told = withoutIssues(line, isOwn);
  const entry = chainLine(book.row, told);
  const row = { ...positionOf(entry), pending: [entry] };
  const kept = [...book.kept, { entry, line: told }];
  return withBook(state, server, { ...book, row, kept, torn: [] });
}

/** A state with another journal in the place of one. */
export function withBook(state: State, server: number, book: Book): State {
  return { ...state, books: state.books?.map((one, at) => (at === server ? book : one)) };
}

/** A server compares its journal with its row, and puts back what one of them has forgotten. */
export function compare(state: State, server: number, world: World, rules: Rules): State {
  const book = state.books?.[server];
  if (book === undefined) return state;
  const place = placeOf(book);
  if (place === undefined) return withBook(state, server, { ...book, standing: 'behind' });
  let next = state;
  if (place.lostAfter !== undefined) {
    const lines = book.kept.filter(({ entry }) => entry.sequence > (place.lostAfter ?? 0));
    // What is repaired is a loss, and begins an epoch.
    next = notice(next);
    for (const { line } of lines) next = repair(next, line, world, rules);
  }
  const written: readonly Kept[] = place.unwritten.map((entry) => ({
    entry,
    line: parseLine(entry),
  }));
  const kept = [...book.kept, ...written];
  const row = { ...positionOf(kept.at(-1)?.entry ?? NO_LINES), pending: [] };
  const done: Book = { kept, row, standing: 'in-step', isAwaited: false, torn: [] };
  return settled(withBook(next, server, done));
}

/** With the last journal everything is known again, and nothing is kept that nobody may ask for. */
export function settled(state: State): State {
  const { books, copy, left } = state;
  if (books === undefined || books.some(({ isAwaited }) => isAwaited)) return state;
  const isOver =
    copy === undefined && left.tears === 0 && books.every(({ standing }) => standing === 'in-step');
  return { ...state, sinceMs: undefined, books: isOver ? undefined : books };
}

/** Nothing: lines are gone that it had for sure. */
function placeOf({ kept, row }: Book): Place | undefined {
  const entries = kept.map(({ entry }) => entry);
  const positionAt = (sequence: number): JournalPosition | undefined =>
    sequence === 0 ? NO_LINES : entries.find((entry: JournalEntry) => entry.sequence === sequence);
  try {
    const road = placeRoad({ name: '' }, entries.at(-1) ?? NO_LINES, row);
    let at = road.next();
    while (at.done !== true) at = road.next(positionAt(at.value));
    return at.value;
  } catch (error) {
    if (isQuancunError(error, 'JOURNAL_BEHIND')) return undefined;
    throw error;
  }
}

function repair(state: State, line: JournalLine, world: World, rules: Rules): State {
  let { tables } = state;
  const apply = (orderId: string, evidence: Evidence): Applied => {
    const snapshot = readSnapshot(tables, orderId);
    if (snapshot === undefined) return 'unknown';
    const { nowMs } = state;
    const decision = rules.decide(snapshot.situation, { evidence, nowMs }, world.policy);
    const outcome = outcomeOf(decision, snapshot.situation);
    if (outcome === 'known') return outcome;
    const change = { snapshot, decision, evidence: evidence.kind, atMs: nowMs };
    const next = commitTo(tables, change);
    if (next === 'outdated') return 'clash';
    if ('orders' in next) {
      tables = lean(next);
      return outcome;
    }
    if (!isClash(next)) throw next;
    return 'clash';
  };
  const road = repairRoad(line);
  let at = road.next();
  while (at.done !== true) {
    const asked = at.value;
    let answer: RepairAnswer;
    if (asked.ask === 'apply') answer = apply(asked.orderId, asked.evidence);
    else if (asked.ask === 'restore') {
      tables = copyTables(tables);
      answer = restored(tables, asked);
      tables = lean(tables);
    } else {
      answer =
        asked.ask === 'read'
          ? readSnapshot(tables, asked.orderId)
          : ordersOf(tables, asked.cardNumber);
    }
    at = road.next(answer);
  }
  const same = state.memory.same(rawText(tables), tables);
  return { ...state, tables: same, totals: sumsOf(same) };
}

function restored(
  tables: Tables,
  { order, idempotencyKey, request }: Extract<RepairAsk, { readonly ask: 'restore' }>,
): string {
  return createOrder(tables, order, idempotencyKey, request, 'restore').orderId;
}

/** A card's orders, newest first, as every ledger lists them. */
function ordersOf({ orders }: Tables, cardNumber: string): readonly string[] {
  return [...orders.values()]
    .map(({ value }) => value)
    .filter((order) => order.cardNumber === cardNumber)
    .sort(newestFirst)
    .map(({ orderId }) => orderId);
}
