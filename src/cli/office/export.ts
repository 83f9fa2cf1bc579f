/** `office export`: the postings of a closed day as a file, which add up to what was closed. */
import { appendFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { QuancunError } from '../../errors.js';
import type { ExportPage, ExportRow } from '../../messages/index.js';
import { formatYuan } from '../../money.js';
import { plateColourName } from '../../etc/index.js';
import type { OfficeClient } from '../../terminal/index.js';
import { EXPORT_INCOMPLETE } from '../errors.js';
import { whileWriting } from '../options/files.js';
import { openOffice } from '../options/server-options.js';
import { wrongOption } from '../output.js';
import { configureOffice, type OfficeOptions } from './as-person.js';
import { eachPage, EXAMPLE, officeCommand, readDay, timeOf } from './command.js';
import { csvLine } from './csv.js';

interface ExportOptions extends OfficeOptions {
  readonly outlet: string;
  readonly day: string;
  readonly out: string;
  readonly format: string;
}

type Accounts = ExportPage['total']['accounts'];

/** How a file is written: its first line, each row, and the last lines, which hold the sums. */
interface Form {
  head(): string;
  row(row: ExportRow): string;
  trailer(total: ExportPage['total']): string;
}

const COLUMNS = [
  ...['record', 'time', 'order', 'kind', 'as', 'debit', 'credit', 'yuan', 'fen'],
  ...['method', 'payment', 'by', 'person', 'shift', 'card', 'plate', 'colour', 'ordered'],
];

const FORMS: Readonly<Record<string, Form>> = {
  csv: {
    // The mark tells a spreadsheet that it is UTF-8.
    head: () => `\uFEFF${csvLine(COLUMNS)}`,
    row: (row) =>
      csvLine([
        ...['posting', timeOf(row.atMs), row.orderId, row.kind, row.as, row.debit, row.credit],
        ...[formatYuan(row.amountFen), row.amountFen, row.method ?? '', row.transactionId ?? ''],
        ...[row.by ?? '', row.person ?? '', row.shift ?? '', row.cardTail, row.plate],
        ...[plateColourName(row.plateColour)?.zh ?? String(row.plateColour)],
        timeOf(row.orderedAtMs),
      ]),
    trailer: ({ rows, accounts }) =>
      Object.entries({ ...accounts })
        .map(([name, fen]) => `total,,,${name},,,,${formatYuan(fen)},${String(fen)},,,,,,,,,\r\n`)
        .join('') + `total,,,rows,,,,,${String(rows)},,,,,,,,,\r\n`,
  },
  jsonl: {
    head: () => '',
    row: (row) => `${JSON.stringify({ record: 'posting', ...row })}\n`,
    trailer: (total) => `${JSON.stringify({ record: 'total', ...total })}\n`,
  },
};

/** Adds it. */
export function registerExport(office: Command): void {
  const command = officeCommand(office, 'export', 'the postings of a closed day, as a file')
    .requiredOption('--outlet <name>', 'as the orders have it')
    .requiredOption('--day <date>', 'YYYY-MM-DD, in China')
    .requiredOption('--out <file>', 'a file that is not there yet')
    .option('--format <format>', 'csv or jsonl', 'csv');
  const example = `office export ${EXAMPLE} --outlet east --day 2026-11-24 --out east-1124.csv`;
  configureOffice<ExportOptions>(command, example, async (_args, options, output) => {
    const { outlet, out } = options;
    const day = readDay('--day', options.day);
    const form = FORMS[options.format];
    if (form === undefined) throw wrongOption('--format', 'csv | jsonl');
    if (existsSync(out)) {
      throw wrongOption('--out', { en: 'a file that is not there yet', zh: '尚不存在的文件' });
    }
    const { rows } = await writeFile(openOffice(options), { outlet, day, out }, form);
    output.line({
      en: `✓ ${out}: ${String(rows)} postings, which add up to what was closed`,
      zh: `✓ ${out}：共 ${String(rows)} 笔，合计与日结一致`,
    });
    output.event('export', { outlet, day, file: out, rows });
    return true;
  });
}

/** A page at a time, under another name until the sums are right. @throws EXPORT_INCOMPLETE */
async function writeFile(
  office: OfficeClient,
  { outlet, day, out }: Pick<ExportOptions, 'outlet' | 'day' | 'out'>,
  form: Form,
): Promise<ExportPage['total']> {
  const part = `${out}.part`;
  const accounts: Record<keyof Accounts, number> = {
    ...{ cash: 0, liability: 0, 'card-float': 0, 'refunds-due': 0 },
  };
  let rows = 0;
  let total: ExportPage['total'] | undefined;
  whileWriting(part, () => {
    writeFileSync(part, form.head(), { mode: 0o600, flag: 'wx' });
  });
  try {
    const whole = await eachPage(async (after: string | undefined) => {
      const asked = { outlet, day, limit: 500, ...(after === undefined ? {} : { after }) };
      const page = await office.exportDay(asked);
      for (const { debit, credit, amountFen } of page.rows) {
        accounts[debit as keyof Accounts] += amountFen;
        accounts[credit as keyof Accounts] -= amountFen;
      }
      rows += page.rows.length;
      ({ total } = page);
      whileWriting(part, () => {
        appendFileSync(part, page.rows.map((row) => form.row(row)).join(''));
      });
      return page.next;
    });
    const agrees = Object.entries(accounts).every(
      ([name, fen]) => total?.accounts[name as keyof Accounts] === fen,
    );
    if (total === undefined || !whole || !agrees || total.rows !== rows) {
      throw new QuancunError(EXPORT_INCOMPLETE, { details: { day } });
    }
    const trailer = form.trailer(total);
    whileWriting(out, () => {
      appendFileSync(part, trailer);
      renameSync(part, out);
    });
    return total;
  } finally {
    rmSync(part, { force: true });
  }
}
