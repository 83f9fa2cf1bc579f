/**
 * Recharge (充值): everything that can be known is asked before any money is taken; then the
 * payment, then the load. And load (圈存): finish the order that the card in the reader has open.
 */
import { isQuancunError, QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW } from '../messages/index.js';
import { ORDER_UNPAID } from '../load/errors.js';
import { askServer, createOrder, expectConfirmed, expectRechargeable } from './before-money.js';
import { expectReadableNumber } from './check-card.js';
import { expectLoadOptions, expectOrderId, expectRechargeOptions } from './expect-options.js';
import { creditedBefore, loadBooked, loadOrder, ofOtherCard } from './load-order.js';
import { inOneVisit, type Seen } from './one-visit.js';
import { withTimeLimit } from '../transport/index.js';
import { type CardReading, readCard } from './read-card.js';
import { DEFAULT_LOAD_RESERVE_MS, expectSessionLeft } from './reader-session.js';
import type { LoadOptions, LoadResult, RechargeOptions } from './recharge-options.js';
import { notLoaded, nothingTaken, refused } from './results.js';
import { type Settled, settleIntents, settleTaking } from './resume.js';
import { ask, cancelled, loadCancelled, tellStage } from './stages.js';
import { payForOrder } from './take-payment.js';
import { INTENT_NOT_KEPT, NOTHING_TO_LOAD } from './errors.js';

/**
 * Recharges the card in the reader.
 * 充值：检卡、下单、收款、写卡。
 *
 * Before `takePayment` is called, everything was asked that can be known: the options, the card and
 * its PIN, the server's view of it, whether it would take the load. What an earlier visit of this
 * card has left behind is finished first: its payment is submitted again, never taken again.
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
  let given: RechargeOptions;
  try {
    expectRechargeOptions(options);
    given = limited(options);
  } catch (thrown) {
    return nothingTaken(thrown);
  }
  const { idempotencyKey: key, amountFen, outlet, terminal } = options;
  const text = key === undefined ? undefined : JSON.stringify([key, amountFen, outlet, terminal]);
  const readNumber = () => readCard(given.transport).then(({ issue }) => issue.cardNumber);
  const wish = { text, paid: 'no', readNumber } as const;
  return inOneVisit(options, wish, (seen) => rechargeOnce(given, seen));
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
export function load(options: LoadOptions): Promise<LoadResult> {
  return loadWhich(options, (given, { issue }) =>
    ask(given, (one) => one.findUnsettled(issue.cardNumber), given.signal, loadCancelled),
  );
}

/**
 * Finishes the order that was chosen in 充值记录; another card than its own is refused, and neither
 * written nor asked for its PIN.
 * 圈存指定的充值记录；放入的不是该卡则拒绝。
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * import { createTestAuthority } from 'quancun/testing';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const env = envFrom(globalThis);
 * const { authority } = createTestAuthority({ env }); // in production: serverClient(…)
 * const visit = { transport, authority, env, terminal: '000440101001', pin: '123456' };
 * const result = await loadRecord(visit, '0123456789ABCDEFGHJK');
 * result.outcome; // 'refused', for there is no such order
 */
export function loadRecord(options: LoadOptions, orderId: string): Promise<LoadResult> {
  return loadWhich(options, (given) => {
    const number = expectOrderId(orderId);
    return ask(given, (one) => one.getOrder(number), given.signal, loadCancelled);
  });
}

/** Every exchange with the card has an end. */
function limited<Options extends LoadOptions>(options: Options): Options {
  const { env, exchangeTimeoutMs } = options;
  const limit = exchangeTimeoutMs === undefined ? { env } : { env, exchangeTimeoutMs };
  return { ...options, transport: withTimeLimit(options.transport, limit) };
}

/** Until it is known that nothing was taken, an end says that it is not. */
async function loadWhich(
  options: LoadOptions,
  find: (options: LoadOptions, reading: CardReading) => Promise<OrderView | undefined>,
): Promise<LoadResult> {
  let given: LoadOptions;
  try {
    expectLoadOptions(options);
    given = limited(options);
  } catch (thrown) {
    return notLoaded(thrown);
  }
  return inOneVisit(options, { paid: 'unknown' }, () => loadOnce(given, find).catch(notLoaded));
}

