/** What the board counts, and what the office's screens make of lists. */
import { describe, expect, test } from 'vitest';
import { ORDER_STATES } from '../../src/messages/states.js';
import { SCOPES_OF_ROLES, rightsOf } from '../../src/server/rights.js';
import { ROLES } from '../../src/messages/persons.js';
import {
  ageOf,
  countByHour,
  dayOf,
  dayStartMs,
  groupOf,
  hourOf,
  STANDING,
  sumByAge,
  sumByGroup,
} from '../../demo/src/board/figures.js';
import { gatherOrders, gatherStanding } from '../../demo/src/screens/office/gather.js';
import { officeRightsOf } from '../../demo/src/screens/office/roles.js';
import { pageRule } from '../../demo/src/slips/paper.js';
import { orderNumberOf } from '../../demo/src/slips/order-number.js';

const HOUR_MS = 3_600_000;
/** Midnight of 26 November 2026 in China. */
const MIDNIGHT_MS = Date.parse('2026-11-26T00:00:00+08:00');

const order = (state: (typeof ORDER_STATES)[number], atMs: number, amountFen = 100) => ({
  ...{ state, amountFen, createdAtMs: atMs },
});

describe('figures of the board', () => {
  test('days and hours are those of China', () => {
    expect(dayStartMs(MIDNIGHT_MS)).toBe(MIDNIGHT_MS);
    expect(dayStartMs(MIDNIGHT_MS - 1)).toBe(MIDNIGHT_MS - 24 * HOUR_MS);
    expect([dayOf(MIDNIGHT_MS), dayOf(MIDNIGHT_MS - 1)]).toEqual(['2026-11-26', '2026-11-25']);
    expect([hourOf(MIDNIGHT_MS), hourOf(MIDNIGHT_MS - 1)]).toEqual([0, 23]);
  });

  test('every state is one of the groups, and none is counted twice', () => {
    const orders = ORDER_STATES.map((state) => order(state, MIDNIGHT_MS + HOUR_MS));
    const counts = Object.values(countByHour(orders)).map((hours) => hours[1] ?? 0);
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(ORDER_STATES.length);
    const sums = Object.values(sumByGroup(orders));
    expect(sums.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(100 * ORDER_STATES.length);
    expect(groupOf('of a newer server' as never)).toBe('frozen');
  });

  test('what stands without an end is what has taken money, or may have', () => {
    const rest = ORDER_STATES.filter((state) => !STANDING.includes(state));
    expect(rest).toEqual(['CREATED', 'CREDITED', 'REFUND_DUE', 'REFUNDED', 'EXPIRED']);
  });

  test('ages: a border belongs to the longer one', () => {
    const at = (hours: number) => ageOf(MIDNIGHT_MS - hours * HOUR_MS, MIDNIGHT_MS);
    expect([0.9, 1, 24, 72, 168].map(at)).toEqual(['hour', 'day', 'three-days', 'week', 'older']);
    const orders = [order('HELD', MIDNIGHT_MS - HOUR_MS, 5), order('HELD', MIDNIGHT_MS, 7)];
    expect(sumByAge(orders, MIDNIGHT_MS)).toMatchObject({
      ...{ hour: { count: 1, amountFen: 7 }, day: { count: 1, amountFen: 5 } },
      older: { count: 0, amountFen: 0 },
    });
  });
});

describe('lists of the office', () => {
  test('a list is asked for to its end, and what is cut off is said', async () => {
    const asked: unknown[] = [];
    const office = (pages: number) => ({
      findOrders: async (request: { readonly cursor?: string }) => {
        asked.push(request.cursor);
        const page = Number(request.cursor ?? 0) + 1;
        return { records: [page], next: page < pages ? String(page) : null };
      },
    });
    const span = { fromMs: 0, toMs: 1 };
    const whole = await gatherOrders(office(3) as never, span);
    expect(whole).toEqual({ list: [1, 2, 3], isWhole: true });
    expect(asked).toEqual([undefined, '1', '2']);
    expect(await gatherOrders(office(21) as never, span)).toMatchObject({ isWhole: false });
  });

  test('spans of 30 days follow each other without a gap', async () => {
    const spans: (readonly [number, number])[] = [];
    const office = {
      findOrders: async ({ fromMs, toMs }: { fromMs: number; toMs: number }) => {
        spans.push([fromMs, toMs]);
        return { records: [], next: null };
      },
    };
    const what = { nowMs: MIDNIGHT_MS, states: STANDING, spans: 3 };
    await gatherStanding(office as never, what);
    expect(spans).toHaveLength(3);
    expect(spans[1]?.[1]).toBe(spans[0]?.[0]);
    expect(spans[2]?.[1]).toBe(spans[1]?.[0]);
  });

  test('what is shown to a role is what the server lets it do', () => {
    for (const role of ROLES) {
      const may = rightsOf(SCOPES_OF_ROLES[role]);
      expect(officeRightsOf([role]), role).toEqual({
        sees: may.has('audit'),
        seesDays: may.has('days'),
        closesDays: may.has('close-day'),
        supervises: may.has('supervise'),
        keepsMoney: may.has('finance'),
        releases: may.has('release'),
      });
    }
  });
});

describe('paper and scanner', () => {
  test('a roll is as long as its slip, a sheet is a sheet', () => {
    expect(pageRule('58mm', 378)).toBe('@page { size: 58mm 107mm; margin: 0; }');
    expect(pageRule('A4', 378)).toContain('A4');
  });

  test('what a scanner types is an order number, or nothing', () => {
    expect(orderNumberOf(' 7zk2m9qx4t1b6w8r3c5h\n')).toBe('7ZK2M9QX4T1B6W8R3C5H');
    expect(orderNumberOf('https://pay.example/7ZK2M9QX4T1B6W8R3C5H')).toBeUndefined();
    expect(orderNumberOf('')).toBeUndefined();
  });
});
