/** One exchange with a card, and the few that every visit begins with. */
import { copyOf, fromHex } from '../bytes.js';
import { ef0015, MASTER_FILE, TOLL_APPLICATION, TOLL_APPLICATION_NAME } from '../etc/index.js';
import { type Outcome, readBinary, select, swText } from '../apdu/index.js';
import { type ErrorRow, QuancunError } from '../errors.js';
import { transmitAll, transmitOne, type Transport } from '../transport/index.js';
import { NOT_AN_ETC_CARD } from '../etc/errors.js';
import { BYTES_LENGTH } from '../core-errors.js';

/** Sends one command and parses its answer with the command file's own parser. */
export async function exchange<T>(
  transport: Transport,
  command: Uint8Array,
  parse: (response: Uint8Array) => Outcome<T>,
): Promise<Outcome<T>> {
  return parse(await transmitOne(transport, command));
}

/** The answer, or an error that names the status word. */
export function expectOk<T>(outcome: Outcome<T>, row: ErrorRow): T {
  if (outcome.ok) return outcome;
  const { sw, en, zh } = outcome.status;
  throw new QuancunError(row, { details: { sw: swText(sw), en, zh } });
}

const NONE = new Uint8Array(0);

/**
 * Selects the toll application (MF, then DF 1001 by FID, by name where the FID is not known) and
 * sends commands in it, all in as few frames as the host allows. The answers are those of the
 * commands, up to the first that is not 9000.
 * @throws NOT_AN_ETC_CARD
 */
export async function inTollApplication(
  transport: Transport,
  commands: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const send = (...selects: Uint8Array[]): Promise<Uint8Array[]> =>
    transmitAll(transport, [...selects, ...commands]);
  const byFid = select.build({ fid: TOLL_APPLICATION });
  // A batch ends at the first SELECT that fails, and begins again behind it.
  const first = await send(select.build({ fid: MASTER_FILE }), byFid);
  const inMasterFile = isSelected(first) ? first.slice(1) : await send(byFid);
  const selected = isSelected(inMasterFile)
    ? inMasterFile
    : await send(select.build({ dfName: fromHex(TOLL_APPLICATION_NAME) }));
  expectOk(select.parse(selected[0] ?? NONE), NOT_AN_ETC_CARD);
  return selected.slice(1);
}

function isSelected([answer = NONE]: readonly Uint8Array[]): boolean {
  return select.parse(answer).ok;
}

/** Selects the MF. Cards without one do not mind being asked. */
export async function selectMasterFile(transport: Transport): Promise<void> {
  await exchange(transport, select.build({ fid: MASTER_FILE }), select.parse);
}

/** READ BINARY of EF 0015, 50 bytes: the first thing to ask in the toll application. */
export function buildReadIssueInformation(ne: number = ef0015.SIZES_BYTES[0]): Uint8Array {
  return readBinary.build({ sfi: ef0015.SFI, offset: 0, ne });
}

/** EF 0015 as bytes: 50 where the card has them, 43 on older cards, which are asked again. */
export async function takeIssueInformation(
  transport: Transport,
  firstAnswer: Uint8Array,
): Promise<Uint8Array> {
  for (const ne of ef0015.SIZES_BYTES) {
    const answer =
      ne === ef0015.SIZES_BYTES[0]
        ? readBinary.parse(firstAnswer)
        : await exchange(transport, buildReadIssueInformation(ne), readBinary.parse);
    if (answer.ok && answer.data.length >= ne) return copyOf(answer.data, 0, ne);
    if (ne === Math.min(...ef0015.SIZES_BYTES)) {
      const data = expectOk(answer, NOT_AN_ETC_CARD).data;
      throw new QuancunError(BYTES_LENGTH, {
        details: { field: 'EF 0015', expected: ne, size: data.length },
      });
    }
  }
  throw new QuancunError(NOT_AN_ETC_CARD);
}
