/** The cases of 充值记录: which orders are found, however they are asked for, and in what order. */
import type { Order } from '../load/index.js';
import type { Ledger, OrderQuery } from '../server/index.js';
import { same } from './conformance.js';
import { AT_MS, CARD, change, created, issued, snapshotOf } from './ledger-steps.js';

const ALWAYS = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 } as const;

async function idsOf(ledger: Ledger, query: Partial<OrderQuery>): Promise<string[]> {
  return (await ledger.findOrders({ ...ALWAYS, ...query })).map(({ orderId }) => orderId);
}

/** How one plate is spelt: on cards, and by those who look for it. */
const SPELLINGS = [
  ...['甘A12345', '甘a12345', '甘Ａ１２３４５', '甘ａ12345', ' 甘A12345', '甘A12345   '],
  ...[
    '甘A·12345',
    '甘A•12345',
    '甘A‧12345',
    '甘A・12345',
    '甘 A 123 45',
    '甘A　12345',
    '甘A-12345',
  ],
];

async function moved(ledger: Ledger, orderId: string, state: Order['state']): Promise<void> {
  await change(ledger, await snapshotOf(ledger, orderId), { order: { state } });
}

/** The cases. */
export const RECORD_CASES: Readonly<Record<string, (ledger: Ledger) => Promise<void>>> = {
  'orders by card, plate, colour and time, in pages': async (ledger) => {
    for (let n = 0; n < 7; n += 1) {
      const createdAtMs = AT_MS + Math.floor(n / 2);
      const plate = n === 6 ? '甘B00001' : '甘A12345';
      await created(ledger, `A${String(n)}`, { createdAtMs, plate, plateColour: n % 2 });
    }
    const range = { fromMs: AT_MS, toMs: AT_MS + 10, limit: 3 };
    const seen: string[] = [];
    let page = await ledger.findOrders({ ...range, plate: '甘A12345' });
    for (let count = 0; count < 5 && page.length > 0; count += 1) {
      seen.push(...page.map(({ orderId }) => orderId));
      const after = page[page.length - 1];
      if (after === undefined) break;
      page = await ledger.findOrders({ ...range, plate: '甘A12345', after });
    }
    same(seen, ['A5', 'A4', 'A3', 'A2', 'A1', 'A0']);
    same(await idsOf(ledger, { ...range, limit: 100, plateColour: 0 }), ['A6', 'A4', 'A2', 'A0']);
    same(await idsOf(ledger, { ...range, cardNumber: 'x' }), []);
    same((await idsOf(ledger, { ...range, toMs: AT_MS + 1 })).length, 2);
  },
  'orders of an outlet, a person and a shift': async (ledger) => {
    await created(ledger, 'A1', { outlet: 'east', who: { by: 'T1', person: 'P1', shift: 'S1' } });
    await created(ledger, 'A2', { outlet: 'west', who: { by: 'T1', person: 'P1', shift: 'S2' } });
    await created(ledger, 'A3', { outlet: 'west', who: { by: 'T1' } });
    same(await idsOf(ledger, { outlet: 'west' }), ['A3', 'A2']);
    same(await idsOf(ledger, { person: 'P1' }), ['A2', 'A1']);
    same(await idsOf(ledger, { person: 'P1', shift: 'S1' }), ['A1']);
    same(await idsOf(ledger, { outlet: 'west', states: ['CREATED', 'PAID'] }), ['A3', 'A2']);
    same(await idsOf(ledger, { outlet: 'north' }), []);
  },
  'a plate is found however the card holds it and however it is typed': async (ledger) => {
    for (const [n, plate] of SPELLINGS.entries()) {
      await created(ledger, `S${String(n)}`, { plate, createdAtMs: AT_MS - n });
    }
    await created(ledger, 'OTHER', { plate: '甘A12346' });
    const all = SPELLINGS.map((_plate, n) => `S${String(n)}`);
    for (const plate of SPELLINGS) same(await idsOf(ledger, { plate }), all);
    // What is shown is what the card holds.
    const shown = (await ledger.findOrders({ ...ALWAYS, plate: '甘A12345' })).map(
      ({ plate }) => plate,
    );
    same(shown, SPELLINGS);
    same((await snapshotOf(ledger, 'S2')).situation.order.plate, '甘Ａ１２３４５');
  },
  'a card whose colour is not known is found by every colour': async (ledger) => {
    const colours = { blue: 0, yellow: 1, undetermined: 9, nameless: 0x5500 };
    for (const [n, [orderId, plateColour]] of Object.entries(colours).entries()) {
      await created(ledger, orderId, { plateColour, createdAtMs: AT_MS - n });
    }
    const plate = '甘A12345';
    same(await idsOf(ledger, { plate, plateColour: 0 }), ['blue', 'undetermined', 'nameless']);
    same(await idsOf(ledger, { plate, plateColour: 1 }), ['yellow', 'undetermined', 'nameless']);
    same(await idsOf(ledger, { plate, plateColour: 9 }), ['undetermined', 'nameless']);
  },
  'a time is in the range from its first moment to before its last': async (ledger) => {
    const [fromMs, toMs] = [AT_MS, AT_MS + 86_400_000];
    const times = { before: fromMs - 1, first: fromMs, last: toMs - 1, after: toMs };
    for (const [orderId, createdAtMs] of Object.entries(times)) {
      await created(ledger, orderId, { createdAtMs });
    }
    same(await idsOf(ledger, { cardNumber: CARD, fromMs, toMs }), ['last', 'first']);
    same(await idsOf(ledger, { fromMs: toMs, toMs: toMs + 1 }), ['after']);
    same(await idsOf(ledger, { fromMs, toMs: fromMs }), []);
  },
  'an order by its number and by its payment': async (ledger) => {
    const open = await issued(ledger, 'A', 7);
    const [payment] = open.situation.payments;
    await created(ledger, 'B', { cardNumber: '6201220000000002' });
    const surplus = { orderId: 'B', transactionId: 'pos:1:2', amountFen: 5, surplus: true };
    await change(ledger, await snapshotOf(ledger, 'B'), { rest: { newPayment: surplus } });
    same(await idsOf(ledger, { orderId: 'B' }), ['B']);
    same(await idsOf(ledger, { orderId: 'C' }), []);
    same(await idsOf(ledger, { transactionId: payment?.transactionId ?? '' }), ['A']);
    same(await idsOf(ledger, { transactionId: 'pos:1:2' }), ['B']);
    same(await idsOf(ledger, { transactionId: 'pos:1' }), []);
    same(await idsOf(ledger, { transactionId: 'pos:1:2', orderId: 'A' }), []);
  },
  'orders by state, one or several, alone and with the rest, in pages': async (ledger) => {
    const states = ['CREATED', 'PAID', 'CREDITED', 'PAID', 'EXPIRED', 'CREATED', 'PAID'] as const;
    for (const [n, state] of states.entries()) {
      const cardNumber = `620122000000001${String(n)}`;
      const orderId = `A${String(n)}`;
      await created(ledger, orderId, { cardNumber, createdAtMs: AT_MS + Math.floor(n / 2) });
      if (state !== 'CREATED') await moved(ledger, orderId, state);
    }
    same(await idsOf(ledger, { states: ['PAID'] }), ['A6', 'A3', 'A1']);
    const both = ['CREATED', 'PAID', 'PAID'] as const;
    same(await idsOf(ledger, { states: both }), ['A6', 'A5', 'A3', 'A1', 'A0']);
    same(await idsOf(ledger, { states: both, limit: 2 }), ['A6', 'A5']);
    const after = { createdAtMs: AT_MS + 2, orderId: 'A5' };
    same(await idsOf(ledger, { states: both, limit: 2, after }), ['A3', 'A1']);
    same(await idsOf(ledger, { states: both, plate: '甘A12345', fromMs: AT_MS + 1 }), [
      ...['A6', 'A5', 'A3'],
    ]);
    same(await idsOf(ledger, { states: ['HELD'] }), []);
    same((await idsOf(ledger, { states: [] })).length, 7);
  },
};
