/**
 * Reads a journal's files by itself, and holds them against the ledger: every line chained and
 * numbered, every MAC2 and every refund that left known to the ledger, and the ledger's row of the
 * journal where the journal ends, or ahead of it by lines that the row still holds.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export type Row = Readonly<Record<string, unknown>>;
export type Check = (rule: string, holds: boolean) => void;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));

const NO_HEAD = '0'.repeat(64);

/** A MAC2 that left, as its line says. */
export interface Issued {
  readonly orderId: string;
  readonly atc: number;
  readonly random: string;
}

interface Entry {
  readonly sequence: number;
  readonly head: string;
}

interface Body extends Entry {
  readonly format?: string;
  readonly journalId?: string;
  readonly kind?: string;
  readonly orderId?: string;
  readonly order?: { readonly orderId: string };
  readonly attempt?: { readonly onlineAtc: number; readonly random: string };
}

interface Journal extends Entry {
  readonly journalId: string;
  readonly lines: readonly Body[];
}

/** The texts of a journal's files, oldest first. */
export function readSegments(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  const full = readdirSync(dirname(path))
    .filter((file) => /^\.\d{12,}$/.test(file.replace(basename(path), '')))
    .sort();
  return [...full.map((file) => join(dirname(path), file)), path].map((file) =>
    readFileSync(file, 'utf8'),
  );
}

/** What the ledger holds that a journal can be held against. */
export interface Known {
  readonly attempts: readonly Row[];
  readonly settlements: readonly Row[];
  readonly journals: readonly Row[];
}

/** Audits one journal; answers the MAC2s that left. A torn last line was never answered. */
export function auditJournal(
  segments: readonly string[],
  known: Known,
  check: Check,
): readonly Issued[] {
  const journal = parseJournal(segments, check);
  auditRow(journal, known.journals, check);
  const attempts = new Set(
    known.attempts.map((row) => `${text(row.order_id)} ${text(row.atc)} ${text(row.random)}`),
  );
  const settled = new Map(known.settlements.map((row) => [text(row.order_id), text(row.kind)]));
  const issued: Issued[] = [];
  for (const { kind, order, orderId = order?.orderId ?? '', attempt } of journal.lines) {
    if (kind === 'issue' && attempt !== undefined) {
      const { onlineAtc: atc, random } = attempt;
      issued.push({ orderId, atc, random });
      const isKnown = attempts.has(`${orderId} ${String(atc)} ${random}`);
      check('J a journal line without its attempt', isKnown);
    }
    if (kind === 'tac') check('J a TAC without its credit', settled.get(orderId) === 'CREDIT');
    if (kind === 'refund') check('J a refund of a credit', settled.get(orderId) !== 'CREDIT');
  }
  return issued;
}

function parseJournal(segments: readonly string[], check: Check): Journal {
  let end: Entry = { sequence: 0, head: NO_HEAD };
  let journalId = '';
  const lines: Body[] = [];
  for (const raw of segments.flatMap((segment) => segment.split('\n').slice(0, -1))) {
    const [head, body] = [raw.slice(0, 64), raw.slice(65)];
    check('J the journal’s chain is broken', sha256(end.head + body) === head);
    const said = JSON.parse(body) as Body;
    // A file's first line names the journal and what it goes on from, and is none of the chain.
    if (said.format !== undefined) {
      check('J another journal’s file', ['', said.journalId].includes(journalId));
      check('J a file is missing', said.sequence === end.sequence && said.head === end.head);
      journalId = said.journalId ?? '';
      continue;
    }
    check('J a line is missing', said.sequence === end.sequence + 1);
    end = { sequence: said.sequence, head };
    lines.push(said);
  }
  return { ...end, journalId, lines };
}

/** Nothing but the last lines may be missing in the journal, and the row holds them. */
function auditRow(journal: Journal, rows: readonly Row[], check: Check): void {
  const row = rows.find(({ journal_id: id }) => id === journal.journalId);
  if (row === undefined) {
    check('W a journal with lines and no row', journal.lines.length === 0);
    return;
  }
  let { sequence, head } = journal;
  check('W the journal is ahead of its row', sequence <= Number(row.sequence));
  const pending = JSON.parse(text(row.pending)) as readonly (Entry & { readonly body: string })[];
  for (const entry of pending.filter((one) => one.sequence > journal.sequence)) {
    const follows = entry.sequence === sequence + 1 && sha256(head + entry.body) === entry.head;
    check('W a line that waits does not follow the journal', follows);
    ({ sequence, head } = entry);
  }
  check('W the row is not the journal’s end', sequence === Number(row.sequence));
  check('W the row has another head', head === row.head);
}
