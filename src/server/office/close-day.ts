/**
 * 日结: a day of an outlet is closed in order, once, by what was counted. Where counts differ from
 * the books, or an older day is corrected, a second person says the same before it stands.
 */
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import { hostTime, rangeOfDays, type Who } from '../../load/index.js';
import type { CloseDayRequest, DayReport } from '../../messages/index.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import {
  type DayBook,
  type DayClose,
  type DayDraft,
  type DayWord,
  isSameSums,
  type OutletDay,
} from '../ledger/day-book.js';
import {
  DAY_CLOSED,
  DAY_COUNT_MISSING,
  DAY_NOT_CLOSED,
  DAY_NOT_OVER,
  DAY_OUT_OF_ORDER,
  DAY_REASON_MISSING,
  DAY_WITHOUT_BOOKINGS,
} from './errors.js';
import { methodsOf, viewDay } from './day-report.js';

/** How often a day is summed again when something was booked meanwhile. */
const MAX_RACES = 16;

/** What days are closed with. */
export interface DayParts {
  readonly ledger: DayBook;
  readonly env: Env;
  readonly utcOffsetMinutes: number;
  /** Throws where one of two words has to be a person's, and is not. */
  readonly expectPerson?: () => Promise<void>;
  /** Whether the first word of this person still counts. Default: yes. */
  readonly hasWord?: (person: string) => Promise<boolean>;
}

/** Closes the day, or keeps the first of two words. @throws DAY_…, LEDGER_BUSY */
export async function closeDay(
  parts: DayParts,
  request: CloseDayRequest,
  who: Who,
): Promise<DayReport> {
  const { ledger, env } = parts;
  const day = dayOf(parts, request);
  if (env.now() < day.toMs) throw new QuancunError(DAY_NOT_OVER, { details: { day: day.day } });
  const word = wordOf(request);
  for (let race = 0; race < MAX_RACES; race += 1) {
    const last = await expectNext(parts, day);
    await expectClosed(ledger, day.outlet, word);
    const { sums, standing } = await ledger.sumOpen(day);
    if (last === undefined && sums.postings.length === 0) {
      throw new QuancunError(DAY_WITHOUT_BOOKINGS, { details: { day: day.day } });
    }
    const atMs = env.now();
    const draft: DayDraft = { ...day, ...word, who, atMs, sums };
    if (needsSecond(draft)) await parts.expectPerson?.();
    const first = needsSecond(draft) ? await findFirst(parts, day) : undefined;
    if (needsSecond(draft) && (first === undefined || !isSeconded(first, draft))) {
      await ledger.draftDay(draft);
      return viewDay({ ...day, ...word, sums, standing, saidBy: who, state: 'awaits-approval' });
    }
    const people =
      first === undefined ? { closedBy: who } : { closedBy: first.who, approvedBy: who };
    const after = last === undefined ? {} : { after: last.day };
    const close: DayClose = {
      ...day,
      ...word,
      ...after,
      ...people,
      sums,
      standing,
      closedAtMs: atMs,
    };
    // Summed again, or refused by what somebody else has closed.
    if ((await ledger.closeDay(close)) === 'closed') return viewClosed(close);
  }
  throw new QuancunError(LEDGER_BUSY);
}

/** The first word, as long as who said it could say it now. */
async function findFirst(
  { ledger, hasWord }: DayParts,
  { outlet, day }: { readonly outlet: string; readonly day: string },
): Promise<DayDraft | undefined> {
  const first = await ledger.findDraft(outlet, day);
  const person = first?.who.person;
  return person === undefined || (await hasWord?.(person)) !== false ? first : undefined;
}

/** The day as it stands: closed, waiting for a second person, or what it would come to now. */
export async function showDay(
  parts: DayParts,
  asked: { readonly outlet: string; readonly day: string },
): Promise<DayReport> {
  const { ledger } = parts;
  const day = dayOf(parts, asked);
  const { outlet } = day;
  const close = await findClose(ledger, outlet, day.day);
  if (close !== undefined) return viewClosed(close);
  const [draft, [last], { sums, standing }] = await Promise.all([
    ledger.findDraft(outlet, day.day),
    ledger.findDays({ outlet, limit: 1 }),
    ledger.sumOpen(day),
  ]);
  const next =
    last !== undefined && last.toMs < day.fromMs ? { next: nameOf(parts, last.toMs) } : {};
  if (draft === undefined) {
    return viewDay({
      ...day,
      ...next,
      sums,
      standing,
      counted: [],
      corrections: [],
      state: 'open',
    });
  }
  const { who, counted, corrections, reason } = draft;
  const said = { counted, corrections, ...(reason === undefined ? {} : { reason }) };
  const state = 'awaits-approval' as const;
  return viewDay({ ...day, ...next, ...said, sums, standing, saidBy: who, state });
}

