/** What databases, journals and servers lose. */
import { spent, sumsOf } from './books.js';
import type { Add } from './events.js';
import { compare, notice, settled, withBook } from './journals.js';
import { type Book, NEW_BOOK, newBooks, type Row, type State } from './state.js';
import type { Rules, World } from './world.js';

/** All that can be lost next. */
export function lossEvents(state: State, world: World, rules: Rules, add: Add): void {
  const { copy, left, books } = state;
  const isSure = books?.every(({ isAwaited }) => !isAwaited) ?? true;
  if (copy === undefined && left.losses > 0 && isSure) {
    add('a copy of the database is taken', () => copied(state, world));
  } else if (copy !== undefined && left.losses < world.allowance.losses && isSure) {
    if (copy.tables !== state.tables) {
      add('a newer copy of the database is taken', () => copied(state, world));
    }
  }
  if (copy !== undefined && left.losses > 0) {
    add('the database forgets all since the copy', () => forgotten(state, copy));
  }
  books?.forEach((book, server) => {
    const name = `server ${String(server + 1)}`;
    const { standing, isAwaited, kept } = book;
    if (standing === 'unaware' && rules.isBlind !== true) {
      add(`${name} looks at its journal`, () => compare(notice(state), server, world, rules));
    }
    const last = kept.at(-1);
    if (left.tears > 0 && last !== undefined && standing !== 'gone') {
      add(`the last line of ${name}’s journal is torn off`, () => torn(state, server, book));
    }
    if (standing === 'restarted') {
      add(`${name} starts again`, () => compare(state, server, world, rules));
    }
    if (server > 0 && left.deaths > 0 && standing !== 'gone') {
      add(`${name} ends for good`, () => ({
        ...withBook(state, server, { ...book, standing: 'gone' }),
        left: spent(left, 'deaths'),
      }));
    }
    if ((standing === 'gone' && isAwaited) || standing === 'behind') {
      add(`two people give the journal of ${name} up`, () => givenUp(state, server, book));
    }
  });
}

/** What the journals had before is known to the copy, and to every database that comes after. */
function copied(state: State, world: World): State {
  const { tables, books = newBooks(world.servers) } = state;
  const kept: readonly Book[] = books.map((book) => {
    const isWhole = book.standing === 'in-step' || book.standing === 'gone';
    return isWhole ? { ...NEW_BOOK, standing: book.standing } : book;
  });
  const rows = kept.map(({ row }) => row);
  const copy = { tables, rows };
  return { ...state, books: kept, copy, nowMs: state.nowMs + 1 };
}

function forgotten(state: State, copy: NonNullable<State['copy']>): State {
  const left = spent(state.left, 'losses');
  const books = state.books?.map((book, server) => ({
    ...book,
    row: rowOf(copy.rows, server),
    torn: [],
    ...(book.standing === 'gone' ? {} : { standing: 'unaware' as const }),
    isAwaited: true,
  }));
  return {
    ...state,
    left,
    tables: copy.tables,
    totals: sumsOf(copy.tables),
    books: books?.length === 0 ? undefined : books,
    copy: left.losses > 0 ? copy : undefined,
    sinceMs: undefined,
    outlived: withOrders(state.outlived, state.books?.flatMap((book) => book.torn) ?? []),
  };
}

function rowOf(rows: readonly Row[], server: number): Row {
  return rows[server] ?? NEW_BOOK.row;
}

function torn(state: State, server: number, book: Book): State {
  const last = book.kept.at(-1);
  const orderId = orderOf(last);
  const isKnown = last !== undefined && last.entry.sequence <= book.row.sequence;
  const rest: Book = {
    ...book,
    kept: book.kept.slice(0, -1),
    standing: book.standing === 'unaware' ? 'unaware' : 'restarted',
    torn: isKnown ? withOrders(book.torn, orderId) : book.torn,
  };
  const outlived = isKnown ? state.outlived : withOrders(state.outlived, orderId);
  return { ...withBook(state, server, rest), outlived, left: spent(state.left, 'tears') };
}

/** What only this journal would have told is gone. In its place a new one begins. */
function givenUp(state: State, server: number, book: Book): State {
  const lost = book.kept.filter(({ entry }) => entry.sequence > book.row.sequence);
  const outlived = withOrders(state.outlived, lost.flatMap(orderOf));
  const standing = book.standing === 'gone' ? 'gone' : 'in-step';
  return settled({ ...withBook(state, server, { ...NEW_BOOK, standing }), outlived });
}

function orderOf(kept: Book['kept'][number] | undefined): readonly string[] {
  const line = kept?.line;
  if (line === undefined) return [];
  if ('order' in line) return [line.order.orderId];
  return 'orderId' in line ? [line.orderId] : [];
}

function withOrders(known: readonly string[], more: readonly string[]): readonly string[] {
  const all = new Set([...known, ...more]);
  return all.size === known.length ? known : [...all].sort();
}
