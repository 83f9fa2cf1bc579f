/** What is done for each route of the table. No card number stands in an address. */
import type * as v from 'valibot';
import { isQuancunError, QuancunError } from '../../errors.js';
import type { Authority, VisitReport } from '../../load/index.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import { expectRequest } from '../../messages/index.js';
import {
  AMOUNT_OVER_TERMINAL_LIMIT,
  MAC1_INVALID,
  ORDER_UNKNOWN,
  OUTLET_REFUSED,
} from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { SlipPrint } from '../ledger/slip-book.js';
import { WORK_UNKNOWN } from '../payment/errors.js';
import type { Payments } from '../payment/payments.js';
import type { BackOffice, ServedAuthority } from '../service.js';
import { dayWorks } from './days.js';
import { type Admitted, expectFewWrongCodes, countWrongCode, type Door } from './door.js';
import { payingBy, viewRefunds, viewWork } from './payments.js';
import { askProviders, endOtherCodes, wordByHand } from './provider-words.js';
import { reportingWithin } from './reporting.js';
import { oneMore, readOrderQuery, viewRecords } from './records.js';
import type { DAY_ROUTES } from './day-routes.js';
import { type Route, ROUTES } from './route-table.js';
import { printOf, printSlip } from './slips.js';
import type { Caller } from './terminals.js';

/** What the routes work on. */
export interface Inside {
  readonly authority: (Authority & BackOffice) | ServedAuthority;
  readonly ledger: Ledger;
  readonly door: Door;
  /** QR payments, one for each provider. */
  readonly payments?: readonly Payments[];
  readonly utcOffsetMinutes?: number;
}

/** A route, and what is done for it. */
export interface ServedRoute extends Route {
  work(admitted: Admitted, orderId: string): Promise<unknown>;
}

interface Asked<Body> {
  readonly caller: Caller;
  /** The authority, for this request. */
  readonly authority: Authority & BackOffice;
  /** Spends the request's nonce: before anything that no decision of the ledger stands for. */
  readonly spend: () => Promise<void>;
  /** The print that this request is, where it asks for a slip. */
  readonly print: SlipPrint;
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
  const works: Works = { ...terminalWorks(inside), ...officeWorks(inside), ...dayWorks(inside) };
  return (Object.keys(ROUTES) as Name[]).map((name) => serving(inside, ROUTES[name], works[name]));
}

/** A body is held to its declaration before anything is done with it. */
function serving(
  { authority }: Inside,
  route: Route,
  work: (asked: Asked<never>) => Promise<unknown>,
): ServedRoute {
  const { request } = route;
  return {
    ...route,
    work: async ({ caller, body, slip, spend, idempotencyKey }, orderId) =>
      work({
        ...{ caller, orderId, spend, print: printOf(slip, idempotencyKey) },
        authority: 'forRequest' in authority ? authority.forRequest(slip) : authority,
        body: (request === undefined ? undefined : expectRequest(request, parse(body))) as never,
      }),
  };
}

type OfTerminals =
  | 'checkCard'
  | 'createOrder'
  | 'beginPayment'
  | 'endPayment'
  | 'confirmPayment'
  | 'reportVisit'
  | 'findUnsettled'
  | 'findOrders'
  | 'getOrder'
  | 'printSlip'
  | 'createQr'
  | 'queryPayment';

function terminalWorks(inside: Inside): Pick<Works, OfTerminals> {
  const { ledger, door, payments = [] } = inside;
  const mayReport = reportingWithin(inside);
  return {
    checkCard: async ({ authority, caller, body }) => {
      expectOutlet(caller, body.outlet);
      const report = await authority.checkCard(body);
      const { maxAmountFen = report.maxAmountFen } = caller;
      return { ...report, maxAmountFen: Math.min(maxAmountFen, report.maxAmountFen) };
    },
    createOrder: async ({ authority, caller, body }) => {
      expectWithinLimit(caller, body.amountFen);
      expectOutlet(caller, body.outlet);
      return authority.createOrder(body);
    },
    beginPayment: async (asked) => {
      await expectMayTake(asked);
      await endOtherCodes(inside, asked, asked.body.provider);
      return weighingCard(door, asked, asked.body.cardNumber, () =>
        asked.authority.beginPayment({ ...asked.body, orderId: asked.orderId }),
      );
    },
    endPayment: async (asked) => {
      await askProviders(inside, asked);
      const { authority, orderId, body } = asked;
      return authority.endPayment({ ...body, orderId });
    },
    // A QR provider is asked what was paid; what a terminal says of it is not believed.
    confirmPayment: async ({ authority, caller, spend, orderId, body }) => {
      const paying = payments.find(({ provider }) => provider === body.provider);
      if (paying !== undefined) await spend();
      if (paying !== undefined) return paying.report(orderId, body.transactionId);
      return mayReport(caller, { ...body, orderId }, () =>
        authority.confirmPayment({ ...body, orderId }),
      );
    },
    reportVisit: (asked) => visit(door, asked, { ...asked.body, orderId: asked.orderId }),
    findUnsettled: async ({ authority, body }) => ({
      order: (await authority.findUnsettled(body.cardNumber)) ?? null,
    }),
    findOrders: async ({ caller, body }) => {
      const query = readOrderQuery(body, caller.scopes, inside.utcOffsetMinutes);
      return viewRecords(await ledger.findOrders(oneMore(query)), query.limit);
    },
    getOrder: async ({ authority, orderId }) => {
      const order = await authority.getOrder(orderId);
      if (order === undefined) throw new QuancunError(ORDER_UNKNOWN);
      return order;
    },
    printSlip: async ({ authority, spend, orderId, print }) => {
      await spend();
      // It compares ledger and journal, if nobody has: a slip says what is so.
      await authority.getOrder(orderId);
      return printSlip(ledger, orderId, print);
    },
    createQr: async (asked) => {
      const paying = payingBy(payments, asked.body.provider);
      await asked.spend();
      await endOtherCodes(inside, asked, asked.body.provider);
      return paying.createQr(asked.orderId);
    },
    queryPayment: async ({ spend, orderId, body }) => {
      await spend();
      return payingBy(payments, body.provider).query(orderId);
    },
  };
}