/** A closed day, or nothing. */
export async function findClose(
  ledger: DayBook,
  outlet: string,
  day: string,
): Promise<DayClose | undefined> {
  const [close] = await ledger.findDays({ outlet, fromDay: day, toDay: day, limit: 1 });
  return close;
}

/** What a closed day is told as. */
export function viewClosed({ closedBy, ...close }: DayClose): DayReport {
  return viewDay({ ...close, saidBy: closedBy, state: 'closed' });
}

function dayOf(
  { utcOffsetMinutes }: DayParts,
  { outlet, day }: { readonly outlet: string; readonly day: string },
): OutletDay {
  return { outlet, day, ...rangeOfDays(day, day, utcOffsetMinutes) };
}

function nameOf({ utcOffsetMinutes }: DayParts, atMs: number): string {
  return hostTime(atMs, utcOffsetMinutes).date.replace(/(....)(..)(..)/, '$1-$2-$3');
}

/** In one order, so that two people who say the same have said the same. */
function wordOf({ counted, corrections = [], reason }: CloseDayRequest): DayWord {
  const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  return {
    counted: counted.map(({ method, countedFen }) => ({ method, countedFen })).sort(byText),
    corrections: corrections
      .map(({ about, method, amountFen, reason: why }) => ({
        about,
        method,
        amountFen,
        reason: why,
      }))
      .sort(byText),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** @throws DAY_CLOSED, DAY_OUT_OF_ORDER */
async function expectNext(parts: DayParts, day: OutletDay): Promise<DayClose | undefined> {
  const [last] = await parts.ledger.findDays({ outlet: day.outlet, limit: 1 });
  if (last === undefined || last.toMs === day.fromMs) return last;
  if (day.fromMs < last.toMs) throw new QuancunError(DAY_CLOSED, { details: { day: day.day } });
  const next = nameOf(parts, last.toMs);
  throw new QuancunError(DAY_OUT_OF_ORDER, { details: { day: day.day, next } });
}

/** Only what is closed is corrected. @throws DAY_NOT_CLOSED */
async function expectClosed(
  ledger: DayBook,
  outlet: string,
  { corrections }: DayWord,
): Promise<void> {
  for (const { about } of corrections) {
    if ((await findClose(ledger, outlet, about)) !== undefined) continue;
    throw new QuancunError(DAY_NOT_CLOSED, { details: { day: about } });
  }
}

/** @throws DAY_COUNT_MISSING, DAY_REASON_MISSING */
function needsSecond(draft: DayDraft): boolean {
  const methods = methodsOf(draft.sums, draft.counted);
  const isUncounted = methods.some(
    ({ method, takenFen, surplusFen, refundedFen, countedFen }) =>
      method === 'cash' && countedFen === undefined && takenFen + surplusFen + refundedFen > 0,
  );
  if (isUncounted) throw new QuancunError(DAY_COUNT_MISSING);
  const differs = methods.some(({ differenceFen = 0 }) => differenceFen !== 0);
  if (differs && draft.reason === undefined) throw new QuancunError(DAY_REASON_MISSING);
  return differs || draft.corrections.length > 0;
}

/** Another person with another key has said the same of the same sums; never a device and one. */
function isSeconded(first: DayDraft, second: DayDraft): boolean {
  const isAnother =
    first.who.by !== second.who.by &&
    (first.who.person === undefined
      ? second.who.person === undefined
      : second.who.person !== undefined && first.who.person !== second.who.person);
  const told = ({ counted, corrections, reason }: DayWord): string =>
    JSON.stringify([counted, corrections, reason].map((part) => part ?? null));
  return isAnother && told(first) === told(second) && isSameSums(first.sums, second.sums);
}
