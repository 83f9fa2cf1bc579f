/**
 * Rows to be written at the end of a transaction: one statement for each table where there are
 * several, because a call of the driver costs as much as what it does.
 */
import { columnsOf, type Layout, valuesOf } from './columns.js';
import type { Sql, SqlValue } from './store.js';

/** Rows that are collected, in the order of their tables' first rows. */
export interface NewRows {
  /** A record, and what its row holds besides. */
  add<T extends object>(
    table: string,
    layout: Layout<T>,
    record: T,
    besides?: Readonly<Record<string, SqlValue>>,
  ): void;
  addRow(table: string, row: Readonly<Record<string, SqlValue>>): void;
  write(sql: Sql): Promise<void>;
}

/** Rows of one statement, at most: each number of rows is a statement of its own to prepare. */
const SIZES = [32, 16, 8, 4, 2, 1];

/** Makes an empty collection. */
export function createNewRows(): NewRows {
  const tables = new Map<string, { columns: readonly string[]; rows: (readonly SqlValue[])[] }>();
  const collect = (table: string, columns: readonly string[], values: readonly SqlValue[]) => {
    const known = tables.get(table);
    if (known === undefined) tables.set(table, { columns, rows: [values] });
    else known.rows.push(values);
  };
  return {
    add: (table, layout, record, besides = {}) => {
      const columns = [...columnsOf(layout), ...Object.keys(besides)];
      collect(table, columns, [...valuesOf(layout, record), ...Object.values(besides)]);
    },
    addRow: (table, row) => {
      collect(table, Object.keys(row), Object.values(row));
    },
    write: async (sql) => {
      for (const [table, { columns, rows }] of tables) await insert(sql, table, columns, rows);
    },
  };
}

async function insert(
  sql: Sql,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  let at = 0;
  for (const size of SIZES) {
    while (rows.length - at >= size) {
      await sql.run(insertText(table, columns, size), rows.slice(at, at + size).flat());
      at += size;
    }
  }
}

const texts = new Map<string, string>();

function insertText(table: string, columns: readonly string[], size: number): string {
  const name = `${table} ${String(size)} ${columns.join()}`;
  const known = texts.get(name);
  if (known !== undefined) return known;
  let place = 0;
  const row = (): string => `(${columns.map(() => `$${String(++place)}`).join(',')})`;
  const rows = Array.from({ length: size }, row).join(',');
  const text = `INSERT INTO ${table} (${columns.join(',')}) VALUES ${rows}`;
  texts.set(name, text);
  return text;
}
