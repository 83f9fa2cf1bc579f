/** What a card means by a status word when it refuses to be read at all. */
import { select, type Status, swText } from '../apdu/index.js';
import { type ErrorRow, QuancunError } from '../errors.js';
import { CARD_LOCKED, NOT_AN_ETC_CARD } from '../etc/errors.js';
import { RESPONSE_IN_PARTS } from './errors.js';

/** The application is locked for ever: the one word that means it everywhere. */
export const LOCKED_FOR_EVER = [0x9303];
/** What a locked application answers to READ BINARY and GET BALANCE, which ask for no right. */
export const LOCKED = [0x6985, 0x6a81, ...LOCKED_FOR_EVER];
/** What SELECT says of an application that is there and locked, by itself. */
const LOCKED_AT_SELECT = [0x6283, 0x6985, ...LOCKED_FOR_EVER];
/** Of a locked application, and as well of a SELECT that the card does not know. */
const LOCKED_OR_UNKNOWN = 0x6a81;

/** 61xx and 6Cxx: the answer waits for GET RESPONSE, or for the right Le. */
const IN_PARTS = [0x61, 0x6c];

/** The error of a refusal; `row` where its status word says nothing more. */
export function refusalOf(
  status: Status,
  row: ErrorRow,
  locked: readonly number[] = LOCKED_FOR_EVER,
): QuancunError {
  const { sw, en, zh } = status;
  const details = { sw: swText(sw), en, zh };
  if (IN_PARTS.includes(sw >> 8)) return new QuancunError(RESPONSE_IN_PARTS, { details });
  return new QuancunError(locked.includes(sw) ? CARD_LOCKED : row, { details });
}

/**
 * Why the toll application could not be selected, by everything that SELECT was answered. A locked
 * application is there: its FCI may come along with the refusal. 6A81 alone is said as well by
 * cards that know no SELECT by identifier at all; those find no MF that way either.
 */
export function selectRefusal(said: readonly Uint8Array[]): QuancunError {
  const answers = said.map((answer) => select.parse(answer));
  const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer]));
  const knowsSelect = refused.length < answers.length;
  const isUnknown = ({ status }: Refused): boolean => status.sw === LOCKED_OR_UNKNOWN;
  const isCardLocked = refused.length === answers.length && refused.every(isUnknown);
  const locked = refused.find(
    (answer) =>
      LOCKED_AT_SELECT.includes(answer.status.sw) ||
      (isUnknown(answer) && (isCardLocked || knowsSelect || hasFci(answer))),
  );
  const last = locked ?? refused[refused.length - 1];
  if (last === undefined) return new QuancunError(NOT_AN_ETC_CARD);
  return refusalOf(last.status, locked === undefined ? NOT_AN_ETC_CARD : CARD_LOCKED);
}

type Refused = Extract<ReturnType<typeof select.parse>, { readonly ok: false }>;

function hasFci({ fci }: Refused): boolean {
  return fci.dfName !== undefined || fci.issuerData !== undefined;
}
