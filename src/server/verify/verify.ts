/**
 * Verifies a ledger and its journals offline: every chain, every sum, every constraint, and each
 * side against the other. It changes nothing, and its memory does not grow with the past.
 */
import { QuancunError } from '../../errors.js';
import { LEDGER_OTHER_SCHEMA } from '../errors.js';
import { LEDGER_NOT_DATABASE } from '../hold/errors.js';
import type { JournalPosition } from '../journal/lines.js';
import { readExtent } from '../journal/read-journal.js';
import { chainHash, NO_HASH } from '../ledger/audit-chain.js';
import { text } from '../ledger/sql/columns.js';
import { readEvent } from '../ledger/sql/rows.js';
import { MIGRATIONS } from '../ledger/sql/schema.js';
import { readJournalRow } from '../ledger/sql/witness.js';
import { verifyDays } from './days.js';
import type { Tell, VerifyFinding } from './finding.js';
import { type GivenJournal, keyOf, verifyJournal } from './journals.js';
import type { LedgerReader } from './reader.js';
import { ATTEMPTS, CHAINS, RULES, STRAYS, SUMS } from './rules.js';
import { createSeen, type Seen } from './seen.js';

/** What may be asked besides. */
export interface VerifyOptions {
  /** The files of its journals. */
  readonly journals?: readonly string[];
  /** Heads that were kept elsewhere, by the journal's id. */
  readonly heads?: readonly (JournalPosition & { readonly journalId: string })[];
  /** The ledger is a copy: its journals may have gone on since. */
  readonly isCopy?: boolean;
}

/** A journal as it was found. */
export interface VerifiedJournal extends JournalPosition {
  readonly path: string;
  readonly journalId: string;
  readonly lines: number;
  readonly ahead: number;
  readonly waiting: number;
}

/** What came of it. */
export interface VerifyReport {
  readonly orders: number;
  readonly attempts: number;
  readonly events: number;
  readonly journals: readonly VerifiedJournal[];
  /** Journals that the ledger names and nobody gave: then no attempt is held against lines. */
  readonly notGiven: readonly string[];
  readonly wrong: number;
}

/** Told of one rule, at most. */
const MAX_TOLD = 20;

/**
 * Verifies a ledger; `onFinding` is told what is wrong, a few of each kind.
 * 离线核对账本与授权日志（只读）。
 * @throws LEDGER_OTHER_SCHEMA
 * @throws JOURNAL_BROKEN when a journal cannot be read to its end
 * @example
 * declare const reader: LedgerReader;
 * const { wrong } = await verifyLedger(reader, { journals: ['issues.journal'] }, console.log);
 */
export async function verifyLedger(
  reader: LedgerReader,
  { journals = [], heads = [], isCopy = false }: VerifyOptions,
  onFinding: (finding: VerifyFinding) => void,
): Promise<VerifyReport> {
  let wrong = 0;
  const told = new Map<string, number>();
  const tell: Tell = (rule, facts = {}) => {
    wrong += 1;
    const count = (told.get(rule) ?? 0) + 1;
    told.set(rule, count);
    if (count <= MAX_TOLD) onFinding({ rule, ...facts });
  };
  // Journals first: a server that runs commits before it journals, so they can only be behind.
  const given = journals.map((path): GivenJournal => ({ path, ...readExtent(path) }));
  await expectSchema(reader);
  for (const what of await reader.findDamage()) tell('a database that is whole', { what });
  await verifyRules(reader, tell);
  await verifyDays(reader, tell);
  const events = await verifyChains(reader, tell);
  const seen = createSeen();
  const rows = (await reader.all('SELECT * FROM journal')).map(readJournalRow);
  const verified: VerifiedJournal[] = [];
  for (const journal of given) {
    const { path, journalId, end } = journal;
    const row = rows.find((one) => one.journalId === journalId);
    if (row === undefined && !isCopy && journalId !== '' && end.sequence > 0) {
      tell('a journal that the ledger knows', { path });
    }
    const kept = heads.filter((one) => one.journalId === journalId);
    for (const { sequence } of kept) {
      if (sequence > end.sequence) tell('a journal as long as was known', { path, line: sequence });
    }
    const report = await verifyJournal(reader, journal, row, kept, isCopy, seen, tell);
    if (report.ahead > 0 && !isCopy) {
      tell('a ledger as new as its journal', { path, line: end.sequence });
    }
    verified.push({ path, journalId, ...end, ...report });
  }
  const notGiven = rows
    .filter((row) => row.sequence > 0 && !given.some((one) => one.journalId === row.journalId))
    .map(({ name }) => name);
  const isCompared = given.length > 0 && notGiven.length === 0;
  const attempts = await verifyAttempts(reader, isCompared && seen, tell);
  const [orders] = await reader.all('SELECT COUNT(*) AS count FROM load_order');
  const count = Number(orders?.count ?? 0);
  return { orders: count, attempts, events, journals: verified, notGiven, wrong };
}

