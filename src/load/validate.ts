/**
 * Validators of the messages: exact fields, exact forms, bounded sizes. Unknown fields are refused,
 * so that a misspelt one is noticed the first time and not after a year of being ignored.
 */
import { QuancunError } from '../errors.js';
import {
  type ConfirmPaymentRequest,
  type CreateOrderRequest,
  type ForeignRecord,
  PROTOCOL_VERSION,
  type TerminalEvidence,
  type VisitReport,
} from './messages.js';
import { MESSAGE_INVALID, PROTOCOL_VERSION as OTHER_VERSION } from '../json/errors.js';

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const isText =
  (max: number): Check =>
  (value) =>
    typeof value === 'string' && value.length > 0 && value.length <= max;
const isHex =
  (minBytes: number, maxBytes: number): Check =>
  (value) =>
    typeof value === 'string' &&
    value.length % 2 === 0 &&
    value.length >= 2 * minBytes &&
    value.length <= 2 * maxBytes &&
    /^[0-9A-F]*$/i.test(value);
const isDigits =
  (size: number): Check =>
  (value) =>
    typeof value === 'string' && value.length === size && /^\d*$/.test(value);
const isAmount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 1;
const isInteger: Check = (value) => Number.isSafeInteger(value);
const isResponse = isHex(2, 258);

const CREATE_ORDER: Shape = {
  protocol: isInteger,
  idempotencyKey: isText(64),
  issueInformation: (value) => isHex(43, 43)(value) || isHex(50, 50)(value),
  amountFen: isInteger,
  outlet: isText(64),
};

const CONFIRM_PAYMENT: Shape = {
  protocol: isInteger,
  orderId: isText(64),
  provider: isText(32),
  transactionId: isText(64),
  amountFen: isAmount,
};

const VISIT_REPORT: Shape = {
  protocol: isInteger,
  orderId: isText(64),
  cardNumber: isDigits(16),
  evidence: (value) => typeof value === 'object' && value !== null,
};

const isUint =
  (sizeBytes: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 256 ** sizeBytes;

const FOREIGN_RECORD: Shape = {
  atc: isUint(2),
  rawBalanceAfter: isUint(4),
  amountFen: isUint(4),
  terminal: isHex(6, 6),
  date: isDigits(8),
  time: isDigits(6),
  tac: isHex(4, 4),
};

const EVIDENCE: Readonly<Record<TerminalEvidence['kind'], Shape>> = {
  present: {},
  initialized: { terminal: isHex(6, 6), response: isResponse },
  credited: { response: isResponse },
  proved: {
    responses: (value) => Array.isArray(value) && value.length <= 4 && value.every(isResponse),
  },
  lost: {},
};

/**
 * Checks a new order's request.
 * 校验下单请求。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseCreateOrderRequest(json: unknown): CreateOrderRequest {
  return checked<CreateOrderRequest>(json, CREATE_ORDER);
}

/**
 * Checks a payment's confirmation.
 * 校验支付确认。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseConfirmPaymentRequest(json: unknown): ConfirmPaymentRequest {
  return checked<ConfirmPaymentRequest>(json, CONFIRM_PAYMENT);
}

/**
 * Checks a foreign record.
 * 校验他方圈存记录。
 * @throws MESSAGE_INVALID
 */
export function parseForeignRecord(json: unknown): ForeignRecord {
  checkShape(objectOf(json), FOREIGN_RECORD, '');
  return json as ForeignRecord;
}

/**
 * Checks a terminal's report.
 * 校验终端上报。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseVisitReport(json: unknown): VisitReport {
  const report = checked<VisitReport>(json, VISIT_REPORT);
  const evidence: Record<string, unknown> = { ...report.evidence };
  const kind = evidence.kind;
  if (typeof kind !== 'string' || !Object.prototype.hasOwnProperty.call(EVIDENCE, kind)) {
    throw invalid('evidence.kind');
  }
  const shape = EVIDENCE[kind as TerminalEvidence['kind']];
  checkShape(evidence, { ...shape, kind: isText(16) }, 'evidence.');
  return report;
}

function checked<T extends { readonly protocol: number }>(json: unknown, shape: Shape): T {
  const fields = objectOf(json);
  checkShape(fields, shape, '');
  if (fields.protocol !== PROTOCOL_VERSION) {
    throw new QuancunError(OTHER_VERSION, { details: { version: fields.protocol } });
  }
  return json as T;
}

function objectOf(json: unknown): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid('an object');
  return { ...json };
}

function checkShape(fields: Readonly<Record<string, unknown>>, shape: Shape, path: string): void {
  for (const name of Object.keys(fields)) {
    if (!Object.prototype.hasOwnProperty.call(shape, name)) throw invalid('an unknown field');
  }
  for (const [name, check] of Object.entries(shape)) {
    if (!check(fields[name])) throw invalid(path + name);
  }
}

function invalid(problem: string): QuancunError {
  return new QuancunError(MESSAGE_INVALID, { details: { problem } });
}
