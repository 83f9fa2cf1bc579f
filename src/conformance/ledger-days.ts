/** The cases of a ledger's days: what is booked to which, once, and what nobody can change. */
import type { AccountName, Decision, Order, Who } from '../load/index.js';
import type { DayClose, DaySums, Ledger, OutletDay } from '../server/index.js';
import { broken, same } from './conformance.js';
import { AT_MS, created, snapshotOf } from './ledger-steps.js';

const DAY_MS = 86_400_000;
/** 2026-01-15 in China. */
const FROM_MS = AT_MS - 10 * 3_600_000;
const WHO: Who = { by: 'T1', person: 'P1', shift: 'S1' };

function dayOf(n: number, outlet = 'east'): OutletDay {
  const fromMs = FROM_MS + n * DAY_MS;
  return { outlet, day: `2026-01-${String(15 + n)}`, fromMs, toMs: fromMs + DAY_MS };
}

async function write(
  ledger: Ledger,
  orderId: string,
  atMs: number,
  rest: Partial<Decision>,
  order: Partial<Order> = {},
): Promise<void> {
  const snapshot = await snapshotOf(ledger, orderId);
  const { situation } = snapshot;
  const decision: Decision = {
    ...{ order: { ...situation.order, ...order }, card: situation.card, transfers: [] },
    step: { do: 'stop', state: 'PAID', money: 'untouched' },
    ...rest,
  };
  const { written } = await ledger.commit({ snapshot, decision, evidence: 'test', atMs });
  if (!written) throw broken(`order ${orderId} was not written`);
}

/** Of a card of its own, so that several are open at once. */
let cards = 0;
async function paid(
  ledger: Ledger,
  orderId: string,
  atMs: number,
  changes: { readonly method?: string; readonly outlet?: string; readonly fen?: number } = {},
): Promise<void> {
  const { method = 'cash', outlet = 'east', fen = 10_000 } = changes;
  cards += 1;
  const cardNumber = `62012200${String(20_000_001 + cards)}`;
  const made = { createdAtMs: atMs, updatedAtMs: atMs, amountFen: fen };
  await created(ledger, orderId, { ...made, outlet, cardNumber, who: WHO });
  const newPayment = {
    ...{ orderId, transactionId: `${method}:${orderId}`, amountFen: fen, surplus: false },
    ...{ bookedAtMs: atMs, who: WHO },
  };
  const transfers = [{ debit: 'cash', credit: 'liability', amountFen: fen } as const];
  await write(ledger, orderId, atMs, { newPayment, transfers }, { state: 'PAID' });
}

async function loaded(ledger: Ledger, orderId: string, atMs: number, fen = 10_000) {
  const transfers = [{ debit: 'liability', credit: 'card-float', amountFen: fen } as const];
  await write(ledger, orderId, atMs, { transfers, settlement: 'CREDIT' }, { state: 'CREDITED' });
}

async function refunded(ledger: Ledger, orderId: string, atMs: number): Promise<void> {
  const [payment] = (await snapshotOf(ledger, orderId)).situation.payments;
  if (payment === undefined) throw broken('no payment');
  const transfers = [
    { debit: 'liability', credit: 'refunds-due', amountFen: payment.amountFen },
    { debit: 'refunds-due', credit: 'cash', amountFen: payment.amountFen },
  ] as const;
  const refundedPayment = { ...payment, refundedAtMs: atMs };
  await write(ledger, orderId, atMs, { transfers, refundedPayment }, { state: 'REFUNDED' });
}

async function close(
  ledger: Ledger,
  day: OutletDay,
  after?: string,
): Promise<{ readonly said: string; readonly sums: DaySums }> {
  const { sums, standing } = await ledger.sumOpen(day);
  const closed: DayClose = {
    ...{ ...day, sums, standing, counted: [], corrections: [], closedAtMs: day.toMs },
    closedBy: WHO,
    ...(after === undefined ? {} : { after }),
  };
  return { said: await ledger.closeDay(closed), sums };
}

