/**
 * UPDATE CAPP DATA CACHE `80 DC P1 P2 Lc tag len value`: what the DEBIT of a compound purchase will
 * write. P2 names the file and says whether P1 is a record number (4) or a tag (0).
 */
import { toHex } from '../bytes.js';
import { recordPlace } from './files.js';
import type { Received } from './received.js';
import { accept, type CardState, refuse, type Result, withSession } from './state.js';

const LOCKED = '01';

/** Keeps one record for the DEBIT; the same record twice: the last one counts. */
export function updateCappDataCache(state: CardState, { p1, p2, data }: Received): Result {
  const { open, cache } = state.session;
  if (open[open.length - 1]?.kind !== 'compound') {
    return refuse(withSession(state, { open: [], cache: [] }), 0x6901);
  }
  if (data.length < 3) return refuse(state, 0x6700);
  if (data[1] !== data.length - 2) return refuse(state, 0x6a80);
  const file = state.df.files.find(({ fid }) => fid === p2 >> 3);
  if (file === undefined) return refuse(state, 0x6a82);
  if (file.form !== 'records') return refuse(state, 0x6981);
  const record = recordPlace(file, p1, p2 & 7);
  const old = record === undefined ? undefined : file.contents[record];
  if (record === undefined || old === undefined) return refuse(state, 0x6a83);
  const hex = toHex(data);
  if (!old.startsWith(hex.slice(0, 2))) return refuse(state, 0x6a80);
  if (old.slice(4, 6) === LOCKED) return refuse(state, 0x9407);
  if (hex.length > old.length) return refuse(state, 0x6a84);
  const others = cache.filter((one) => one.fid !== file.fid || one.record !== record);
  return accept(withSession(state, { cache: [...others, { fid: file.fid, record, hex }] }));
}
