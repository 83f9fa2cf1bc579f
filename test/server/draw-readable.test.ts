/** Names that are drawn are never masked as a card's number. */
import { expect, test } from 'vitest';
import { redactText } from '../../src/redact.js';
import { drawReadable } from '../../src/server/draw-readable.js';
import { drawId } from '../../src/server/journal/draw-id.js';

const MASKED = '6e5f5f9648b391412341847b05fc869f';

test('a name that would be masked is drawn again', () => {
  expect(redactText(MASKED)).not.toBe(MASKED);
  const names = [MASKED, MASKED, 'readable'];
  expect(drawReadable(() => names.shift() ?? '')).toBe('readable');
});

test('no journal is named so, of ten thousand', () => {
  const names = Array.from({ length: 10_000 }, () => drawId());
  expect(names.filter((name) => redactText(name) !== name)).toEqual([]);
});

test('a generator that is stuck ends it all the same', () => {
  expect(drawReadable(() => MASKED)).toBe(MASKED);
});
