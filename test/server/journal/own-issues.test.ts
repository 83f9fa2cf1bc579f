/** What a journal has told is not told again in a later line of it. */
import { expect, test } from 'vitest';
import type { Attempt } from '../../../src/load/index.js';
import type { JournalLine } from '../../../src/server/journal/lines.js';
import { createOwnIssues } from '../../../src/server/journal/own-issues.js';
import { attempt, ORDER } from '../../load/situations.js';

const told = { order: ORDER, idempotencyKey: 'key', request: 'request', payments: [] };
const issue = (one: Attempt): JournalLine => ({ kind: 'issue', atMs: 1, ...told, attempt: one });
const short = { kind: 'counter', atMs: 1, orderId: 'ORDER1' } as const;
const counter = (...attempts: Attempt[]): JournalLine => ({
  ...short,
  issued: { ...told, attempts },
});
const again = attempt(7, { random: 'AABBCCDD' });

test('an order is told until all its issues are', () => {
  const { note, shorten } = createOwnIssues();
  const line = counter(attempt(7), again);
  expect(shorten(line)).toBe(line);
  note(issue(attempt(7)));
  expect(shorten(line)).toBe(line);
  note(line);
  expect(shorten(line)).toBe(line);
  note(issue(again));
  expect(shorten(line)).toEqual(short);
});

test.each([
  { orderId: 'ORDER2' },
  { onlineAtc: 8 },
  { random: 'AABBCCDD' },
  { date: '20260102' },
  { time: '235959' },
])('another issue (%o) is not it', (other) => {
  const { note, shorten } = createOwnIssues();
  note(issue(attempt(7, other)));
  expect(shorten(counter(attempt(7)))).toEqual(counter(attempt(7)));
});

test('other lines stay as they are', () => {
  const { note, shorten } = createOwnIssues();
  note(issue(attempt(7)));
  for (const line of [issue(attempt(7)), { kind: 'seal', atMs: 1 } as const, short]) {
    expect(shorten(line)).toBe(line);
  }
});

test('the oldest of many is forgotten', () => {
  const { note, shorten } = createOwnIssues();
  const one = (onlineAtc: number) => attempt(onlineAtc);
  for (let atc = 0; atc < 10_000; atc += 1) note(issue(one(atc)));
  expect(shorten(counter(one(0)))).toEqual(short);
  note(issue(one(10_000)));
  expect(shorten(counter(one(0)))).toEqual(counter(one(0)));
  expect(shorten(counter(one(1)))).toEqual(short);
});
