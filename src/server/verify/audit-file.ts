/**
 * The audit trail as a file that stands for itself: JSON lines, each an event with the hash that it
 * is chained to, card after card, and a last line that says where every chain ended. Whoever has
 * the file alone can check that nothing in it was changed, left out or put in. What a whole other
 * file would say, only its digest tells, kept where the file's keeper cannot write.
 */
import * as v from 'valibot';
import { isQuancunError, QuancunError } from '../../errors.js';
import { expectFile, objectOf, parseFileText, textOf, wholeOf } from '../../json/index.js';
import { ORDER_STATES } from '../../messages/index.js';
import { hostHashing } from '../../signing/index.js';
import { chainHash, NO_HASH } from '../ledger/audit-chain.js';
import { text } from '../ledger/sql/columns.js';
import { readEvent } from '../ledger/sql/rows.js';
import { AUDIT_INCOMPLETE } from '../errors.js';
import type { LedgerReader } from './reader.js';
import { CHAINS } from './rules.js';

const HASH = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** A line: an event, and the hash before it in its card's chain; the first one's is all zeros. */
const EVENT = objectOf({
  before: HASH,
  sequence: wholeOf(0),
  atMs: wholeOf(0),
  orderId: textOf(64),
  evidence: v.string(),
  from: v.picklist(ORDER_STATES),
  to: v.picklist(ORDER_STATES),
  who: v.exactOptional(
    objectOf({
      by: v.string(),
      person: v.exactOptional(v.string()),
      shift: v.exactOptional(v.string()),
      requestId: v.exactOptional(v.string()),
    }),
  ),
  hash: HASH,
});

/** The last line. */
const END = objectOf({
  end: v.literal('audit'),
  events: wholeOf(0),
  chains: wholeOf(0),
  digest: HASH,
});

/** How much there was, and what tells this file from every other one. */
export interface AuditExtent {
  readonly events: number;
  readonly chains: number;
  /** SHA-256 over the digest before and the head of the next chain, hex; it begins with zeros. */
  readonly digest: string;
}

/** What is wrong with a file, by its line. */
export interface AuditFinding {
  readonly line: number;
  readonly rule: AuditRule;
}

/** What a file must be. */
export type AuditRule =
  | 'a line of the form'
  | 'the hash of its event'
  | 'the event before it'
  | 'one end, and what it says';

const digestOf = (before: string, head: string): string => hostHashing().sha256(before + head);

/**
 * Writes the trail of a ledger, line by line.
 * 导出审计记录（JSON 行，自带哈希链）。
 * @throws AUDIT_INCOMPLETE when a card's own head is another one: events are missing in the ledger
 * @example
 * import type { LedgerReader } from 'quancun/server/files';
 * declare const reader: LedgerReader;
 * await exportAudit(reader, (line) => process.stdout.write(`${line}\n`));
 */
export async function exportAudit(
  reader: LedgerReader,
  write: (line: string) => unknown,
): Promise<AuditExtent> {
  let [events, chains, digest] = [0, 0, NO_HASH];
  let [card, head, expected] = ['', NO_HASH, NO_HASH];
  const end = (): void => {
    if (head !== expected) throw new QuancunError(AUDIT_INCOMPLETE);
    if (card !== '') digest = digestOf(digest, head);
  };
  for await (const row of reader.stream(CHAINS)) {
    if (text(row.card_number) !== card) {
      end();
      [card, head, expected] = [text(row.card_number), NO_HASH, text(row.head_hash)];
      chains += 1;
    }
    const event = readEvent(row);
    await write(JSON.stringify({ before: head, ...event }));
    events += 1;
    head = event.hash;
  }
  end();
  await write(JSON.stringify({ end: 'audit', events, chains, digest }));
  return { events, chains, digest };
}

/**
 * Checks an exported trail by itself: no database, no key.
 * 离线核对导出的审计记录。
 * @example
 * import type { AuditFinding } from 'quancun/server/files';
 * declare const lines: AsyncIterable<string>;
 * const wrong: AuditFinding[] = [];
 * const { digest } = await verifyAudit(lines, (finding) => wrong.push(finding));
 */
export async function verifyAudit(
  lines: AsyncIterable<string>,
  tell: (finding: AuditFinding) => unknown,
): Promise<AuditExtent> {
  let [line, events, chains, digest, head] = [0, 0, 0, NO_HASH, NO_HASH];
  let said: AuditExtent | undefined;
  for await (const text of lines) {
    line += 1;
    if (said !== undefined) tell({ line, rule: 'one end, and what it says' });
    const read = readLine(text);
    if (read === undefined) tell({ line, rule: 'a line of the form' });
    if (read === undefined) continue;
    if ('end' in read) {
      said = read;
      continue;
    }
    const { before, ...event } = read;
    const isFirst = before === NO_HASH;
    if (isFirst && chains > 0) digest = digestOf(digest, head);
    if (isFirst) chains += 1;
    else if (before !== head) tell({ line, rule: 'the event before it' });
    if (chainHash(before, event) !== event.hash) tell({ line, rule: 'the hash of its event' });
    events += 1;
    head = event.hash;
  }
  if (chains > 0) digest = digestOf(digest, head);
  const is = { events, chains, digest };
  const isSaid = said?.events === events && said.chains === chains && said.digest === digest;
  if (!isSaid) tell({ line, rule: 'one end, and what it says' });
  return is;
}

type Line = v.InferOutput<typeof EVENT> | v.InferOutput<typeof END>;

function readLine(line: string): Line | undefined {
  try {
    return expectFile(v.union([EVENT, END]), parseFileText(line, 'line'), 'line');
  } catch (error) {
    if (!isQuancunError(error)) throw error;
    return undefined;
  }
}
