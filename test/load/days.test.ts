import { describe, expect, test } from 'vitest';
import { daysApart, rangeOfDays } from '../../src/load/index.js';

const iso = (ms: number): string => new Date(ms).toISOString();

describe('rangeOfDays', () => {
  test('the last millisecond of the last day is in it, the next one is not', () => {
    const { fromMs, toMs } = rangeOfDays('2026-01-01', '2026-01-31');
    expect([iso(fromMs), iso(toMs)]).toEqual([
      '2025-12-31T16:00:00.000Z',
      '2026-01-31T16:00:00.000Z',
    ]);
    const last = Date.parse('2026-01-31T23:59:59.999+08:00');
    expect([last < toMs, last + 1 < toMs]).toEqual([true, false]);
  });

  test('days of another deployment', () => {
    expect(iso(rangeOfDays('2026-01-01', '2026-01-01', -300).fromMs)).toBe(
      '2026-01-01T05:00:00.000Z',
    );
    expect(iso(rangeOfDays('2026-01-01', '2026-01-01', 0).toMs)).toBe('2026-01-02T00:00:00.000Z');
  });

  test.each(['2026-02-30', '2026-02-29', '2026-06-31', '2026-13-01', '2026-00-10', '2026-01-00'])(
    '%s is no day',
    (day) => {
      const refused = expect.objectContaining({
        code: 'DATE_INVALID',
        money: 'untouched',
      }) as object;
      expect(() => rangeOfDays(day, '2026-12-31')).toThrow(refused);
      expect(() => rangeOfDays('2026-01-01', day)).toThrow(refused);
    },
  );

  test.each([
    '',
    '2026-1-1',
    '20260101',
    '2026-01-01T00:00',
    ' 2026-01-01',
    '02026-01-01',
    'today',
  ])('%j is not how a day is written', (day) => {
    expect(() => rangeOfDays(day, day)).toThrow('2026-11-23');
  });

  test.each(['x2026-01-01', '2026-01-01x'])('%j is none, whatever its end says', (day) => {
    expect(() => rangeOfDays(day, day)).toThrow(expect.objectContaining({ code: 'DATE_INVALID' }));
  });

  test('the 29th of February where there is one', () => {
    expect(daysApart(rangeOfDays('2028-02-29', '2028-03-01'), 480)).toBe(1);
  });
});

test('far years have their days: those of full hundreds are no leap years', () => {
  for (const day of ['2399-12-31', '2400-02-29', '2500-03-01', '2299-03-01', '1600-02-29']) {
    expect(rangeOfDays(day, day, 0).fromMs).toBe(Date.parse(`${day}T00:00:00Z`));
  }
  expect(() => rangeOfDays('2500-02-29', '2500-03-01')).toThrow('2026-11-23');
});

test('every day of four centuries is itself, and the day before comes before it', () => {
  const first = Date.UTC(1900, 0, 1);
  for (let n = 0; n < 146_097; n += 13) {
    const atMs = first + n * 86_400_000;
    const day = iso(atMs).slice(0, 10);
    expect(rangeOfDays(day, day, 0)).toEqual({ fromMs: atMs, toMs: atMs + 86_400_000 });
  }
});

test('daysApart counts days of the calendar, not hours', () => {
  expect(daysApart(rangeOfDays('2026-01-01', '2026-01-31'), 480)).toBe(30);
  const midnightMs = rangeOfDays('2026-01-02', '2026-01-02').fromMs;
  expect(daysApart({ fromMs: midnightMs - 1, toMs: midnightMs + 1 }, 480)).toBe(1);
  expect(daysApart({ fromMs: midnightMs, toMs: midnightMs + 1 }, 480)).toBe(0);
});
