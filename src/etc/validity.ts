/**
 * Whether a card may be recharged at all: its number, its kind and its dates. The one rule of
 * terminal and authority, each of which asks it of the bytes that it has itself.
 */
import { type ErrorRow } from '../errors.js';
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
const DATE = /^\d{4}-\d{2}-\d{2}$/;

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
export function findReasonsAgainst(
  { cardNumber, cardType, startDate, endDate }: IssueInformation,
  today: string,
): readonly ErrorRow[] {
  // Dates are compared as text: YYYYMMDD sorts as time does.
  const isBefore = (a: string, b: string): boolean => a.replace(/-/g, '') < b.replace(/-/g, '');
  const kind = [
    ...(CARD_NUMBER.test(cardNumber) ? [] : [CARD_NUMBER_UNREADABLE]),
    ...(cardType === STORED_VALUE_CARD ? [] : [CARD_NOT_STORED_VALUE]),
  ];
  if (!DATE.test(startDate) || !DATE.test(endDate)) return [...kind, CARD_DATES_UNREADABLE];
  if (isBefore(endDate, today)) return [...kind, CARD_EXPIRED];
  if (isBefore(today, startDate)) return [...kind, CARD_NOT_ACTIVE];
  return kind;
}
