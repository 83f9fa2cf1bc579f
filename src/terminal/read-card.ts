/** Reading a card as a person wants it: who it belongs to, what is on it, how long it is valid. */
import { type Outcome, readBinary, readRecord } from '../apdu/index.js';
import { QuancunError } from '../errors.js';
import {
  ef0015,
  ef0016,
  ef0018,
  type HolderInformation,
  isPassCard,
  type IssueInformation,
  type LogRecord,
  type PinForm,
} from '../etc/index.js';
import type { DecodeText } from '../gbk.js';
import { getBalance } from '../purse/index.js';
import { transmitOne, type Transport } from '../transport/index.js';
import {
  buildReadIssueInformation,
  exchange,
  inTollApplication,
  selectMasterFile,
  type SelectPath,
  takeIssueInformation,
} from './exchange.js';
import { verifyPin } from './pin.js';
import { CARD_REFUSED } from './errors.js';
import { LOCKED, refusalOf } from './refusals.js';
import { CARD_NOT_STORED_VALUE } from '../etc/errors.js';

const NONE = new Uint8Array(0);

/** How much to read. */
export interface ReadCardOptions {
  /** Read EF 0016 (name and identity number). Default: no, they are personal. */
  readonly holder?: boolean;
  /** Read up to this many log records, newest first. Most cards ask for the PIN before. */
  readonly records?: number;
  /** The PIN, when records are read; without it they are read only from cards that are free. */
  readonly pin?: string;
  /** How the card takes its PIN. Default: as its version says. */
  readonly pinForm?: PinForm;
  /** What to select, in order. Default: the MF and DF 1001, or the toll application by name. */
  readonly select?: SelectPath;
  /**
   * Reads plate and name. Default: the host's own decoder. A host without one (WeChat, Hermes) is
   * handed `decodeGbkByTable` of `quancun/gbk-table`; without it a plate is `0x` and its hex.
   */
  readonly decodeText?: DecodeText;
}

/** What was on the card. */
export interface CardReading {
  /** EF 0015 as read: the authority decodes it for itself. */
  readonly issueInformation: Uint8Array;
  readonly issue: IssueInformation;
  readonly holder?: HolderInformation;
  /**
   * Absent where the card would not say it (`balanceError` says why), and of a pass card (记账卡):
   * its four bytes are a running sum, and no money.
   */
  readonly balanceFen?: number;
  /** The four bytes as the card said them. */
  readonly rawBalance?: number;
  /** The top bit of the balance was set: a flag or a sign, never 21 million yuan. */
  readonly topBit: boolean;
  /** Why there is no balance, where the card refused it. Whoever takes money stops here. */
  readonly balanceError?: QuancunError;
  /** Absent when the card would not show them. */
  readonly records?: readonly LogRecord[];
}

/**
 * Reads a card: SELECT, EF 0015, GET BALANCE, and on request EF 0016 and the log.
 * 读卡：卡号、车牌、有效期、余额，可选持卡人与交易记录。
 *
 * What was read is told even where the card would not say its balance.
 *
 * @throws NOT_AN_ETC_CARD, CARD_LOCKED, RESPONSE_IN_PARTS, PIN_WRONG, PIN_BLOCKED, and the
 *   transport's errors
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const { issue, balanceFen } = await readCard(transport);
 * issue.plate; // '甘A12345'
 */
export async function readCard(
  transport: Transport,
  options: ReadCardOptions = {},
): Promise<CardReading> {
  const holder = options.holder === true ? await readHolder(transport, options) : undefined;
  const commands = [buildReadIssueInformation(), getBalance.build({})];
  const [file = NONE, purse] = await inTollApplication(transport, commands, options.select);
  const issueInformation = await takeIssueInformation(transport, file);
  const issue = ef0015.decode(issueInformation, options.decodeText);
  const answer = getBalance.parse(purse ?? (await transmitOne(transport, getBalance.build({}))));
  const count = options.records ?? 0;
  const records = count > 0 ? await readRecords(transport, issue, count, options) : undefined;
  return {
    issueInformation,
    issue,
    ...balanceOf(answer, issue),
    ...(holder === undefined ? {} : { holder }),
    ...(records === undefined ? {} : { records }),
  };
}

/** What the four bytes are worth: of a pass card they are no money. */
function balanceOf(answer: Outcome<getBalance.Answer>, { cardType }: IssueInformation) {
  if (!answer.ok) {
    return { topBit: false, balanceError: refusalOf(answer.status, CARD_REFUSED, LOCKED) };
  }
  const { balanceFen, rawBalance, topBit } = answer;
  return isPassCard(cardType) ? { rawBalance, topBit } : { balanceFen, rawBalance, topBit };
}

/**
 * The balance of a reading that money is to be taken for.
 * @throws what the card had against saying it
 */
export function expectBalance({
  balanceFen,
  balanceError,
}: Pick<CardReading, 'balanceFen' | 'balanceError'>): number {
  if (balanceFen !== undefined) return balanceFen;
  throw balanceError ?? new QuancunError(CARD_NOT_STORED_VALUE);
}

/** EF 0016 stands in the MF; a card without it has no holder to show. */
async function readHolder(
  transport: Transport,
  { decodeText }: ReadCardOptions,
): Promise<HolderInformation | undefined> {
  await selectMasterFile(transport);
  const ne = ef0016.SIZE_BYTES;
  const command = readBinary.build({ sfi: ef0016.SFI, offset: 0, ne });
  const answer = await exchange(transport, command, readBinary.parse);
  return answer.ok && answer.data.length === ne
    ? ef0016.decode(answer.data, decodeText)
    : undefined;
}

/** Newest first; stops where the card says there are no more. */
async function readRecords(
  transport: Transport,
  issue: IssueInformation,
  count: number,
  { pin, pinForm }: ReadCardOptions,
): Promise<readonly LogRecord[] | undefined> {
  if (pin !== undefined) await verifyPin(transport, pin, issue.version, pinForm);
  const records: LogRecord[] = [];
  for (let record = 1; record <= Math.min(count, ef0018.MAX_RECORDS); record += 1) {
    const command = readRecord.build({ record, sfi: ef0018.SFI, ne: ef0018.SIZE_BYTES });
    const answer = await exchange(transport, command, readRecord.parse);
    if (!answer.ok || answer.data.length !== ef0018.SIZE_BYTES) {
      return record === 1 && !answer.ok && answer.status.sw !== 0x6a83 ? undefined : records;
    }
    if (!ef0018.isEmpty(answer.data)) records.push(ef0018.decode(answer.data));
  }
  return records;
}
