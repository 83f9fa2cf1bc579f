/** Terminal and authority judge one card: whatever its dates and kind, they say the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { isQuancunError } from '../../src/errors.js';
import { ef0015 } from '../../src/etc/index.js';
import { CHINA_UTC_OFFSET_MINUTES, DEFAULT_POLICY, hostTime } from '../../src/load/index.js';
import { draftOrder } from '../../src/server/draft-order.js';
import { checkCard } from '../../src/terminal/index.js';
import { manualEnv } from '../support/manual-env.js';

const SIZE_BYTES = ef0015.SIZES_BYTES[0];
const KIND_AT = 8;
const DATES_AT = 20;

const day = fc
  .date({ min: new Date('1999-01-01'), max: new Date('2101-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replace(/-/g, ''));
/** Days of the calendar, days around the instant, and four bytes that are no day at all. */
const dateNear = (nowMs: number) =>
  fc.oneof(
    day,
    fc.integer({ min: -2, max: 2 }).map((days) => localDate(nowMs + days * 86_400_000)),
    fc.uint8Array({ minLength: 4, maxLength: 4 }).map(toHex),
    fc.constantFrom('00000000', 'FFFFFFFF', '20260230', '20261301', '99999999', '20340229'),
    // A month of the calendar, and any two nibbles for a day.
    fc.tuple(day, fc.nat(0xff)).map(([date, end]) => date.slice(0, 6) + toHex(Uint8Array.of(end))),
  );
const localDate = (nowMs: number): string => hostTime(nowMs, CHINA_UTC_OFFSET_MINUTES).date;
const cases = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) }).chain((nowMs) =>
  fc.record({
    nowMs: fc.constant(nowMs),
    kind: fc.oneof(fc.constantFrom(0x16, 0x17), fc.nat(0xff)),
    startDate: dateNear(nowMs),
    endDate: dateNear(nowMs),
  }),
);

interface Card {
  readonly nowMs: number;
  readonly kind: number;
  readonly startDate: string;
  readonly endDate: string;
}

function issueBytes({ kind, startDate, endDate }: Card): string {
  const kindHex = toHex(Uint8Array.of(kind));
  const head = `${'B8CACBE062010001'}${kindHex}41${'6201'}${'2210000000001234'}`;
  return `${head}${startDate}${endDate}`.padEnd(SIZE_BYTES * 2, '0');
}

function terminalSays(card: Card): readonly string[] {
  const issue = ef0015.decode(Buffer.from(issueBytes(card), 'hex'));
  return checkCard(issue, localDate(card.nowMs)).reasons;
}

function authoritySays(card: Card): string | undefined {
  const env = { ...manualEnv(), now: () => card.nowMs };
  const request = { amountFen: 1, outlet: 'one', issueInformation: issueBytes(card) };
  try {
    draftOrder({ ...request, protocol: 1, idempotencyKey: 'one' }, DEFAULT_POLICY, env);
    return undefined;
  } catch (error) {
    if (!isQuancunError(error)) throw error;
    return error.code;
  }
}

