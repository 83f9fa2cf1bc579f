/**
 * Which issues this process has brought into its journal. What the same journal tells in an earlier
 * line is not told again: a server that weighs its own cards' answers writes short lines.
 */
import type { Attempt } from '../../load/index.js';
import type { JournalLine } from './lines.js';

/** What is remembered; an issue that is forgotten makes a line longer. */
const MAX_ISSUES = 10_000;

/** The issues of one journal. */
export interface OwnIssues {
  /** The line is in the journal. */
  note(line: JournalLine): void;
  /** The line without what the journal tells already. */
  shorten(line: JournalLine): JournalLine;
}

/** Makes one, which knows of none. */
export function createOwnIssues(): OwnIssues {
  const known = new Set<string>();
  return {
    note: (line) => {
      if (line.kind !== 'issue') return;
      known.add(keyOf(line.attempt));
      const [oldest] = known;
      if (known.size > MAX_ISSUES && oldest !== undefined) known.delete(oldest);
    },
    shorten: (line) => withoutIssues(line, (attempt) => known.has(keyOf(attempt))),
  };
}

/** A line without the order it is about, where all its issues stand in the same journal. */
export function withoutIssues(
  line: JournalLine,
  isOwn: (attempt: Attempt) => boolean,
): JournalLine {
  if (line.kind !== 'tac' && line.kind !== 'counter') return line;
  if (line.issued?.attempts.every(isOwn) !== true) return line;
  const { issued: _told, ...short } = line;
  return short;
}

function keyOf({ orderId, onlineAtc, random, date, time }: Attempt): string {
  return [orderId, onlineAtc, random, date, time].join();
}
