import { expect, test } from 'vitest';
import { AT_MS, orderOf } from '../../../src/conformance/ledger-steps.js';
import { NO_LINES } from '../../../src/server/journal/lines.js';
import { createThread } from '../../../src/server/journal/thread.js';
import type { Change } from '../../../src/server/ledger/ledger.js';
import { type BatchResult, createCommitQueue } from '../../../src/server/ledger/postgres/queue.js';

const thread = createThread(
  { journalId: 'J', epoch: 'E', identity: 'I', position: NO_LINES },
  () => NO_LINES,
);

/** A decision with a line, of a card of its own. */
function decided(orderId: string, cardNumber: string): Change {
  const order = orderOf(orderId, { cardNumber });
  const card = { cardNumber, frozen: false };
  const line = { kind: 'tac', atMs: AT_MS, orderId, cardNumber, onlineAtc: 0, random: '' } as const;
  return {
    snapshot: {
      situation: { order, card, payments: [], attempts: [] },
      ...{ version: '1.1.0', idempotencyKey: orderId, request: 'r' },
    },
    decision: {
      order,
      card,
      transfers: [],
      step: { do: 'stop', state: 'PAID', money: 'untouched' },
    },
    ...{ evidence: 'tac', atMs: AT_MS, witness: { thread, line } },
  };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

test('who waits for a batch with lines is sent before its decisions are answered', async () => {
  const told: string[] = [];
  const ends: (() => void)[] = [];
  const queue = createCommitQueue({
    send: (changes) => {
      told.push(`sent ${changes.map(({ decision }) => decision.order.orderId).join()}`);
      return new Promise<BatchResult>((resolve) => {
        ends.push(() => {
          resolve({ kind: 'written', committed: changes.map(() => ({ written: true })) });
        });
      });
    },
    judge: () => Promise.reject(new Error('nothing is refused')),
  });
  const answered = (orderId: string, card: string): Promise<unknown> =>
    queue.commit(decided(orderId, card)).then(() => {
      // What an answer does first is to hold the thread for a flush.
      setImmediate(() => told.push(`flushed ${orderId}`));
    });
  const first = answered('A', '62012200000000000001');
  await soon();
  const others = [answered('B', '62012200000000000002'), answered('C', '62012200000000000003')];
  await soon();
  // Lines follow each other: nothing with one goes beside a batch that has some.
  expect(told).toEqual(['sent A']);
  ends[0]?.();
  await first;
  await soon();
  expect(told).toEqual(['sent A', 'sent B,C', 'flushed A']);
  ends[1]?.();
  await Promise.all(others);
});
