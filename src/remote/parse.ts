/**
 * Validators of the remote messages: exact fields, exact forms, bounded sizes, on both sides.
 * Unknown fields are refused, as everywhere in the package.
 */
import { QuancunError } from '../errors.js';
import {
  MAX_REMOTE_COMMANDS,
  REMOTE_PROTOCOL_VERSION,
  type RemoteOrder,
  type RemoteReport,
} from './messages.js';
import { MESSAGE_INVALID, PROTOCOL_VERSION } from '../json/errors.js';

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

/** A session's number. */
export const SESSION_ID = /^[0-9A-F]{32}$/;
/** A status word that is expected. */
export const EXPECTATION = /^[0-9A-FXx]{4}$/;
/** The longest command: short APDUs only. */
export const MAX_COMMAND_BYTES = 261;
const MAX_WAIT_MS = 120_000;

const isHex =
  (minBytes: number, maxBytes: number): Check =>
  (value) =>
    typeof value === 'string' &&
    value.length % 2 === 0 &&
    value.length >= 2 * minBytes &&
    value.length <= 2 * maxBytes &&
    /^[0-9A-F]*$/.test(value);
const isCount =
  (min: number, max: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
const isListOf =
  (check: Check, min: number, max: number): Check =>
  (value) =>
    Array.isArray(value) && value.length >= min && value.length <= max && value.every(check);
const isShape =
  (shape: Shape): Check =>
  (value) =>
    typeof value === 'object' && value !== null && wrongField(value, shape) === undefined;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isText: Check = (value) => typeof value === 'string' && /^[\w.-]{1,32}$/.test(value);
const isBoolean: Check = (value) => typeof value === 'boolean';
/** Of another version it may have a code that this one does not know. */
const isError: Check = (value) =>
  typeof value === 'object' && value !== null && 'code' in value && isText(value.code);
const isFailure = isShape({
  code: isText,
  sent: (value) => value === 'no' || value === 'maybe' || value === 'yes',
});
const isStep = isCount(1, 1_000_000);
const isExpectation: Check = (value) => typeof value === 'string' && EXPECTATION.test(value);

const REPORT: Shape = {
  protocol: isCount(0, 1e6),
  sessionId: (value) => typeof value === 'string' && SESSION_ID.test(value),
  kind: (value) => value === 'ready' || value === 'leave',
  card: isShape({
    kind: isText,
    atr: orNull(isHex(0, 33)),
    contactless: isBoolean,
    canReset: isBoolean,
    sessionLeftMs: orNull(isCount(0, 1e9)),
  }),
  done: isCount(0, 1_000_000),
  result: orNull(
    isShape({
      answers: isListOf(isHex(0, 258), 0, MAX_REMOTE_COMMANDS),
      failure: orNull(isFailure),
    }),
  ),
  waitMs: isCount(0, MAX_WAIT_MS),
};

const WITHIN: Shape = { protocol: isCount(0, 1e6), step: isStep, withinMs: isCount(0, 1e9) };
const COMMAND = isShape({
  command: isHex(4, MAX_COMMAND_BYTES),
  expect: isListOf(isExpectation, 0, 8),
});
const ORDERS: Readonly<Record<RemoteOrder['do'], Shape>> = {
  run: { ...WITHIN, commands: isListOf(COMMAND, 1, MAX_REMOTE_COMMANDS) },
  reset: WITHIN,
  wait: { protocol: isCount(0, 1e6) },
  stop: { protocol: isCount(0, 1e6) },
  refuse: { protocol: isCount(0, 1e6), error: isError },
};

/**
 * Checks what a terminal says.
 * 校验终端上报。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseRemoteReport(json: unknown): RemoteReport {
  const report = checked<RemoteReport>(json, REPORT);
  if ((report.done === 0) !== (report.result === null)) throw invalid('result');
  return report;
}

/**
 * Checks what a server says.
 * 校验服务器指令。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseRemoteOrder(json: unknown): RemoteOrder {
  const kind = typeof json === 'object' && json !== null && 'do' in json ? json.do : undefined;
  if (typeof kind !== 'string' || !Object.prototype.hasOwnProperty.call(ORDERS, kind)) {
    throw invalid('do');
  }
  const shape = ORDERS[kind as RemoteOrder['do']];
  return checked<RemoteOrder>(json, { ...shape, do: (value) => value === kind });
}

/** Parses JSON text. @throws MESSAGE_INVALID */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid('JSON');
  }
}

function checked<T extends { readonly protocol: number }>(json: unknown, shape: Shape): T {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid('an object');
  const { protocol } = json as { readonly protocol?: unknown };
  // The version first: another one may well have other fields.
  if (Number.isSafeInteger(protocol) && protocol !== REMOTE_PROTOCOL_VERSION) {
    throw new QuancunError(PROTOCOL_VERSION, { details: { version: protocol } });
  }
  const wrong = wrongField(json, shape);
  if (wrong !== undefined) throw invalid(wrong);
  return json as T;
}

/** The name of the first field that is not as it must be. */
function wrongField(json: object, shape: Shape): string | undefined {
  const fields: Readonly<Record<string, unknown>> = { ...json };
  const known = (name: string): boolean => Object.prototype.hasOwnProperty.call(shape, name);
  if (!Object.keys(fields).every(known)) return 'an unknown field';
  return Object.entries(shape).find(([name, check]) => !check(fields[name]))?.[0];
}

/** A message that breaks the form. */
export function invalid(problem: string): QuancunError {
  return new QuancunError(MESSAGE_INVALID, { details: { problem } });
}
