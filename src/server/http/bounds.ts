/** What a caller's record bounds: where it stands, how much an order is, whose word ends one. */
import { QuancunError } from '../../errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import type { Authority } from '../../load/index.js';
import { AMOUNT_OVER_TERMINAL_LIMIT, ORDER_UNKNOWN, OUTLET_REFUSED } from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PersonBook } from '../persons/book.js';
import { SESSION_REQUIRED } from '../persons/errors.js';
import { expectVouched, type LiveSession } from '../persons/sessions.js';
import type { Door } from './door.js';
import type { Caller } from './terminals.js';

/**
 * Two people are two key ids, each of which signs for itself; once the server knows persons, they
 * are two persons, whatever devices they sit at, whom nobody at a device could have made.
 * @throws SESSION_REQUIRED, PERSON_NOT_VOUCHED
 */
export async function expectPerson(
  { persons }: { readonly persons?: PersonBook },
  session: LiveSession | undefined,
): Promise<void> {
  if (persons === undefined) return;
  if (session === undefined) {
    if ((await persons.listPersons()).length > 0) throw new QuancunError(SESSION_REQUIRED);
    return;
  }
  const person = await persons.findPerson(session.personId);
  if (person === undefined) throw new QuancunError(SESSION_REQUIRED);
  expectVouched(person);
}

/** Where an order is made: the caller's record says it, or the request where that is silent. */
export function placeOf(
  caller: Caller,
  body: { readonly outlet?: string; readonly terminal?: string },
): { readonly outlet: string; readonly terminal?: string } {
  const { outlet, terminal } = { ...body, ...caller };
  if (outlet === undefined) {
    throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'outlet' } });
  }
  return { outlet, ...(terminal === undefined ? {} : { terminal }) };
}

/** Where a terminal stands is in its record: it names no other outlet. */
export function expectOutlet(caller: Caller, outlet: string | undefined): void {
  if (caller.outlet === undefined || outlet === undefined || outlet === caller.outlet) return;
  throw new QuancunError(OUTLET_REFUSED);
}

/**
 * What an office does with an order: a device that stands in an outlet does it with that outlet's.
 * To finish an order that was begun elsewhere is no act of an office, and is done everywhere.
 * @throws OUTLET_REFUSED, ORDER_UNKNOWN
 */
export async function expectOwnOrder(
  caller: Caller,
  authority: Pick<Authority, 'getOrder'>,
  orderId: string,
): Promise<void> {
  if (caller.outlet === undefined) return;
  const order = await authority.getOrder(orderId);
  if (order === undefined) throw new QuancunError(ORDER_UNKNOWN);
  expectOutlet(caller, order.outlet);
}

/**
 * The slip of an order is its outlet's to print, and that of every outlet whose devices had a hand
 * in it: whoever has loaded an order of elsewhere hands its receipt out.
 * @throws OUTLET_REFUSED
 */
export async function expectHandIn(
  {
    ledger,
    door,
  }: { readonly ledger: Pick<Ledger, 'events'>; readonly door: Pick<Door, 'findCaller'> },
  caller: Caller,
  order: { readonly orderId: string; readonly outlet: string } | undefined,
): Promise<void> {
  const { outlet } = caller;
  if (order === undefined || outlet === undefined || outlet === order.outlet) return;
  const events = await ledger.events(order.orderId);
  for (const keyId of new Set(events.flatMap(({ who }) => who?.by ?? []))) {
    if ((await door.findCaller(keyId))?.outlet === outlet) return;
  }
  throw new QuancunError(OUTLET_REFUSED);
}

export function expectWithinLimit({ maxAmountFen }: Caller, amountFen: number): void {
  if (amountFen > (maxAmountFen ?? Infinity)) {
    throw new QuancunError(AMOUNT_OVER_TERMINAL_LIMIT, { details: { maxFen: maxAmountFen } });
  }
}
