/**
 * What a PC/SC binding's failures mean. Bindings say them as texts, some with the number in it; the
 * number is what counts, and it decides whether the card can have executed the command.
 */
import { type ErrorRow, QuancunError, type Sent } from '../../errors.js';
import {
  CARD_ABSENT,
  CARD_IN_USE,
  PCSC_UNAVAILABLE,
  READER_ABSENT,
  TRANSPORT_CONNECT,
  TRANSPORT_LOST,
} from '../errors.js';

interface Row {
  /** Its text in the binding `smartcard`, which gives no numbers. */
  readonly text: RegExp;
  /** The last four digits of 0x8010xxxx, which other bindings put into their texts. */
  readonly digits: string;
  /** On an exchange: `no` only where PC/SC refuses before the reader is asked. */
  readonly sent?: Sent;
  /** On opening a reader. */
  readonly opening?: ErrorRow;
}

const ROWS: readonly Row[] = [
  { text: /sharing violation/i, digits: '000b', sent: 'no', opening: CARD_IN_USE },
  // Told before the reader is asked, and by some drivers when the exchange was under way.
  { text: /card was reset/i, digits: '0068' },
  { text: /no smart ?card/i, digits: '000c', sent: 'no', opening: CARD_ABSENT },
  { text: /not connected|invalid handle/i, digits: '0003', sent: 'no' },
  { text: /invalid parameter/i, digits: '0004', sent: 'no' },
  { text: /invalid value/i, digits: '0011', sent: 'no' },
  { text: /protocol mismatch/i, digits: '000f', sent: 'no' },
  { text: /pci struct/i, digits: '0019', sent: 'no' },
  // The answer came, and was too long for the buffer.
  { text: /insufficient buffer/i, digits: '0008', sent: 'yes' },
  { text: /card was removed/i, digits: '0069', opening: CARD_ABSENT },
  { text: /no readers/i, digits: '002e', opening: READER_ABSENT },
  { text: /unknown reader/i, digits: '0009', opening: READER_ABSENT },
  { text: /reader unavailable/i, digits: '0017', opening: READER_ABSENT },
  { text: /service not running/i, digits: '001d', opening: PCSC_UNAVAILABLE },
  { text: /service stopped/i, digits: '001e', opening: PCSC_UNAVAILABLE },
];

/** An exchange that failed: whatever is not known for certain is `maybe`. */
export function exchangeError(cause: unknown): QuancunError {
  const problem = textOf(cause);
  const row = rowOf(problem);
  const sent = row?.sent ?? 'maybe';
  const said = row?.opening === CARD_IN_USE ? CARD_IN_USE : TRANSPORT_LOST;
  const money = sent === 'no' ? 'untouched' : 'in-doubt';
  return new QuancunError(said, { details: { problem }, sent, money, cause });
}

/** A reader or a card that cannot be opened: nothing was sent. */
export function openingError(cause: unknown, reader: string): QuancunError {
  const problem = textOf(cause);
  const details = { reader, address: reader, problem, readers: '-' };
  const said = rowOf(problem)?.opening ?? TRANSPORT_CONNECT;
  return new QuancunError(said, { details, sent: 'no', cause });
}

function rowOf(problem: string): Row | undefined {
  const [, digits] = /0x8010([0-9a-f]{4})/i.exec(problem) ?? [];
  return digits === undefined
    ? ROWS.find(({ text }) => text.test(problem))
    : ROWS.find((row) => row.digits === digits.toLowerCase());
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
