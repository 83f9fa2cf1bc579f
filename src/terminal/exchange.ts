/** One exchange with a card, and the few that every visit begins with. */
import { copyOf, fromHex } from '../bytes.js';
import { ef0015, MASTER_FILE, TOLL_APPLICATION, TOLL_APPLICATION_NAME } from '../etc/index.js';
import { type Outcome, readBinary, select, statusWordOf } from '../apdu/index.js';
import { type ErrorRow, QuancunError } from '../errors.js';
import { transmitAll, transmitOne, type Transport } from '../transport/index.js';
import { TRANSPORT_FRAME } from '../transport/errors.js';
import { NOT_AN_ETC_CARD } from '../etc/errors.js';
import { LOCKED, LOCKED_FOR_EVER, refusalOf, selectRefusal } from './refusals.js';

/** Sends one command and parses its answer with the command file's own parser. */
export async function exchange<T>(
  transport: Transport,
  command: Uint8Array,
  parse: (response: Uint8Array) => Outcome<T>,
): Promise<Outcome<T>> {
  return parse(await transmitOne(transport, command));
}

/**
 * The answer, or an error that names the status word.
 * @param locked the status words by which a locked application refuses this command
 */
export function expectOk<T>(
  outcome: Outcome<T>,
  row: ErrorRow,
  locked: readonly number[] = LOCKED_FOR_EVER,
): T {
  if (outcome.ok) return outcome;
  throw refusalOf(outcome.status, row, locked);
}

/** What a short command can be answered: 256 bytes and a status word. No message holds more. */
const MAX_TOLD_BYTES = 258;

/**
 * An answer that the server is told of: one that no message holds is none, and its reader is odd.
 * @throws TRANSPORT_FRAME
 */
export function expectTellable(answer: Uint8Array): Uint8Array {
  if (answer.length >= 2 && answer.length <= MAX_TOLD_BYTES) return answer;
  const details = { problem: `an answer of ${String(answer.length)} bytes` };
  throw new QuancunError(TRANSPORT_FRAME, { details, sent: 'maybe' });
}

const NONE = new Uint8Array(0);
/** SELECT with Le = 00, as most cards want it, and without Le, as a few do. */
const SELECT_NE = [256, 0] as const;
const WRONG_LENGTH = 0x6700;

/**
 * Selects the toll application (MF, then DF 1001 by FID, by name where the FID is not known) and
 * sends commands in it, all in as few frames as the host allows. The answers are those of the
 * commands, up to the first that is not 9000.
 * @param path selects these instead, in order; the last must be found
 * @throws NOT_AN_ETC_CARD, CARD_LOCKED, RESPONSE_IN_PARTS
 */
export async function inTollApplication(
  transport: Transport,
  commands: readonly Uint8Array[],
  path?: SelectPath,
): Promise<Uint8Array[]> {
  for (const ne of SELECT_NE) {
    const along = (way: SelectPath): Promise<Along> => selectAlong(transport, way, commands, ne);
    const first = await along(path ?? BY_FID);
    if (first.answers !== undefined) return first.answers;
    const second = path === undefined ? await along(BY_NAME) : undefined;
    if (second?.answers !== undefined) return second.answers;
    const said = [...first.said, ...(second?.said ?? [])];
    const isLeRefused = said.some((answer) => statusWordOf(answer) === WRONG_LENGTH);
    if (!isLeRefused || ne === SELECT_NE[SELECT_NE.length - 1]) throw selectRefusal(said);
  }
  throw new QuancunError(NOT_AN_ETC_CARD);
}

/** What to select, in order; cards disagree about all but the last. */
export type SelectPath = readonly select.Request[];

const BY_FID: SelectPath = [{ fid: MASTER_FILE }, { fid: TOLL_APPLICATION }];
const BY_NAME: SelectPath = [{ dfName: fromHex(TOLL_APPLICATION_NAME) }];

interface Along {
  /** What each SELECT was answered. */
  readonly said: readonly Uint8Array[];
  /** The answers to the commands; absent where the last SELECT was refused. */
  readonly answers?: Uint8Array[];
}

async function selectAlong(
  transport: Transport,
  path: SelectPath,
  commands: readonly Uint8Array[],
  ne: number,
): Promise<Along> {
  const said: Uint8Array[] = [];
  while (said.length < path.length) {
    // A batch ends at the first SELECT that fails, and begins again behind it.
    const selects = path.slice(said.length).map((request) => select.build({ ...request, ne }));
    const answers = await transmitAll(transport, [...selects, ...commands]);
    said.push(...(answers.length === 0 ? [NONE] : answers.slice(0, selects.length)));
    const isSelected =
      said.length === path.length && select.parse(said[path.length - 1] ?? NONE).ok;
    if (isSelected) return { said, answers: answers.slice(selects.length) };
  }
  return { said };
}

/** Selects the MF. Cards without one do not mind being asked. */
export async function selectMasterFile(transport: Transport): Promise<void> {
  for (const ne of SELECT_NE) {
    const answer = await transport.transmit(select.build({ fid: MASTER_FILE, ne }));
    if (statusWordOf(answer) !== WRONG_LENGTH) return;
  }
}

/** READ BINARY of EF 0015, 50 bytes: the first thing to ask in the toll application. */
export function buildReadIssueInformation(ne: number = ef0015.SIZES_BYTES[0]): Uint8Array {
  return readBinary.build({ sfi: ef0015.SFI, offset: 0, ne });
}

/**
 * EF 0015 as bytes: 50 where the card has them, 43 on older cards, which are asked again. City
 * cards have a file of that number too, of 30 bytes.
 * @throws NOT_AN_ETC_CARD, CARD_LOCKED
 */
export async function takeIssueInformation(
  transport: Transport,
  firstAnswer: Uint8Array,
): Promise<Uint8Array> {
  const [long, short] = ef0015.SIZES_BYTES;
  const first = readBinary.parse(firstAnswer);
  if (first.ok && first.data.length >= long) return copyOf(first.data, 0, long);
  const second = await exchange(transport, buildReadIssueInformation(short), readBinary.parse);
  const { data } = expectOk(second, NOT_AN_ETC_CARD, LOCKED);
  if (data.length >= short) return copyOf(data, 0, short);
  const details = { field: 'EF 0015', expected: short, size: data.length };
  throw new QuancunError(NOT_AN_ETC_CARD, { details });
}
