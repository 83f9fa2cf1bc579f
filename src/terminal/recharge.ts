/**
 * Recharge (充值): check the card, make the order, take the payment, load. And load (圈存): finish
 * the order that the card in the reader still has open.
 */
import { toHex } from '../bytes.js';
import { isQuancunError, QuancunError, restated } from '../errors.js';
import { expectJson } from '../json/index.js';
import {
  CHINA_UTC_OFFSET_MINUTES,
  hostTime,
  type OrderView,
  type StopStep,
} from '../load/index.js';
import { ORDER_VIEW, PROTOCOL_VERSION } from '../messages/index.js';
import { getBalance } from '../purse/index.js';
import { checkCard } from './check-card.js';
import { exchange } from './exchange.js';
import { type CardReading, readCard, type ReadCardOptions } from './read-card.js';
import { DEFAULT_LOAD_RESERVE_MS, expectSessionLeft } from './reader-session.js';
import { asFailure, tellStage, visit, type VisitEnd } from './visit.js';
import {
  NOTHING_TO_LOAD,
  PAYMENT_IN_DOUBT,
  PAYMENT_UNCONFIRMED,
  RECHARGE_CANCELLED,
} from './errors.js';
import { LOAD_IN_DOUBT, ORDER_UNPAID } from '../load/errors.js';
import type { LoadOptions, LoadResult, RechargeOptions, TakenPayment } from './recharge-options.js';

/** No MAC2 was ever made for an order in these, or a probe proved that none was accepted. */
const NOT_ON_THE_CARD = ['CREATED', 'PAID', 'EXPIRED', 'REFUND_DUE', 'REFUNDED'];

/**
 * Recharges the card in the reader.
 * 充值：检卡、下单、收款、写卡。
 *
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * import { createTestAuthority } from 'quancun/testing';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const env = envFrom(globalThis);
 * const { authority } = createTestAuthority({ env }); // in production: serverClient(…)
 * const result = await recharge({
 *   ...{ transport, authority, env, terminal: '000440101001', pin: '123456', outlet: 'self' },
 *   amountFen: parseYuan('100'),
 *   takePayment: async ({ orderId, amountFen }) =>
 *     ({ provider: 'pos', transactionId: orderId, amountFen }),
 * });
 * result.outcome; // 'credited'
 */
export async function recharge(options: RechargeOptions): Promise<LoadResult> {
  return untilOrder(async () => {
    const reading = await readChecked(options);
    if ((await options.confirmCard?.(reading)) === false)
      throw new QuancunError(RECHARGE_CANCELLED);
    // No money is taken for a load that this session cannot hold.
    const reserveMs = options.loadReserveMs ?? DEFAULT_LOAD_RESERVE_MS;
    expectSessionLeft(options.transport.info, options.env, reserveMs);
    const order = await options.authority.createOrder({
      protocol: PROTOCOL_VERSION,
      idempotencyKey: options.idempotencyKey ?? toHex(options.env.random(16)),
      issueInformation: toHex(reading.issueInformation),
      amountFen: options.amountFen,
      outlet: options.outlet,
    });
    const made = expectJson(ORDER_VIEW, order);
    return () => payAndLoad(options, made, reading);
  });
}

/**
 * Finishes the unsettled order of the card in the reader, whoever began it and wherever.
 * 圈存：完成读卡器中卡片的未结订单（任一终端均可）。
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * import { createTestAuthority } from 'quancun/testing';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const env = envFrom(globalThis);
 * const { authority } = createTestAuthority({ env }); // in production: serverClient(…)
 * const visit = { transport, authority, env, terminal: '000440101001', pin: '123456' };
 * const result = await load(visit);
 * result.outcome; // 'refused', for nothing waits for this card
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  return untilOrder(async () => {
    tellStage(options, 'reading');
    const reading = await readCard(options.transport, readingOf(options));
    const order = await options.authority.findUnsettled(reading.issue.cardNumber);
    if (order === undefined) throw new QuancunError(NOTHING_TO_LOAD);
    const found = expectJson(ORDER_VIEW, order);
    return () => loadOrder(options, found, reading);
  });
}

/** Until there is an order, no money was at stake, whatever a layer below thinks of its error. */
async function untilOrder(prepare: () => Promise<() => Promise<LoadResult>>): Promise<LoadResult> {
  let goOn: () => Promise<LoadResult>;
  try {
    goOn = await prepare();
  } catch (thrown) {
    return { outcome: 'refused', error: restated(asFailure(thrown), { money: 'untouched' }) };
  }
  return goOn();
}

function readingOf({ decodeText }: LoadOptions): ReadCardOptions {
  return decodeText === undefined ? {} : { decodeText };
}

