/** `--select`: what to select on a card, in order: `fid:1001` or `aid:A000…`, by commas. */
import type { select } from '../../apdu/index.js';
import { fromHex } from '../../bytes.js';
import { MASTER_FILE, TOLL_APPLICATION, TOLL_APPLICATION_NAME } from '../../etc/index.js';
import { fromOption, wrongOption } from '../output.js';

/** The master file, as a word of `--select`. */
export const TO_MASTER_FILE = `fid:${MASTER_FILE.toString(16)}`;
/** The toll application by its identifier, as a word of `--select`. */
export const BY_FID = `fid:${TOLL_APPLICATION.toString(16)}`;
/** The toll application by its name, as a word of `--select`. */
export const BY_NAME = `aid:${TOLL_APPLICATION_NAME}`;
/** What `--select` does when it is not given. */
const FIRST = `${TO_MASTER_FILE},${BY_FID}`;
/** What the help says of `--select`. */
export const SELECT_HELP = `what to select, in order (default: ${FIRST}, then ${BY_NAME})`;
export const SELECT_HELP_ZH = `依次选择的文件或应用（默认 ${FIRST}，再 ${BY_NAME}）`;

/** One word of the list, and what it asks for. */
export interface SelectItem {
  readonly text: string;
  readonly request: select.Request;
}

/** Reads the list; an empty one selects nothing. */
export function parseSelect(list: string): SelectItem[] {
  const items = list.split(',').map((text) => text.trim());
  return items.filter((text) => text !== '').map((text) => fromOption(() => parseSelectItem(text)));
}

/** Reads one word of the list. */
export function parseSelectItem(text: string): SelectItem {
  const [, kind, hex = ''] = /^(fid|aid):([0-9a-f]+)$/i.exec(text) ?? [];
  if (kind?.toLowerCase() === 'fid' && hex.length === 4) {
    return { text, request: { fid: parseInt(hex, 16) } };
  }
  if (kind?.toLowerCase() === 'aid' && hex.length >= 10 && hex.length <= 32) {
    return { text, request: { dfName: fromHex(hex) } };
  }
  throw wrongOption('--select', `${BY_FID} or ${BY_NAME}, separated by commas`);
}

/** The requests of a list that was given, as an option of whoever reads a card. */
export function selectOption(list: string | undefined): { readonly select?: select.Request[] } {
  return list === undefined ? {} : { select: parseSelect(list).map(({ request }) => request) };
}
