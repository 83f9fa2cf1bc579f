/**
 * The postings of a closed day as a file for finance, as `quancun office export` writes it: the
 * rows are added up here, and a file whose sums are not those of the close is none.
 */
import { plateColourName } from 'quancun/etc';
import type { ExportPage, ExportRow } from 'quancun/load';
import { formatYuan } from 'quancun/money';
import type { OfficeClient } from 'quancun/terminal';
import { chinaTime } from '../../slips/china-time.js';

type Accounts = ExportPage['total']['accounts'];

const COLUMNS = [
  ...['record', 'time', 'order', 'kind', 'as', 'debit', 'credit', 'yuan', 'fen'],
  ...['method', 'payment', 'by', 'person', 'shift', 'card', 'plate', 'colour', 'ordered'],
];
const MAX_PAGES = 2_000;

/** A file that may be handed on. */
export interface ExportFile {
  readonly name: string;
  readonly text: string;
  readonly rows: number;
}

/** Undefined where the rows do not come to what was closed: there is no such file. */
export async function exportFile(
  office: OfficeClient,
  { outlet, day }: { readonly outlet: string; readonly day: string },
): Promise<ExportFile | undefined> {
  const sums: Record<keyof Accounts, number> = {
    ...{ cash: 0, liability: 0, 'card-float': 0, 'refunds-due': 0 },
  };
  // The mark tells a spreadsheet that it is UTF-8.
  const lines = [`\uFEFF${csvLine(COLUMNS)}`];
  let rows = 0;
  let after: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await office.exportDay({
      ...{ outlet, day, limit: 500 },
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) {
      sums[row.debit as keyof Accounts] += row.amountFen;
      sums[row.credit as keyof Accounts] -= row.amountFen;
      lines.push(rowLine(row));
    }
    rows += page.rows.length;
    if (page.next !== null) {
      after = page.next;
      continue;
    }
    const { accounts } = page.total;
    const agrees = Object.entries(sums).every(
      ([name, fen]) => accounts[name as keyof Accounts] === fen,
    );
    if (!agrees || page.total.rows !== rows) return undefined;
    lines.push(...totalLines(accounts, rows));
    return { name: `${outlet}-${day}.csv`, text: lines.join(''), rows };
  }
  return undefined;
}

function rowLine(row: ExportRow): string {
  return csvLine([
    ...['posting', chinaTime(row.atMs), row.orderId, row.kind, row.as, row.debit, row.credit],
    ...[formatYuan(row.amountFen), row.amountFen, row.method ?? '', row.transactionId ?? ''],
    ...[row.by ?? '', row.person ?? '', row.shift ?? '', row.cardTail, row.plate],
    ...[plateColourName(row.plateColour)?.zh ?? String(row.plateColour)],
    chinaTime(row.orderedAtMs),
  ]);
}

/** Numbers of ours, and no texts: a sum below zero is none that a spreadsheet would run. */
function totalLines(accounts: Accounts, rows: number): string[] {
  const sums = Object.entries(accounts).map(
    ([name, fen]) => `total,,,${name},,,,${formatYuan(fen)},${String(fen)},,,,,,,,,\r\n`,
  );
  return [...sums, `total,,,rows,,,,,${String(rows)},,,,,,,,,\r\n`];
}

/** RFC 4180; what a spreadsheet would run as a formula has an apostrophe in front. */
function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(field: string | number): string {
  if (typeof field === 'number') return String(field);
  const first = field.normalize('NFKC').trimStart().charAt(0);
  const safe = /^[=+\-@|%]/.test(first) || /^[\t\r\n]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
