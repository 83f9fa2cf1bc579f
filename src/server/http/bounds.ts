/** What a caller's record bounds: where it stands, how much an order is, whose word ends one. */
import { QuancunError } from '../../errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import { AMOUNT_OVER_TERMINAL_LIMIT, OUTLET_REFUSED } from '../errors.js';
import type { PersonBook } from '../persons/book.js';
import { SESSION_REQUIRED } from '../persons/errors.js';
import type { LiveSession } from '../persons/sessions.js';
import type { Caller } from './terminals.js';

/**
 * Two people are two key ids, each of which signs for itself; once the server knows persons, they
 * are two persons, whatever devices they sit at.
 */
export async function expectPerson(
  { persons }: { readonly persons?: PersonBook },
  session: LiveSession | undefined,
): Promise<void> {
  if (session !== undefined || persons === undefined) return;
  if ((await persons.listPersons()).length > 0) throw new QuancunError(SESSION_REQUIRED);
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

export function expectWithinLimit({ maxAmountFen }: Caller, amountFen: number): void {
  if (amountFen > (maxAmountFen ?? Infinity)) {
    throw new QuancunError(AMOUNT_OVER_TERMINAL_LIMIT, { details: { maxFen: maxAmountFen } });
  }
}
