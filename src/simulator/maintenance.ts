/** What issuers do to a card: change, reload, unblock the PIN; block application and card. */
import { fromHex, toHex } from '../bytes.js';
import { cipherOfKey, mac4, sameBytes, tacKeyOf } from './cryptograms.js';
import type { Received } from './received.js';
import { checkPin, openEnvelope, unprotect } from './security.js';
import { accept, type CardState, directoryOf, findKey, refuse, type Result } from './state.js';

/** Failed APPLICATION UNBLOCKs in a row that lock for ever. */
const MAX_FAILED_UNBLOCKS = 3;

/** PIN CHANGE `80 5E 01 00 old FF new`, or RELOAD PIN `80 5E 00 00 new MAC4`. */
export function changePin(state: CardState, { p1, data }: Received): Result {
  const { pin } = state;
  if (pin === null) return refuse(state, 0x9403);
  if (p1 === 0) return reloadPin(state, data);
  if (p1 !== 1) return refuse(state, 0x6a86);
  const middle = data.indexOf(0xff);
  const [old, renewed] = [data.slice(0, middle), data.slice(middle + 1)];
  if (middle < 2 || middle > 6 || renewed.length < 2 || renewed.length > 6) {
    return refuse(state, 0x6700);
  }
  return checkPin(state, old, (right) => accept(withPin(right, renewed)));
}

/** The MAC is over the new PIN alone, under the folded reload key. */
function reloadPin(state: CardState, data: Uint8Array): Result {
  if (data.length < 6 || data.length > 10) return refuse(state, 0x6700);
  const key = findKey(state, 'pinReload', state.df.fid);
  if (key === undefined) return refuse(state, 0x9403);
  const renewed = data.slice(0, -4);
  const mac = mac4(cipherOfKey(key), tacKeyOf(key), renewed);
  if (!sameBytes(mac, data.slice(-4))) return refuse(state, 0x9302);
  return accept(withPin(state, renewed));
}

/** PIN UNBLOCK `84 24 .. .. Lc E(LD ‖ PIN) MAC4`: the PIN must be the card's own. */
export function unblockPin(state: CardState, command: Received): Result {
  const key = findKey(state, 'pinUnblock', state.df.fid);
  if (key === undefined || state.pin === null) return refuse(state, 0x9403);
  const underPinKey = {
    ...state,
    keys: [{ ...key, use: 'mac', fid: directoryOf(state).fid } as const],
  };
  const secret = unprotect(underPinKey, command, false);
  if (typeof secret === 'number') return refuse(state, secret);
  const pin = openEnvelope(key, secret);
  if (typeof pin === 'number') return refuse(state, pin);
  if (!sameBytes(pin, fromHex(state.pin.value))) return refuse(state, 0x6a80);
  return accept(withPin(state, pin));
}

/** APPLICATION BLOCK `84 1E 00 00|01 04 MAC4`: 01 for ever. */
export function blockApplication(state: CardState, command: Received): Result {
  if (command.p1 !== 0 || command.p2 > 1) return refuse(state, 0x6a86);
  const body = unprotect(state, command, false);
  if (typeof body === 'number') return refuse(state, body);
  return accept({ ...state, application: command.p2 === 1 ? 'locked' : 'blocked' });
}

/** APPLICATION UNBLOCK `84 18 00 00 04 MAC4`: three failures lock for ever. */
export function unblockApplication(state: CardState, command: Received): Result {
  if (state.application === 'locked') return refuse(state, 0x9303);
  const body = unprotect(state, command, false);
  if (typeof body !== 'number') {
    return accept({ ...state, application: 'open', wrongMacs: 0, failedUnblocks: 0 });
  }
  const failedUnblocks = state.failedUnblocks + (body === 0x6988 ? 1 : 0);
  const application = failedUnblocks >= MAX_FAILED_UNBLOCKS ? 'locked' : state.application;
  return refuse({ ...state, failedUnblocks, application }, body);
}

/** CARD BLOCK `84 16 00 00 04 MAC4`: from now on every command gets 6A81. */
export function blockCard(state: CardState, command: Received): Result {
  if (command.p1 !== 0 || command.p2 !== 0) return refuse(state, 0x6a86);
  const body = unprotect(state, command, false);
  return typeof body === 'number' ? refuse(state, body) : accept({ ...state, cardBlocked: true });
}

function withPin(state: CardState, renewed: Uint8Array): CardState {
  const { pin } = state;
  if (pin === null) return state;
  return { ...state, pin: { ...pin, value: toHex(renewed), triesLeft: pin.limit } };
}
