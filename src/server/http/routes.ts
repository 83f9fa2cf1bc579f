/** What can be asked of the authority over HTTP. No card number stands in an address. */
import { QuancunError } from '../../errors.js';
import {
  type Authority,
  type OrderView,
  parseConfirmPaymentRequest,
  type VisitReport,
} from '../../load/index.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Payments } from '../payment/payments.js';
import type { BackOffice } from '../service.js';
import { type Admitted, checkWrongCodes, countWrongCode, type Door } from './door.js';
import { parseRefund, payingBy, viewRefunds } from './payments.js';
import {
  parseCardRequest,
  parseNothing,
  parseRelease,
  parseOrderQuery,
  viewRecords,
} from './records.js';
import type { Caller, Scope } from './terminals.js';
import { AMOUNT_OVER_TERMINAL_LIMIT, ORDER_UNKNOWN } from '../errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';

/** One route. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly scope: Scope;
  /** Its answer is kept, and given again byte for byte. */
  readonly money: boolean;
  work(admitted: Admitted, orderId: string): Promise<unknown>;
}

/** What the routes work on. */
export interface Inside {
  readonly authority: Authority & BackOffice;
  readonly ledger: Ledger;
  readonly door: Door;
  /** QR payments, one for each provider. */
  readonly payments?: readonly Payments[];
}

type Work = Route['work'];

const ORDER = '/v1/orders/:orderId{[0-9A-Z]{1,64}}';

/** Every route, in the order in which they are matched. */
export function routes(inside: Inside): readonly Route[] {
  const { authority, ledger, door } = inside;
  const money = (path: string, scope: Scope, work: Work): Route => {
    return { method: 'POST', path, scope, money: true, work };
  };
  const ask = (method: Route['method'], path: string, scope: Scope, work: Work): Route => {
    return { method, path, scope, money: false, work };
  };
  const office = (name: string, act: (orderId: string) => Promise<OrderView>): Route =>
    money(`${ORDER}/${name}`, 'back-office', ({ body }, orderId) => {
      parseNothing(parse(body));
      return act(orderId);
    });
  return [
    money('/v1/orders', 'recharge', ({ caller, body }) => {
      const request = parse(body);
      checkTerminalLimit(caller, request.amountFen);
      return authority.createOrder(request as never);
    }),
    money(`${ORDER}/payments`, 'recharge', ({ body }, orderId) =>
      confirmPayment(inside, { ...parse(body), orderId }),
    ),
    ask('POST', `${ORDER}/visits`, 'recharge', ({ caller, body }, orderId) =>
      visit(door, authority, caller, { ...parse(body), orderId } as VisitReport),
    ),
    ask('POST', '/v1/orders/unsettled', 'recharge', async ({ body }) => ({
      order: (await authority.findUnsettled(parseCardRequest(parse(body)))) ?? null,
    })),
    ask('POST', '/v1/orders/query', 'query', async ({ body }) => {
      const query = parseOrderQuery(parse(body));
      return viewRecords(await ledger.findOrders(query), query.limit);
    }),
    ask('GET', ORDER, 'recharge', async (_admitted, orderId) => {
      const order = await authority.getOrder(orderId);
      if (order === undefined) throw new QuancunError(ORDER_UNKNOWN);
      return order;
    }),
    office('cancel', (orderId) => authority.cancel(orderId)),
    office('void', (orderId) => authority.requestVoid(orderId)),
    office('withdraw-void', (orderId) => authority.withdrawVoid(orderId)),
    money(`${ORDER}/refund`, 'back-office', ({ body }, orderId) =>
      authority.confirmRefund(orderId, parseRefund(parse(body))),
    ),
    money(`${ORDER}/foreign-record`, 'back-office', ({ body }, orderId) =>
      authority.reportForeignRecord(orderId, parse(body) as never),
    ),
    // Two people are two key ids: each signs for itself.
    money(`${ORDER}/release`, 'back-office', ({ caller, body }, orderId) =>
      authority.release(orderId, { by: caller.keyId, release: parseRelease(parse(body)) }),
    ),
    ...paymentRoutes(inside),
  ];
}

function paymentRoutes({ ledger, payments = [] }: Inside): readonly Route[] {
  const route = (path: string, scope: Scope, money: boolean, work: Work): Route => {
    return { method: 'POST', path, scope, money, work };
  };
  return [
    route(`${ORDER}/qr`, 'recharge', true, ({ body }, orderId) =>
      payingBy(payments, parse(body)).createQr(orderId),
    ),
    route(`${ORDER}/qr/query`, 'recharge', false, ({ body }, orderId) =>
      payingBy(payments, parse(body)).query(orderId),
    ),
    route('/v1/refunds/query', 'back-office', false, ({ body }) =>
      viewRefunds(ledger, parse(body)),
    ),
  ];
}

/** A QR provider is asked what was paid; what a terminal says of it is not believed. */
function confirmPayment(
  { authority, payments = [] }: Inside,
  request: Readonly<Record<string, unknown>> & { readonly orderId: string },
): Promise<OrderView> {
  const parsed = parseConfirmPaymentRequest(request);
  const paying = payments.find(({ provider }) => provider === parsed.provider);
  return paying?.query(parsed.orderId) ?? authority.confirmPayment(parsed);
}

/** A wrong MAC1 is counted; whoever has shown too many is not heard. */
async function visit(
  door: Door,
  authority: Authority,
  caller: Caller,
  report: VisitReport,
): Promise<unknown> {
  const { cardNumber, evidence } = report;
  const proves = (evidence as Partial<VisitReport['evidence']> | undefined)?.kind === 'initialized';
  if (proves) await checkWrongCodes(door, caller.keyId, cardNumber);
  const step = await authority.next(report);
  const wrong = step.do === 'stop' && step.code === 'MAC1_INVALID';
  if (wrong) await countWrongCode(door, caller.keyId, cardNumber);
  return step;
}

function checkTerminalLimit({ maxAmountFen }: Caller, amountFen: unknown): void {
  if (typeof amountFen === 'number' && amountFen > (maxAmountFen ?? Infinity)) {
    throw new QuancunError(AMOUNT_OVER_TERMINAL_LIMIT, { details: { maxFen: maxAmountFen } });
  }
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
      return json as Readonly<Record<string, unknown>>;
    }
  } catch {
    // The engine's message quotes the body.
  }
  throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'no JSON object' } });
}
