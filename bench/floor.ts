/**
 * The floor: the least that an authority of one JavaScript thread can do and still be durable. Its
 * state is in memory; what it decides is appended to a log and flushed, and so is its journal.
 * Whoever waits at the same time shares a flush.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CardAccount, Order, Situation } from 'quancun/load';
import type { Change, Journal, JournalRow, Ledger, Snapshot } from 'quancun/server';

interface FlushedLog {
  /** `later`: it goes with the next line's flush. */
  append(line: string, later?: boolean): Promise<void>;
  close(): void;
}

/** One write and one flush for all lines of a turn of the loop. */
function flushedLog(path: string): FlushedLog {
  const { O_WRONLY, O_CREAT, O_APPEND, O_DSYNC } = constants;
  // As the journal itself: on Linux a write that is durable costs half of a write and a flush.
  const durable = process.platform === 'linux' ? O_DSYNC : 0;
  const file = openSync(path, O_WRONLY | O_CREAT | O_APPEND | durable, 0o600);
  let lines: string[] = [];
  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  const flush = (): void => {
    const [text, all] = [lines.join(''), waiting];
    [lines, waiting] = [[], []];
    try {
      writeSync(file, text);
      if (durable === 0) fdatasyncSync(file);
    } catch (error) {
      for (const { reject } of all) reject(error);
      return;
    }
    for (const { resolve } of all) resolve();
  };
  return {
    append: (line, later = false) =>
      new Promise((resolve, reject) => {
        lines.push(`${line}\n`);
        if (later) resolve();
        else if (waiting.push({ resolve, reject }) === 1) setImmediate(flush);
      }),
    close: () => {
      closeSync(file);
    },
  };
}

/** A journal that is such a log, and remembers its position alone. */
export function floorJournal(folder: string): Journal {
  const log = flushedLog(join(folder, 'floor.journal'));
  let position = { sequence: 0, head: '0'.repeat(64) };
  let given = position;
  return {
    journalId: 'floor',
    name: 'floor',
    ephemeral: true,
    position: () => position,
    append: async (line, options) => {
      const sequence = given.sequence + 1;
      const body = JSON.stringify({ sequence, ...line });
      const head = createHash('sha256').update(given.head).update(body).digest('hex');
      const entry = { sequence, head, body };
      given = entry;
      await log.append(body, options?.later);
      position = entry;
      return entry;
    },
    entriesAfter: async function* () {
      yield* await Promise.resolve([]);
    },
    lines: () => Promise.resolve([]),
    close: () => {
      log.close();
      return Promise.resolve();
    },
  };
}

interface FloorOrder {
  readonly situation: Omit<Situation, 'card'>;
  readonly idempotencyKey: string;
  readonly request: string;
  revision: number;
}

/** The part of a ledger that loads need, over such a log. */
export function floorLedger(folder: string): Ledger {
  const log = flushedLog(join(folder, 'floor.ledger'));
  const orders = new Map<string, FloorOrder>();
  const cards = new Map<string, { card: CardAccount; revision: number }>();
  const journals = new Map<string, JournalRow>();
  const cardOf = (cardNumber: string) =>
    cards.get(cardNumber) ?? { card: { cardNumber, frozen: false }, revision: 0 };
  const read = (orderId: string): Snapshot | undefined => {
    const found = orders.get(orderId);
    if (found === undefined) return undefined;
    const { situation, revision, ...request } = found;
    const { card, revision: ofCard } = cardOf(situation.order.cardNumber);
    const version = `${String(revision)}.${String(ofCard)}`;
    return { ...request, situation: { ...situation, card }, version };
  };
  const create = async (order: Order, idempotencyKey: string, request: string) => {
    const situation = { order, payments: [], attempts: [] };
    orders.set(order.orderId, { situation, idempotencyKey, request, revision: 1 });
    await log.append(JSON.stringify({ order, idempotencyKey, request }));
    return order;
  };
  const commit = async ({ snapshot, decision, evidence, atMs, witness }: Change) => {
    const { order, card, newAttempt, newPayment, settlement, transfers } = decision;
    if (read(order.orderId)?.version !== snapshot.version) return { written: false };
    const { payments, attempts } = snapshot.situation;
    const draft = witness?.thread.draft([witness.line]);
    const known = orders.get(order.orderId);
    orders.set(order.orderId, {
      ...{ idempotencyKey: snapshot.idempotencyKey, request: snapshot.request },
      situation: {
        order,
        payments: newPayment === undefined ? payments : [...payments, newPayment],
        attempts: newAttempt === undefined ? attempts : [...attempts, newAttempt],
      },
      revision: (known?.revision ?? 0) + 1,
    });
    cards.set(card.cardNumber, { card, revision: cardOf(card.cardNumber).revision + 1 });
    if (draft !== undefined) witness?.thread.confirm(draft);
    const { orderId, state, boundAtc } = order;
    const change = { orderId, state, boundAtc, card, newAttempt, newPayment, settlement };
    await log.append(JSON.stringify({ evidence, atMs, ...change, transfers, to: draft?.to }));
    const [entry] = draft?.entries ?? [];
    return { written: true, ...(entry === undefined ? {} : { entry }) };
  };
  const floor: Partial<Ledger> = {
    createOrder: create,
    read: (orderId) => Promise.resolve(read(orderId)),
    commit,
    readWitness: () => {
      const epoch = { ledgerId: 'floor', epoch: 'floor', epochAtMs: 0 };
      const identity = { identity: 'floor', identityNow: 'floor' };
      return Promise.resolve({ ...epoch, ...identity, journals: [...journals.values()], live: [] });
    },
    writeJournal: (row) => {
      journals.set(row.journalId, row);
      return Promise.resolve(true);
    },
    beginEpoch: () => Promise.resolve(true),
    holdJournal: () => Promise.resolve(() => Promise.resolve()),
    close: () => {
      log.close();
      return Promise.resolve();
    },
  };
  return floor as Ledger;
}
