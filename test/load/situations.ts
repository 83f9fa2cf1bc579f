/** Situations for the tests of the load protocol: one order, one card, as short as can be. */
import {
  type AuthenticInit,
  type Attempt,
  DEFAULT_POLICY,
  type LoadPolicy,
  type Order,
  type Situation,
} from '../../src/load/index.js';

export const NOW_MS = Date.UTC(2026, 10, 23, 2, 0, 0);
export const SOLE: LoadPolicy = { ...DEFAULT_POLICY, issuer: 'sole', refundByProbe: true };
export const SHARED: LoadPolicy = { ...DEFAULT_POLICY, refundByProbe: true };

export const ORDER: Order = {
  orderId: 'ORDER1',
  cardNumber: '2200000000000001',
  issuerFactor: 'B8CACBE0',
  keyIndex: 1,
  amountFen: 10_000,
  state: 'PAID',
  probesPassed: 0,
  badTacs: 0,
  refusedCredits: 0,
  outlet: 'self',
  plate: '甘A12345',
  plateColour: 0,
  createdAtMs: NOW_MS,
  updatedAtMs: NOW_MS,
};

export function situation(order: Partial<Order> = {}, rest: Partial<Situation> = {}): Situation {
  const merged: Order = { ...ORDER, ...order };
  const card = { cardNumber: merged.cardNumber, frozen: false };
  return { order: merged, card, attempts: [], payments: [], ...rest };
}

export function init(onlineAtc: number, changes: Partial<AuthenticInit> = {}): AuthenticInit {
  return {
    onlineAtc,
    rawBalance: 5000,
    random: '11223344',
    amountFen: ORDER.amountFen,
    terminal: '000440101001',
    keyVersion: 1,
    algorithm: 0,
    ...changes,
  };
}

export function attempt(atc: number, changes: Partial<Attempt> = {}): Attempt {
  return {
    ...init(atc),
    orderId: ORDER.orderId,
    cardNumber: ORDER.cardNumber,
    date: '20261123',
    time: '100000',
    ...changes,
  };
}

/** An order whose MAC2 left at this ATC, and whose answer has not come. */
export function issuedAt(atc: number, order: Partial<Order> = {}): Situation {
  return situation(
    { state: 'ISSUED', boundAtc: atc, ...order },
    {
      card: {
        cardNumber: ORDER.cardNumber,
        frozen: false,
        expectedAtc: atc,
        maxSeenAtc: atc,
        openOrderId: ORDER.orderId,
      },
      attempts: [attempt(atc)],
    },
  );
}