async function expectSchema(reader: LedgerReader): Promise<void> {
  const version = 'SELECT MAX(version) AS version FROM schema_version';
  const [row] = await reader.all(version).catch((cause: unknown) => {
    throw asNoLedger(cause);
  });
  const [found, known] = [Number(row?.version ?? 0), MIGRATIONS.length];
  if (found !== known) throw new QuancunError(LEDGER_OTHER_SCHEMA, { details: { found, known } });
}

/** A file of something else, or an empty one, has no such table. */
function asNoLedger(cause: unknown): unknown {
  const said = cause instanceof Error ? cause.message : '';
  if (/not a database|malformed/.test(said)) {
    return new QuancunError(LEDGER_NOT_DATABASE, { details: { file: 'the database' }, cause });
  }
  if (!/no such table|does not exist/.test(said)) return cause;
  const details = { found: 0, known: MIGRATIONS.length };
  return new QuancunError(LEDGER_OTHER_SCHEMA, { details, cause });
}

async function verifyRules(reader: LedgerReader, tell: Tell): Promise<void> {
  for (const [rule, broken] of Object.entries({ ...RULES, ...STRAYS })) {
    for await (const row of reader.stream(broken)) tell(rule, { orderId: text(row.order_id) });
  }
  for (const [rule, sum] of Object.entries(SUMS)) {
    const [row] = await reader.all(sum);
    const fen = Number(row?.sum ?? 0);
    if (fen !== 0) tell(rule, { fen });
  }
}

/** Every card's events, hashed again from the first to the head that stands in the card's row. */
async function verifyChains(reader: LedgerReader, tell: Tell): Promise<number> {
  let events = 0;
  let [card, head, expected, orderId] = ['', NO_HASH, NO_HASH, ''];
  const end = (): void => {
    if (head !== expected) tell('the head of a card’s audit trail', { orderId });
  };
  for await (const row of reader.stream(CHAINS)) {
    events += 1;
    if (text(row.card_number) !== card) {
      end();
      [card, head, expected] = [text(row.card_number), NO_HASH, text(row.head_hash)];
    }
    orderId = text(row.order_id);
    const hash = chainHash(head, readEvent(row));
    if (hash !== row.hash) tell('the chain of a card’s audit trail', { orderId });
    head = text(row.hash);
  }
  end();
  return events;
}

async function verifyAttempts(
  reader: LedgerReader,
  seen: Seen | false,
  tell: Tell,
): Promise<number> {
  let attempts = 0;
  for await (const row of reader.stream(ATTEMPTS)) {
    attempts += 1;
    const [orderId, atc, random] = [text(row.order_id), Number(row.atc), text(row.random)];
    if (seen !== false && !seen.has(keyOf(orderId, atc, random))) {
      tell('a line for every attempt', { orderId });
    }
  }
  return attempts;
}
