/**
 * The card in the reader is the card that was read: its number is read again in front of every PIN
 * and every INITIALIZE. A card is swapped while its customer pays more often than one would think.
 */
import { readBinary, statusWordOf } from '../apdu/index.js';
import { fromHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { ef0015, type PinForm } from '../etc/index.js';
import { initializeForLoad } from '../purse/index.js';
import { maskCardNumber } from '../redact.js';
import { transmitAll, type Transport } from '../transport/index.js';
import { CARD_MISMATCH } from '../load/errors.js';
import {
  buildReadIssueInformation,
  expectTellable,
  inTollApplication,
  takeIssueInformation,
} from './exchange.js';
import { buildVerifyPin, expectPinAccepted } from './pin.js';
import { PIN_NOT_SET } from './errors.js';

/** The card in the reader. */
export interface PresentCard {
  readonly cardNumber: string;
  /** Version byte of EF 0015, hex: it decides the form of the PIN. */
  readonly version: string;
  /** How much of EF 0015 the card gave when it was read. Default: 50. */
  readonly issueInformationBytes?: number;
}

/** The reader, and the PIN that is presented in it. */
export interface Presenting {
  readonly transport: Transport;
  readonly pin: string | undefined;
  readonly pinForm?: PinForm;
}

/** What INITIALIZE FOR LOAD asks. */
export interface InitializeRequest {
  readonly keyIndex: number;
  readonly amountFen: number;
  /** 12 hex digits. */
  readonly terminal: string;
}

const NONE = new Uint8Array(0);
/** Security status not satisfied. */
const PIN_NEEDED = 0x6982;

/**
 * EF 0015, PIN and INITIALIZE FOR LOAD, with nothing after them but CREDIT: any other command may
 * end the transaction. The card's answer to INITIALIZE, whatever it is.
 * @throws CARD_MISMATCH before any PIN; PIN_WRONG, PIN_BLOCKED, PIN_NOT_SET, CARD_REFUSED,
 *   NOT_AN_ETC_CARD, TRANSPORT_FRAME for an answer that no card gives
 */
export async function initializePresent(
  { transport, pin, pinForm }: Presenting,
  card: PresentCard,
  { keyIndex, amountFen, terminal }: InitializeRequest,
): Promise<Uint8Array> {
  const init = initializeForLoad.build({ keyIndex, amountFen, terminal: fromHex(terminal) });
  const verify = pin === undefined ? [] : [buildVerifyPin(pin, card.version, pinForm)];
  const answers = await behindNumber(transport, card, [...verify, init]);
  if (verify.length > 0) expectPinAccepted(answers.shift() ?? NONE);
  // A card without a PIN says so, which ended the batch.
  const answer = expectTellable(answers[0] ?? (await transmitAll(transport, [init]))[0] ?? NONE);
  // Shown a PIN it would say more: no card is to blame, and none is tried again.
  const isPinMissing = pin === undefined && statusWordOf(answer) === PIN_NEEDED;
  if (isPinMissing) throw new QuancunError(PIN_NOT_SET);
  return answer;
}

/**
 * Sends commands behind the card's number, in one frame where that is safe. It is while the toll
 * application is still selected: a card that was put in meanwhile has none selected, so that its
 * READ BINARY fails, and with it the frame, in front of the PIN.
 */
async function behindNumber(
  transport: Transport,
  card: PresentCard,
  commands: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const read = buildReadIssueInformation(card.issueInformationBytes);
  const { maxBatch } = transport.info;
  const isOneFrame = transport.transmitBatch !== undefined && maxBatch > commands.length;
  const sent = await transmitAll(transport, isOneFrame ? [read, ...commands] : [read]);
  if (numberIn(sent[0]) === card.cardNumber) {
    return isOneFrame ? sent.slice(1) : transmitAll(transport, commands);
  }
  const [file = NONE] = await inTollApplication(transport, [buildReadIssueInformation()]);
  const { cardNumber } = ef0015.decode(await takeIssueInformation(transport, file));
  if (cardNumber !== card.cardNumber) throw cardMismatch(cardNumber, card.cardNumber);
  return transmitAll(transport, commands);
}

function numberIn(answer: Uint8Array = NONE): string | undefined {
  const read = readBinary.parse(answer);
  const isWhole = read.ok && ef0015.SIZES_BYTES.some((size) => size === read.data.length);
  return isWhole ? ef0015.decode(read.data).cardNumber : undefined;
}

/** Another card than the order's: both by their last digits. */
export function cardMismatch(present: string, ordered: string): QuancunError {
  const details = { present: maskCardNumber(present), ordered: maskCardNumber(ordered) };
  return new QuancunError(CARD_MISMATCH, { details });
}