async function loadOnce(
  options: LoadOptions,
  find: (options: LoadOptions, reading: CardReading) => Promise<OrderView | undefined>,
): Promise<LoadResult> {
  const reading = await read(options, loadCancelled);
  const { cardNumber } = expectReadableNumber(reading.issue);
  // Nothing is taken here: without this device's memory the server's word is enough.
  const kept = await settleIntents(options, cardNumber).catch(goOnWithout);
  if (kept.kind === 'ended') return kept.result;
  tellStage(options, 'looking-up');
  const found = await find(options, reading);
  if (found === undefined) {
    if (kept.kind === 'credited') return creditedBefore(options, kept.order, reading);
    return nothingToLoad(kept.order);
  }
  const order = expectJson(ORDER_VIEW, found);
  if (order.cardNumber !== cardNumber) return ofOtherCard(order, cardNumber);
  // What was owed back of what this device has kept is told with whatever is loaded now.
  const { surplus } = kept.kind === 'paid' ? kept : {};
  const owed = surplus === undefined ? {} : { surplus };
  if (order.state !== 'TAKING') return loadBooked(options, { order, ...owed }, reading);
  const settled = await settleTaking(options, order);
  if (settled.kind === 'ended') return { ...settled.result, ...owed };
  if (settled.kind === 'paid') return loadBooked(options, { ...owed, ...settled }, reading);
  if (settled.kind === 'credited') return creditedBefore(options, settled.order, reading);
  return refused('no', 'recharge', new QuancunError(ORDER_UNPAID), order.orderId);
}

/** What this device had begun may just have been ended: that is told rather. */
function nothingToLoad(ended: OrderView | undefined): LoadResult {
  if (ended?.state !== 'CREATED') {
    return refused('unknown', 'look-up', new QuancunError(NOTHING_TO_LOAD));
  }
  return refused('no', 'recharge', new QuancunError(ORDER_UNPAID), ended.orderId);
}

function goOnWithout(thrown: unknown): Settled {
  if (isQuancunError(thrown, INTENT_NOT_KEPT.code)) return { kind: 'free' };
  throw thrown;
}

async function rechargeOnce(options: RechargeOptions, seen: Seen): Promise<LoadResult> {
  let goOn: () => Promise<LoadResult>;
  try {
    goOn = await prepare(options, seen);
  } catch (thrown) {
    return nothingTaken(thrown);
  }
  return goOn();
}

/** All that comes before the customer is asked to pay, and what comes then. */
async function prepare(options: RechargeOptions, seen: Seen): Promise<() => Promise<LoadResult>> {
  const reading = await read(options);
  seen(reading.issue.cardNumber);
  const begun = await settleIntents(options, reading.issue.cardNumber);
  if (begun.kind !== 'free') return whenSettled(options, begun, reading);
  expectRechargeable(options, reading);
  const open = await askServer(options, reading);
  const taken = open && (await settleTaking(options, open));
  if (taken && taken.kind !== 'free') return whenSettled(options, taken, reading);
  await expectConfirmed(options, reading);
  // No money is taken for a load that this session cannot hold.
  const reserveMs = options.loadReserveMs ?? DEFAULT_LOAD_RESERVE_MS;
  expectSessionLeft(options.transport.info, options.env, reserveMs);
  const order = await createOrder(options, reading);
  return () => payAndLoad(options, order, reading);
}

/** What an earlier visit has left behind goes first: no new order is made beside it. */
function whenSettled(
  options: RechargeOptions,
  settled: Exclude<Settled, { readonly kind: 'free' }>,
  reading: CardReading,
): () => Promise<LoadResult> {
  if (settled.kind === 'ended') return () => Promise.resolve(settled.result);
  return async () => {
    const result =
      settled.kind === 'credited'
        ? await creditedBefore(options, settled.order, reading)
        : await loadBooked(paidOptions(options), settled, reading);
    return result.outcome === 'credited' ? { ...result, resumed: true } : result;
  };
}

async function read(options: LoadOptions, whenCancelled = cancelled): Promise<CardReading> {
  if (options.signal?.aborted === true) throw whenCancelled();
  tellStage(options, 'reading');
  const { transport, decodeText } = options;
  return readCard(transport, decodeText === undefined ? {} : { decodeText });
}

async function payAndLoad(
  options: RechargeOptions,
  order: OrderView,
  reading: CardReading,
): Promise<LoadResult> {
  if (order.state === 'TAKING') {
    const settled = await settleTaking(options, order);
    if (settled.kind !== 'free') return whenSettled(options, settled, reading)();
    const { order: now = { ...order, state: 'CREATED' } } = settled;
    return payAndLoad(options, now, reading);
  }
  if (order.state !== 'CREATED') return loadOrder(paidOptions(options), order, reading);
  const paid = await payForOrder(options, order, reading);
  return 'outcome' in paid ? paid : loadBooked(paidOptions(options), paid, reading);
}

/** From here on there is nothing to cancel: what was paid is loaded, or waits for its load. */
function paidOptions(options: RechargeOptions): LoadOptions {
  const { signal: _over, ...rest } = options;
  return rest;
}