async function readChecked(options: LoadOptions): Promise<CardReading> {
  tellStage(options, 'reading');
  const reading = await readCard(options.transport, readingOf(options));
  const today = hostTime(
    options.env.now(),
    options.utcOffsetMinutes ?? CHINA_UTC_OFFSET_MINUTES,
  ).date;
  const [reason] = checkCard(reading.issue, today).errors;
  if (reason !== undefined) throw reason;
  return reading;
}

async function payAndLoad(
  options: RechargeOptions,
  order: OrderView,
  reading: CardReading,
): Promise<LoadResult> {
  const unpaid = order.state === 'CREATED' ? await pay(options, order) : undefined;
  return unpaid ?? loadOrder(options, order, reading);
}

/** Takes the payment and confirms it. Once it was taken, nothing that fails may forget it. */
async function pay(options: RechargeOptions, order: OrderView): Promise<LoadResult | undefined> {
  const { orderId } = order;
  tellStage(options, 'paying');
  let payment: TakenPayment | undefined;
  try {
    payment = await options.takePayment(order);
  } catch (thrown) {
    return notTaken(orderId, thrown);
  }
  if (payment === undefined) {
    return { outcome: 'refused', orderId, error: new QuancunError(ORDER_UNPAID) };
  }
  try {
    await options.authority.confirmPayment({ protocol: PROTOCOL_VERSION, orderId, ...payment });
    return undefined;
  } catch (thrown) {
    const { hint } = PAYMENT_UNCONFIRMED;
    const error = restated(asFailure(thrown), { money: 'in-doubt', hint });
    return { outcome: 'held', orderId, error, unconfirmedPayment: payment };
  }
}

/** An error of ours may say that nothing was taken. Of any other nobody knows. */
function notTaken(orderId: string, thrown: unknown): LoadResult {
  if (!isQuancunError(thrown)) {
    const error = new QuancunError(PAYMENT_IN_DOUBT, { cause: thrown });
    return { outcome: 'held', orderId, error };
  }
  const { code, money } = thrown;
  const isSaid = code === RECHARGE_CANCELLED.code || code === ORDER_UNPAID.code;
  return isSaid || money === 'untouched'
    ? { outcome: 'refused', orderId, error: restated(thrown, { money: 'untouched' }) }
    : { outcome: 'held', orderId, error: restated(thrown, { money: 'in-doubt' }) };
}

async function loadOrder(
  options: LoadOptions,
  order: OrderView,
  reading: CardReading,
): Promise<LoadResult> {
  const { cardNumber, version } = reading.issue;
  const { orderId } = order;
  const end = await visit(options, orderId, { cardNumber, version });
  if ('stop' in end && end.stop.state !== 'CREDITED') return stopped(orderId, end.stop);
  if ('failure' in end) {
    // The visit broke off. What became of the order only the authority knows.
    const now = await askOrder(options, orderId);
    if (now?.state !== 'CREDITED') return brokenOff(orderId, end, now);
    return credited(now, reading, end, now.creditedBy, await readBalance(options));
  }
  tellStage(options, 'checking');
  return credited(order, reading, end, end.stop.creditedBy, await readBalance(options));
}

function credited(
  order: OrderView,
  reading: CardReading,
  end: VisitEnd,
  creditedBy: OrderView['creditedBy'],
  balanceAfterFen: number | undefined,
): LoadResult {
  const { orderId, amountFen } = order;
  return {
    outcome: 'credited',
    orderId,
    amountFen,
    provedBy: creditedBy ?? 'counter',
    written: end.creditSent ? 'now' : 'earlier',
    balanceBeforeFen: reading.balanceFen,
    ...(balanceAfterFen === undefined ? {} : { balanceAfterFen }),
  };
}

/** A stop is told in the authority's own words: this terminal need not know its code. */
function stopped(orderId: string, stop: StopStep): LoadResult {
  const { code, money } = stop;
  const error =
    code === undefined
      ? new QuancunError(LOAD_IN_DOUBT, { money })
      : QuancunError.fromJSON({ ...stop, code });
  return { outcome: money === 'in-doubt' ? 'held' : 'refused', orderId, error };
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

/**
 * In doubt unless the authority says that nothing of this order can be on the card. Once CREDIT was
 * sent only a credit ends the doubt: what says that the order still waits may be an old reply.
 */
function brokenOff(
  orderId: string,
  { failure, creditSent }: Extract<VisitEnd, { readonly failure: QuancunError }>,
  now: OrderView | undefined,
): LoadResult {
  return now !== undefined && NOT_ON_THE_CARD.includes(now.state) && !creditSent
    ? { outcome: 'refused', orderId, error: restated(failure, { money: 'untouched' }) }
    : { outcome: 'held', orderId, error: restated(failure, { money: 'in-doubt' }) };
}

/** When the authority cannot be asked, nothing is known: doubt is never resolved by silence. */
async function askOrder(options: LoadOptions, orderId: string): Promise<OrderView | undefined> {
  try {
    return expectJson(ORDER_VIEW, await options.authority.getOrder(orderId));
  } catch {
    return undefined;
  }
}
