/** The books may refuse to start a load; they never say whether a card was written. */
import { describe, expect, test } from 'vitest';
import type { BookBalance } from '../../src/server/index.js';
import { openShop, type VisitPlan } from '../support/shop.js';

const OPENING_FEN = 50_000;

function openBooks(books: () => BookBalance | undefined) {
  const asked: string[] = [];
  const shop = openShop({
    card: { kind: '3des-4x', balanceFen: OPENING_FEN },
    policy: { issuer: 'sole' },
    findBookBalance: (cardNumber) => {
      asked.push(cardNumber);
      return Promise.resolve(books());
    },
  });
  return { ...shop, asked };
}
/** What happens while the customer pays. */
const paying = (happens: () => void): VisitPlan => ({
  options: {
    takePayment: ({ amountFen }) => {
      happens();
      return Promise.resolve({ provider: 'pos', transactionId: 'slip', amountFen });
    },
  },
});
const even = { balanceFen: OPENING_FEN, unclearedTollsFen: 0 };

describe('card balance against book balance', () => {
  const RULE: readonly (readonly [string, BookBalance | undefined, string])[] = [
    ['the same', even, 'credited'],
    [
      'the same, once the tolls are posted',
      { balanceFen: 51_234, unclearedTollsFen: 1234 },
      'credited',
    ],
    ['not known', undefined, 'credited'],
    ['more in the books', { ...even, balanceFen: OPENING_FEN + 1 }, 'failed'],
    ['less in the books', { ...even, balanceFen: OPENING_FEN - 1 }, 'failed'],
    ['a toll forgotten', { ...even, unclearedTollsFen: 500 }, 'failed'],
  ];
  test.each(RULE)('%s: %s', async (_name, books, outcome) => {
    const shop = openBooks(() => books);
    const { result } = await shop.recharge();
    expect(result.outcome === 'credited' ? 'credited' : 'failed').toBe(outcome);
    expect(shop.credits().sent).toBe(outcome === 'credited' ? 1 : 0);
    // With the card, with the intent, and before the first MAC2.
    expect(shop.asked).toHaveLength(outcome === 'credited' ? 3 : 1);
    expect(shop.payments()).toBe(outcome === 'credited' ? 1 : 0);
  });

  test('a refusal leaves the order paid: it can be loaded when the books are right', async () => {
    let books: BookBalance = even;
    const shop = openBooks(() => books);
    const { result } = await shop.recharge(
      paying(() => {
        books = { ...even, balanceFen: 1 };
      }),
    );
    expect(result).toMatchObject({ error: { code: 'BOOK_BALANCE_MISMATCH' } });
    expect(await shop.journal.lines()).toEqual([]);
    expect(await shop.ledger.counts()).toMatchObject([{ state: 'PAID', count: 1 }]);
    books = even;
    expect((await shop.load()).result).toMatchObject({ outcome: 'credited' });
  });

  test('or given back: no MAC2 was made', async () => {
    let books: BookBalance = even;
    const shop = openBooks(() => books);
    await shop.recharge(
      paying(() => {
        books = { ...even, balanceFen: 1 };
      }),
    );
    const [order] = await shop.ledger.findOrders({ fromMs: 0, toMs: 1e15, limit: 1 });
    const cancelled = await shop.authority.cancel(order?.orderId ?? '');
    expect(cancelled.state).toBe('REFUND_DUE');
  });

  test.each(['lose-before', 'lose-after'] as const)(
    'after a MAC2 the books are not asked: %s, a toll, and 圈存 settles it',
    async (kind) => {
      for (let exchange = 5; exchange < 18; exchange += 1) {
        const shop = openBooks(() => even);
        await shop.enrol();
        await shop.recharge({ faults: [{ exchange, kind }] });
        const [order] = await shop.ledger.findOrders({ fromMs: 1, toMs: 1e15, limit: 1 });
        if (order?.state !== 'HELD') continue;
        await shop.passTollGate(1234);
        expect((await shop.load()).result).toMatchObject({ outcome: 'credited' });
        expect(shop.credits().accepted).toBe(1);
        expect(shop.asked).toHaveLength(3);
        return;
      }
      throw new Error('no fault left the order held');
    },
  );

  test('is not asked by default', async () => {
    const shop = openShop({ card: { kind: '3des-4x', balanceFen: OPENING_FEN } });
    expect((await shop.recharge()).result).toMatchObject({ outcome: 'credited' });
  });
});

describe('outlets', () => {
  test.each([
    ['any', 'any' as const, 'credited'],
    ['the one on the list', ['bank', 'self'], 'credited'],
    ['one that is not', ['bank'], 'OUTLET_REFUSED'],
    ['none at all', [], 'OUTLET_REFUSED'],
  ])('%s', async (_name, outlets, end) => {
    const shop = openShop({ card: { kind: '3des-4x' }, policy: { outlets } });
    const { result } = await shop.recharge();
    expect('error' in result ? result.error.code : result.outcome).toBe(end);
    expect(shop.payments()).toBe(end === 'credited' ? 1 : 0);
  });
});

test.each([
  { balanceFen: OPENING_FEN },
  { ...even, balanceFen: '50000' },
  { ...even, balanceFen: NaN },
])(
  'books that answer %o have not answered: they are away, and no money is taken',
  async (books) => {
    const { recharge, payments } = openBooks(() => books as never);
    expect((await recharge()).result).toMatchObject({
      ...{ outcome: 'refused', paid: 'no', error: { code: 'BOOKS_UNAVAILABLE', stop: false } },
    });
    expect(payments()).toBe(0);
  },
);
