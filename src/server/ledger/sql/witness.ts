/** The SQL ledger's rows of journals, and how a commit moves one of them. */
import { drawId } from '../../journal/draw-id.js';
import type { InTurn } from '../../../turns.js';
import type { JournalEntry, JournalState } from '../../journal/lines.js';
import { type JournalThread, type ThreadDraft, WitnessMoved } from '../../journal/thread.js';
import type { JournalRow, WitnessBook } from '../witness-book.js';
import { text } from './columns.js';
import type { Dialect } from './schema.js';
import type { Row, Sql, SqlStore, SqlValue } from './store.js';

/** Opens the book of journals; its tables come with the ledger's migrations. */
export function sqlWitnessBook(store: SqlStore, inTurn: InTurn): WitnessBook {
  const { dialect } = store;
  return {
    readWitness: async () => {
      const { state, rows } = await store.transaction(async (sql) => ({
        state: await readState(sql, dialect),
        rows: await sql.all('SELECT * FROM journal ORDER BY journal_id'),
      }));
      const live = await store.liveJournals();
      return { ...state, journals: rows.map(readJournalRow), live };
    },
    beginEpoch: (from, epoch, identity, atMs) =>
      store.transaction(async (sql) => {
        const changed = await sql.run(
          'UPDATE ledger_state SET epoch = $2, identity = $3, epoch_at_ms = $4 WHERE epoch = $1',
          [from, epoch, identity, atMs],
        );
        if (changed === 0) return false;
        // A first person's word was about the ledger of before.
        await sql.run(
          "UPDATE journal SET given_up_by = NULL WHERE given_up_by IS NOT NULL AND state <> 'given-up'",
        );
        return true;
      }),
    writeJournal: (row, was) => writeJournal(store, row, was),
    holdJournal: (journalId, name) => store.holdJournal(journalId, name),
    writeLine: (thread, line) =>
      inTurn(async () => {
        const draft = thread.draft([line]);
        await store.transaction((sql) => moveJournal(sql, dialect, thread, draft));
        thread.confirm(draft);
        const [entry] = draft.entries;
        if (entry === undefined) throw new WitnessMoved();
        return entry;
      }),
  };
}

/** Moves a journal's row, if everything is as it was when the two were compared. */
export async function moveJournal(
  sql: Sql,
  { identity }: Dialect,
  thread: JournalThread,
  { from, to, pending, peersAt }: ThreadDraft,
): Promise<void> {
  const peers = peersAt === undefined ? '' : `, peers_at = ${String(peersAt)}`;
  const changed = await sql.run(
    `UPDATE journal SET sequence = $1, head = $2, pending = $3${peers}
      WHERE journal_id = $4 AND sequence = $5 AND head = $6 AND state = 'open' AND epoch = $7
        AND epoch = (SELECT epoch FROM ledger_state) AND ${identity} = $8`,
    [
      ...[to.sequence, to.head, JSON.stringify(pending)],
      ...[thread.journalId, from.sequence, from.head, thread.epoch, thread.identity],
    ],
  );
  if (changed === 0) throw new WitnessMoved();
}

async function readState(sql: Sql, { identity, reached }: Dialect) {
  const read = `SELECT ledger_state.*, ${identity} AS identity_now, ${reached} AS reached
    FROM ledger_state`;
  const [known] = await sql.all(read);
  if (known !== undefined) return stateOf(known);
  const drawn = [drawId(), drawId()];
  await sql.run(
    `INSERT INTO ledger_state (only_row, ledger_id, epoch, epoch_at_ms, identity)
      VALUES (1, $1, $2, 0, ${identity}) ON CONFLICT (only_row) DO NOTHING`,
    drawn,
  );
  const [made] = await sql.all(read);
  return stateOf(made ?? {});
}

function stateOf(row: Row) {
  return {
    ledgerId: text(row.ledger_id),
    epoch: text(row.epoch),
    epochAtMs: Number(row.epoch_at_ms),
    identity: text(row.identity),
    identityNow: text(row.identity_now),
    ...(row.reached === null ? {} : { reached: Number(row.reached) }),
  };
}

async function writeJournal(store: SqlStore, row: JournalRow, was?: JournalRow): Promise<boolean> {
  const values = [
    ...[row.journalId, row.name, row.sequence, row.head, JSON.stringify(row.pending)],
    ...[row.state, row.epoch, row.ephemeral ? 1 : 0, row.givenUpBy ?? null, row.peersAt],
  ];
  return store.transaction(async (sql) => {
    const changed =
      was === undefined ? await insertRow(sql, values) : await updateRow(sql, values, was);
    if (changed === 1 && row.state === 'given-up') await forgetCounters(sql);
    return changed === 1;
  });
}

function insertRow(sql: Sql, values: readonly SqlValue[]): Promise<number> {
  return sql.run(
    `INSERT INTO journal (journal_id, name, sequence, head, pending, state, epoch, ephemeral,
        given_up_by, peers_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (journal_id) DO NOTHING`,
    values,
  );
}

function updateRow(sql: Sql, values: readonly SqlValue[], was: JournalRow): Promise<number> {
  return sql.run(
    `UPDATE journal SET name = $2, sequence = $3, head = $4, pending = $5, state = $6,
        epoch = $7, ephemeral = $8, given_up_by = $9, peers_at = $10
      WHERE journal_id = $1 AND sequence = $11 AND head = $12 AND state = $13 AND epoch = $14`,
    [...values, was.sequence, was.head, was.state, was.epoch],
  );
}

/** What the journal that is given up has loaded nobody knows: no counter is vouched for. */
async function forgetCounters(sql: Sql): Promise<void> {
  await sql.run(
    `UPDATE card SET expected_atc = NULL, revision = revision + 1
      WHERE expected_atc IS NOT NULL`,
  );
}

/** A row as it is stored. */
export function readJournalRow(row: Row): JournalRow {
  return {
    journalId: text(row.journal_id),
    name: text(row.name),
    sequence: Number(row.sequence),
    head: text(row.head),
    pending: JSON.parse(text(row.pending)) as JournalEntry[],
    state: text(row.state) as JournalState,
    epoch: text(row.epoch),
    ephemeral: Number(row.ephemeral) === 1,
    peersAt: Number(row.peers_at),
    ...(row.given_up_by === null ? {} : { givenUpBy: text(row.given_up_by) }),
  };
}
