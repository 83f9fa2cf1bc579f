/** `verify`: a ledger and its journals, checked offline; nothing is changed. */
import type { Command } from 'commander';
import { QuancunError } from '../errors.js';
import type { VerifyFinding, VerifyReport } from '../server/files.js';
import { LEDGER_UNSOUND } from './errors.js';
import { dbOption } from './options/db-option.js';
import { withReader } from './options/ledger-reader.js';
import { type CommonOptions, type Output, wrongOption } from './output.js';
import { configure } from './run.js';

interface VerifyCommandOptions extends CommonOptions {
  readonly db: string;
  readonly journal: readonly string[];
  readonly head: readonly string[];
  readonly copy?: boolean;
  readonly printHead?: boolean;
}

const HEAD = /^([0-9a-f]{32}):(\d{1,15}):([0-9a-f]{64})$/;

/** Adds `verify`. */
export function registerVerify(program: Command): void {
  const collect = (value: string, before: readonly string[]): readonly string[] => [
    ...before,
    value,
  ];
  const command = program
    .command('verify')
    .description('checks a ledger with its journals, offline; changes nothing')
    .addOption(dbOption('sqlite:FILE, or postgres://…'))
    .option(
      '--journal <file>',
      'a journal of this ledger; as often as there are journals',
      collect,
      [],
    )
    .option('--head <head>', 'ID:LINE:HEAD, as kept elsewhere', collect, [])
    .option('--copy', 'the ledger is a copy: its journals may have gone on since')
    .option('--print-head', 'print where each journal stands, to be kept elsewhere, and no more');
  const example = 'verify --db sqlite:copy.db --journal /other-disk/issues.journal --copy';
  configure<VerifyCommandOptions>(command, example, async (_args, options, output) => {
    const heads = options.head.map((text) => {
      const [, journalId, sequence, head] = HEAD.exec(text) ?? [];
      if (journalId === undefined || sequence === undefined || head === undefined) {
        throw wrongOption('--head', {
          en: 'ID:LINE:HEAD, as --print-head prints it',
          zh: 'ID:LINE:HEAD，即 --print-head 的输出',
        });
      }
      return { journalId, sequence: Number(sequence), head };
    });
    if (options.printHead === true) return printHeads(options.journal, output);
    const asked = { journals: options.journal, heads, isCopy: options.copy === true };
    const { verifyLedger } = await import('../server/files.js');
    const report = await withReader(options.db, (reader) =>
      verifyLedger(reader, asked, (finding) => {
        tellFinding(finding, output);
      }),
    );
    tellReport(report, output);
    if (report.wrong === 0) return true;
    throw new QuancunError(LEDGER_UNSOUND, { details: { count: report.wrong } });
  });
}

async function printHeads(journals: readonly string[], output: Output): Promise<boolean> {
  const { readExtent } = await import('../server/files.js');
  for (const path of journals) {
    const { journalId, end } = readExtent(path);
    const head = `${journalId}:${String(end.sequence)}:${end.head}`;
    output.line(head);
    output.event('head', { path, head });
  }
  return true;
}

function tellFinding({ rule, ...facts }: VerifyFinding, output: Output): void {
  const told = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`);
  output.line({
    en: `WRONG: ${rule}  ${told.join(', ')}`,
    zh: `不符：${rule}  ${told.join('，')}`,
  });
  output.event('wrong', { rule, ...facts });
}

function tellReport(report: VerifyReport, output: Output): void {
  for (const { path, journalId, sequence, head, lines, ahead, waiting } of report.journals) {
    const [count, more, less] = [String(lines), String(ahead), String(waiting)];
    output.line({
      en: `${path}: ${count} lines, ${more} that the ledger lacks, ${less} that it still gets`,
      zh: `${path}：${count} 行，账本缺 ${more} 行，待补写 ${less} 行`,
    });
    output.line(`  ${journalId}:${String(sequence)}:${head}`);
    output.event('journal', { path, journalId, sequence, head, lines, ahead, waiting });
  }
  for (const name of report.notGiven) {
    output.line({
      en: `${name}: a journal of this ledger that was not given; attempts are not held against lines`,
      zh: `${name}：未提供的授权日志；未逐一核对授权`,
    });
    output.event('not-given', { name });
  }
  const { orders, attempts, events, wrong } = report;
  output.line({
    en: `${String(orders)} orders, ${String(attempts)} MAC2s, ${String(events)} events: ${wrong === 0 ? 'as they must be' : `${String(wrong)} wrong`}`,
    zh: `订单 ${String(orders)}，授权 ${String(attempts)}，事件 ${String(events)}：${wrong === 0 ? '相符' : `不符 ${String(wrong)} 处`}`,
  });
  output.event('verified', { orders, attempts, events, wrong });
}
