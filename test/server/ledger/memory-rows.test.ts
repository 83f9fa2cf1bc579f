/** What the memory ledger keeps beside orders: requests, journals, awaited payments. */
import { describe, expect, test } from 'vitest';
import type { Order } from '../../../src/load/index.js';
import { memoryLedger } from '../../../src/server/index.js';
import { memoryRequests } from '../../../src/server/ledger/memory-requests.js';
import { type JournalRow, sameRow } from '../../../src/server/ledger/witness-book.js';
import { createThread, WitnessMoved } from '../../../src/server/journal/thread.js';
import { NO_LINES } from '../../../src/server/journal/lines.js';
import { ORDER } from '../../load/situations.js';

const CREATED: Order = { ...ORDER, state: 'CREATED' };

describe('requests', () => {
  const nonce = { keyId: 'K', nonce: 'N', atMs: 1 };
  const reply = {
    keyId: 'K',
    idempotencyKey: 'I',
    reply: { requestHash: 'h', status: 200, body: '' },
  };

  test('are written once; one without a nonce or a reply is in nobody’s way', () => {
    const requests = memoryRequests();
    for (const record of [undefined, { nonce }, { reply }]) {
      requests.write(record);
      requests.expectNew(undefined);
      requests.expectNew({});
    }
    requests.expectNew({ nonce: { ...nonce, nonce: 'M' }, reply: { ...reply, keyId: 'L' } });
    const code = (name: string) => expect.objectContaining({ code: name }) as Error;
    expect(() => {
      requests.expectNew({ nonce });
    }).toThrow(code('REQUEST_REPLAYED'));
    expect(() => {
      requests.expectNew({ reply });
    }).toThrow(code('LEDGER_BUSY'));
  });

  test('that made no new order are not written', async () => {
    const ledger = memoryLedger();
    const other = { nonce: { ...nonce, nonce: 'M' } };
    await ledger.createOrder(CREATED, 'key', 'request', { nonce });
    await ledger.createOrder({ ...CREATED, orderId: 'B' }, 'key', 'request', other);
    await ledger.createOrder({ ...CREATED, orderId: 'B' }, 'key', 'request', other);
    const again = ledger.createOrder(CREATED, 'key', 'request', { nonce });
    await expect(again).rejects.toMatchObject({ code: 'REQUEST_REPLAYED' });
  });
});

describe('a journal’s row', () => {
  const row: JournalRow = {
    ...{ journalId: 'J', name: 'A', state: 'open', ...NO_LINES, pending: [], epoch: 'E' },
    ...{ ephemeral: false, peersAt: 0 },
  };
  const open = async (changes: Partial<JournalRow> = {}) => {
    const ledger = memoryLedger();
    const { epoch } = await ledger.readWitness();
    await ledger.writeJournal({ ...row, epoch, ...changes });
    const at = { journalId: 'J', epoch, identity: 'memory', position: NO_LINES };
    const write = (thread: Partial<typeof at> = {}) =>
      ledger.writeLine(
        createThread({ ...at, ...thread }, () => NO_LINES),
        { kind: 'seal', atMs: 1 },
      );
    return { ledger, epoch, write };
  };

  test('stands where it was seen only if all of it does', () => {
    expect(sameRow(row, { ...row, name: 'B' })).toBe(true);
    for (const other of [{ sequence: 1 }, { head: '1' }, { epoch: 'F' }]) {
      expect(sameRow(row, { ...row, ...other })).toBe(false);
    }
    expect(sameRow(row, { ...row, state: 'sealed' })).toBe(false);
  });

  test('is written once when there was none, and not when there is none to replace', async () => {
    const { ledger, epoch } = await open();
    expect(await ledger.writeJournal({ ...row, name: 'B' })).toBe(false);
    const missing = { ...row, journalId: 'K', epoch };
    expect(await ledger.writeJournal(missing, missing)).toBe(false);
    expect((await ledger.readWitness()).journals).toHaveLength(1);
    expect(await ledger.readWitness()).not.toHaveProperty('reached');
  });

  test('moves with a line, from where the thread left it', async () => {
    expect(await (await open()).write()).toMatchObject({ sequence: 1 });
    const wrong = [
      (await open({ state: 'sealed' })).write(),
      (await open({ sequence: 1 })).write(),
      (await open({ epoch: 'old' })).write(),
      (await open()).write({ epoch: 'old' }),
      (await open({ epoch: 'old' })).write({ epoch: 'old' }),
      (await open()).write({ identity: 'other' }),
      (await open()).write({ journalId: 'K' }),
    ];
    for (const one of wrong) await expect(one).rejects.toBeInstanceOf(WitnessMoved);
  });

  test('forgets a single word in a new epoch, unless two had spoken', async () => {
    const { ledger, epoch } = await open({ givenUpBy: 'li' });
    const done = { ...row, journalId: 'K', epoch, state: 'given-up', givenUpBy: 'li' } as const;
    await ledger.writeJournal(done);
    await ledger.writeJournal({ ...row, journalId: 'L', epoch });
    expect(await ledger.beginEpoch('another', 'new', 'memory', 1)).toBe(false);
    expect((await ledger.readWitness()).epoch).toBe(epoch);
    const before = (await ledger.readWitness()).journals.find((one) => one.journalId === 'L');
    expect(await ledger.beginEpoch(epoch, 'new', 'memory', 1)).toBe(true);
    const [first, second, third] = (await ledger.readWitness()).journals;
    expect(first).not.toHaveProperty('givenUpBy');
    expect(second).toEqual(done);
    expect(third).toBe(before);
  });
});

describe('awaited payments', () => {
  const awaited = (orderId: string, askAtMs: number) => ({
    ...{ orderId, provider: 'wx', generation: 1, amountFen: 1, asks: 0 },
    ...{ openedAtMs: 1, expiresAtMs: 9, askAtMs },
  });

  test('come by their time, then by their number; what is over is not asked again', async () => {
    const ledger = memoryLedger();
    for (const one of [awaited('B', 2), awaited('A', 2), awaited('D', 1), awaited('C', 2)]) {
      await ledger.awaitPayment(one);
    }
    const due = async () =>
      (await ledger.claimAwaited({ provider: 'wx', nowMs: 5, untilMs: 5, limit: 9 })).map(
        ({ orderId }) => orderId,
      );
    expect(await due()).toEqual(['D', 'A', 'B', 'C']);
    await ledger.tellAwaited(awaited('D', 1), { asks: 1, end: 'closed' });
    await ledger.tellAwaited(awaited('NONE', 1), { asks: 1, askAtMs: 1 });
    expect(await due()).toEqual(['A', 'B', 'C']);
  });
});
