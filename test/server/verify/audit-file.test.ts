/** The audit trail as a file: whatever is done to it shows in the file itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportAudit, sqliteReader, verifyAudit } from '../../../src/server/files.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { orderOf } from '../../../src/conformance/ledger-steps.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-audit-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const lines: string[] = [];
let digest = '';

beforeAll(async () => {
  const file = join(folder, 'orders.db');
  const { ledger } = await sqliteStores(new sqlite.Database(file));
  for (const [at, cardNumber] of ['6201220000000001', '6201220000000002'].entries()) {
    for (let order = 0; order < 3; order += 1) {
      const orderId = `A${String(at)}${String(order)}`;
      const who = { by: 'T1', ...(order === 0 ? {} : { person: 'li', requestId: 'R1' }) };
      await ledger.createOrder(orderOf(orderId, { cardNumber, who }), orderId, 'request');
    }
  }
  await ledger.close();
  const reader = sqliteReader(new sqlite.Database(file, { readOnly: true }));
  ({ digest } = await exportAudit(reader, (line) => lines.push(line)));
  await reader.close();
});

async function wrongIn(given: readonly string[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  const all = async function* () {
    for (const line of given) yield await Promise.resolve(line);
  };
  await verifyAudit(all(), ({ line, rule }) => wrong.push(`${String(line)} ${rule}`));
  return wrong;
}

describe('an exported trail', () => {
  test('is right as it was written, names no card, and says who asked', async () => {
    expect(lines).toHaveLength(7);
    expect(await wrongIn(lines)).toEqual([]);
    expect(lines.join()).not.toMatch(/620122000000000\d/);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      who: { by: 'T1', person: 'li', requestId: 'R1' },
    });
    expect(JSON.parse(lines[6] ?? '')).toEqual({ end: 'audit', events: 6, chains: 2, digest });
  });

  const changed = (at: number, change: (line: string) => string): string[] =>
    lines.map((line, place) => (place === at ? change(line) : line));

  test.each([
    ['a person', () => changed(1, (line) => line.replace('li', 'an')), '2 the hash of its event'],
    [
      'who asked left out',
      () => changed(1, (line) => line.replace(/"who":\{[^}]*\},/, '')),
      '2 the hash of its event',
    ],
    [
      'a time',
      () => changed(4, (line) => line.replace(/"atMs":\d/, '"atMs":9')),
      '5 the hash of its event',
    ],
    ['a line left out', () => lines.filter((_line, at) => at !== 1), '2 the event before it'],
    [
      'a line twice',
      () => lines.flatMap((line, at) => (at === 1 ? [line, line] : [line])),
      '3 the event before it',
    ],
    [
      'two lines exchanged',
      () => [0, 2, 1, 3, 4, 5, 6].map((at) => lines[at] ?? ''),
      '2 the event before it',
    ],
    [
      'the last events of a card cut',
      () => lines.filter((_line, at) => at !== 2),
      '6 one end, and what it says',
    ],
    ['a whole card cut', () => lines.filter((_line, at) => at > 2), '4 one end, and what it says'],
    ['the end cut', () => lines.slice(0, 6), '6 one end, and what it says'],
    ['something behind the end', () => [...lines, lines[0] ?? ''], '8 one end, and what it says'],
    [
      'a word that is none of ours',
      () => changed(0, (line) => line.replace('"evidence"', '"x"')),
      '1 a line of the form',
    ],
    ['no JSON', () => changed(0, () => '{'), '1 a line of the form'],
    ['nothing at all', () => [], '0 one end, and what it says'],
  ])('%s shows', async (_what, make, first) => {
    expect(await wrongIn(make())).toContain(first);
  });
});
