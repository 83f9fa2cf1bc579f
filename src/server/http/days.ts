/** What is done for the routes of days. */
import { QuancunError } from '../../errors.js';
import { CHINA_UTC_OFFSET_MINUTES, daysApart, MAX_DAYS_APART } from '../../load/index.js';
import type { Authority, Who } from '../../load/index.js';
import type {
  CloseDayRequest,
  DaysPage,
  DaysRequest,
  ExportRequest,
  TakingsRequest,
} from '../../messages/index.js';
import type { Env } from '../../env.js';
import type { BackOffice } from '../back-office.js';
import { ORDER_UNKNOWN, RANGE_REVERSED, RANGE_TOO_LONG } from '../errors.js';
import type { DayBook, TakingSum } from '../ledger/day-book.js';
import type { Ledger } from '../ledger/ledger.js';
import { closeDay, showDay, viewClosed } from '../office/close-day.js';
import { exportDay } from '../office/export-day.js';
import { findHistory } from '../office/order-history.js';
import type { PersonBook } from '../persons/book.js';
import { discountedOf, type LiveSession } from '../persons/sessions.js';
import { expectOutlet, expectPerson } from './bounds.js';
import { viewRecord } from './records.js';
import type { Caller } from './terminals.js';

/** What the works need. */
interface Inside {
  readonly ledger: Ledger;
  readonly door: { readonly env: Env };
  readonly utcOffsetMinutes?: number;
  readonly persons?: PersonBook;
}

/** What is asked. */
interface Asked<Body> {
  readonly authority: Authority & BackOffice;
  readonly caller: Caller;
  readonly session?: LiveSession;
  readonly spend: () => Promise<void>;
  readonly print: { readonly who?: Who };
  readonly orderId: string;
  readonly body: Body;
}

/** The works, by their operationId. */
export function dayWorks(inside: Inside) {
  const { ledger, door, utcOffsetMinutes = CHINA_UTC_OFFSET_MINUTES } = inside;
  const parts = () => ({ ledger, env: door.env, utcOffsetMinutes });
  return {
    getHistory: async ({ authority, orderId }: Asked<undefined>) => {
      // It compares ledger and journal, if nobody has: what is told is so.
      await authority.getOrder(orderId);
      const history = await findHistory(ledger, orderId, viewRecord);
      if (history === undefined) throw new QuancunError(ORDER_UNKNOWN);
      return history;
    },
    sumTakings: async ({ caller, body }: Asked<TakingsRequest>) =>
      viewTakings(ledger, withinOutlet(caller, body), utcOffsetMinutes),
    showDay: async ({ caller, body }: Asked<{ readonly outlet: string; readonly day: string }>) =>
      showDay(parts(), withinOutlet(caller, body)),
    closeDay: async (asked: Asked<CloseDayRequest>) => {
      const { authority, caller, session, spend, print, body } = asked;
      expectOutlet(caller, body.outlet);
      await authority.open();
      await spend();
      const twoPersons = {
        expectPerson: () => expectPerson(inside, session),
        hasWord: async (person: string) =>
          (await discountedOf(inside.persons, person, 'close-day')).discounts === undefined,
      };
      return closeDay({ ...parts(), ...twoPersons }, body, print.who ?? { by: caller.keyId });
    },
    findDays: async ({ caller, body }: Asked<DaysRequest>) =>
      viewDays(ledger, withinOutlet(caller, body)),
    exportDay: async ({ caller, body }: Asked<ExportRequest>) =>
      exportDay(ledger, withinOutlet(caller, body)),
  };
}

/** A device that stands in an outlet sees and closes the days of its own. */
function withinOutlet<T extends { readonly outlet?: string }>(caller: Caller, asked: T): T {
  expectOutlet(caller, asked.outlet);
  return caller.outlet === undefined ? asked : { ...asked, outlet: caller.outlet };
}

/** A page of closed days. A cursor that is none of ours begins nowhere. */
async function viewDays(
  ledger: DayBook,
  { outlet, fromDay, toDay, cursor, limit = 20 }: DaysRequest,
): Promise<DaysPage> {
  const [, day = '', last = ''] = /^(\S{10}) (.*)$/.exec(cursor ?? '') ?? [];
  const found = await ledger.findDays({
    limit: limit + 1,
    ...(outlet === undefined ? {} : { outlet }),
    ...(fromDay === undefined ? {} : { fromDay }),
    ...(toDay === undefined ? {} : { toDay }),
    ...(cursor === undefined ? {} : { after: { day, outlet: last } }),
  });
  const page = found.slice(0, limit);
  const end = page[page.length - 1];
  const more = found.length > limit && end !== undefined;
  return { days: page.map(viewClosed), next: more ? `${end.day} ${end.outlet}` : null };
}

/** @throws RANGE_REVERSED, RANGE_TOO_LONG */
async function viewTakings(
  ledger: DayBook,
  asked: TakingsRequest,
  utcOffsetMinutes: number,
): Promise<{ readonly takings: readonly TakingSum[] }> {
  const { fromMs, toMs, outlet, person, shift } = asked;
  if (toMs < fromMs) throw new QuancunError(RANGE_REVERSED);
  if (daysApart({ fromMs, toMs }, utcOffsetMinutes) > MAX_DAYS_APART) {
    throw new QuancunError(RANGE_TOO_LONG);
  }
  return {
    takings: await ledger.sumTakings({
      ...{ fromMs, toMs },
      ...(outlet === undefined ? {} : { outlet }),
      ...(person === undefined ? {} : { person }),
      ...(shift === undefined ? {} : { shift }),
    }),
  };
}
