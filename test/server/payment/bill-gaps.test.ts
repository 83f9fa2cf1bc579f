/** What the books have and the bills of a provider lack: where it is looked for, and where told. */
import { describe, expect, test } from 'vitest';
import {
  createPayments,
  type PaymentPort,
  type RefundAnswer,
  type StatementLine,
} from '../../../src/server/index.js';
import { openTill } from '../../support/till.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CHINA_MS = 8 * HOUR_MS;
const NOON_MS = 12 * HOUR_MS;

/** A till whose provider has a bill for each day. Times and days are counted from a midnight. */
function openOffice() {
  const { gateway, env, authority, ledger, order } = openTill();
  const nextDay = Math.ceil((env.now() + CHINA_MS) / DAY_MS) + 1;
  const midnightMs = nextDay * DAY_MS - CHINA_MS;
  const nameOf = (day: number): string =>
    new Date(midnightMs + day * DAY_MS + CHINA_MS).toISOString().slice(0, 10);
  const bills = new Map<string, readonly StatementLine[]>();
  const refundNumbers: string[] = [];
  let paidAtMs: number | undefined;
  /** What the provider says of a refund; absent: what the gateway does. */
  let refundSaid: RefundAnswer | undefined;
  const port: PaymentPort = {
    ...gateway,
    queryQr: async (request, call) => {
      const state = await gateway.queryQr(request, call);
      if (paidAtMs === undefined) return state;
      const time = { paidAtMs };
      return { ...state, payments: state.payments.map((one) => ({ ...one, ...time })) };
    },
    refund: (request, call) => {
      refundNumbers.push(request.refundNumber);
      return refundSaid === undefined ? gateway.refund(request, call) : Promise.resolve(refundSaid);
    },
    queryRefund: (request, call) =>
      refundSaid === undefined ? gateway.queryRefund(request, call) : Promise.resolve(refundSaid),
    fetchStatement: (day) => {
      return Promise.resolve({ status: 'ready', lines: bills.get(day) ?? [] });
    },
  };
  const payments = createPayments({ port, authority, ledger, env });
  let orderId = '';
  const goTo = (atMs: number): void => {
    env.advance(midnightMs + atMs - env.now());
  };
  const list = (day: number, about: StatementLine['about'], refundNumber?: string) => {
    const line = {
      ...{ about, merchantOrderNumber: orderId, transactionId: 'SIM000001', amountFen: 10_000 },
      ...(refundNumber === undefined ? {} : { refundNumber }),
    };
    bills.set(nameOf(day), [...(bills.get(nameOf(day)) ?? []), line]);
  };
  return {
    payments,
    goTo,
    say: (answer: RefundAnswer | undefined) => {
      refundSaid = answer;
    },
    /** A customer pays at that time, which the provider tells or not; it is booked now. */
    pay: async (toldAtMs?: number) => {
      orderId = await order();
      await payments.createQr(orderId);
      gateway.pay(orderId);
      if (toldAtMs !== undefined) paidAtMs = midnightMs + toldAtMs;
      expect((await payments.query(orderId)).state).toBe('PAID');
    },
    cancel: () => authority.cancel(orderId),
    /** The bill of a day has the payment, or its refund. */
    listPayment: (day: number) => {
      list(day, 'payment');
    },
    listRefund: (day: number) => {
      list(day, 'refund', refundNumbers[0] ?? 'CONSOLE1');
    },
    /** What is missing by the bill of a day, and what was noted of it for people. */
    missing: async (day: number) => {
      const openMs = midnightMs + (day + 1) * DAY_MS + 10 * HOUR_MS;
      env.advance(Math.max(0, openMs - env.now()));
      const { differences } = await payments.compareStatement(nameOf(day));
      const notes = (await ledger.findWork({ limit: 9 }))
        .filter(({ code }) => code.startsWith('STATEMENT'))
        .map(({ message = '' }) => message.replace(nameOf(day), 'that day'));
      return [differences.map(({ code }) => code), notes];
    },
  };
}

const NOTHING = [[], []];
const PAYMENT_MISSING = [['STATEMENT_MISSING_THERE'], ['that day']];
const UNDATED_MISSING = [['STATEMENT_MISSING_THERE'], ['that day undated']];
const REFUND_MISSING = [['STATEMENT_REFUND_MISSING'], ['that day']];

