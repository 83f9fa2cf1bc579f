/**
 * Ledgers as a release left them: its schema, and orders in every state that its own code wrote,
 * with the cards as they were at that moment. Frozen text: what a release did does not change.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import type { OrderState } from '../../src/load/index.js';
import type { CardState } from '../../src/simulator/index.js';
import type { RunningPostgres } from '../support/postgres.js';

/** An order of a release, and its card. */
export interface ReleasedOrder {
  /** The state, and where it matters whether the card was written. */
  readonly name: string;
  readonly orderId: string;
  readonly cardNumber: string;
  readonly state: OrderState;
  readonly card: CardState;
}

/** What is kept of a release. */
export interface Release {
  readonly version: string;
  /** Statements that make its schema; `{counter}` is worded by the database. */
  readonly schema: readonly string[];
  /** The newest migration that it knew. */
  readonly migration: number;
  readonly rows: readonly string[];
  readonly journal: string;
  readonly orders: readonly ReleasedOrder[];
}

/** Reads what is kept of a release. */
export function readRelease(version: string, migration: number): Release {
  const text = (name: string): string =>
    readFileSync(new URL(`${version}/${name}`, import.meta.url), 'utf8');
  return {
    version,
    migration,
    schema: JSON.parse(text('schema.json')) as string[],
    rows: text('rows.sql').trim().split('\n'),
    journal: text('journal'),
    orders: JSON.parse(text('cards.json')) as ReleasedOrder[],
  };
}

/** Every release whose ledgers are in use. */
export const RELEASES: readonly Release[] = [readRelease('0.1.0', 3)];

/** The journal of a release in a file of its own. */
export function journalFileOf(release: Release): string {
  const path = join(mkdtempSync(join(tmpdir(), 'quancun-upgrade-')), 'journal');
  writeFileSync(path, release.journal, { mode: 0o600 });
  return path;
}

/** A SQLite file as the release left it. */
export function sqliteFileOf(release: Release): string {
  const path = join(mkdtempSync(join(tmpdir(), 'quancun-upgrade-')), 'orders.db');
  const database = new sqlite.Database(path);
  for (const statement of statementsOf(release, 'INTEGER PRIMARY KEY AUTOINCREMENT')) {
    database.exec(statement);
  }
  database.close();
  return path;
}

/** A PostgreSQL schema as the release left it. */
export async function fillPostgres(
  server: RunningPostgres,
  schema: string,
  release: Release,
): Promise<void> {
  const pool = server.pool(schema);
  await pool.query(`CREATE SCHEMA ${schema}`);
  const counter = 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY';
  for (const statement of statementsOf(release, counter)) await pool.query(statement);
  await pool.end();
}

function statementsOf({ schema, migration, rows }: Release, counter: string): string[] {
  return [
    'CREATE TABLE schema_version (version INTEGER PRIMARY KEY)',
    ...Array.from(
      { length: migration },
      (_none, index) => `INSERT INTO schema_version (version) VALUES (${String(index + 1)})`,
    ),
    ...schema.map((statement) => statement.replace('{counter}', counter)),
    ...rows,
  ];
}
