/**
 * Whether a card may be recharged at all: its number, its kind and its dates. The one rule of
 * terminal and authority, each of which asks it of the bytes that it has itself.
 */
import { type ErrorRow } from '../errors.js';
import { daysOfMonth } from '../record.js';
import type { IssueInformation } from './0015-issue.js';
import { STORED_VALUE_CARD } from './codes.js';
import {
  CARD_DATES_UNREADABLE,
  CARD_EXPIRED,
  CARD_NOT_ACTIVE,
  CARD_NOT_STORED_VALUE,
  CARD_NUMBER_UNREADABLE,
} from './errors.js';

const CARD_NUMBER = /^\d{16}$/;
/** A year, a month, and a day in digits, or none (FF). */
const DATE = /^(?!0000)(\d{4})(0[1-9]|1[0-2])(\d\d|FF)$/;

/** The days on which a card is valid, both included: YYYY-MM-DD. */
export interface Validity {
  readonly startDate: string;
  readonly endDate: string;
}

/**
 * From which day to which day a card is valid. A day that does not exist ends with its month:
 * issuers add ten years to 29 February, write 31 June, or leave the day at 00 or FF. A month that
 * does not exist says nothing.
 * 卡片有效期的首日与末日；不存在的日期取当月最后一天，无法识别时返回 undefined。
 * @example validityOf({ startDate: '2024-02-29', endDate: '20340229' })?.endDate; // '2034-02-28'
 */
export function validityOf(
  issue: Pick<IssueInformation, 'startDate' | 'endDate'>,
): Validity | undefined {
  const startDate = dayOf(issue.startDate);
  const endDate = dayOf(issue.endDate);
  return startDate === undefined || endDate === undefined ? undefined : { startDate, endDate };
}

function dayOf(text: string): string | undefined {
  const [, year, month, day] = DATE.exec(text.replace(/-/g, '')) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const last = daysOfMonth(Number(year), Number(month));
  const isDay = Number(day) >= 1 && Number(day) <= last;
  return `${year}-${month}-${isDay ? String(day) : String(last)}`;
}

/**
 * Every reason against a card, the weightiest first; none when it is valid. Both of its days are
 * included.
 * 卡种与有效期检查（首末日均含）。
 * @param today YYYYMMDD, local
 * @example
 * import { readCard } from 'quancun';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 * const { issue } = await readCard(simulatorTransport(card));
 * findReasonsAgainst(issue, '2099-01-01').map(({ code }) => code); // ['CARD_EXPIRED']
 */
export function findReasonsAgainst(issue: IssueInformation, today: string): readonly ErrorRow[] {
  const { cardNumber, cardType } = issue;
  const kind = [
    ...(CARD_NUMBER.test(cardNumber) ? [] : [CARD_NUMBER_UNREADABLE]),
    ...(cardType === STORED_VALUE_CARD ? [] : [CARD_NOT_STORED_VALUE]),
  ];
  const validity = validityOf(issue);
  if (validity === undefined) return [...kind, CARD_DATES_UNREADABLE];
  // Dates are compared as text: YYYY-MM-DD sorts as time does.
  const day = today.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  if (validity.endDate < day) return [...kind, CARD_EXPIRED];
  if (day < validity.startDate) return [...kind, CARD_NOT_ACTIVE];
  return kind;
}
