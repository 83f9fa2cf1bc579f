/**
 * Recharge (充值): check the card, make the order, take the payment, load. And load (圈存): finish
 * the order that the card in the reader still has open.
 */
import { toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { type ErrorCode, isQuancunError, type MoneyState, QuancunError } from '../errors.js';
import { hostTime, type OrderView, PROTOCOL_VERSION, type StopStep } from '../load/index.js';
import { getBalance } from '../purse/index.js';
import { checkCard } from './check-card.js';
import { exchange } from './exchange.js';
import { type CardReading, readCard } from './read-card.js';
import { visit, type VisitEnd, type VisitOptions } from './visit.js';

/** A payment that was taken. */
export interface TakenPayment {
  /** `cash`, `pos`, or the name of the payment provider. */
  readonly provider: string;
  readonly transactionId: string;
  readonly amountFen: number;
}

/** What a load needs. */
export interface LoadOptions extends VisitOptions {
  readonly env: Env;
  /** Local time of the card check: minutes east of UTC. Default: 480, China. */
  readonly utcOffsetMinutes?: number;
}

/** What a recharge needs. */
export interface RechargeOptions extends LoadOptions {
  readonly amountFen: number;
  /** The outlet: `self` (自营网点), `bank` (银行网点) or its own name. */
  readonly outlet: string;
  /** Takes the money; `undefined` when the customer did not pay. */
  readonly takePayment: (order: OrderView) => Promise<TakenPayment | undefined>;
  /** The same key never makes a second order: keep it when the host may tap twice. */
  readonly idempotencyKey?: string;
  /** Called with the card before any order is made; `false` stops (the cashier's re-check). */
  readonly confirmCard?: (reading: CardReading) => Promise<boolean>;
}

/**
 * How a load ended. Expected outcomes are values: only a broken program throws.
 * 充值/圈存结果。
 */
export type LoadResult =
  | {
      readonly outcome: 'credited';
      readonly orderId: string;
      readonly amountFen: number;
      /** `tac`: the card's own code; `counter`: its transaction counter. */
      readonly provedBy: 'tac' | 'counter';
      /** Whether the card was written in this visit, or earlier and proved only now. */
      readonly written: 'now' | 'earlier';
      readonly balanceBeforeFen: number;
      /** Absent when the card left before it could be asked. */
      readonly balanceAfterFen?: number;
    }
  /** In doubt: the order waits for the card. No money is lost, and none is credited twice. */
  | { readonly outcome: 'held'; readonly orderId: string; readonly error: QuancunError }
  /** Nothing was written. With an order number, its payment is kept and can be loaded later. */
  | { readonly outcome: 'refused'; readonly orderId?: string; readonly error: QuancunError };

/**
 * Recharges the card in the reader.
 * 充值：检卡、下单、收款、写卡。
 *
 * @example
 * const result = await recharge({ transport, authority, env, terminal: '000440101001',
 *   pin: '123456', amountFen: parseYuan('100'), outlet: 'self', takePayment })
 */
export async function recharge(options: RechargeOptions): Promise<LoadResult> {
  return settled(options, undefined, async () => {
    const reading = await readChecked(options);
    if ((await options.confirmCard?.(reading)) === false)
      throw new QuancunError('RECHARGE_CANCELLED');
    const order = await options.authority.createOrder({
      protocol: PROTOCOL_VERSION,
      idempotencyKey: options.idempotencyKey ?? toHex(options.env.random(16)),
      issueInformation: toHex(reading.issueInformation),
      amountFen: options.amountFen,
      outlet: options.outlet,
    });
    return settled(options, order.orderId, async () => {
      await pay(options, order);
      return loadOrder(options, order, reading);
    });
  });
}

/**
 * Finishes the unsettled order of the card in the reader, whoever began it and wherever.
 * 圈存：完成读卡器中卡片的未结订单（任一终端均可）。
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  return settled(options, undefined, async () => {
    options.onStage?.('reading');
    const reading = await readCard(options.transport);
    const order = await options.authority.findUnsettled(reading.issue.cardNumber);
    if (order === undefined) throw new QuancunError('NOTHING_TO_LOAD');
    return settled(options, order.orderId, () => loadOrder(options, order, reading));
  });
}

async function readChecked(options: LoadOptions): Promise<CardReading> {
  options.onStage?.('reading');
  const reading = await readCard(options.transport);
  const today = hostTime(options.env.now(), options.utcOffsetMinutes ?? 480).date;
  const [reason] = checkCard(reading.issue, today).reasons;
  const { startDate, endDate } = reading.issue;
  if (reason !== undefined) throw new QuancunError(reason, { details: { startDate, endDate } });
  return reading;
}

async function pay(options: RechargeOptions, order: OrderView): Promise<void> {
  if (order.state !== 'CREATED') return;
  options.onStage?.('paying');
  const payment = await options.takePayment(order);
  if (payment === undefined) throw new QuancunError('ORDER_UNPAID');
  const { orderId } = order;
  await options.authority.confirmPayment({ protocol: PROTOCOL_VERSION, orderId, ...payment });
}

async function loadOrder(
  options: LoadOptions,
  order: OrderView,
  reading: CardReading,
): Promise<LoadResult> {
  const { cardNumber, version } = reading.issue;
  const end = await visit(options, order.orderId, { cardNumber, version });
  if (end.stop.state !== 'CREDITED') return stopped(order.orderId, end.stop);
  options.onStage?.('checking');
  return credited(order, reading, end, await readBalance(options));
}

function credited(
  order: OrderView,
  reading: CardReading,
  end: VisitEnd,
  balanceAfterFen: number | undefined,
): LoadResult {
  const { orderId, amountFen } = order;
  return {
    outcome: 'credited',
    orderId,
    amountFen,
    provedBy: end.stop.creditedBy ?? 'counter',
    written: end.creditSent ? 'now' : 'earlier',
    balanceBeforeFen: reading.balanceFen,
    ...(balanceAfterFen === undefined ? {} : { balanceAfterFen }),
  };
}

function stopped(orderId: string, stop: StopStep): LoadResult {
  const code: ErrorCode = stop.code ?? 'LOAD_IN_DOUBT';
  const details = stop.details ?? {};
  const error = new QuancunError(code, { details, money: stop.money });
  const outcome = stop.money === 'in-doubt' ? 'held' : 'refused';
  return { outcome, orderId, error };
}

/** The balance afterwards is for the eye: the TAC or the counter has already decided. */
async function readBalance(options: LoadOptions): Promise<number | undefined> {
  try {
    const answer = await exchange(options.transport, getBalance.build({}), getBalance.parse);
    return answer.ok ? answer.balanceFen : undefined;
  } catch {
    return undefined;
  }
}

/** Turns a throw into the outcome that the order's state calls for. */
async function settled(
  options: LoadOptions,
  orderId: string | undefined,
  work: () => Promise<LoadResult>,
): Promise<LoadResult> {
  try {
    return await work();
  } catch (thrown) {
    if (!isQuancunError(thrown)) throw thrown;
    // A layer below cannot know what was at stake: before an order is issued, no money was.
    if (orderId === undefined) return { outcome: 'refused', error: restate(thrown, 'untouched') };
    return (await isWaiting(options, orderId))
      ? { outcome: 'held', orderId, error: restate(thrown, 'in-doubt') }
      : { outcome: 'refused', orderId, error: restate(thrown, 'untouched') };
  }
}

/** The same error with what became of the money. */
function restate(error: QuancunError, money: MoneyState): QuancunError {
  const { code, details, sent, cause } = error;
  return new QuancunError(code, { details, money, cause, ...(sent === undefined ? {} : { sent }) });
}

/** When the authority cannot be asked, the answer is yes: doubt is never resolved by silence. */
async function isWaiting(options: LoadOptions, orderId: string): Promise<boolean> {
  try {
    const order = await options.authority.getOrder(orderId);
    return order === undefined || !['CREATED', 'PAID', 'EXPIRED'].includes(order.state);
  } catch {
    return true;
  }
}
