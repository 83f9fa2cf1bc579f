/** The file system: SELECT, and reading and writing of files with their access conditions. */
import { fromHex, toHex } from '../bytes.js';
import { MASTER_FILE } from '../etc/index.js';
import type { Received } from './received.js';
import { mayAccess, protectAnswer, unprotect } from './security.js';
import {
  accept,
  type CardFile,
  type CardState,
  type Directory,
  directoryOf,
  NO_SESSION,
  refuse,
  type Result,
} from './state.js';

const BY_FID = 0x00;
const BY_NAME = 0x04;
/** Record number in P1, as opposed to a tag. */
const BY_NUMBER = 4;
const BY_TAG = 0;
const APPEND = 3;

/** SELECT `00 A4 00 00 02 FID` or `00 A4 04 00 Lc name`. Any SELECT ends the session. */
export function select(state: CardState, { p1, p2, data }: Received): Result {
  if ((p1 !== BY_FID && p1 !== BY_NAME) || (p2 !== 0 && p2 !== 2)) return refuse(state, 0x6a86);
  const cleared = { ...state, session: { ...NO_SESSION, directory: state.session.directory } };
  if (p1 === BY_NAME) return selectByName(cleared, data, p2);
  if (data.length !== 2) return refuse(state, 0x6700);
  const fid = (data[0] ?? 0) * 256 + (data[1] ?? 0);
  if (fid === MASTER_FILE) return selectDirectory(cleared, 'mf');
  if (fid === state.df.fid && state.profile.selectByFid) return selectDirectory(cleared, 'df');
  const known = directoryOf(cleared).files.some((file) => file.fid === fid);
  if (!known) return refuse(cleared, 0x6a82);
  return accept({ ...cleared, session: { ...cleared.session, currentFid: fid } });
}

/** A name may be cut on the right; no two names begin alike, so there is no next one. */
function selectByName(state: CardState, name: Uint8Array, p2: number): Result {
  if (name.length < 5 || name.length > 16) return refuse(state, 0x6700);
  const matches = (directory: Directory): boolean => directory.name.startsWith(toHex(name));
  if (p2 === 0 && matches(state.mf)) return selectDirectory(state, 'mf');
  if (p2 === 0 && matches(state.df)) return selectDirectory(state, 'df');
  return refuse(state, 0x6a82);
}

function selectDirectory(state: CardState, directory: 'mf' | 'df'): Result {
  const selected = { ...state, session: { ...NO_SESSION, directory } };
  const fci = state.profile.selectFci ? buildFci(directoryOf(selected)) : undefined;
  if (directory === 'mf' || state.application === 'open') return accept(selected, fci);
  const sw = state.profile.statusWords.blockedSelect;
  return fci === undefined ? refuse(selected, sw) : { state: selected, sw, data: fci };
}

/** MF: 6F{84 name, A5{88 01 01}}; application: 6F{84 name, A5{9F08 02 0102, 9F0C EF 0015}}. */
function buildFci({ fid, name, files }: Directory): Uint8Array {
  const node = (tag: string, value: string): string =>
    tag + toHex(Uint8Array.of(value.length / 2)) + value;
  const issue = files.find((file) => file.fid === 0x0015)?.contents[0] ?? '';
  const own = fid === MASTER_FILE ? node('88', '01') : node('9F08', '0102') + node('9F0C', issue);
  return fromHex(node('6F', node('84', name) + node('A5', own)));
}

/** READ BINARY `00 B0`; `04 B0 P1 P2 04 MAC Le` answers data and its MAC. */
export function readBinary(state: CardState, command: Received): Result {
  const found = findBinary(state, command);
  if (typeof found === 'number') return refuse(state, found);
  const { file, offset, current } = found;
  const secured = command.cla === 0x04;
  if (secured) {
    const body = unprotect(state, command, false);
    if (typeof body === 'number') return refuse(current, body);
    if (body.length > 0) return refuse(current, 0x6700);
  } else if (command.data.length > 0) return refuse(state, 0x6700);
  if (!mayAccess(state, file.read)) return refuse(current, 0x6982);
  const contents = fromHex(file.contents[0] ?? '');
  const rest = contents.length - offset;
  if (rest <= 0) return refuse(current, 0x6b00);
  const wanted = command.le === undefined || command.le === 256 ? Math.min(rest, 256) : command.le;
  if (wanted > rest) return refuse(current, 0x6c00 + rest);
  const data = contents.slice(offset, offset + wanted);
  if (!secured) return accept(current, data);
  const answer = protectAnswer(state, data);
  return typeof answer === 'number' ? refuse(current, answer) : accept(current, answer);
}

/** UPDATE BINARY `00|04 D6|D0`. */
export function updateBinary(state: CardState, command: Received): Result {
  const found = findBinary(state, command);
  if (typeof found === 'number') return refuse(state, found);
  const { file, offset, current } = found;
  const data = writable(state, file, command);
  if (typeof data === 'number') return refuse(current, data);
  const contents = fromHex(file.contents[0] ?? '');
  if (offset + data.length > contents.length) return refuse(current, 0x6b00);
  contents.set(data, offset);
  return accept(withFile(current, { ...file, contents: [toHex(contents)] }));
}

