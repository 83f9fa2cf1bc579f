/**
 * The session under any order of events: two drivers that come and go, a terminal whose questions
 * and answers are lost, delayed and doubled, clocks that run on.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RemoteInstruction, RemoteReport, RemoteResult } from '../../src/remote/index.js';
import {
  askStep,
  giveUp,
  handOut,
  openSession,
  type RemoteSession,
  takeReport,
} from '../../src/remote/session.js';
import { codeOf } from '../support/error-codes.js';

const CARD = {
  kind: 'simulator',
  atr: null,
  contactless: false,
  canReset: true,
  sessionLeftMs: null,
};
const report = (done: number, result: RemoteResult | null): RemoteReport => {
  const sessionId = 'AB'.repeat(16);
  return { protocol: 1, sessionId, kind: 'ready', card: CARD, done, result, waitMs: 0 };
};
const work = (name: number) => {
  const command = `00B0${name.toString(16).toUpperCase().padStart(4, '0')}00`;
  return { do: 'run' as const, commands: [{ command, expect: ['9000'] }] };
};
/** What the card answers to a command: itself, so that answers can be told apart. */
const answerTo = (order: Extract<RemoteInstruction, { do: 'run' }>): RemoteResult => {
  return { answers: order.commands.map(({ command }) => `${command}9000`), failure: null };
};

type Event = 'ask' | 'give-up' | 'deliver' | 'late' | 'lose-answer' | 'time';

test('law: no step runs twice, none runs after “no”, and every answer belongs to its question', () => {
  const events = fc.array(
    fc.constantFrom<Event>('ask', 'give-up', 'deliver', 'late', 'lose-answer', 'time'),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(events, (sequence) => {
      let session: RemoteSession = openSession('T1', { card: CARD }, { nowMs: 0, leaseMs: 30_000 });
      let nowMs = 0;
      let done = { step: 0, result: null as RemoteResult | null };
      const runs = new Map<number, string>();
      const saidNo = new Set<number>();
      const asked = new Map<number, string>();
      const questions: RemoteReport[] = [];
      const hear = (question: RemoteReport): RemoteInstruction => {
        const [next, order] = handOut(takeReport(session, question), question.done, {
          ...{ nowMs, heldMs: 0 },
        });
        session = next;
        return order;
      };
      for (const event of sequence) {
        if (event === 'time') nowMs += 40;
        if (event === 'ask') {
          session = askStep(session, work(session.step + 1), { nowMs, timeoutMs: 100 });
          asked.set(session.step, JSON.stringify(work(session.step)));
        }
        if (event === 'give-up') {
          session = giveUp(session);
          if (session.phase === 'withdrawn') saidNo.add(session.step);
        }
        if (event === 'late') {
          // A question of long ago arrives; its answer reaches nobody.
          const old = questions[questions.length >> 1];
          if (old !== undefined) hear(old);
        }
        if (event === 'deliver' || event === 'lose-answer') {
          const question = report(done.step, done.result);
          questions.push(question);
          const order = hear(question);
          if (event === 'lose-answer' || order.do !== 'run' || order.step <= done.step) continue;
          expect(runs.has(order.step)).toBe(false);
          expect(saidNo.has(order.step)).toBe(false);
          expect(JSON.stringify({ do: 'run', commands: order.commands })).toBe(
            asked.get(order.step),
          );
          expect(order.withinMs).toBeGreaterThan(0);
          runs.set(order.step, order.commands[0]?.command ?? '');
          done = { step: order.step, result: answerTo(order) };
        }
        if (session.phase === 'settled' && session.step > 0) {
          const [answer = ''] = session.result?.answers ?? [];
          expect(answer).toBe(`${runs.get(session.step) ?? 'never run'}9000`);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('results that cannot be are refused, and change nothing', () => {
  const two = { ...work(1), commands: [...work(1).commands, ...work(2).commands] };
  const asked = askStep(openSession('T1', { card: CARD }, { nowMs: 0, leaseMs: 30_000 }), two, {
    nowMs: 0,
    timeoutMs: 100,
  });
  const [session] = handOut(asked, 0, { nowMs: 0, heldMs: 0 });
  const failure = { code: 'TRANSPORT_LOST', sent: 'maybe' } as const;
  for (const result of [
    { answers: [], failure: null },
    { answers: ['9000'], failure: null },
    { answers: ['6A82', '9000'], failure: null },
    { answers: ['6A82'], failure },
    { answers: ['9000', '9000', '9000'], failure: null },
    { answers: ['9000', '9000'], failure },
    { answers: ['90'], failure },
  ]) {
    expect(codeOf(() => takeReport(session, report(1, result)))).toBe('MESSAGE_INVALID');
  }
  expect(codeOf(() => takeReport(session, report(2, { answers: [], failure })))).toBe(
    'MESSAGE_INVALID',
  );
  for (const result of [
    { answers: ['9000', '6A82'], failure: null },
    { answers: ['6A82'], failure: null },
    { answers: ['9000'], failure },
    { answers: [], failure },
  ]) {
    expect(takeReport(session, report(1, result))).toMatchObject({ phase: 'settled', result });
  }
});

test('a result that comes after nobody waited any more still settles the step', () => {
  const asked = askStep(openSession('T1', { card: CARD }, { nowMs: 0, leaseMs: 30_000 }), work(1), {
    nowMs: 0,
    timeoutMs: 100,
  });
  const [taken] = handOut(asked, 0, { nowMs: 0, heldMs: 0 });
  const doubtful = giveUp(taken);
  expect(doubtful.phase).toBe('doubtful');
  expect(handOut(doubtful, 0, { nowMs: 1, heldMs: 0 })[1].do).toBe('wait');
  const late = takeReport(doubtful, report(1, { answers: ['AA9000'], failure: null }));
  expect(late.phase).toBe('settled');
  // The same report again, and one of the next step that nobody asked for.
  expect(takeReport(late, report(1, { answers: ['BB9000'], failure: null }))).toBe(late);
});
