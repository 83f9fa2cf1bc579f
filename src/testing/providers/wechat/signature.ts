/**
 * Signatures of WeChat Pay v3, both ways: SHA256withRSA over lines that each end in `\n`
 * (wiki4_0 for requests, wiki3_3 for replies and notifications).
 */
import { createVerify, randomBytes } from 'node:crypto';
import type { Seal } from '../faulty-call.js';
import type { Answer, Asked } from '../http-server.js';
import { paramError, type Said, WechatRefusal, type WechatState } from './state.js';
import { signText } from '../rsa.js';
import { currentCertificate, type PlatformKey } from './keys.js';

/** A clock that is further off is refused, on both sides. */
const CLOCK_OFF_S = 300;
const STALE_S = 600;

const SCHEMA = 'WECHATPAY2-SHA256-RSA2048 ';
const FIELDS = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const;

/**
 * Holds a request to its signature: method, path with query, seconds, nonce, body as it came.
 * @throws WechatRefusal 401 SIGN_ERROR
 */
export function expectSigned(state: WechatState, { method, target, headers, body }: Asked): void {
  if (headers.accept === undefined) throw paramError('Accept is missing');
  if (headers['user-agent'] === undefined) throw paramError('User-Agent is missing');
  const fields = readAuthorization(headers.authorization ?? '');
  const { merchant } = state.keys;
  if (fields.mchid !== merchant.mchid) throw signError('mchid is not the merchant');
  if (fields.serial_no !== merchant.serialNumber) throw signError('serial_no is not known');
  const seconds = /^\d{10}$/.test(fields.timestamp) ? Number(fields.timestamp) : NaN;
  if (!(Math.abs(state.now() / 1000 - seconds) <= CLOCK_OFF_S)) {
    throw signError('timestamp is more than 5 minutes off');
  }
  const head = [method, target, fields.timestamp, fields.nonce_str].map((line) => `${line}\n`);
  const verify = createVerify('RSA-SHA256').update(head.join('')).update(body).update('\n');
  if (!verify.verify(state.keys.merchantKey, fields.signature, 'base64')) {
    throw signError('the signature is wrong');
  }
  forgetNonces(state);
  if (state.nonces.has(fields.nonce_str)) throw signError('nonce_str was used before');
  state.nonces.set(fields.nonce_str, state.now());
}

function readAuthorization(text: string): Record<(typeof FIELDS)[number], string> {
  if (!text.startsWith(SCHEMA)) throw signError('Authorization is missing, or of another kind');
  const pairs = text
    .slice(SCHEMA.length)
    .split(',')
    .map((pair) => /^\s*(\w+)="([^"]*)"\s*$/.exec(pair))
    .map((found) => [found?.[1] ?? '', found?.[2] ?? ''] as const);
  const fields = Object.fromEntries(pairs) as Record<(typeof FIELDS)[number], string>;
  for (const name of FIELDS) if (!fields[name]) throw signError(`${name} is missing`);
  return fields;
}

function forgetNonces({ nonces, now }: WechatState): void {
  for (const [nonce, usedAtMs] of nonces) {
    if (Math.abs(now() - usedAtMs) > 2 * CLOCK_OFF_S * 1000) nonces.delete(nonce);
  }
}

/** Errors about the signature come unsigned: the platform does not know who asks. */
function signError(message: string): WechatRefusal {
  return new WechatRefusal(401, 'SIGN_ERROR', message, true);
}

/**
 * The key that the request asks for by `Wechatpay-Serial`; without one, the merchant's kind.
 * @throws WechatRefusal for a name that the merchant has no key of
 */
export function keyAskedFor(state: WechatState, serial: string | undefined): PlatformKey {
  const { publicKey, certificates } = state.keys;
  const current = currentCertificate(state.keys, state.now());
  if (serial === undefined) return state.identity === 'public-key' ? publicKey : current;
  const known = [...keysOf(state), ...(state.identity === 'public-key' ? [] : certificates)];
  const found = known.find((key) => key.serial === serial);
  if (found === undefined) throw paramError('Wechatpay-Serial is not known');
  return found;
}

/** Those that may sign a notification: while a merchant switches, either. */
export function keysOf({
  identity,
  keys,
  now,
}: WechatState): readonly [PlatformKey, ...PlatformKey[]] {
  if (identity === 'public-key') return [keys.publicKey];
  const certificate = currentCertificate(keys, now());
  return identity === 'both' ? [keys.publicKey, certificate] : [certificate];
}

/** A reply with its signature, good or not. */
export function sealReply(state: WechatState, key: PlatformKey, said: Said, seal: Seal): Answer {
  const { status, json } = said;
  const body = json === undefined ? '' : JSON.stringify(json);
  const headers = {
    ...(body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'request-id': randomBytes(16).toString('hex').toUpperCase(),
    ...(said.isUnsigned === true ? {} : sign(state, key, body, seal)),
  };
  return { status, headers, body: seal === 'tampered' ? tamper(body) : body };
}

/** The four headers of a signature over seconds, nonce and body. */
export function sign(
  state: WechatState,
  { serial, privateKey }: PlatformKey,
  body: string,
  seal: Seal,
): Readonly<Record<string, string>> {
  if (seal === 'unsigned') return {};
  const seconds = Math.floor(state.now() / 1000) - (seal === 'stale' ? STALE_S : 0);
  const nonce = randomBytes(16).toString('hex');
  // An empty body has nothing to change: another one was signed.
  const signed = seal === 'tampered' && body === '' ? '{}' : body;
  const message = `${String(seconds)}\n${nonce}\n${signed}\n`;
  return {
    'wechatpay-timestamp': String(seconds),
    'wechatpay-nonce': nonce,
    'wechatpay-serial': serial,
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    'wechatpay-signature':
      seal === 'probe'
        ? `WECHATPAY/SIGNTEST/${randomBytes(192).toString('base64')}`
        : signText(message, seal === 'forged' ? state.keys.strangerKey : privateKey),
  };
}

/** Another answer than was signed, and one that would be acted upon. */
function tamper(body: string): string {
  for (const [from, to] of WORDS) if (body.includes(from)) return body.replace(from, to);
  return body.replace(/[A-Za-z](?=[^A-Za-z]*$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
}

const WORDS = [
  ['"NOTPAY"', '"SUCCESS"'],
  ['"PROCESSING"', '"SUCCESS"'],
  ['"SUCCESS"', '"CLOSED"'],
] as const;
