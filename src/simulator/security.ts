/** Who may do what: PIN, challenge, external authentication, line protection. */
import { concat, fromHex, toHex, writeUint } from '../bytes.js';
import { cipherOfKey, decipher, encipher, mac4, sameBytes } from './cryptograms.js';
import type { Received } from './received.js';
import {
  accept,
  type Access,
  type CardKey,
  type CardState,
  directoryOf,
  findKey,
  refuse,
  type Result,
  withSession,
} from './state.js';

/** Random bytes, and the card that has drawn them. */
export function drawRandom(state: CardState, sizeBytes: 4 | 8): [CardState, Uint8Array] {
  const draws = state.draws + 1;
  const count = state.profile.rngTrusted ? draws : draws % 8;
  const seedKey: CardKey = { ...NO_KEY, value: state.seed };
  const block = encipher(
    cipherOfKey(seedKey),
    fromHex(state.seed),
    concat(COUNTED, writeUint(count, 6)),
  );
  return [{ ...state, draws }, block.slice(0, sizeBytes)];
}

function drawLong(state: CardState): [CardState, Uint8Array] {
  const [once, first] = drawRandom(state, 8);
  const [twice, second] = drawRandom(once, 8);
  return [twice, concat(first, second)];
}

const COUNTED = Uint8Array.of(0x51, 0x43);
const NO_KEY: CardKey = { use: 'mac', fid: 0, index: 0, version: 0, algorithm: 0, value: '' };

/** GET CHALLENGE `00 84 00 00 04|08`, and of 16 bytes where an SM4 card folds its cryptogram. */
export function getChallenge(state: CardState, { p1, p2, le, data }: Received): Result {
  if (p1 !== 0 || p2 !== 0) return refuse(state, 0x6a86);
  const isLong = le === 16 && state.profile.externalForm === 'folded';
  if ((le !== 4 && le !== 8 && !isLong) || data.length > 0) return refuse(state, 0x6700);
  const [drawn, random] = le === 4 || le === 8 ? drawRandom(state, le) : drawLong(state);
  return accept(withSession(drawn, { challenge: toHex(random) }), random);
}

/** VERIFY `00 20 00 00 Lc PIN`. A wrong PIN costs a try, whatever its length. */
export function verify(state: CardState, { p1, p2, data }: Received): Result {
  const { pin } = state;
  if (p1 !== 0) return refuse(state, 0x6a86);
  if (pin === null || p2 !== 0) return refuse(state, 0x9403);
  if (data.length < 2 || data.length > 6) return refuse(state, 0x6700);
  return checkPin(state, data, (verified) => accept(withSession(verified, { pinVerified: true })));
}

/** Compares with the PIN, counts, and goes on where it was right. */
export function checkPin(
  state: CardState,
  presented: Uint8Array,
  onRight: (state: CardState) => Result,
): Result {
  const { pin } = state;
  if (pin === null) return refuse(state, 0x9403);
  if (pin.triesLeft === 0) return refuse(state, 0x6983);
  if (sameBytes(presented, fromHex(pin.value))) {
    return onRight({ ...state, pin: { ...pin, triesLeft: pin.limit } });
  }
  const triesLeft = pin.triesLeft - 1;
  const wrong = withSession({ ...state, pin: { ...pin, triesLeft } }, { pinVerified: false });
  return refuse(wrong, 0x63c0 + triesLeft);
}

/** EXTERNAL AUTHENTICATE `00 82 00 keyId Lc E(challenge ‖ 00…)`, folded if the profile says so. */
export function externalAuthenticate(state: CardState, { p1, p2, data }: Received): Result {
  if (p1 !== 0) return refuse(state, 0x6a86);
  const key = findKey(state, 'external', directoryOf(state).fid, p2);
  if (key === undefined) return refuse(state, 0x6a88);
  const cipher = cipherOfKey(key);
  const isFolded = cipher.name === 'sm4' && state.profile.externalForm === 'folded';
  if (data.length !== (isFolded ? 8 : cipher.blockSizeBytes)) return refuse(state, 0x6700);
  if (state.externalTriesLeft === 0) return refuse(state, 0x6983);
  const { challenge } = state.session;
  if (challenge === null) return refuse(state, 0x6984);
  const whole = encipher(cipher, fromHex(key.value), padded(challenge, cipher.blockSizeBytes));
  const expected = isFolded ? xor(whole.slice(0, 8), whole.slice(8)) : whole;
  if (!sameBytes(data, expected)) {
    const externalTriesLeft = state.externalTriesLeft - 1;
    return refuse({ ...state, externalTriesLeft }, 0x63c0 + externalTriesLeft);
  }
  return accept(
    withSession({ ...state, externalTriesLeft: EXTERNAL_TRIES }, { authenticated: true }),
  );
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, at) => byte ^ (b[at] ?? 0));
}