function balances(all: readonly DaySums[]): Record<AccountName, number> {
  const sums = { cash: 0, liability: 0, 'card-float': 0, 'refunds-due': 0 };
  for (const { debit, credit, amountFen } of all.flatMap(({ postings }) => postings)) {
    sums[debit] += amountFen;
    sums[credit] -= amountFen;
  }
  return sums;
}

/** The cases. */
export const DAY_CASES: Readonly<Record<string, (ledger: Ledger) => Promise<void>>> = {
  'a day takes what stands open before its end, of its outlet, and each once': async (ledger) => {
    await paid(ledger, 'A', FROM_MS);
    await paid(ledger, 'B', FROM_MS + DAY_MS - 1, { method: 'pos', fen: 500 });
    await paid(ledger, 'C', FROM_MS + DAY_MS);
    await paid(ledger, 'D', FROM_MS + 5, { outlet: 'west' });
    await loaded(ledger, 'A', FROM_MS + 9);
    const first = await close(ledger, dayOf(0));
    same(first.said, 'closed');
    same(
      first.sums.postings,
      [
        { debit: 'cash', credit: 'liability', as: 'day', count: 2, amountFen: 10_500 },
        { debit: 'liability', credit: 'card-float', as: 'day', count: 1, amountFen: 10_000 },
      ].sort((a, b) => a.count - b.count),
    );
    same(
      first.sums.payments.map(({ method, amountFen, person, shift }) => [
        ...[method, amountFen, person, shift],
      ]),
      [
        ['pos', 500, 'P1', 'S1'],
        ['cash', 10_000, 'P1', 'S1'],
      ].sort((a, b) => Number(b[1]) - Number(a[1])),
    );
    const second = await close(ledger, dayOf(1), dayOf(0).day);
    same(second.said, 'closed');
    const west = await close(ledger, dayOf(0, 'west'));
    same(balances([first.sums, second.sums, west.sums]), await ledger.totals());
    same((await ledger.sumOpen(dayOf(9))).sums, { postings: [], payments: [] });
  },
  'what comes late is booked to the next day, and told apart': async (ledger) => {
    await paid(ledger, 'A', FROM_MS + 1);
    await paid(ledger, 'B', FROM_MS + 2);
    await close(ledger, dayOf(0));
    // Decided before midnight, and written after the close.
    await loaded(ledger, 'A', FROM_MS + DAY_MS - 1);
    await refunded(ledger, 'B', FROM_MS + DAY_MS + 1);
    const { sums } = await close(ledger, dayOf(1), dayOf(0).day);
    same(sums.postings.map(({ debit, credit, as }) => [debit, credit, as].join(' ')).sort(), [
      'liability card-float late',
      'liability refunds-due earlier',
      'refunds-due cash earlier',
    ]);
    same(sums.payments, [
      { kind: 'refunded', method: 'cash', as: 'earlier', count: 1, amountFen: 10_000 },
    ]);
  },
  'a day is closed once, days have no fork, and a closed one stays as it is': async (ledger) => {
    await paid(ledger, 'A', FROM_MS + 1);
    const said = await Promise.all([0, 0, 0, 0].map((n) => close(ledger, dayOf(n))));
    same(said.map((one) => one.said).sort(), ['closed', 'taken', 'taken', 'taken']);
    const [kept] = await ledger.findDays({ outlet: 'east', limit: 2 });
    // Two days, each of which would come after the first.
    const forked = await Promise.all([1, 2].map((n) => close(ledger, dayOf(n), dayOf(0).day)));
    same(forked.map((one) => one.said).sort(), ['closed', 'taken']);
    same((await close(ledger, dayOf(5))).said, 'taken');
    const days = await ledger.findDays({ outlet: 'east', limit: 9 });
    same(days.length, 2);
    same(days[1], kept);
  },
  'a day that has moved since it was summed is not closed': async (ledger) => {
    await paid(ledger, 'A', FROM_MS + 1);
    const day = dayOf(0);
    const { sums, standing } = await ledger.sumOpen(day);
    const draft = { ...day, counted: [], corrections: [], who: WHO, atMs: 1, sums };
    await ledger.draftDay(draft);
    await paid(ledger, 'B', FROM_MS + 2);
    const closed = { ...day, sums, standing, counted: [], corrections: [], closedAtMs: 1 };
    same(await ledger.closeDay({ ...closed, closedBy: WHO }), 'moved');
    same(await ledger.findDays({ limit: 1 }), []);
    same(await ledger.findDraft('east', day.day), draft);
    same((await close(ledger, day)).sums.postings[0]?.count, 2);
    same(await ledger.findDraft('east', day.day), undefined);
  },
  'days are listed newest first, in pages': async (ledger) => {
    for (const outlet of ['east', 'west']) {
      await close(ledger, dayOf(0, outlet));
      await close(ledger, dayOf(1, outlet), dayOf(0).day);
    }
    const namesOf = (days: readonly DayClose[]) =>
      days.map(({ day, outlet }) => `${day.slice(8)} ${outlet}`);
    const page = await ledger.findDays({ limit: 3 });
    same(namesOf(page), ['16 west', '16 east', '15 west']);
    const rest = await ledger.findDays({ limit: 3, after: { day: '2026-01-15', outlet: 'west' } });
    same(namesOf(rest), ['15 east']);
    same(namesOf(await ledger.findDays({ limit: 3, fromDay: '2026-01-16', outlet: 'east' })), [
      '16 east',
    ]);
  },
  'postings of a day come by order, in pages, with their payments': async (ledger) => {
    for (const n of [1, 2, 3]) await paid(ledger, `A${String(n)}`, FROM_MS + n);
    await refunded(ledger, 'A2', FROM_MS + 9);
    await close(ledger, dayOf(0));
    await paid(ledger, 'A4', FROM_MS + 4);
    const asked = { outlet: 'east', day: dayOf(0).day };
    const first = await ledger.findPostings({ ...asked, limit: 2 });
    same(
      first.map(({ orderId, debit, credit, payment }) =>
        [orderId, debit, credit, payment?.transactionId ?? '-'].join(' '),
      ),
      [
        'A1 cash liability cash:A1',
        'A2 cash liability cash:A2',
        'A2 liability refunds-due -',
        'A2 refunds-due cash cash:A2',
      ],
    );
    same(first[0]?.order.who, WHO);
    const rest = await ledger.findPostings({ ...asked, after: 'A2', limit: 2 });
    same(
      rest.map(({ orderId }) => orderId),
      ['A3'],
    );
    same(await ledger.findPostings({ ...asked, day: '2026-01-16', limit: 2 }), []);
  },
  'takings are added up by outlet, person, shift and method': async (ledger) => {
    await paid(ledger, 'A', FROM_MS + 1);
    await paid(ledger, 'B', FROM_MS + 2, { outlet: 'west', method: 'pos' });
    await paid(ledger, 'C', FROM_MS + DAY_MS);
    await refunded(ledger, 'A', FROM_MS + 9);
    const { fromMs, toMs } = dayOf(0);
    const told = async (asked: object) =>
      (await ledger.sumTakings({ fromMs, toMs, ...asked }))
        .map(({ outlet, kind, method, by, person, shift, count, amountFen }) =>
          [outlet, kind, method, by, person, shift, count, amountFen].join(' '),
        )
        .sort();
    same(await told({}), [
      'east refunded cash T1 P1 S1 1 10000',
      'east taken cash T1 P1 S1 1 10000',
      'west taken pos T1 P1 S1 1 10000',
    ]);
    same((await told({ outlet: 'west' })).length, 1);
    same((await told({ person: 'P1', shift: 'S1' })).length, 3);
    same(await told({ shift: 'S2' }), []);
  },
};
