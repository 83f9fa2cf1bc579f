/** What is done for each route of the table. No card number stands in an address. */
import type * as v from 'valibot';
import { QuancunError } from '../../errors.js';
import type { Authority, Step, VisitReport } from '../../load/index.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import { expectRequest } from '../../messages/index.js';
import { ORDER_UNKNOWN } from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { SlipPrint } from '../ledger/slip-book.js';
import { WORK_UNKNOWN } from '../payment/errors.js';
import type { Payments } from '../payment/payments.js';
import type { BackOffice, ServedAuthority } from '../service.js';
import {
  expectHandIn,
  expectOutlet,
  expectOwnOrder,
  expectWithinLimit,
  placeOf,
} from './bounds.js';
import { dayWorks } from './days.js';
import type { Admitted, Door } from './door.js';
import {
  clearLimits,
  expectChosen,
  expectNoGuesser,
  type Guarded,
  guardingCodes,
  viewLimits,
} from './guesses.js';
import { payingBy, viewRefunds, viewWork } from './payments.js';
import { askProviders, endOtherCodes, wordByHand } from './provider-words.js';
import { reportingWithin } from './reporting.js';
import { oneMore, readOrderQuery, viewRecords } from './records.js';
import type { PersonBook } from '../persons/book.js';
import type { LiveSession } from '../persons/sessions.js';
import type { DAY_ROUTES } from './day-routes.js';
import type { PERSON_ROUTES } from './person-routes.js';
import { personWorks } from './persons.js';
import { type Route, ROUTES } from './route-table.js';
import { printOf, printSlipFor } from './slips.js';
import type { Caller, Scope } from './terminals.js';
import { twoWordWorks } from './two-words.js';

/** What the routes work on. */
export interface Inside {
  readonly authority: (Authority & BackOffice) | ServedAuthority;
  readonly ledger: Ledger;
  readonly door: Door;
  /** QR payments, one for each provider. */
  readonly payments?: readonly Payments[];
  readonly utcOffsetMinutes?: number;
  /** Persons who log in, where the server keeps any. */
  readonly persons?: PersonBook;
}

/** A route, and what is done for it. */
export interface ServedRoute extends Route {
  work(admitted: Admitted, orderId: string): Promise<unknown>;
}