describe('the one rule of validity', () => {
  test('the fields stand where this test writes them', () => {
    const place = (name: string) =>
      ef0015.layout('41', SIZE_BYTES).find((field) => field.name === name)?.offset;
    expect([place('cardType'), place('startDate')]).toEqual([KIND_AT, DATES_AT]);
  });

  test('terminal and authority agree on all dates and kinds', () => {
    fc.assert(
      fc.property(cases, (card) => {
        expect(authoritySays(card)).toBe(terminalSays(card)[0]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('every reason is met, and so is none', () => {
    const seen = fc.sample(cases, { numRuns: 2_000, seed: 7 }).map(authoritySays);
    const codes = ['CARD_DATES_UNREADABLE', 'CARD_EXPIRED', 'CARD_NOT_ACTIVE'];
    expect(new Set(seen)).toEqual(new Set([undefined, 'CARD_NOT_STORED_VALUE', ...codes]));
  });

  test.each([
    ['10', '0001', 9],
    ['10', '0100', 9],
    ['10', '0000', 0],
    ['41', '0401', 4],
  ])('version %s, bytes 41-42 %s: the order is of colour %i', (version, bytes, plateColour) => {
    const card = {
      nowMs: Date.UTC(2026, 0, 1),
      kind: 0x16,
      startDate: '20200101',
      endDate: '20351231',
    };
    const hex = issueBytes(card);
    const issueInformation = `${hex.slice(0, 18)}${version}${hex.slice(20, 82)}${bytes}${hex.slice(86)}`;
    const env = { ...manualEnv(), now: () => card.nowMs };
    const request = { amountFen: 1, outlet: 'one', issueInformation };
    const asked = { ...request, protocol: 1, idempotencyKey: 'one' } as const;
    expect(draftOrder(asked, DEFAULT_POLICY, env).plateColour).toBe(plateColour);
  });

  const LAST_DAYS: readonly [written: string, last: string | undefined][] = [
    // Ten years after 29 February.
    ['20340229', '20340228'],
    ['20360229', '20360229'],
    ['21000229', '21000228'],
    ['20300631', '20300630'],
    ['20301131', '20301130'],
    // A month alone.
    ['20300600', '20300630'],
    ['203006FF', '20300630'],
    ['20300699', '20300630'],
    ['20300632', '20300630'],
    ['20301231', '20301231'],
    // No month, no year, no digits: nothing is guessed.
    ['99999999', undefined],
    ['20301331', undefined],
    ['20300015', undefined],
    ['00000000', undefined],
    ['00000631', undefined],
    ['FFFFFFFF', undefined],
    ['2030061A', undefined],
  ];
  test.each(LAST_DAYS)('valid to %s: the last day is %s', (endDate, last) => {
    const on = (today: string) => {
      const nowMs = Date.parse(`${today.replace(/(....)(..)(..)/, '$1-$2-$3')}T12:00:00+08:00`);
      const card = { nowMs, kind: 0x16, startDate: '20200101', endDate };
      expect(authoritySays(card)).toBe(terminalSays(card)[0]);
      return terminalSays(card)[0];
    };
    if (last === undefined) {
      expect(on('20261126')).toBe('CARD_DATES_UNREADABLE');
      return;
    }
    const next = new Date(Date.parse(last.replace(/(....)(..)(..)/, '$1-$2-$3')) + 86_400_000);
    const after = next.toISOString().slice(0, 10).replace(/-/g, '');
    expect([on(last), on(after)]).toEqual([undefined, 'CARD_EXPIRED']);
  });

  test('valid from 31 June: the first day is the last of June, and an error names real days', () => {
    const card = { kind: 0x16, startDate: '20260631', endDate: '20340229' };
    const says = (iso: string) => terminalSays({ ...card, nowMs: Date.parse(iso) });
    expect(says('2026-06-29T12:00:00+08:00')).toEqual(['CARD_NOT_ACTIVE']);
    expect(says('2026-06-30T12:00:00+08:00')).toEqual([]);
    const issue = ef0015.decode(Buffer.from(issueBytes({ ...card, nowMs: 0 }), 'hex'));
    const [error] = checkCard(issue, '20340301').errors;
    expect(error?.message).toContain('2034-02-28');
  });

  const BOTH_DAYS: readonly [today: string, reasons: readonly string[]][] = [
    ['20260101', ['CARD_NOT_ACTIVE']],
    ['20260102', []],
    ['20260103', []],
    ['20260104', ['CARD_EXPIRED']],
  ];
  test.each(BOTH_DAYS)('2026-01-02 to 2026-01-03, on %s', (today, reasons) => {
    const nowMs = Date.parse(`${today.replace(/(....)(..)(..)/, '$1-$2-$3')}T00:00:00+08:00`);
    const card = { nowMs, kind: 0x16, startDate: '20260102', endDate: '20260103' };
    expect([terminalSays(card), authoritySays(card)]).toEqual([reasons, reasons[0]]);
  });
});
