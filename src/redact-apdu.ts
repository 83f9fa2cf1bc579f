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
const NONE = new Uint8Array(0);
/** 61xx: more of this answer can be fetched with GET RESPONSE. */
const SW1_MORE = 0x61;

/**
 * Command and answer as hex, with `**` for each byte that must not leave.
 * 交互脱敏：PIN、MAC、卡号、车牌、姓名以 `**` 代替。
 */
export function redactExchange(command: Uint8Array, response: Uint8Array = NONE): [string, string] {
  return [
    hide(command, commandRanges(command)),
    hide(response, withinBody(responseRanges(command, response), response)),
  ];
}

/**
 * A redactor for one session. An answer that comes in pieces (61xx, GET RESPONSE) is looked at as
 * one: the second piece of an FCI shows nothing that the whole would not.
 * 会话脱敏器：分段应答（61xx）按整体脱敏。
 */
export function createSessionRedactor(): typeof redactExchange {
  let asked: Uint8Array | undefined;
  let got = NONE;
  const redact = (command: Uint8Array, response: Uint8Array): [string, string] => {
    const first = command[1] === INS.getResponse ? (asked ?? command) : command;
    const before = first === command ? NONE : got;
    const whole = new Uint8Array([...before, ...response]);
    const more = response[response.length - 2] === SW1_MORE;
    asked = more ? Uint8Array.from(first) : undefined;
    got = more ? whole.slice(0, -2) : NONE;
    const ranges = withinBody(responseRanges(first, whole), whole);
    const pieces = ranges.map((range) => shifted(range, -before.length));
    return [hide(command, commandRanges(command)), hide(response, pieces)];
  };
  return (command, response) => redact(command, response ?? NONE);
}

function commandRanges(command: Uint8Array): readonly Range[] {
  const [cla = 0, ins = 0] = command;
  const data = dataRange(command);
  const lastFour: Range = data.whole
    ? [Math.max(data.start, data.end - 4), data.end]
    : [5, data.end];
  const all: Range = [data.start, data.end];
  const protectedByMac = (cla & 0x0f) === 0x04;
  switch (ins) {
    case INS.verify:
    case INS.pinChange:
    case INS.pinUnblock:
    case INS.writeKey:
    case INS.externalAuthenticate:
      return [all];
    case INS.credit:
    case INS.debit:
    case INS.overdraft:
      // Behind its own MAC a protected command carries another.
      return [protectedByMac ? all : lastFour];
    case INS.updateBinary:
    case INS.updateRecord:
      // What is written may be a name or a plate; a MAC may follow it. UPDATE CAPP DATA CACHE
      // (80 DC) carries the plate of a passage.
      return [all];
    default:
      return protectedByMac && data.end - data.start >= 4 ? [lastFour] : [];
  }
}

/** Where the data stand, short or extended. Of a length that does not fit nothing is believed. */
function dataRange(command: Uint8Array): { start: number; end: number; whole: boolean } {
  const { length } = command;
  const [, , , , lc = 0, high = 0, low = 0] = command;
  const extended = lc === 0 && length > 7;
  const start = extended ? 7 : 5;
  const end = start + (extended ? (high << 8) | low : lc);
  const leBytes = extended ? 2 : 1;
  const whole = length <= 5 || length === end || length === end + leBytes;
  return whole ? { start, end, whole } : { start: 5, end: length, whole };
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
  // What follows a first piece is not known yet.
  const more = response[response.length - 2] === SW1_MORE;
  return more || response.length > 2 + 28 ? [[0, response.length - 2]] : [];
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
