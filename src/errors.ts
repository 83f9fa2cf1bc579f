/**
 * QuancunError: the one error class of the package. It says what went wrong in English and
 * Chinese, what to do, what became of the money and whether the card can have seen the command.
 */
import {
  ERROR_TABLE,
  type ErrorCode,
  type ErrorRow,
  type MoneyState,
} from './error-table/index.js';
import { redactDetails } from './redact.js';

export type { ErrorCode, ErrorRow, MoneyState } from './error-table/index.js';
export { ERROR_TABLE } from './error-table/index.js';

/** Whether the card can have executed the command that failed. Decides what may be repeated. */
export type Sent = 'no' | 'maybe' | 'yes';

/** What a thrower may add to a code. */
export interface QuancunErrorOptions {
  /** JSON-safe facts; they fill the braces of the texts. Secrets are removed by name. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Overrides the table when the thrower knows better what became of the money. */
  readonly money?: MoneyState;
  readonly sent?: Sent;
  readonly cause?: unknown;
}

/** The JSON form of an error, for logs and the wire. */
export interface QuancunErrorJson {
  readonly name: 'QuancunError';
  readonly code: ErrorCode;
  readonly message: string;
  readonly messageZh: string;
  readonly hint: { readonly en: string; readonly zh: string };
  readonly money: MoneyState;
  readonly sent?: Sent;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * An error of quancun. Recognise it by its `code` ({@link isQuancunError}), never by `instanceof`
 * alone: ESM and CJS copies of the package may meet in one process.
 *
 * quancun 的唯一错误类型；请按 `code` 判断，不要只用 `instanceof`。
 *
 * @example
 * try { parseYuan('1e3') } catch (error) {
 *   if (isQuancunError(error)) console.log(error.code, error.messageZh, error.hint.zh, error.money)
 * }
 */
export class QuancunError extends Error {
  override readonly name = 'QuancunError' as const;
  readonly code: ErrorCode;
  readonly messageZh: string;
  readonly hint: { readonly en: string; readonly zh: string };
  readonly money: MoneyState;
  readonly sent?: Sent;
  readonly details: Readonly<Record<string, unknown>>;
  override readonly cause?: unknown;

  constructor(code: ErrorCode, options: QuancunErrorOptions = {}) {
    const row: ErrorRow = ERROR_TABLE[code];
    const details = redactDetails(options.details ?? {});
    super(fill(row.en, details));
    this.code = code;
    this.messageZh = fill(row.zh, details);
    this.hint = { en: fill(row.hint.en, details), zh: fill(row.hint.zh, details) };
    this.money = options.money ?? row.money;
    this.details = details;
    if (options.sent !== undefined) this.sent = options.sent;
    // Hidden from enumeration: a cause may be a host object that holds what must not be printed.
    Object.defineProperty(this, 'cause', { value: options.cause, enumerable: false });
  }

  /** The error as plain JSON; carries no secret and no stack. */
  toJSON(): QuancunErrorJson {
    const { name, code, message, messageZh, hint, money, details } = this;
    const json = { name, code, message, messageZh, hint, money, details };
    return this.sent === undefined ? json : { ...json, sent: this.sent };
  }

  /**
   * Rebuilds an error from its JSON, for instance one that a server answered.
   * 由 JSON 还原错误对象。
   * @throws JSON_INVALID when the value is not the JSON of a QuancunError this version knows.
   */
  static fromJSON(json: unknown): QuancunError {
    if (!isErrorJson(json)) {
      throw new QuancunError('JSON_INVALID', {
        details: { what: 'The error', problem: 'no known code' },
      });
    }
    const options: QuancunErrorOptions = { details: json.details, money: json.money };
    return new QuancunError(
      json.code,
      json.sent === undefined ? options : { ...options, sent: json.sent },
    );
  }
}

/**
 * Whether a thrown value is a QuancunError, of this copy of the package or another.
 * 判断是否为 QuancunError（可跨 ESM/CJS 副本）。
 */
export function isQuancunError(value: unknown, code?: ErrorCode): value is QuancunError {
  if (!(value instanceof Error) || value.name !== 'QuancunError') return false;
  return code === undefined || (value as QuancunError).code === code;
}

/**
 * States that something cannot happen. When it does, the error is INTERNAL: money in doubt.
 * 断言不可能发生的情况。
 */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new QuancunError('INTERNAL', { details: { what } });
}

function fill(text: string, details: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    if (value === undefined) return whole;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

const MONEY_STATES: readonly unknown[] = ['untouched', 'moved', 'in-doubt'];
const SENT_STATES: readonly unknown[] = ['no', 'maybe', 'yes', undefined];

function isErrorJson(json: unknown): json is QuancunErrorJson {
  if (typeof json !== 'object' || json === null) return false;
  const { code, money, sent, details } = json as Partial<Record<string, unknown>>;
  return (
    typeof code === 'string' &&
    Object.prototype.hasOwnProperty.call(ERROR_TABLE, code) &&
    MONEY_STATES.includes(money) &&
    SENT_STATES.includes(sent) &&
    typeof details === 'object' &&
    details !== null
  );
}