type OfDays = keyof typeof DAY_ROUTES;

function officeWorks(inside: Inside): Omit<Works, OfTerminals | OfDays> {
  const { ledger, door, payments = [] } = inside;
  return {
    endTaking: async (asked) => {
      await askProviders(inside, asked);
      const { authority, caller, orderId, body } = asked;
      return authority.endTaking(orderId, { how: 'supervisor', by: caller.keyId, ...body });
    },
    cancelOrder: async (asked) => {
      // What cannot be closed now is closed by the sweep; paid, it is given back.
      await endOtherCodes(inside, asked, undefined).catch(() => undefined);
      return asked.authority.cancel(asked.orderId);
    },
    requestVoid: ({ authority, orderId }) => authority.requestVoid(orderId),
    withdrawVoid: ({ authority, orderId }) => authority.withdrawVoid(orderId),
    confirmRefund: async ({ authority, spend, orderId, body }) => {
      const word = await wordByHand(inside, spend, orderId, body.transactionId);
      return authority.confirmRefund(orderId, body.transactionId, word);
    },
    reportForeignRecord: ({ authority, orderId, body }) =>
      authority.reportForeignRecord(orderId, body),
    // Two people are two key ids: each signs for itself.
    releaseOrder: ({ authority, caller, orderId, body }) =>
      authority.release(orderId, { by: caller.keyId, release: body.release }),
    findRefundsDue: ({ body }) => viewRefunds(ledger, body.after),
    findWork: ({ body }) => viewWork(ledger, body.after),
    endWork: async ({ caller, spend, body: { key, reason } }) => {
      await spend();
      const ended = { by: caller.keyId, atMs: door.env.now(), reason };
      if (!(await ledger.endWork(key, ended))) throw new QuancunError(WORK_UNKNOWN);
      return { key, endedBy: caller.keyId };
    },
    compareStatement: async ({ spend, body: { provider, day } }) => {
      await spend();
      return payingBy(payments, provider).compareStatement(day);
    },
    findJournals: async ({ authority }) => ({ journals: await authority.journals() }),
    giveUpJournal: ({ authority, caller, body }) =>
      authority.giveUpJournal(body.journalId, caller.keyId),
  };
}

type Asking = Pick<Asked<unknown>, 'authority' | 'caller' | 'spend'>;

async function visit(door: Door, asked: Asking, report: VisitReport): Promise<unknown> {
  const { cardNumber, evidence } = report;
  if (evidence.kind !== 'initialized') return asked.authority.next(report);
  return weighingCard(door, asked, cardNumber, () => asked.authority.next(report));
}

/** A wrong MAC1 is counted; whoever has shown too many is not heard. */
async function weighingCard<T extends object>(
  door: Door,
  { caller, spend }: Asking,
  cardNumber: string,
  weigh: () => Promise<T>,
): Promise<T> {
  await expectFewWrongCodes(door, caller.keyId, cardNumber);
  const count = async (): Promise<void> => {
    // What is sent again is not counted again.
    await spend();
    await countWrongCode(door, caller.keyId, cardNumber);
  };
  try {
    const said = await weigh();
    if ('code' in said && said.code === MAC1_INVALID.code) await count();
    return said;
  } catch (error) {
    if (isQuancunError(error, MAC1_INVALID.code)) await count();
    throw error;
  }
}

/** A terminal takes money for no order that it could not have made. */
async function expectMayTake({
  authority,
  caller,
  orderId,
}: Pick<Asked<unknown>, 'authority' | 'caller' | 'orderId'>): Promise<void> {
  if (caller.maxAmountFen === undefined && caller.outlet === undefined) return;
  const order = await authority.getOrder(orderId);
  if (order === undefined) throw new QuancunError(ORDER_UNKNOWN);
  expectWithinLimit(caller, order.amountFen);
  expectOutlet(caller, order.outlet);
}

/** Where a terminal stands is in its record: it names no other outlet. */
function expectOutlet(caller: Caller, outlet: string | undefined): void {
  if (caller.outlet === undefined || outlet === undefined || outlet === caller.outlet) return;
  throw new QuancunError(OUTLET_REFUSED);
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
