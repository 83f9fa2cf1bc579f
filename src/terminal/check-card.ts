/** The card check (卡片检测): may this card be recharged, and if not, why. */
import { type ErrorCode, QuancunError } from '../errors.js';
import { CARD_NUMBER_UNREADABLE } from '../etc/errors.js';
import { findReasonsAgainst, validityOf, type IssueInformation } from '../etc/index.js';

/** The verdict on a card. */
export interface CardCheck {
  readonly rechargeable: boolean;
  /** Every reason against it, as codes. */
  readonly reasons: readonly ErrorCode[];
  /** The same reasons with their texts: they tell a cashier what to do. */
  readonly errors: readonly QuancunError[];
}

/**
 * Checks kind and validity. The authority checks them again from the card's own bytes.
 * 卡片检测：卡种与有效期。
 * @param today YYYYMMDD, local
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const { issue } = await readCard(transport);
 * checkCard(issue, '2026-11-25').rechargeable; // true
 */
export function checkCard(issue: IssueInformation, today: string): CardCheck {
  const details = { ...validityOf(issue) };
  const rows = findReasonsAgainst(issue, today);
  return {
    rechargeable: rows.length === 0,
    reasons: rows.map(({ code }) => code),
    errors: rows.map((row) => new QuancunError(row, { details })),
  };
}

/**
 * A card whose number is none has no orders, and none can be asked for.
 * @throws CARD_NUMBER_UNREADABLE
 */
export function expectReadableNumber(issue: IssueInformation): IssueInformation {
  const reasons = findReasonsAgainst(issue, issue.startDate);
  if (!reasons.includes(CARD_NUMBER_UNREADABLE)) return issue;
  throw new QuancunError(CARD_NUMBER_UNREADABLE);
}
