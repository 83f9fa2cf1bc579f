/** What is asked before any money is taken: the card's own word, the server, the cashier. */
import { toHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import { CHINA_UTC_OFFSET_MINUTES, hostTime, type OrderView } from '../load/index.js';
import { CARD_REPORT, ORDER_VIEW, PROTOCOL_VERSION } from '../messages/index.js';
import { ORDER_OPEN } from '../load/errors.js';
import { checkCard } from './check-card.js';
import { buildVerifyPin } from './pin.js';
import { type CardReading, expectBalance } from './read-card.js';
import type { RechargeOptions } from './recharge-options.js';
import { ask, cancelled, tellStage } from './stages.js';
import { DEFAULT_PAYMENT_TIMEOUT_MS } from './take-payment.js';
import { within } from './within.js';

/** What the card itself has against it. */
export function expectRechargeable(options: RechargeOptions, { issue }: CardReading): void {
  const { env, pin, pinForm, utcOffsetMinutes = CHINA_UTC_OFFSET_MINUTES } = options;
  const [reason] = checkCard(issue, hostTime(env.now(), utcOffsetMinutes).date).errors;
  if (reason !== undefined) throw reason;
  // Its version says in which form it takes the PIN: one that has no such form is refused here.
  if (pin !== undefined) buildVerifyPin(pin, issue.version, pinForm);
}

/**
 * What the server has against it; the order of the card for which money is being taken, if any.
 * @throws whatever stands first
 */
export async function askServer(
  options: RechargeOptions,
  reading: CardReading,
): Promise<OrderView | undefined> {
  const { amountFen, outlet, idempotencyKey } = options;
  const { issueInformation } = reading;
  const balanceFen = expectBalance(reading);
  tellStage(options, 'asking');
  const asked = {
    ...{ protocol: PROTOCOL_VERSION, issueInformation: toHex(issueInformation) },
    ...{ balanceFen, amountFen, outlet },
  };
  const answer = await ask(options, (authority) => authority.checkCard(asked), options.signal);
  const { objections, openOrder } = expectJson(CARD_REPORT, answer);
  if (openOrder?.state === 'TAKING') return openOrder;
  const [first] = objections;
  if (first === undefined) return undefined;
  // With its own key again it may be the very order that is open: it is given, and no other made.
  if (first.code === ORDER_OPEN.code && idempotencyKey !== undefined) return undefined;
  throw QuancunError.fromJSON(first);
}

/** The cashier's re-check: a dialog that fails has confirmed nothing. */
export async function expectConfirmed(
  options: RechargeOptions,
  reading: CardReading,
): Promise<void> {
  const { confirmCard, env, paymentTimeoutMs: limitMs = DEFAULT_PAYMENT_TIMEOUT_MS } = options;
  const { signal } = options;
  if (confirmCard !== undefined) {
    tellStage(options, 'confirming');
    const wait = { env, limitMs, late: cancelled, signal, cancelled };
    const said: unknown = await within(() => confirmCard(reading), wait).catch(() => false);
    if (said !== true) throw cancelled();
  }
  if (signal?.aborted === true) throw cancelled();
}

export async function createOrder(
  options: RechargeOptions,
  reading: CardReading,
): Promise<OrderView> {
  const { env, idempotencyKey = toHex(env.random(16)), amountFen, outlet, terminal } = options;
  tellStage(options, 'ordering');
  const request = {
    ...{ protocol: PROTOCOL_VERSION, idempotencyKey, amountFen, outlet, terminal },
    issueInformation: toHex(reading.issueInformation),
  };
  const order = await ask(options, (one) => one.createOrder(request), options.signal);
  return expectJson(ORDER_VIEW, order);
}
