/** The notifications of the simulated gateway: signed, spoilt by plan, and read again. */
import * as v from 'valibot';
import type { Told } from '../json/index.js';
import { QuancunError } from '../errors.js';
import { sha256Hex } from '../signing/index.js';
import {
  type Callback,
  type Notice,
  PAYMENT_CALLBACK_INVALID,
  type ProviderPayment,
} from '../server/index.js';

/** `late`: it comes when callbacks are fetched for the second time. */
export const CALLBACK_FAULT = v.picklist([
  ...(['fine', 'lost', 'late', 'twice', 'wrong-amount', 'wrong-signature'] as const),
  'unknown-order',
]);

/** `late`: it comes when callbacks are fetched for the second time. */
export type CallbackFault = Told<typeof CALLBACK_FAULT>;

/** A notification on its way. */
export interface Arriving {
  readonly callback: Callback;
  /** How often it is still passed over. */
  readonly after: number;
}

/** What arrives of a payment. */
export function spoil(
  provider: string,
  payment: ProviderPayment,
  fault: CallbackFault,
  good: Arriving,
): readonly Arriving[] {
  const wrong = (changes: Partial<ProviderPayment>): readonly Arriving[] => [
    { callback: sign(provider, { ...payment, ...changes }), after: 0 },
  ];
  switch (fault) {
    case 'fine':
      return [good];
    case 'lost':
      return [];
    case 'late':
      return [{ ...good, after: 1 }];
    case 'twice':
      return [good, { ...good, after: 1 }];
    case 'wrong-amount':
      return wrong({ settledFen: payment.settledFen + 1 });
    case 'unknown-order':
      return wrong({ merchantOrderNumber: 'ZZZZZZZZZZZZZZZZZZZZ' });
    case 'wrong-signature': {
      const headers = { signature: '0'.repeat(64) };
      return [{ callback: { ...good.callback, headers }, after: 0 }];
    }
  }
}

/** A good one. */
export function sign(provider: string, payment: ProviderPayment): Callback {
  // Plain ASCII: a byte for each character.
  const body = JSON.stringify({ about: 'payment', ...payment });
  const headers = { signature: signatureOf(provider, body) };
  return { headers, query: '', bytes: Uint8Array.from(body, (one) => one.charCodeAt(0)), body };
}

/** The gateway's secret is its name: it guards nothing but tests. */
function signatureOf(provider: string, body: string): string {
  return sha256Hex([provider, body, provider].join('\n'));
}

/** @throws PAYMENT_CALLBACK_INVALID */
export function readCallback(provider: string, { headers, body }: Callback): Notice {
  if (headers.signature !== signatureOf(provider, body)) {
    throw new QuancunError(PAYMENT_CALLBACK_INVALID);
  }
  return JSON.parse(body) as Notice;
}
