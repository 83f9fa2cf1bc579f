/** What is done for each route of the table. No card number stands in an address. */
import type * as v from 'valibot';
import { QuancunError } from '../../errors.js';
import type { Authority, VisitReport } from '../../load/index.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import { expectRequest } from '../../messages/index.js';
import { AMOUNT_OVER_TERMINAL_LIMIT, ORDER_UNKNOWN } from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Payments } from '../payment/payments.js';
import type { BackOffice } from '../service.js';
import { type Admitted, expectFewWrongCodes, countWrongCode, type Door } from './door.js';
import { payingBy, viewRefunds } from './payments.js';
import { readOrderQuery, viewRecords } from './records.js';
import { type Route, ROUTES } from './route-table.js';
import type { Caller } from './terminals.js';

/** What the routes work on. */
export interface Inside {
  readonly authority: Authority & BackOffice;
  readonly ledger: Ledger;
  readonly door: Door;
  /** QR payments, one for each provider. */
  readonly payments?: readonly Payments[];
}

/** A route, and what is done for it. */
export interface ServedRoute extends Route {
  work(admitted: Admitted, orderId: string): Promise<unknown>;
}

interface Asked<Body> {
  readonly caller: Caller;
  /** Empty where the address names no order. */
  readonly orderId: string;
  readonly body: Body;
}

type Name = keyof typeof ROUTES;
type BodyOf<N extends Name> = (typeof ROUTES)[N] extends { readonly request: infer Schema }
  ? Schema extends v.GenericSchema
    ? v.InferOutput<Schema>
    : undefined
  : undefined;
type Works = { readonly [N in Name]: (asked: Asked<BodyOf<N>>) => Promise<unknown> };

/** Every route, in the order in which they are matched. */
export function routes(inside: Inside): readonly ServedRoute[] {
  const works = { ...terminalWorks(inside), ...officeWorks(inside) };
  return (Object.keys(ROUTES) as Name[]).map((name) => serving(ROUTES[name], works[name]));
}

/** A body is held to its declaration before anything is done with it. */
function serving(route: Route, work: (asked: Asked<never>) => Promise<unknown>): ServedRoute {
  const { request } = route;
  return {
    ...route,
    work: async ({ caller, body }, orderId) =>
      work({
        caller,
        orderId,
        body: (request === undefined ? undefined : expectRequest(request, parse(body))) as never,
      }),
  };
}

type OfTerminals =
  | 'createOrder'
  | 'confirmPayment'
  | 'reportVisit'
  | 'findUnsettled'
  | 'findOrders'
  | 'getOrder'
  | 'createQr'
  | 'queryPayment';

function terminalWorks(inside: Inside): Pick<Works, OfTerminals> {
  const { authority, ledger, door, payments = [] } = inside;
  return {
    createOrder: async ({ caller, body }) => {
      expectWithinLimit(caller, body.amountFen);
      return authority.createOrder(body);
    },
    // A QR provider is asked what was paid; what a terminal says of it is not believed.
    confirmPayment: async ({ orderId, body }) => {
      const paying = payments.find(({ provider }) => provider === body.provider);
      return paying?.query(orderId) ?? authority.confirmPayment({ ...body, orderId });
    },
    reportVisit: ({ caller, orderId, body }) =>
      visit(door, authority, caller, { ...body, orderId }),
    findUnsettled: async ({ body }) => ({
      order: (await authority.findUnsettled(body.cardNumber)) ?? null,
    }),
    findOrders: async ({ body }) => {
      const query = readOrderQuery(body);
      return viewRecords(await ledger.findOrders(query), query.limit);
    },
    getOrder: async ({ orderId }) => {
      const order = await authority.getOrder(orderId);
      if (order === undefined) throw new QuancunError(ORDER_UNKNOWN);
      return order;
    },
    createQr: async ({ orderId, body }) => payingBy(payments, body.provider).createQr(orderId),
    queryPayment: async ({ orderId, body }) => payingBy(payments, body.provider).query(orderId),
  };
}

function officeWorks({ authority, ledger }: Inside): Omit<Works, OfTerminals> {
  return {
    cancelOrder: ({ orderId }) => authority.cancel(orderId),
    requestVoid: ({ orderId }) => authority.requestVoid(orderId),
    withdrawVoid: ({ orderId }) => authority.withdrawVoid(orderId),
    confirmRefund: ({ orderId, body }) => authority.confirmRefund(orderId, body.transactionId),
    reportForeignRecord: ({ orderId, body }) => authority.reportForeignRecord(orderId, body),
    // Two people are two key ids: each signs for itself.
    releaseOrder: ({ caller, orderId, body }) =>
      authority.release(orderId, { by: caller.keyId, release: body.release }),
    findRefundsDue: ({ body }) => viewRefunds(ledger, body.after),
    findJournals: async () => ({ journals: await authority.journals() }),
    giveUpJournal: ({ caller, body }) => authority.giveUpJournal(body.journalId, caller.keyId),
  };
}

/** A wrong MAC1 is counted; whoever has shown too many is not heard. */
async function visit(
  door: Door,
  authority: Authority,
  caller: Caller,
  report: VisitReport,
): Promise<unknown> {
  const { cardNumber, evidence } = report;
  const proves = evidence.kind === 'initialized';
  if (proves) await expectFewWrongCodes(door, caller.keyId, cardNumber);
  const step = await authority.next(report);
  const wrong = step.do === 'stop' && step.code === 'MAC1_INVALID';
  if (wrong) await countWrongCode(door, caller.keyId, cardNumber);
  return step;
}

function expectWithinLimit({ maxAmountFen }: Caller, amountFen: number): void {
  if (amountFen > (maxAmountFen ?? Infinity)) {
    throw new QuancunError(AMOUNT_OVER_TERMINAL_LIMIT, { details: { maxFen: maxAmountFen } });
  }
}

/** The JSON object of a body; none is an empty one. */
function parse(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body === '' ? '{}' : body);
    if (!Array.isArray(json)) return json;
  } catch {
    // The engine's message quotes the body.
  }
  throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'no JSON object' } });
}
