/** A witness whose ledger counts what it is asked, and whose rows a test may change. */
import { expect } from 'vitest';
import { decide, DEFAULT_POLICY, type Evidence } from '../../../src/load/index.js';
import { type Journal, type Ledger, type Snapshot } from '../../../src/server/index.js';
import { openWitness } from '../../../src/server/journal/witness.js';
import type { JournalLine } from '../../../src/server/journal/lines.js';
import type { JournalRow } from '../../../src/server/ledger/witness-book.js';
import { emptyTables } from '../../../src/server/ledger/memory-tables.js';
import { createMemoryEngine, emptyWitness } from '../../../src/server/ledger/memory-witness.js';
import { memoryLedgerOn } from '../../../src/server/ledger/memory.js';
import { ORDER } from '../../load/situations.js';
import { lastingJournal } from '../../support/lost-world.js';
import { manualEnv } from '../../support/manual-env.js';

/** One that does not say that it is forgotten is not. */
export function plainJournal(): Journal {
  const { ephemeral: _said, ...journal } = lastingJournal('A');
  return journal;
}

/** A witness over a ledger that counts what it is asked. */
export function watch(journal: Journal = plainJournal(), changes: Partial<Ledger> = {}) {
  const env = manualEnv();
  const engine = createMemoryEngine();
  const rows = emptyWitness();
  const inner = memoryLedgerOn({ tables: emptyTables(), witness: rows }, engine);
  const asked = { looks: 0, rows: 0, lines: 0, releases: 0 };
  const ledger: Ledger = {
    ...inner,
    readWitness: () => {
      asked.looks += 1;
      return inner.readWitness();
    },
    writeJournal: (row, was) => {
      asked.rows += 1;
      return inner.writeJournal(row, was);
    },
    writeLine: (thread, line) => {
      asked.lines += 1;
      return inner.writeLine(thread, line);
    },
    holdJournal: async (journalId, name) => {
      const release = await inner.holdJournal(journalId, name);
      return () => {
        asked.releases += 1;
        return release();
      };
    },
    ...changes,
  };
  const parts = { ledger, journal, env, decide, policy: DEFAULT_POLICY, newJournal: false };
  const witness = openWitness(parts);
  const put = async (journalId: string, row: Partial<JournalRow> = {}) => {
    const { epoch, journals } = await inner.readWitness();
    const was = journals.find((one) => one.journalId === journalId);
    const made: JournalRow = {
      ...{ journalId, name: `at ${journalId}`, sequence: 0, head: '0'.repeat(64) },
      state: 'open',
      ...{ pending: [], epoch, ephemeral: false, peersAt: 0 },
    };
    expect(await inner.writeJournal({ ...made, ...was, ...row }, was)).toBe(true);
  };
  /** What the next call costs. */
  const costOf = async (work: () => Promise<unknown>) => {
    const before = { ...asked };
    await work();
    return [asked.looks - before.looks, asked.rows - before.rows, asked.lines - before.lines];
  };
  const read = async () => {
    const snapshot = await witness.read(ORDER.orderId);
    if (snapshot === undefined) throw new Error('no order');
    return snapshot;
  };
  const act = async (evidence: Evidence, line?: JournalLine) =>
    actFrom(await read(), evidence, line);
  const actFrom = async (snapshot: Snapshot, evidence: Evidence, line?: JournalLine) => {
    const timed = { evidence, nowMs: env.now() };
    const decision = decide(snapshot.situation, timed, DEFAULT_POLICY);
    const change = { snapshot, decision, evidence: evidence.kind, atMs: env.now() };
    return witness.commit(change, line);
  };
  return {
    env,
    engine,
    rows,
    inner,
    ledger,
    journal,
    witness,
    asked,
    put,
    costOf,
    read,
    act,
    actFrom,
    parts,
  };
}