describe('a payment whose provider tells its time', () => {
  test.each([
    ['in the bill of its day', [0], NOTHING],
    ['in the bill of the day on which it was booked', [1], PAYMENT_MISSING],
    ['in none', [], PAYMENT_MISSING],
  ])('is looked for there alone: %s', async (_name, listed, found) => {
    const office = openOffice();
    // Every notification was lost: it is booked in the midst of the next day.
    office.goTo(DAY_MS + NOON_MS);
    await office.pay(NOON_MS);
    listed.forEach(office.listPayment);
    expect(await office.missing(0)).toEqual(found);
    if (found === NOTHING) expect(await office.missing(1)).toEqual(NOTHING);
  });
});

describe('a payment that was told without a time', () => {
  test.each([
    ['at noon', NOON_MS, [0], 0, NOTHING],
    ['at noon, in the bill of the day before', NOON_MS, [-1], 0, UNDATED_MISSING],
    ['at noon, in none', NOON_MS, [], 0, UNDATED_MISSING],
    ['after midnight', 30 * MINUTE_MS, [0], 0, NOTHING],
    ['after midnight, in the bill of the day before', 30 * MINUTE_MS, [-1], 0, NOTHING],
    ['after midnight, in none', 30 * MINUTE_MS, [], 0, UNDATED_MISSING],
    ['before midnight, on the next day', DAY_MS - 30 * MINUTE_MS, [], 0, NOTHING],
    ['before midnight, with the next day’s bill', DAY_MS - 30 * MINUTE_MS, [1], 1, NOTHING],
    ['before midnight, in its own day’s', DAY_MS - 30 * MINUTE_MS, [0], 1, NOTHING],
    ['before midnight, in none', DAY_MS - 30 * MINUTE_MS, [], 1, UNDATED_MISSING],
  ])('is looked for by when it was booked: %s', async (_name, atMs, listed, day, found) => {
    const office = openOffice();
    office.goTo(atMs);
    await office.pay();
    listed.forEach(office.listPayment);
    expect(await office.missing(day)).toEqual(found);
  });
});

describe('a refund', () => {
  /** Paid long before, and listed then; given back at noon. */
  async function givenBack(office: ReturnType<typeof openOffice>): Promise<void> {
    office.goTo(NOON_MS - HOUR_MS);
    await office.pay(NOON_MS - HOUR_MS);
    office.listPayment(0);
    await office.cancel();
    office.goTo(NOON_MS);
    expect(await office.payments.sweep()).toMatchObject({ refunded: 1 });
  }

  test.each([
    ['in the bill of its day', [0], NOTHING],
    ['in that of the day before', [-1], NOTHING],
    ['in that of ten days before', [-10], NOTHING],
    ['in an older one', [-11], REFUND_MISSING],
    ['in none', [], REFUND_MISSING],
  ])('is looked for from the day on which it was booked back: %s', async (_name, listed, found) => {
    const office = openOffice();
    await givenBack(office);
    listed.forEach(office.listRefund);
    expect(await office.missing(0)).toEqual(found);
  });

  test('that was stuck is listed where it began, not where it got stuck', async () => {
    const office = openOffice();
    office.goTo(NOON_MS);
    await office.pay(NOON_MS);
    office.listPayment(0);
    await office.cancel();
    for (const [day, status] of [
      [0, 'pending'],
      [5, 'abnormal'],
      [6, 'abnormal'],
    ] as const) {
      office.say({ status });
      office.goTo(day * DAY_MS + NOON_MS + HOUR_MS);
      expect(await office.payments.sweep()).toMatchObject({ pending: 1 });
    }
    office.listRefund(0);
    office.say(undefined);
    office.goTo(7 * DAY_MS);
    expect(await office.payments.sweep()).toMatchObject({ refunded: 1 });
    expect(await office.missing(7)).toEqual(NOTHING);
  });

  test('in the bill and not in the books is told, too', async () => {
    const office = openOffice();
    office.goTo(NOON_MS);
    await office.pay(NOON_MS);
    office.listPayment(0);
    office.listRefund(0);
    const unknown = [['STATEMENT_REFUND_UNKNOWN'], ['that day']];
    expect(await office.missing(0)).toEqual(unknown);
  });

  test('just before midnight is looked at with the next day’s bill', async () => {
    const office = openOffice();
    office.goTo(NOON_MS);
    await office.pay(NOON_MS);
    office.listPayment(0);
    await office.cancel();
    office.goTo(DAY_MS - 30 * MINUTE_MS);
    await office.payments.sweep();
    expect(await office.missing(0)).toEqual(NOTHING);
    expect(await office.missing(1)).toEqual(REFUND_MISSING);
  });
});
