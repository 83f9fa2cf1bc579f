/**
 * The issuance journal: one line for every MAC2, written after the ledger's commit and before the
 * MAC2 leaves, in a second failure domain. After a restore it shows what the ledger may have lost.
 */

/** One authorisation. Carries no cryptogram. */
export interface JournalLine {
  readonly orderId: string;
  readonly cardNumber: string;
  readonly onlineAtc: number;
  readonly random: string;
  readonly atMs: number;
}

/** An append-only journal. */
export interface Journal {
  /** Durable when it resolves. Appending the same line again is harmless. */
  append(line: JournalLine): Promise<void>;
  lines(): Promise<readonly JournalLine[]>;
}

/**
 * A journal in memory, for tests and the demonstration.
 * 内存日志（测试与演示用）。
 * @example
 * const journal = memoryJournal();
 * await journal.lines(); // []
 */
export function memoryJournal(): Journal {
  const written: JournalLine[] = [];
  return {
    append: (line) => {
      written.push({ ...line });
      return Promise.resolve();
    },
    lines: () => Promise.resolve([...written]),
  };
}
