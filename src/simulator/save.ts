/** A card as JSON text, and back. The session is not saved: a stored card has no power. */
import { QuancunError } from '../errors.js';
import { parseProfile } from './profile.js';
import { CARD_FORMAT, type CardState, NO_SESSION } from './state.js';
import { JSON_INVALID } from '../core-errors.js';

/**
 * Writes a card as JSON. It holds the card's keys in the clear: they are test keys.
 * 保存模拟卡（JSON，含测试密钥）。
 * @example
 * const text = saveCard(personalise({ kind: '3des-4x' }));
 * const card = createVirtualCard(restoreCard(text));
 */
export function saveCard(state: CardState): string {
  const { session: _session, ...kept } = state;
  return `${JSON.stringify(kept, null, 2)}\n`;
}

/**
 * Reads a saved card.
 * 恢复模拟卡。
 * @throws JSON_INVALID
 * @example
 * const text = saveCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
 * restoreCard(text).ep.balanceFen; // 5000
 */
export function restoreCard(text: string): CardState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('the text is not JSON');
  }
  if (!isObject(json) || json.format !== CARD_FORMAT) throw invalid(`format is not ${CARD_FORMAT}`);
  for (const [name, isRight] of Object.entries(FIELDS)) {
    if (!isRight(json[name])) throw invalid(`${name} has a wrong value`);
  }
  const { format: _format, profile, ...rest } = json as unknown as CardState;
  return { ...rest, format: CARD_FORMAT, profile: parseProfile(profile), session: NO_SESSION };
}

type Check = (value: unknown) => boolean;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isHex: Check = (value) => typeof value === 'string' && /^([0-9A-F]{2})*$/.test(value);
const isKeyHex: Check = (value) => typeof value === 'string' && /^[0-9A-F]{32}$/.test(value);
const isBoolean: Check = (value) => typeof value === 'boolean';
const upTo =
  (max: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => check(item));
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const isAccess = oneOf('free', 'never', 'pin', 'auth', 'mac', 'cipher');
const isFile = record({
  fid: upTo(0xffff),
  form: oneOf('transparent', 'records', 'cyclic'),
  read: isAccess,
  update: isAccess,
  contents: listOf(isHex),
  maxRecords: (value) => value === undefined || upTo(254)(value),
});
const isDirectory = record({ fid: upTo(0xffff), name: isHex, files: listOf(isFile) });
const isPurse = record({
  balanceFen: upTo(0xffffffff),
  onlineAtc: upTo(0xffff),
  offlineAtc: upTo(0xffff),
});
const isKey = record({
  use: (value) => typeof value === 'string',
  fid: upTo(0xffff),
  index: upTo(0xff),
  version: upTo(0xff),
  algorithm: upTo(0xff),
  value: isKeyHex,
});
const isProof = record({
  transactionType: upTo(0xff),
  atcBefore: upTo(0xffff),
  atcAfter: upTo(0xffff),
  mac: isHex,
  tac: isHex,
});

const FIELDS: Readonly<Record<string, Check>> = {
  profile: isObject,
  atr: isHex,
  mf: isDirectory,
  df: isDirectory,
  keys: listOf(isKey),
  pin: orNull(record({ value: isHex, limit: upTo(15), triesLeft: upTo(15) })),
  externalTriesLeft: upTo(15),
  ep: isPurse,
  ed: orNull(isPurse),
  proofs: listOf(isProof),
  application: oneOf('open', 'blocked', 'locked'),
  cardBlocked: isBoolean,
  wrongMacs: upTo(15),
  failedUnblocks: upTo(15),
  seed: isKeyHex,
  draws: upTo(Number.MAX_SAFE_INTEGER),
};

function invalid(problem: string): QuancunError {
  return new QuancunError(JSON_INVALID, { details: { what: 'The saved card', problem } });
}