/** READ RECORD `00 B2 P1 P2`: by number (P2 low bits 4) or by tag (0). Record 1 is the newest. */
export function readRecord(state: CardState, { p1, p2, le, data }: Received): Result {
  if (data.length > 0) return refuse(state, 0x6700);
  const found = findRecords(state, p2);
  if (typeof found === 'number') return refuse(state, found);
  const { file, current } = found;
  if (!mayAccess(state, file.read)) return refuse(current, 0x6982);
  const record = recordPlace(file, p1, p2 & 7);
  const hex = record === undefined ? undefined : file.contents[record];
  if (hex === undefined) return refuse(current, 0x6a83);
  const bytes = fromHex(hex);
  if (le !== undefined && le !== 256 && le !== bytes.length) {
    return refuse(current, 0x6c00 + bytes.length);
  }
  return accept(current, bytes);
}

/** UPDATE RECORD `00|04 DC P1 P2`; of a tagged record the tag and the length must stay. */
export function updateRecord(state: CardState, command: Received): Result {
  const found = findRecords(state, command.p2);
  if (typeof found === 'number') return refuse(state, found);
  const { file, current } = found;
  const data = writable(state, file, command);
  if (typeof data === 'number') return refuse(current, data);
  if (file.form === 'cyclic') {
    return (command.p2 & 7) === APPEND ? pushRecord(current, file, data) : refuse(current, 0x6a86);
  }
  const record = recordPlace(file, command.p1, command.p2 & 7);
  const old = record === undefined ? undefined : file.contents[record];
  if (old === undefined) return refuse(current, 0x6a83);
  const written = toHex(data);
  if (written.length !== old.length || written.slice(0, 4) !== old.slice(0, 4)) {
    return refuse(current, 0x6a85);
  }
  const contents = file.contents.map((hex, index) => (index === record ? written : hex));
  return accept(withFile(current, { ...file, contents }));
}

/** APPEND RECORD `00|04 E2 00 P2`. */
export function appendRecord(state: CardState, command: Received): Result {
  if (command.p1 !== 0) return refuse(state, 0x6a86);
  const found = findRecords(state, command.p2);
  if (typeof found === 'number') return refuse(state, found);
  const { file, current } = found;
  const data = writable(state, file, command);
  if (typeof data === 'number') return refuse(current, data);
  if (file.form === 'cyclic') return pushRecord(current, file, data);
  if (file.contents.length >= (file.maxRecords ?? 254)) return refuse(current, 0x6a84);
  return accept(withFile(current, { ...file, contents: [...file.contents, toHex(data)] }));
}

/** A cyclic file takes the new record in front and lets the oldest go. */
function pushRecord(state: CardState, file: CardFile, record: Uint8Array): Result {
  return accept(withFile(state, withNewest(file, toHex(record))));
}

/** A cyclic file with one more record. */
export function withNewest(file: CardFile, hex: string): CardFile {
  return { ...file, contents: [hex, ...file.contents].slice(0, file.maxRecords) };
}

/** The card with a file changed. */
export function withFile(state: CardState, file: CardFile): CardState {
  const change = (directory: Directory): Directory => ({
    ...directory,
    files: directory.files.map((old) => (old.fid === file.fid ? file : old)),
  });
  return state.session.directory === 'mf'
    ? { ...state, mf: change(state.mf) }
    : { ...state, df: change(state.df) };
}

/** Position of the record that P1 and the low bits of P2 name. */
export function recordPlace(file: CardFile, p1: number, lowBits: number): number | undefined {
  if (lowBits === BY_NUMBER) return p1 === 0 ? undefined : p1 - 1;
  if (lowBits !== BY_TAG) return undefined;
  const tag = toHex(Uint8Array.of(p1));
  const place = file.contents.findIndex((hex) => hex.startsWith(tag));
  return place < 0 ? undefined : place;
}

/** What the command may write: the data without their protection, or a status word. */
function writable(state: CardState, file: CardFile, command: Received): Uint8Array | number {
  const { update } = file;
  const protectedFile = update === 'mac' || update === 'cipher';
  if (protectedFile && command.cla !== 0x04) return 0x6987;
  if (!protectedFile && command.cla === 0x04) return 0x6900;
  if (!mayAccess(state, update)) return 0x6982;
  if (command.data.length === 0) return 0x6700;
  return protectedFile ? unprotect(state, command, update === 'cipher') : command.data;
}

interface Found {
  readonly file: CardFile;
  /** The card with this file as its current one. */
  readonly current: CardState;
}

/** P1 `100sssss` names a file and P2 is the offset; otherwise P1P2 is, in the current file. */
function findBinary(
  state: CardState,
  { p1, p2 }: Received,
): (Found & { readonly offset: number }) | number {
  const bySfi = (p1 & 0x80) !== 0;
  if (bySfi && (p1 & 0x60) !== 0) return 0x6a86;
  const found = findFile(state, bySfi ? p1 & 0x1f : 0);
  if (typeof found === 'number') return found;
  if (found.file.form !== 'transparent') return 0x6981;
  return { ...found, offset: bySfi ? p2 : p1 * 256 + p2 };
}

function findRecords(state: CardState, p2: number): Found | number {
  const found = findFile(state, p2 >> 3);
  if (typeof found === 'number') return found;
  return found.file.form === 'transparent' ? 0x6981 : found;
}

function findFile(state: CardState, sfi: number): Found | number {
  const { currentFid } = state.session;
  if (sfi === 0 && currentFid === null) return 0x6986;
  const fid = sfi === 0 ? currentFid : sfi;
  const file = directoryOf(state).files.find((one) => one.fid === fid);
  if (file === undefined) return 0x6a82;
  return { file, current: { ...state, session: { ...state.session, currentFid: file.fid } } };
}
