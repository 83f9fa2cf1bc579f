/** Columns of a bill by their names: providers add columns, and have moved them. */
import { failed } from './failed.js';

/** One line of a bill, by column. */
export type Row = Readonly<Record<string, string>>;

/** A line with as many cells as its header has. @throws PAYMENT_PROVIDER_FAILED */
export function rowOf(header: readonly string[], cells: readonly string[]): Row {
  if (cells.length !== header.length) throw failed('a line of the bill has not its columns');
  return Object.fromEntries(header.map((name, at) => [name, cells[at] ?? '']));
}

/** What a column holds. @throws PAYMENT_PROVIDER_FAILED where the bill has no such column */
export function cellOf(row: Row, ...names: readonly string[]): string {
  const name = names.find((one) => Object.hasOwn(row, one));
  if (name === undefined) throw failed('the bill lacks a column');
  return row[name] ?? '';
}
