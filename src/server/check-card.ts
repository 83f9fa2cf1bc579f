/** What the server knows of a card, before any money and before any order. */
import { type ErrorRow, QuancunError } from '../errors.js';
import {
  type CardReport,
  type CheckCardRequest,
  type LoadPolicy,
  type Order,
} from '../load/index.js';
import { BALANCE_LIMIT, ORDER_FROZEN, ORDER_OPEN, PAYMENT_BEING_TAKEN } from '../load/errors.js';
import type { Inside } from './authority-options.js';
import { booksDiffer } from './book-balance.js';
import { findObjections } from './draft-order.js';
import { viewOf } from './told.js';
import { CARD_BLACKLISTED } from './errors.js';

/** Everything that stands against a recharge, the most urgent first. */
export async function checkCard(
  options: Inside,
  policy: LoadPolicy,
  request: CheckCardRequest,
): Promise<CardReport> {
  const { ledger, env, isStopped, findBookBalance, witness } = options;
  await witness.opened();
  const { balanceFen, amountFen } = request;
  const { card, objections } = findObjections(request, policy, env);
  const { cardNumber } = card;
  const told: { readonly row: ErrorRow; readonly details?: Readonly<Record<string, unknown>> }[] =
    [];
  if ((await isStopped?.(cardNumber)) === true) told.push({ row: CARD_BLACKLISTED });
  const [open] = await ledger.findUnsettled(cardNumber);
  if (open !== undefined) told.push(openObjection(open));
  told.push(...objections);
  const books = balanceFen === undefined ? undefined : await findBookBalance?.(cardNumber);
  if (balanceFen !== undefined && books !== undefined) {
    const differing = booksDiffer(books, balanceFen);
    if (differing !== undefined) told.push(differing);
  }
  const roomFen = Math.max(0, policy.maxBalanceFen - Math.max(0, balanceFen ?? 0));
  if ((amountFen ?? 1) > roomFen) {
    told.push({ row: BALANCE_LIMIT, details: { maxFen: policy.maxBalanceFen } });
  }
  return {
    cardNumber,
    rechargeable: told.length === 0,
    objections: told.map(({ row, details }) => asObjection(row, details)),
    openOrder: open === undefined ? null : viewOf(open),
    maxAmountFen: Math.min(policy.maxAmountFen, roomFen),
    nowMs: env.now(),
  };
}

/** An order of the card that stands in the way of a new one. */
export function openObjection({ state, orderId }: Order) {
  if (state === 'FROZEN') return { row: ORDER_FROZEN, details: { why: 'earlier' } };
  if (state === 'TAKING') return { row: PAYMENT_BEING_TAKEN, details: { openOrderId: orderId } };
  return { row: ORDER_OPEN, details: { openOrderId: orderId } };
}

function asObjection(
  row: ErrorRow,
  details: Readonly<Record<string, unknown>> | undefined,
): CardReport['objections'][number] {
  const error = new QuancunError(row, details === undefined ? {} : { details });
  return error.toJSON();
}
