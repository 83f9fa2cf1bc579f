/** The card check (卡片检测): may this card be recharged, and if not, why. */
import type { ErrorCode } from '../errors.js';
import { type IssueInformation, STORED_VALUE_CARD } from '../etc/index.js';

/** The verdict on a card. */
export interface CardCheck {
  readonly rechargeable: boolean;
  /** Every reason against it, as error codes: their texts tell a cashier what to do. */
  readonly reasons: readonly ErrorCode[];
}

/**
 * Checks kind and validity. The authority checks them again from the card's own bytes.
 * 卡片检测：卡种与有效期。
 * @param today YYYYMMDD, local
 */
export function checkCard(issue: IssueInformation, today: string): CardCheck {
  const reasons: ErrorCode[] = [];
  if (issue.cardType !== STORED_VALUE_CARD) reasons.push('CARD_NOT_STORED_VALUE');
  const start = issue.startDate.replace(/-/g, '');
  const end = issue.endDate.replace(/-/g, '');
  if (!/^\d{8}$/.test(start) || !/^\d{8}$/.test(end)) reasons.push('CARD_DATES_UNREADABLE');
  else if (end < today) reasons.push('CARD_EXPIRED');
  else if (start > today) reasons.push('CARD_NOT_ACTIVE');
  return { rechargeable: reasons.length === 0, reasons };
}
