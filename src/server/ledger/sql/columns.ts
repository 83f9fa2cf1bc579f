/**
 * How records lie in tables: for each field of a record its column, told once. Writing, reading and
 * comparing follow from it, and a field without a place does not compile.
 */
import type { Row, SqlValue } from './store.js';

/** Where one field lies. A field that a record may lack is NULL there. */
export interface Stored<V> {
  readonly columns: readonly string[];
  /** Written once, with the record; no later decision changes it. */
  readonly fixed: boolean;
  write(value: V | undefined): readonly SqlValue[];
  read(row: Row): V | undefined;
}

/** A place for every field of `T`, in the order in which a record is read. */
export type Layout<T> = { readonly [K in keyof Required<T>]: Stored<Required<T>[K]> };

/** Text; `V` where it is one of a few words. */
export function textColumn<V extends string>(name: string): Stored<V> {
  return column(
    name,
    (value) => value,
    (cell) => text(cell) as V,
  );
}

/** A whole number. Databases may hand large ones out as text. */
export function wholeColumn(name: string): Stored<number> {
  return column(name, (value) => value, Number);
}

/** Yes or no, as 1 or 0. */
export function flagColumn(name: string): Stored<boolean> {
  return column(
    name,
    (value) => (value ? 1 : 0),
    (cell) => Number(cell) === 1,
  );
}

/** A mark that a record bears or lacks, as 1 or 0. */
export function markColumn(name: string): Stored<true> {
  return {
    columns: [name],
    fixed: false,
    write: (value) => [value === undefined ? 0 : 1],
    read: (row) => (Number(row[name]) === 1 ? true : undefined),
  };
}

/** Says that no decision changes a field. */
export function fixed<V>(stored: Stored<V>): Stored<V> {
  return { ...stored, fixed: true };
}

/** The columns of a record, or of that part of it which changes. */
export function columnsOf<T>(layout: Layout<T>, part: 'all' | 'changing' = 'all'): string[] {
  return placesOf(layout, part).flatMap(([, stored]) => stored.columns);
}

/** The values of a record, in the order of {@link columnsOf}. */
export function valuesOf<T extends object>(
  layout: Layout<T>,
  record: T,
  part: 'all' | 'changing' = 'all',
): SqlValue[] {
  const values = record as Readonly<Record<string, unknown>>;
  return placesOf(layout, part).flatMap(([name, stored]) => stored.write(values[name]));
}

/** A record out of its row. */
export function readRow<T extends object>(layout: Layout<T>, row: Row): T {
  const found = placesOf(layout, 'all').map(([name, stored]) => [name, stored.read(row)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as T;
}

/** A column of text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function column<V>(
  name: string,
  write: (value: V) => SqlValue,
  read: (cell: unknown) => V,
): Stored<V> {
  return {
    columns: [name],
    fixed: false,
    write: (value) => [value === undefined ? null : write(value)],
    read: (row) => {
      const cell = row[name];
      return cell === null || cell === undefined ? undefined : read(cell);
    },
  };
}

function placesOf<T>(
  layout: Layout<T>,
  part: 'all' | 'changing',
): readonly (readonly [string, Stored<unknown>])[] {
  const places = Object.entries(layout) as unknown as [string, Stored<unknown>][];
  return part === 'all' ? places : places.filter(([, stored]) => !stored.fixed);
}