/** Tries at EXTERNAL AUTHENTICATE. */
export const EXTERNAL_TRIES = 10;

/** INTERNAL AUTHENTICATE `00 88 00 keyId Lc data`: the data enciphered. */
export function internalAuthenticate(state: CardState, { p1, p2, data }: Received): Result {
  if (p1 !== 0) return refuse(state, 0x6a86);
  const key = findKey(state, 'internal', directoryOf(state).fid, p2);
  if (key === undefined) return refuse(state, 0x6a88);
  const cipher = cipherOfKey(key);
  if (data.length === 0 || data.length % cipher.blockSizeBytes !== 0) return refuse(state, 0x6700);
  return accept(state, encipher(cipher, fromHex(key.value), data));
}

/**
 * Takes the line protection off a command: the MAC is over header (Lc counts the MAC) and data,
 * with the challenge as initial value. Says the plain data, or a status word.
 */
export function unprotect(
  state: CardState,
  { header, data }: Received,
  enciphered: boolean,
): Uint8Array | number {
  const key = findKey(state, 'mac', directoryOf(state).fid);
  const { challenge } = state.session;
  if (key === undefined) return 0x6a88;
  if (challenge === null) return 0x6984;
  if (data.length < 4) return 0x6987;
  const cipher = cipherOfKey(key);
  const initial = padded(challenge, cipher.blockSizeBytes);
  const body = data.slice(0, -4);
  const mac = mac4(cipher, fromHex(key.value), concat(header, body), initial);
  if (!sameBytes(mac, data.slice(-4))) return 0x6988;
  return enciphered ? openEnvelope(key, body) : body;
}

/** The MAC of an answer: over its data alone, with the command's initial value. */
export function protectAnswer(state: CardState, data: Uint8Array): Uint8Array | number {
  const key = findKey(state, 'mac', directoryOf(state).fid);
  const { challenge } = state.session;
  if (key === undefined || challenge === null) return 0x6984;
  const cipher = cipherOfKey(key);
  const initial = padded(challenge, cipher.blockSizeBytes);
  return concat(data, mac4(cipher, fromHex(key.value), data, initial));
}

/** LD ‖ plain ‖ 80 00…, the padding only where the block was not full. */
export function openEnvelope(key: CardKey, secret: Uint8Array): Uint8Array | number {
  const cipher = cipherOfKey(key);
  if (secret.length === 0 || secret.length % cipher.blockSizeBytes !== 0) return 0x6a80;
  const plain = decipher(cipher, fromHex(key.value), secret);
  const size = plain[0] ?? 0;
  const rest = plain.slice(1 + size);
  const wellPadded = rest.length === 0 || (rest[0] === 0x80 && rest.slice(1).every((b) => b === 0));
  if (size + 1 > plain.length || rest.length >= cipher.blockSizeBytes || !wellPadded) return 0x6a80;
  return plain.slice(1, 1 + size);
}

/** Whether the session may do this; `mac` and `cipher` are checked by the command itself. */
export function mayAccess(state: CardState, access: Access): boolean {
  switch (access) {
    case 'free':
    case 'mac':
    case 'cipher':
      return true;
    case 'pin':
      return state.session.pinVerified;
    case 'auth':
      return state.session.authenticated;
    case 'never':
      return false;
  }
}

/** The challenge as initial value or plain text: 00 behind it. */
export function padded(challenge: string, sizeBytes: number): Uint8Array {
  const block = new Uint8Array(sizeBytes);
  block.set(fromHex(challenge).slice(0, sizeBytes));
  return block;
}
