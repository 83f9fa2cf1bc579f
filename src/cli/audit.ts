/** `audit`: the audit trail as a file, and such a file checked by itself. */
import { createReadStream, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { QuancunError } from '../errors.js';
import type { AuditExtent, AuditFinding } from '../server/files.js';
import { AUDIT_UNSOUND, FILE_UNREADABLE } from './errors.js';
import { openNew, unwritable } from './options/files.js';
import { withReader } from './options/ledger-reader.js';
import { type CommonOptions, type Output, UsageError, wrongOption } from './output.js';
import { configure } from './run.js';

interface ExportOptions extends CommonOptions {
  readonly db: string;
}

interface VerifyOptions extends CommonOptions {
  readonly digest?: string;
}

/** Adds `audit` with its two. */
export function registerAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('the audit trail as a file, and a check of it');
  const exported = audit
    .command('export <file>')
    .description('JSON lines with their hash chain; no card number is in them')
    .requiredOption('--db <db>', 'as serve has it; of a served SQLite file, a copy of it');
  configure<ExportOptions>(
    exported,
    'audit export trail.jsonl --db sqlite:copy.db',
    async ([file = ''], { db }, output) => {
      tell(await exportTo(file, db), output);
      return true;
    },
  );
  const verified = audit
    .command('verify <file>')
    .description('checks an exported trail: no database, no key')
    .option('--digest <digest>', 'as the export printed it, kept elsewhere');
  configure<VerifyOptions>(
    verified,
    'audit verify trail.jsonl',
    async ([file = ''], { digest }, output) => {
      if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest)) {
        throw wrongOption('--digest', {
          en: '64 hex digits, as printed',
          zh: ' 64 位十六进制数字',
        });
      }
      await verifyFile(file, digest, output);
      return true;
    },
  );
}

async function exportTo(file: string, db: string): Promise<AuditExtent> {
  const { exportAudit } = await import('../server/files.js');
  // Before the ledger is opened: a refusal leaves nothing beside it.
  const out = await openNew(file);
  const failed = once(out, 'error').then(([cause]: unknown[]) => {
    throw unwritable(file, cause);
  });
  failed.catch(() => undefined);
  const drained = (): Promise<unknown> =>
    Promise.race([once(out, 'drain').catch(() => failed), failed]);
  try {
    const extent = await withReader(db, (reader) =>
      exportAudit(reader, (line) => (out.write(`${line}\n`) ? undefined : drained())),
    );
    const ended = once(out, 'close').catch(() => failed);
    out.end();
    await Promise.race([ended, failed]);
    return extent;
  } catch (error) {
    // Half a trail is none.
    out.destroy();
    rmSync(file, { force: true });
    throw error;
  }
}

async function verifyFile(file: string, digest: string | undefined, output: Output): Promise<void> {
  const { verifyAudit } = await import('../server/files.js');
  let wrong = 0;
  const tellOne = (finding: AuditFinding): void => {
    wrong += 1;
    const { line, rule } = finding;
    output.line({
      en: `WRONG: line ${String(line)}: ${rule}`,
      zh: `不符：第 ${String(line)} 行：${rule}`,
    });
    output.event('wrong', { line, rule });
  };
  const extent = await verifyAudit(linesOf(file), tellOne);
  tell(extent, output);
  if (digest !== undefined && digest !== extent.digest) {
    tellOne({ line: 0, rule: 'one end, and what it says' });
  }
  if (wrong > 0) throw new QuancunError(AUDIT_UNSOUND, { details: { count: wrong } });
}

async function* linesOf(file: string): AsyncIterable<string> {
  const input = createReadStream(file);
  try {
    await once(input, 'open');
  } catch (cause) {
    throw new UsageError(new QuancunError(FILE_UNREADABLE, { details: { file }, cause }));
  }
  yield* createInterface({ input, crlfDelay: Infinity });
}

function tell({ events, chains, digest }: AuditExtent, output: Output): void {
  output.line({
    en: `${String(events)} events of ${String(chains)} cards; digest ${digest}`,
    zh: `事件 ${String(events)}，卡 ${String(chains)}；摘要 ${digest}`,
  });
  // It is of nobody's secret: a script keeps it as it is.
  output.event('audit', { events, chains }, { digest });
}
