/**
 * The redactor's knowledge of the card's bytes: which bytes of a command or an answer are a PIN, a
 * MAC that gives permission, a card number, a plate, a name. Imports nothing of apdu: it must work
 * on bytes that no parser understands.
 */

/** Half-open ranges of bytes to hide; a negative end counts from the end. */
type Range = readonly [start: number, end: number];

const INS = {
  verify: 0x20,
  pinChange: 0x5e,
  pinUnblock: 0x24,
  writeKey: 0xd4,
  externalAuthenticate: 0x82,
  credit: 0x52,
  debit: 0x54,
  overdraft: 0x58,
  select: 0xa4,
  readBinary: 0xb0,
  updateBinary: 0xd6,
  readRecord: 0xb2,
  updateRecord: 0xdc,
  getResponse: 0xc0,
} as const;

/** In EF 0015: card number (12–19) and plate (28–39). */
const ISSUE_FILE: readonly Range[] = [
  [12, 20],
  [28, 40],
];
/** In EF 0012: the plate of the last passage (24–35). */
const TOLL_FILE: readonly Range[] = [[24, 36]];
const ISSUE_SFI = 0x15;
const TOLL_SFI = 0x12;
/** A short file identifier says which file a read is of; without one, a 43-byte answer could be. */
const SFI_FLAG = 0x80;

/**
 * Command and answer as hex, with `**` for each byte that must not leave.
 * 交互脱敏：PIN、MAC、卡号、车牌、姓名以 `**` 代替。
 */
export function redactExchange(
  command: Uint8Array,
  response: Uint8Array = new Uint8Array(0),
): [string, string] {
  return [
    hide(command, commandRanges(command)),
    hide(response, withinBody(responseRanges(command, response), response)),
  ];
}

function commandRanges(command: Uint8Array): readonly Range[] {
  const [cla = 0, ins = 0] = command;
  const lc = command[4] ?? 0;
  const data: Range = [5, 5 + lc];
  const lastFour: Range = [5 + lc - 4, 5 + lc];
  switch (ins) {
    case INS.verify:
    case INS.pinChange:
    case INS.pinUnblock:
    case INS.writeKey:
    case INS.externalAuthenticate:
      return [data];
    case INS.credit:
    case INS.debit:
    case INS.overdraft:
      return [lastFour];
    case INS.updateBinary:
    case INS.updateRecord:
      // What is written may be a name or a plate; a MAC may follow it. UPDATE CAPP DATA CACHE
      // (80 DC) carries the plate of a passage.
      return [data];
    default:
      return (cla & 0x0f) === 0x04 && lc >= 4 ? [lastFour] : [];
  }
}

function responseRanges(command: Uint8Array, response: Uint8Array): readonly Range[] {
  const [, ins = 0, p1 = 0, p2 = 0] = command;
  const body: Range = [0, response.length - 2];
  switch (ins) {
    case INS.select:
    case INS.getResponse:
      return issueFileInside(response);
    case INS.readBinary: {
      const sfi = (p1 & SFI_FLAG) !== 0 ? p1 & 0x1f : 0;
      if (sfi === ISSUE_SFI) return ISSUE_FILE.map((range) => shifted(range, -p2));
      if (sfi === TOLL_SFI) return TOLL_FILE.map((range) => shifted(range, -p2));
      // EF 0016 holds a name; what no table knows may too.
      return [body];
    }
    case INS.readRecord:
      // The log (SFI 18) has no name or plate; other records may.
      return p2 >> 3 === 0x18 ? [] : [body];
    default:
      return [];
  }
}

/** An FCI carries EF 0015 behind 9F0C: hide its ranges, or all of it when it stands elsewhere. */
function issueFileInside(response: Uint8Array): readonly Range[] {
  for (let at = 0; at + 2 < response.length; at += 1) {
    if (response[at] === 0x9f && response[at + 1] === 0x0c) {
      return ISSUE_FILE.map((range) => shifted(range, at + 3));
    }
  }
  return response.length > 2 + 28 ? [[0, response.length - 2]] : [];
}

function shifted([start, end]: Range, by: number): Range {
  return [start + by, end + by];
}

/** The status word says what happened: it is never hidden. */
function withinBody(ranges: readonly Range[], response: Uint8Array): readonly Range[] {
  return ranges.map(([start, end]) => [start, Math.min(end, response.length - 2)]);
}

function hide(bytes: Uint8Array, ranges: readonly Range[]): string {
  return Array.from(bytes, (byte, index) => {
    const hidden = ranges.some(([start, end]) => index >= start && index < end);
    return hidden ? '**' : byte.toString(16).toUpperCase().padStart(2, '0');
  }).join('');
}
