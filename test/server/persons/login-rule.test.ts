/** When a password is weighed: per person at a device, per person, per device. */
import { describe, expect, test } from 'vitest';
import { type CountedTry, findTryPlace } from '../../../src/server/persons/login-rule.js';

const NOW_MS = Date.UTC(2026, 10, 26);
const MINUTE = 60_000;
const asks = (personId: string, keyId: string, atMs = NOW_MS) =>
  ({ tryId: 't', personId, keyId, atMs }) as const;
const wrongs = (count: number, personId: string, keyId: string, agoMs = 0): CountedTry[] =>
  Array.from({ length: count }, () => ({
    ...{ personId, keyId, atMs: NOW_MS - agoMs, isWrong: true },
  }));

describe('findTryPlace', () => {
  test('five wrong ones stop a person at that device alone, a quarter of an hour long', () => {
    const five = [...wrongs(4, 'li', 'till-1', 10 * MINUTE), ...wrongs(1, 'li', 'till-1')];
    const untilMs = NOW_MS + 15 * MINUTE;
    expect(findTryPlace(asks('li', 'till-1'), five)).toEqual({ is: 'locked', untilMs });
    expect(findTryPlace(asks('li', 'till-2'), five)).toEqual({ is: 'taken' });
    expect(findTryPlace(asks('an', 'till-1'), five)).toEqual({ is: 'taken' });
    expect(findTryPlace(asks('li', 'till-1', untilMs), five)).toEqual({ is: 'taken' });
  });

  test('no device alone locks a person; four do, whoever of them goes on', () => {
    const alone = wrongs(19, 'li', 'till-1', 20 * MINUTE);
    expect(findTryPlace(asks('li', 'till-9'), alone)).toEqual({ is: 'taken' });
    const three = ['a', 'b', 'c'].flatMap((keyId) => wrongs(5, 'li', keyId, 30 * MINUTE));
    const nineteen = [...three, ...wrongs(4, 'li', 'd')];
    const untilMs = NOW_MS + 15 * MINUTE;
    const last = { is: 'taken', lockedUntilMs: untilMs };
    expect(findTryPlace(asks('li', 'e'), nineteen)).toEqual(last);
    const all = [...nineteen, ...wrongs(1, 'li', 'd')];
    expect(findTryPlace(asks('li', 'e'), all)).toEqual({ is: 'locked', untilMs });
    expect(findTryPlace(asks('an', 'e'), all)).toEqual({ is: 'taken' });
  });

  test('twenty wrong ones in an hour stop a device, whoever was meant, until one is an hour old', () => {
    const many = Array.from({ length: 20 }, (_none, at) =>
      wrongs(1, `x${String(at)}`, 'till-1', at * MINUTE),
    ).flat();
    const untilMs = NOW_MS + 41 * MINUTE;
    expect(findTryPlace(asks('li', 'till-1'), many)).toEqual({ is: 'locked', untilMs });
    expect(findTryPlace(asks('li', 'till-1', untilMs), many)).toEqual({ is: 'taken' });
    expect(findTryPlace(asks('li', 'till-2'), many)).toEqual({ is: 'taken' });
  });

  test('three are weighed for a device at once; what may still be right locks nobody', () => {
    const weighed = wrongs(3, 'li', 'till-1').map((one) => ({ ...one, isWrong: false }));
    expect(findTryPlace(asks('an', 'till-1'), weighed)).toEqual({ is: 'waiting' });
    expect(findTryPlace(asks('an', 'till-2'), weighed)).toEqual({ is: 'taken' });
    const five = [...wrongs(4, 'li', 'till-1'), ...weighed.slice(0, 1)];
    expect(findTryPlace(asks('li', 'till-1'), five)).toEqual({ is: 'waiting' });
  });
});
