/**
 * Taking money: the intent begins with the card in the reader and ends with the payment, or with
 * somebody's word that nothing was taken. What would stop the load is asked before it begins.
 */
import { QuancunError } from '../errors.js';
import { MESSAGE_INVALID } from '../json/errors.js';
import {
  type BeginPaymentRequest,
  type Evidence,
  type LoadPolicy,
  type OrderView,
  type Taking,
} from '../load/index.js';
import { CARD_MISMATCH, ORDER_OPEN } from '../load/errors.js';
import { maskCardNumber } from '../redact.js';
import type { Inside } from './authority-options.js';
import { checkBookBalance } from './book-balance.js';
import { decideBy } from './decide-order.js';
import { drawProbeTerminal } from './draft-order.js';
import type { Snapshot } from './ledger/ledger.js';
import { verifyInit, type Weighed } from './weigh.js';
import { CARD_BLACKLISTED } from './errors.js';

type NotTaken = Pick<Extract<Evidence, { kind: 'not-taken' }>, 'how' | 'by' | 'reason'>;

/** Begins it, or says what the card or the books have against the load. */
export async function beginPayment(
  options: Inside,
  policy: LoadPolicy,
  request: BeginPaymentRequest,
): Promise<OrderView> {
  const { orderId, cardNumber, response } = request;
  const taking = takingOf(options, request);
  return decideBy(options, policy, orderId, async (snapshot) => {
    const refusal = await objectionOf(options, snapshot, cardNumber);
    if (refusal !== undefined) return refusal;
    const { order } = snapshot.situation;
    const terminal = order.checkTerminal ?? '';
    const shown = await verifyInit(options.hsm, order, order.amountFen, { terminal, response });
    if ('row' in shown) return shown;
    const evidence: Evidence = { kind: 'taking', init: shown.init, taking };
    return checkBookBalance(options.findBookBalance, snapshot.situation, { evidence });
  });
}

/** The word that nothing was taken, as evidence: the next intent has a number of its own. */
export function notTaken(
  { env }: Inside,
  { terminal, ...word }: NotTaken & { readonly terminal: string },
): Evidence {
  const checkTerminal = terminal.toUpperCase();
  const nextCheckTerminal = drawProbeTerminal(env);
  return { kind: 'not-taken', ...word, checkTerminal, nextCheckTerminal };
}

/** A payment is named with its provider: a number alone names none. */
function takingOf({ env, slip }: Inside, request: BeginPaymentRequest): Taking {
  const { provider, transactionId, visit } = request;
  if (transactionId !== undefined && provider === undefined) {
    throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'provider' } });
  }
  const { by, person } = slip?.who ?? {};
  return {
    sinceMs: env.now(),
    ...(by === undefined ? {} : { by }),
    ...(person === undefined ? {} : { person }),
    ...(provider === undefined ? {} : { provider }),
    ...(visit === undefined ? {} : { visit }),
    ...(transactionId === undefined ? {} : { transactionId: `${provider ?? ''}:${transactionId}` }),
  };
}

/** What is known without the card's own word. */
async function objectionOf(
  { ledger, isStopped }: Inside,
  { situation }: Snapshot,
  cardNumber: string,
): Promise<Weighed | undefined> {
  const { order } = situation;
  if (order.cardNumber !== cardNumber) {
    const [present, ordered] = [cardNumber, order.cardNumber].map(maskCardNumber);
    return { row: CARD_MISMATCH, details: { present, ordered } };
  }
  if (order.state !== 'CREATED') return undefined;
  // Read behind the order itself: whoever comes first moves the card, and this is decided again.
  const [other] = await ledger.findUnsettled(cardNumber);
  if (other !== undefined) return { row: ORDER_OPEN, details: { openOrderId: other.orderId } };
  return (await isStopped?.(cardNumber)) === true ? { row: CARD_BLACKLISTED } : undefined;
}
