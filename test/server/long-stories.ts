/** What happens to one card over days, on any ledger: sequences that once had no end. */
import { expect } from 'vitest';
import { tearCredit } from '../../src/cli/demo/tear-credit.js';
import type { CreateOrderRequest } from '../../src/load/index.js';
import { toHex } from '../../src/bytes.js';
import { readCard } from '../../src/terminal/index.js';
import type { Shop, ShopOptions, VisitPlan } from '../support/shop.js';

/** Opens a shop on an empty ledger. */
export type OpenShop = (options: Omit<ShopOptions, 'ledger'>) => Promise<Shop>;

const CARD = { kind: '3des-4x', balanceFen: 5000, onlineAtc: 7 } as const;
const AMOUNT_FEN = 10_000;

/** A reader that loses the card at CREDIT FOR LOAD. */
function torn(shop: Shop, when: 'before' | 'after') {
  return { options: { transport: tearCredit(shop.insert().transport, () => when) } };
}

async function order(shop: Shop, idempotencyKey: string): Promise<string> {
  const { issueInformation } = await readCard(shop.insert().transport);
  const request: CreateOrderRequest = {
    protocol: 1,
    idempotencyKey,
    issueInformation: toHex(issueInformation),
    amountFen: AMOUNT_FEN,
    outlet: 'self',
  };
  return (await shop.authority.createOrder(request)).orderId;
}

const pay = (shop: Shop, orderId: string, transactionId: string, amountFen = AMOUNT_FEN) =>
  shop.authority.confirmPayment({
    protocol: 1,
    orderId,
    provider: 'cash',
    transactionId,
    amountFen,
  });
/** Another issuer's system loads the card while its customer pays. */
const loadedElsewhere = (shop: Shop): VisitPlan => ({
  options: {
    takePayment: async ({ orderId, amountFen }) => {
      await shop.foreignLoad(2_000);
      return { provider: 'cash', transactionId: `elsewhere ${orderId}`, amountFen };
    },
  },
});
const stateOf = async (shop: Shop, orderId: string): Promise<string | undefined> =>
  (await shop.authority.getOrder(orderId))?.state;
const orderIdOf = (result: object): string => String((result as { orderId?: string }).orderId);

