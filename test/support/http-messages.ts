/** Requests as a terminal sends them. */
import { toHex } from '../../src/bytes.js';
import { ef0015 } from '../../src/etc/index.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';

/** EF 0015 of the simulated 3DES card. */
export function issueInformation(): string {
  const card = createVirtualCard(personalise({ kind: '3des-4x' }));
  card.exchange(Uint8Array.of(0x00, 0xa4, 0x00, 0x00, 0x02, 0x3f, 0x00));
  card.exchange(Uint8Array.of(0x00, 0xa4, 0x00, 0x00, 0x02, 0x10, 0x01));
  return toHex(card.exchange(Uint8Array.of(0x00, 0xb0, 0x95, 0x00, 0x2b)).subarray(0, 43));
}

/** What the card above is. */
export const CARD_NUMBER = ef0015.decode(Buffer.from(issueInformation(), 'hex')).cardNumber;

/** A new order of 100 yuan. */
export function orderRequest(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    protocol: 1,
    idempotencyKey: 'order-1',
    issueInformation: issueInformation(),
    amountFen: 10_000,
    outlet: 'self',
    ...changes,
  };
}

/** Its payment in cash. */
export function paymentRequest(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    protocol: 1,
    provider: 'cash',
    transactionId: 'receipt-1',
    amountFen: 10_000,
    ...changes,
  };
}
