/** Lines taken apart, headers and chains: what fits and what does not. */
import { describe, expect, test } from 'vitest';
import { memoryJournal } from '../../../src/server/index.js';
import {
  encodeHeader,
  encodeLine,
  followingEntry,
  isFormerLine,
  readHeader,
  sequenceOf,
  splitLine,
} from '../../../src/server/journal/format.js';
import { chainLine, NO_LINES, samePosition } from '../../../src/server/journal/lines.js';
import { hostHashing } from '../../../src/signing/index.js';

const HEAD = 'a1'.repeat(32);
const OTHER_HEAD = 'b2'.repeat(32);

test('a line is a head, a space and a body', () => {
  expect(splitLine(`${HEAD} {"a":1}`)).toEqual({ head: HEAD, body: '{"a":1}' });
  const others = [`${HEAD}_{}`, `x${HEAD.slice(1)} {}`, `${HEAD.slice(1)}x {}`, HEAD, ''];
  for (const text of others) expect(splitLine(text)).toBeUndefined();
});

describe('a header', () => {
  const hashed = (fields: unknown, before = HEAD) => {
    const body = JSON.stringify(fields);
    return { head: hostHashing().sha256(before + body), body };
  };
  const good = { format: 'quancun-journal-2', journalId: 'J', sequence: 3, head: HEAD };

  test('says whose segment it is, and behind what', () => {
    const after = { sequence: 3, head: HEAD };
    expect(readHeader(hashed(good))).toEqual({ journalId: 'J', after });
    const text = encodeHeader({ journalId: 'J', after: NO_LINES });
    const line = splitLine(text.trimEnd());
    expect(line && readHeader(line)).toEqual({ journalId: 'J', after: NO_LINES });
  });

  test.each([
    [{ ...good, format: 'quancun-journal-3' }],
    [{ ...good, journalId: 7 }],
    [{ ...good, sequence: '3' }],
    [{ ...good, sequence: -1 }],
    [{ ...good, sequence: 1.5 }],
    [{ ...good, sequence: 2 ** 53 }],
    [{ ...good, sequence: null }],
    [[1]],
    [null],
    ['text'],
    [7],
  ])('is not %j', (fields) => {
    expect(readHeader(hashed(fields))).toBeUndefined();
  });

  test('is hashed with the head it goes on from, which is a text', () => {
    expect(readHeader(hashed(good, OTHER_HEAD))).toBeUndefined();
    const body = JSON.stringify({ ...good, head: 7 });
    expect(readHeader({ head: hostHashing().sha256(`7${body}`), body })).toBeUndefined();
    expect(readHeader({ head: HEAD, body: '{' })).toBeUndefined();
  });
});

test('the number of a line stands first', () => {
  const of = (body: string) => sequenceOf({ head: HEAD, body });
  expect([of('{"sequence":12,"a":1}'), of('{"sequence":7}')]).toEqual([12, 7]);
  expect(of('{"a":{"sequence":12}}')).toBeUndefined();
  expect(of('{"sequence":"12"}')).toBeUndefined();
  expect(of(`{"sequence":${'1'.repeat(16)}}`)).toBeUndefined();
  expect(of('{"sequence":12')).toBeUndefined();
});

test('a line of 0.1.0 has its three fields', () => {
  const is = (fields: unknown) => isFormerLine({ head: HEAD, body: JSON.stringify(fields) });
  const good = { orderId: 'O', atc: 7, random: 'R' };
  expect(is(good)).toBe(true);
  for (const bad of [
    { ...good, orderId: 1 },
    { ...good, atc: '7' },
    { ...good, random: 1 },
  ]) {
    expect(is(bad)).toBe(false);
  }
  for (const bad of [null, 'text', 7]) expect(is(bad)).toBe(false);
});

test('a line follows by its head and its number, or by its head alone', () => {
  const first = chainLine(NO_LINES, { a: 1 });
  expect(followingEntry(NO_LINES, first)).toEqual(first);
  expect(followingEntry(NO_LINES, undefined)).toBeUndefined();
  expect(followingEntry(first, first)).toBeUndefined();
  const body = '{"a":1}';
  const former = { head: hostHashing().sha256(NO_LINES.head + body), body };
  expect(followingEntry(NO_LINES, former)).toEqual({ sequence: 1, ...former });
  // Its head fits, and it says that it stands elsewhere.
  const strayBody = '{"sequence":5}';
  const stray = { head: hostHashing().sha256(NO_LINES.head + strayBody), body: strayBody };
  expect(followingEntry(NO_LINES, stray)).toBeUndefined();
  expect(encodeLine(first)).toBe(`${first.head} ${first.body}\n`);
});

test('two positions are one by number and head', () => {
  const at = { sequence: 1, head: HEAD };
  expect(samePosition(at, { ...at })).toBe(true);
  expect(samePosition(at, { ...at, sequence: 2 })).toBe(false);
  expect(samePosition(at, { ...at, head: OTHER_HEAD })).toBe(false);
});

test('a journal in memory tells what stands behind a line, and ends', async () => {
  const journal = memoryJournal();
  for (const a of [1, 2, 3]) await journal.append({ a });
  const numbers: number[] = [];
  for await (const { sequence } of journal.entriesAfter(1)) numbers.push(sequence);
  expect(numbers).toEqual([2, 3]);
  await expect(journal.close()).resolves.toBeUndefined();
});
