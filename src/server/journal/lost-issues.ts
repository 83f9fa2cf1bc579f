/** Which issues of a journal its ledger does not know. */
import type { Ledger } from '../ledger/ledger.js';
import type { Journal } from './journal.js';
import { parseLine } from './lines.js';
import type { FormerIssueLine, IssueLine } from './lines.js';

/**
 * The journal's lines whose attempt the ledger does not know.
 * 比对授权日志与账本，返回账本缺失的授权。
 * @example
 * import { memoryLedger } from 'quancun/server';
 * const journal = await fileJournal('compared.journal');
 * await findLostIssues(journal, memoryLedger()); // []
 * await journal.close();
 */
export async function findLostIssues(
  journal: Journal,
  ledger: Ledger,
): Promise<readonly (IssueLine | FormerIssueLine)[]> {
  const lost: (IssueLine | FormerIssueLine)[] = [];
  for await (const entry of journal.entriesAfter(0)) {
    const line = parseLine(entry);
    if (line.kind !== 'issue' && line.kind !== 'issue-0.1') continue;
    const { orderId, onlineAtc, random } = issueOf(line);
    const attempts = (await ledger.read(orderId))?.situation.attempts ?? [];
    const known = attempts.some((one) => one.onlineAtc === onlineAtc && one.random === random);
    if (!known) lost.push(line);
  }
  return lost;
}

/** Which MAC2 an issue line is about. */
export function issueOf(line: IssueLine | FormerIssueLine): {
  readonly orderId: string;
  readonly onlineAtc: number;
  readonly random: string;
} {
  if (line.kind === 'issue') {
    const { onlineAtc, random } = line.attempt;
    return { orderId: line.order.orderId, onlineAtc, random };
  }
  return { orderId: line.orderId, onlineAtc: line.atc, random: line.random };
}