interface Asked<Body> {
  readonly admitted: Admitted;
  readonly caller: Caller;
  readonly rights: ReadonlySet<Scope>;
  readonly session?: LiveSession;
  /** Whose word it is: the person's, or the device's where nobody logs in. */
  readonly by: string;
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
  const guarded = guardingCodes(inside.door);
  const works: Works = {
    ...terminalWorks(inside, guarded),
    ...{ ...officeWorks(inside, guarded), ...twoWordWorks(inside) },
    ...{ ...dayWorks(inside), ...personWorks(inside) },
  };
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
    work: async (admitted, orderId) => {
      const { body, slip, idempotencyKey, ...who } = admitted;
      const own = 'forRequest' in authority ? authority.forRequest(slip) : authority;
      if (route.ofOwnOutlet === true) await expectOwnOrder(who.caller, own, orderId);
      return work({
        ...{ ...who, admitted, orderId, print: printOf(slip, idempotencyKey) },
        by: slip.who?.person ?? who.caller.keyId,
        authority: own,
        body: (request === undefined ? undefined : expectRequest(request, parse(body))) as never,
      });
    },
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

function terminalWorks(inside: Inside, guarded: Guarded): Pick<Works, OfTerminals> {
  const { ledger, payments = [] } = inside;
  const mayReport = reportingWithin(inside);
  return {
    checkCard: async ({ authority, caller, body }) => {
      expectOutlet(caller, body.outlet);
      const { outlet } = caller;
      const asked = outlet === undefined ? body : { ...body, outlet };
      const report = await authority.checkCard(asked);
      const { maxAmountFen = report.maxAmountFen } = caller;
      return { ...report, maxAmountFen: Math.min(maxAmountFen, report.maxAmountFen) };
    },
    createOrder: async ({ authority, caller, body }) => {
      expectWithinLimit(caller, body.amountFen);
      expectOutlet(caller, body.outlet);
      return authority.createOrder({ ...body, ...placeOf(caller, body) });
    },
    beginPayment: async (asked) => {
      await expectMayTake(asked);
      await endOtherCodes(inside, asked, asked.body.provider);
      const guess = { kind: 'mac1', about: asked.body.cardNumber } as const;
      return guarded(asked.admitted, guess, () =>
        asked.authority.beginPayment({ ...asked.body, orderId: asked.orderId }),
      );
    },
    endPayment: async (asked) => {
      await askProviders(inside, asked);
      const { authority, orderId, body } = asked;
      return authority.endPayment({ ...body, orderId });
    },
    // A QR provider is asked what was paid; what a terminal says of it is not believed.
    confirmPayment: async ({ authority, caller, rights, spend, orderId, body }) => {
      const paying = payments.find(({ provider }) => provider === body.provider);
      if (paying !== undefined) await spend();
      if (paying !== undefined) return paying.report(orderId, body.transactionId);
      return mayReport({ caller, rights }, { ...body, orderId }, () =>
        authority.confirmPayment({ ...body, orderId }),
      );
    },
    reportVisit: (asked) => visit(guarded, asked, { ...asked.body, orderId: asked.orderId }),
    findUnsettled: async ({ authority, body }) => ({
      order: (await authority.findUnsettled(body.cardNumber)) ?? null,
    }),
    findOrders: async ({ caller, rights, body }) => {
      const query = readOrderQuery(body, { caller, rights }, inside.utcOffsetMinutes);
      return viewRecords(await ledger.findOrders(oneMore(query)), query.limit);
    },
    getOrder: async ({ authority, orderId }) => {
      const order = await authority.getOrder(orderId);
      if (order === undefined) throw new QuancunError(ORDER_UNKNOWN);
      return order;
    },
    printSlip: async ({ authority, spend, orderId, print, ...who }) => {
      await spend();
      // It compares ledger and journal, if nobody has: a slip says what is so.
      await expectHandIn(inside, who.caller, await authority.getOrder(orderId));
      return printSlipFor(who, ledger, orderId, print);
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

type OfTwo = keyof ReturnType<typeof twoWordWorks>;
type OfOthers = OfTerminals | OfTwo | keyof typeof DAY_ROUTES | keyof typeof PERSON_ROUTES;

function officeWorks(inside: Inside, guarded: Guarded): Omit<Works, OfOthers> {
  const { ledger, door, payments = [] } = inside;
  return {
    endTaking: async (asked) => {
      await askProviders(inside, asked);
      const { authority, by, orderId, body } = asked;
      return authority.endTaking(orderId, { how: 'supervisor', by, ...body });
    },
    cancelOrder: async (asked) => {
      // What cannot be closed now is closed by the sweep; paid, it is given back.
      await endOtherCodes(inside, asked, undefined).catch(() => undefined);
      return asked.authority.cancel(asked.orderId);
    },
    requestVoid: ({ authority, orderId }) => authority.requestVoid(orderId),
    withdrawVoid: ({ authority, orderId }) => authority.withdrawVoid(orderId),
    confirmRefund: async (asked) => {
      const { authority, orderId, body } = asked;
      return authority.confirmRefund(orderId, body.transactionId, await wordByHand(inside, asked));
    },
    reportForeignRecord: ({ authority, admitted, orderId, body }) =>
      guarded(admitted, { kind: 'tac', about: orderId }, () =>
        authority.reportForeignRecord(orderId, body),
      ),
    findRefundsDue: ({ body }) => viewRefunds(ledger, body.after),
    findWork: ({ body }) => viewWork(ledger, body.after),
    endWork: async ({ by, spend, body: { key, reason } }) => {
      await spend();
      const ended = { by, atMs: door.env.now(), reason };
      if (!(await ledger.endWork(key, ended))) throw new QuancunError(WORK_UNKNOWN);
      return { key, endedBy: by };
    },
    compareStatement: async ({ spend, body: { provider, day } }) => {
      await spend();
      return payingBy(payments, provider).compareStatement(day);
    },
    findLimits: () => viewLimits(door),
    clearLimits: async ({ caller, by, spend, body: { all, ...clearing } }) => {
      expectNoGuesser(caller);
      expectChosen(all, clearing);
      await spend();
      return clearLimits(door, { ...clearing, by });
    },
    findJournals: async ({ authority }) => ({ journals: await authority.journals() }),
  };
}

/** Codes are weighed for whoever has not shown too many wrong ones; the rest is always heard. */
async function visit(
  guarded: Guarded,
  asked: Pick<Asked<unknown>, 'authority' | 'admitted'>,
  report: VisitReport,
): Promise<unknown> {
  const { cardNumber, evidence, orderId } = report;
  const weigh = (): Promise<Step> => asked.authority.next(report);
  if (evidence.kind === 'initialized') {
    return guarded(asked.admitted, { kind: 'mac1', about: cardNumber }, weigh);
  }
  if (evidence.kind === 'credited' || evidence.kind === 'proved') {
    return guarded(asked.admitted, { kind: 'tac', about: orderId }, weigh);
  }
  return weigh();
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
