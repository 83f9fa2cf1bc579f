/** A ledger and its journal, as they must be, and with one thing changed at a time. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { envFrom } from '../../../src/env.js';
import { fileJournal, readExtent, sqliteReader, verifyLedger } from '../../../src/server/files.js';
import type { VerifyFinding, VerifyOptions } from '../../../src/server/files.js';
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from '../../../src/load/index.js';
import { createAuthority, type Ledger, softHsm } from '../../../src/server/index.js';
import { closeDay } from '../../../src/server/office/close-day.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { recharge } from '../../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../../src/testing/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-verify-'));
const [whole, journalPath, early] = ['whole.db', 'journal', 'early.db'].map((name) =>
  join(folder, name),
) as [string, string, string];
let changes = 0;

beforeAll(async () => {
  const database = new sqlite.Database(whole);
  const { ledger } = await sqliteStores(database);
  const journal = await fileJournal(journalPath, { segmentBytes: 2000 });
  const env = envFrom(globalThis);
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const authority = createAuthority({ ledger, journal, hsm, env, policy: { issuer: 'sole' } });
  for (let number = 0; number < 4; number += 1) {
    const cardNumber = `62012200${String(number).padStart(8, '0')}`;
    const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber }));
    const result = await recharge({
      ...{ transport: simulatorTransport(card), authority, env, terminal: '000440101001' },
      ...{ pin: '123456', amountFen: 1000, outlet: 'self' as const },
      takePayment: () =>
        Promise.resolve({ provider: 'cash', transactionId: `T${String(number)}`, amountFen: 1000 }),
    });
    expect(result.outcome).toBe('credited');
    if (number === 1) {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      cpSync(whole, early);
    }
  }
  await closeDays(ledger);
  await journal.close();
  await ledger.close();
});

/** Two outlets' day, after its midnight. */
async function closeDays(ledger: Ledger): Promise<void> {
  const offset = CHINA_UTC_OFFSET_MINUTES;
  const day = hostTime(Date.now(), offset).date.replace(/(....)(..)(..)/, '$1-$2-$3');
  const env = { ...envFrom(globalThis), now: () => Date.now() + 2 * 86_400_000 };
  const counted = [{ method: 'cash', countedFen: 4000 }];
  const said = { outlet: 'self', day, counted };
  const closed = await closeDay({ ledger, env, utcOffsetMinutes: offset }, said, { by: 'office' });
  expect(closed.state).toBe('closed');
}
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function verified(file: string, options: VerifyOptions = { journals: [journalPath] }) {
  const findings: VerifyFinding[] = [];
  const reader = sqliteReader(new sqlite.Database(file, { readOnly: true }));
  try {
    const report = await verifyLedger(reader, options, (finding) => findings.push(finding));
    return { ...report, rules: findings.map(({ rule }) => rule) };
  } finally {
    await reader.close();
  }
}

/** A copy of the whole ledger with something done to it behind the library's back. */
function changed(statements: string): string {
  changes += 1;
  const file = join(folder, `changed-${String(changes)}.db`);
  cpSync(whole, file);
  const database = new sqlite.Database(file);
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec(statements);
  database.close();
  return file;
}

