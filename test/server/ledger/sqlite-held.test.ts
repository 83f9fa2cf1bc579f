/** The SQLite ledger over a file that is held: what is taken away from under it is not answered. */
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holdFile } from '../../../src/server/files.js';
import { orderOf } from '../../../src/conformance/ledger-steps.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';

const REPLACED = { code: 'LEDGER_REPLACED', money: 'untouched' };

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-held-'));
  path = join(folder, 'orders.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A ledger, and what is told to its driver; `at` runs after a statement of that text. */
async function openHeld(at: { text: string; run: () => void }) {
  const file = await holdFile(path);
  const database = new sqlite.Database(file.path);
  const told: string[] = [];
  const exec = (text: string): void => {
    database.exec(text);
    told.push(text);
  };
  const prepare = (text: string) => {
    const statement = database.prepare(text);
    return {
      run: (values?: (string | number | null)[]) => {
        const { changes } = statement.run(values);
        told.push(text);
        if (text === at.text) at.run();
        return { changes };
      },
      all: (values?: (string | number | null)[]) => statement.all(values),
      finalize: () => {
        statement.finalize();
      },
    };
  };
  const close = (): void => {
    told.push('close');
    database.close();
  };
  const stores = await sqliteStores({ exec, prepare, close }, { file });
  return { ...stores, file, told, database };
}

describe('sqliteStores with a held file', () => {
  test.each(['BEGIN IMMEDIATE', 'COMMIT'])(
    'replaced after %s: the answer does not leave, nor any later one',
    async (text) => {
      const at = { text: '', run: () => renameSync(path, `${path}.away`) };
      const { ledger, told, file, database } = await openHeld(at);
      expect(await ledger.read('NONE')).toBeUndefined();
      at.text = text;
      await expect(ledger.read('NONE')).rejects.toMatchObject(REPLACED);
      at.text = '';
      renameSync(`${path}.away`, path);
      const before = told.length;
      await expect(ledger.read('NONE')).rejects.toMatchObject(REPLACED);
      expect(told.slice(before)).not.toContain('BEGIN IMMEDIATE');
      database.close();
      await file.release();
    },
  );

  test('the log of another file under its name is left alone at the end', async () => {
    const { ledger, told, file } = await openHeld({ text: '', run: () => undefined });
    renameSync(path, `${path}.away`);
    renameSync(`${path}-wal`, `${path}.away-wal`);
    writeFileSync(path, 'another');
    writeFileSync(`${path}-wal`, 'its log');
    await expect(ledger.close()).rejects.toMatchObject(REPLACED);
    expect(told).not.toContain('close');
    expect(readFileSync(`${path}-wal`, 'utf8')).toBe('its log');
    await file.release();
  });

  test('a file that was replaced between hold and driver is not opened', async () => {
    const file = await holdFile(path);
    renameSync(path, `${path}.away`);
    const database = new sqlite.Database(file.path);
    await expect(sqliteStores(database, { file })).rejects.toMatchObject(REPLACED);
    database.close();
    await file.release();
  });

  test.each([
    ['no database at all', 'This is a letter. '.repeat(100)],
    ['a database whose first page is damaged', `SQLite format 3\0${'\u0001'.repeat(5000)}`],
  ])('%s: said so', async (_name, text) => {
    writeFileSync(path, text);
    const file = await holdFile(path);
    const database = new sqlite.Database(file.path);
    await expect(sqliteStores(database, { file })).rejects.toMatchObject({
      code: 'LEDGER_NOT_DATABASE',
      details: { file: file.path },
    });
    database.close();
    await file.release();
  });

  test('yesterday’s file beside the log of today is not opened', async () => {
    const live = join(folder, 'live.db');
    const database = new sqlite.Database(live);
    const { ledger } = await sqliteStores(database);
    const order = async (from: number, to: number): Promise<void> => {
      for (let at = from; at < to; at += 1) {
        const cardNumber = `62012200${String(at).padStart(8, '0')}`;
        await ledger.createOrder(orderOf(`O${String(at)}`, { cardNumber }), `k${String(at)}`, 'r');
      }
    };
    await order(0, 40);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    copyFileSync(live, path);
    await order(40, 400);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    await order(400, 420);
    copyFileSync(`${live}-wal`, `${path}-wal`);
    await ledger.close();
    const file = await holdFile(path);
    const mixed = new sqlite.Database(file.path);
    await expect(sqliteStores(mixed, { file })).rejects.toMatchObject({
      code: 'LEDGER_NOT_DATABASE',
    });
    mixed.close();
    await file.release();
  });
});