/** The stories. */
export const LONG_STORIES: Readonly<Record<string, (open: OpenShop) => Promise<void>>> = {
  'an older order that is paid late does not hide the one that holds the card': async (open) => {
    const shop = await open({ card: CARD, policy: { issuer: 'sole' } });
    const [late, held] = [await order(shop, 'late'), await order(shop, 'held')];
    await pay(shop, held, 'r-1');
    await shop.load(torn(shop, 'after'));
    expect(await stateOf(shop, held)).toBe('HELD');
    await pay(shop, late, 'r-2');
    const first = await shop.load();
    expect(first.result).toMatchObject({ outcome: 'credited', orderId: held, written: 'earlier' });
    const second = await shop.load();
    expect(second.result).toMatchObject({ outcome: 'credited', orderId: late, written: 'now' });
    expect(shop.card.state.ep).toMatchObject({ balanceFen: 25_000, onlineAtc: 9 });
  },

  'a refund by probe, and the same card is loaded at the same counter again': async (open) => {
    const policy = { issuer: 'sole', refundByProbe: true } as const;
    const shop = await open({ card: CARD, policy });
    const { result } = await shop.recharge(torn(shop, 'before'));
    const refunded = orderIdOf(result);
    await shop.authority.requestVoid(refunded);
    const voided = await shop.load();
    expect(voided.result).toMatchObject({
      outcome: 'refused',
      error: { code: 'ORDER_REFUND_DUE' },
    });
    await shop.authority.confirmRefund(refunded);
    expect(await stateOf(shop, refunded)).toBe('REFUNDED');
    const again = await shop.recharge();
    expect(again.result).toMatchObject({ outcome: 'credited', provedBy: 'tac' });
    expect(shop.card.state.ep).toMatchObject({ balanceFen: 15_000, onlineAtc: 8 });
    expect(await shop.totals()).toEqual({
      cash: AMOUNT_FEN,
      liability: 0,
      'card-float': -AMOUNT_FEN,
      'refunds-due': 0,
    });
  },

  'a reader that fails all day bounds its attempts; the next day another one ends the order':
    async (open) => {
      const shop = await open({ card: CARD });
      let result = (await shop.recharge(torn(shop, 'before'))).result;
      for (let visits = 0; visits < 24; visits += 1) {
        result = (await shop.load(torn(shop, 'before'))).result;
      }
      expect(result).toMatchObject({ outcome: 'held', error: { code: 'ATTEMPTS_EXHAUSTED' } });
      expect((await shop.journal.lines()).length).toBe(20);
      shop.env.advance(24 * 3_600_000);
      expect((await shop.load()).result).toMatchObject({ outcome: 'credited', written: 'now' });
    },

  'another issuer’s load: held, its record reported, loaded at the next counter': async (open) => {
    const shop = await open({ card: CARD });
    const { result } = await shop.recharge(torn(shop, 'before'));
    const orderId = orderIdOf(result);
    const record = await shop.foreignLoad(2_000);
    expect((await shop.load()).result).toMatchObject({
      outcome: 'held',
      error: { code: 'COUNTER_WITHOUT_PROOF' },
    });
    const wrong = { ...record, amountFen: record.amountFen + 1 };
    await expect(shop.authority.reportForeignRecord(orderId, wrong)).rejects.toMatchObject({
      code: 'FOREIGN_TAC_INVALID',
    });
    expect(await shop.authority.reportForeignRecord(orderId, record)).toMatchObject({
      state: 'PAID',
    });
    expect((await shop.load()).result).toMatchObject({ outcome: 'credited', written: 'now' });
    expect(shop.card.state.ep).toMatchObject({ balanceFen: 17_000, onlineAtc: 9 });
  },

  'our own TAC handed in as another issuer’s credits the order': async (open) => {
    const shop = await open({ card: CARD });
    const { result } = await shop.recharge(torn(shop, 'after'));
    const orderId = orderIdOf(result);
    const attempts = (await shop.ledger.read(orderId))?.situation.attempts ?? [];
    const [{ onlineAtc: atc, rawBalance, amountFen, terminal, date, time }] = attempts as [
      (typeof attempts)[0],
    ];
    const tac = toHex(shop.lastTac());
    const rawBalanceAfter = rawBalance + amountFen;
    const record = { atc, rawBalanceAfter, amountFen, terminal, date, time, tac };
    expect(await shop.authority.reportForeignRecord(orderId, record)).toMatchObject({
      state: 'CREDITED',
      creditedBy: 'tac',
    });
  },

  'a frozen card takes two people, and goes on': async (open) => {
    const shop = await open({ card: CARD, policy: { issuer: 'sole' } });
    expect((await shop.recharge()).result.outcome).toBe('credited');
    const { result } = await shop.recharge(loadedElsewhere(shop));
    expect(result).toMatchObject({ outcome: 'held', error: { code: 'ORDER_FROZEN' } });
    const orderId = orderIdOf(result);
    expect(await stateOf(shop, orderId)).toBe('FROZEN');
    const say = (by: string, release: 'resume' | 'credited' | 'refund') =>
      shop.authority.release(orderId, { by, release });
    expect((await say('li', 'resume')).state).toBe('FROZEN');
    // The same person again, or another one who says something else, is not a second word.
    expect((await say('li', 'resume')).state).toBe('FROZEN');
    expect((await say('wang', 'refund')).state).toBe('FROZEN');
    expect((await shop.load()).result).toMatchObject({ error: { code: 'ORDER_FROZEN' } });
    expect((await say('li', 'resume')).state).toBe('FROZEN');
    expect((await say('wang', 'resume')).state).toBe('PAID');
    expect((await shop.load()).result).toMatchObject({ outcome: 'credited', written: 'now' });
    expect(shop.card.state.ep).toMatchObject({ balanceFen: 27_000, onlineAtc: 10 });
    await expect(say('li', 'resume')).rejects.toMatchObject({ code: 'RELEASE_REFUSED' });
  },

  'a frozen order is credited or refunded by two people, once': async (open) => {
    for (const release of ['credited', 'refund'] as const) {
      const shop = await open({ card: CARD, policy: { issuer: 'sole' } });
      await shop.recharge();
      const orderId = orderIdOf((await shop.recharge(loadedElsewhere(shop))).result);
      await shop.authority.release(orderId, { by: 'li', release });
      const { state } = await shop.authority.release(orderId, { by: 'wang', release });
      expect(state).toBe(release === 'credited' ? 'CREDITED' : 'REFUND_DUE');
      const words = (await shop.ledger.events(orderId)).slice(-2).map(({ evidence }) => evidence);
      expect(words).toEqual([`release ${release} by li`, `release ${release} by wang`]);
      const totals = await shop.totals();
      expect(totals.liability).toBe(0);
      expect(totals['refunds-due']).toBe(release === 'credited' ? 0 : -AMOUNT_FEN);
      expect((await shop.recharge()).result.outcome).toBe('credited');
    }
  },

  'what the back office asks in a wrong state is refused, and says why': async (open) => {
    const shop = await open({ card: CARD });
    const { result } = await shop.recharge();
    const orderId = orderIdOf(result);
    const refused = (work: Promise<unknown>, code: string) =>
      expect(work).rejects.toMatchObject({ code });
    await refused(shop.authority.cancel(orderId), 'ORDER_NOT_CANCELLABLE');
    await refused(shop.authority.requestVoid(orderId), 'ORDER_NOT_CANCELLABLE');
    expect(await stateOf(shop, orderId)).toBe('CREDITED');
  },
};