describe('verifyLedger', () => {
  test('what is as it must be, and stays as it is', async () => {
    const before = readFileSync(whole);
    const report = await verified(whole);
    expect(report).toMatchObject({ orders: 4, attempts: 4, wrong: 0, notGiven: [], rules: [] });
    expect(report.events).toBeGreaterThan(12);
    expect(report.journals).toMatchObject([{ lines: 9, sequence: 9, ahead: 0, waiting: 0 }]);
    expect(readFileSync(whole).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => /whole|wal|lock/.test(name))).toEqual(['whole.db']);
  });

  test('a journal that was not given is named, and nothing is said of its attempts', async () => {
    const report = await verified(whole, {});
    expect(report).toMatchObject({ wrong: 0, notGiven: [journalPath] });
  });

  test.each([
    [`UPDATE audit_event SET evidence = 'tac' WHERE sequence = 3`, 'the chain of a card’s audit'],
    [`UPDATE audit_event SET at_ms = at_ms + 1 WHERE sequence = 1`, 'the chain of a card’s audit'],
    [
      `DELETE FROM audit_event WHERE sequence = (SELECT MAX(sequence) FROM audit_event)`,
      'the head of a card’s audit trail',
    ],
    [`DELETE FROM audit_event WHERE order_id = (SELECT MIN(order_id) FROM load_order)`, 'an event'],
    [`DELETE FROM attempt WHERE atc = (SELECT MIN(atc) FROM attempt)`, 'an attempt for every line'],
    [
      `INSERT INTO attempt SELECT order_id, 9, card_number, atc, '00000000', raw_balance,
        amount_fen, terminal, '20991231', time, key_version, algorithm FROM attempt LIMIT 1`,
      'a line for every attempt',
    ],
    [`DELETE FROM settlement`, 'the end that its state says'],
    [`UPDATE load_order SET state = 'PAID'`, 'the end that its state says'],
    [
      `DELETE FROM payment WHERE transaction_id = (SELECT MIN(transaction_id) FROM payment)`,
      'paid',
    ],
    [`UPDATE payment SET amount_fen = amount_fen + 1`, 'cash is what was paid'],
    [
      `UPDATE payment SET amount_fen = 1; UPDATE transfer SET amount_fen = 1 WHERE debit = 'cash'`,
      'the payment that an order costs',
    ],
    [`UPDATE transfer SET amount_fen = 1 WHERE debit = 'cash'`, 'the postings of its payments'],
    [`DELETE FROM transfer WHERE debit = 'liability'`, 'the posting of a credit'],
    [
      `DROP INDEX order_open; UPDATE load_order SET state = 'HELD', card_number = 'X'`,
      'one open order for a card',
    ],
    [`DROP INDEX binding_live; UPDATE binding SET order_id = 'X'`, 'one live counter for an order'],
    [`UPDATE journal SET head = '${'0'.repeat(64)}'`, 'the head that is known of a journal'],
    [
      `DROP TRIGGER day_kept_update; UPDATE day_close SET body = REPLACE(body, '4000', '3000')`,
      'the sums of a closed day',
    ],
    [
      `DROP TRIGGER day_kept_update; UPDATE day_close SET body = REPLACE(body, '"cash"', '"pos"')`,
      'the sums of a closed day',
    ],
    [
      `DROP TRIGGER transfer_day_key_kept; UPDATE transfer SET day_key = NULL
        WHERE order_id = (SELECT MIN(order_id) FROM load_order)`,
      'the sums of a closed day',
    ],
    [
      `UPDATE payment SET provider = 'pos' WHERE transaction_id = 'cash:T1'`,
      'the sums of a closed day',
    ],
    [
      `DROP TRIGGER day_kept_update; UPDATE day_close SET outlet = 'east'`,
      'a close that can be read',
    ],
    [`DROP TRIGGER day_kept_delete; DELETE FROM day_close`, 'a close for what is booked to a day'],
    [`UPDATE journal SET sequence = 99`, 'the lines between a journal and its ledger'],
    [`DELETE FROM journal`, 'a journal that the ledger knows'],
  ])('%s', async (statements, rule) => {
    const { wrong, rules } = await verified(changed(statements));
    expect(wrong).toBeGreaterThan(0);
    expect(rules.join('; ')).toContain(rule);
  });

  test('a ledger that is older than its journal; as a copy it may be', async () => {
    const old = await verified(early);
    expect(old.rules).toEqual(['a ledger as new as its journal']);
    expect(old.journals).toMatchObject([{ ahead: 4 }]);
    const copy = await verified(early, { journals: [journalPath], isCopy: true });
    expect(copy).toMatchObject({ orders: 2, attempts: 2, wrong: 0 });
  });

  test('a head that was kept elsewhere, a shorter journal, and another past', async () => {
    const { journalId, end } = readExtent(journalPath);
    const asked = (sequence: number, head: string): VerifyOptions => ({
      journals: [journalPath],
      heads: [{ journalId, sequence, head }],
    });
    expect((await verified(whole, asked(end.sequence, end.head))).wrong).toBe(0);
    expect((await verified(whole, asked(3, end.head))).rules).toEqual([
      'the head that is known of a journal',
    ]);
    expect((await verified(whole, asked(end.sequence + 1, end.head))).rules).toEqual([
      'a journal as long as was known',
    ]);
  });

  test('a journal with a line changed in the middle', async () => {
    const file = `${journalPath}.000000000001`;
    const bytes = readFileSync(file);
    const middle = Buffer.from(bytes);
    middle[900] = (middle[900] ?? 0) ^ 1;
    writeFileSync(file, middle);
    await expect(verified(whole)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
    writeFileSync(file, bytes);
  });

  test('another schema is not guessed at', async () => {
    const file = changed('INSERT INTO schema_version (version) VALUES (99)');
    await expect(verified(file)).rejects.toMatchObject({ code: 'LEDGER_OTHER_SCHEMA' });
  });
});
