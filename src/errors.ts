/**
 * QuancunError: the one error class of the package. It says what went wrong in English and
 * Chinese, what to do, what became of the money and whether the card can have seen the command.
 */
import { INTERNAL } from './core-errors.js';
import {
  type Actor,
  CODE_FORM,
  type ErrorRow,
  type Hint,
  type MoneyState,
  type Retry,
  type Words,
} from './error-row.js';
import type { KnownErrorCode } from './error-table.js';
import { homepage } from '../package.json';
import { redactDetails, redactText } from './redact.js';

export type { Actor, ErrorRow, Hint, MoneyState, Retry, Words } from './error-row.js';
export type { KnownErrorCode } from './error-table.js';

/**
 * A stable error code. The editor completes those that this version knows; another version, or
 * another system on the way, may have more, and they are carried as they came.
 */
export type ErrorCode = KnownErrorCode | (string & Record<never, never>);

/** Whether the card can have executed the command that failed. Decides what may be repeated. */
export type Sent = 'no' | 'maybe' | 'yes';

/** What a thrower may add to a row. */
export interface QuancunErrorOptions {
  /** JSON-safe facts; they fill the braces of the texts. Secrets are removed by name. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Overrides the row when the thrower knows better what became of the money. */
  readonly money?: MoneyState;
  readonly sent?: Sent;
  readonly cause?: unknown;
}

/** What a layer above knows better of an error that it hands on. */
export interface Restatement extends QuancunErrorOptions {
  /** Advice for the stage that was reached. Who has to stop is told so before it. */
  readonly hint?: Hint;
  readonly retry?: Retry;
}

/** What an error says, with its details filled in. */
export interface ErrorTexts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly messageZh: string;
  readonly hint: Hint;
  readonly actor: Actor;
  readonly stop: boolean;
  readonly retry: Retry;
}

/** The JSON form of an error, for logs and the wire. */
export interface QuancunErrorJson extends ErrorTexts {
  readonly name: 'QuancunError';
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
 * import { parseYuan } from 'quancun/money';
 * try {
 *   parseYuan('1e3');
 * } catch (error) {
 *   if (isQuancunError(error)) console.log(error.code, error.money); // AMOUNT_INVALID untouched
 * }
 */
export class QuancunError extends Error {
  override readonly name = 'QuancunError' as const;
  readonly code: ErrorCode;
  readonly messageZh: string;
  readonly hint: Hint;
  readonly money: MoneyState;
  /** Who acts next. 由谁处理。 */
  readonly actor: Actor;
  /** The person stops and calls the administrator. 停止操作，联系管理员。 */
  readonly stop: boolean;
  /** Whether the same order may be tried again by 圈存; never a new payment. 同一订单可否再圈存。 */
  readonly retry: Retry;
  readonly sent?: Sent;
  readonly details: Readonly<Record<string, unknown>>;
  override readonly cause?: unknown;

  /** @param row what it says; a code alone, of which nothing more is known, speaks for itself */
  constructor(row: ErrorRow | ErrorCode, options: QuancunErrorOptions = {}) {
    const whole = typeof row === 'string' ? rowOf({ code: row }) : row;
    const details = redactDetails(options.details ?? {});
    const { code, message, messageZh, hint, actor, stop, retry } = textsOf(whole, details);
    super(message);
    this.code = code;
    this.messageZh = messageZh;
    this.hint = hint;
    this.actor = actor;
    this.stop = stop;
    this.retry = retry;
    this.money = options.money ?? whole.money;
    this.details = details;
    if (options.sent !== undefined) this.sent = options.sent;
    // A cause may be a host object that holds what must not be printed: consoles show a getter as
    // one, and do not open it.
    const { cause } = options;
    Object.defineProperty(this, 'cause', { get: () => cause, enumerable: false });
  }

  /** The page of this code; offline: `quancun explain CODE`. 该错误码的说明页。 */
  get docs(): string {
    return addressOf(this.code);
  }

  /** The error as plain JSON; carries no secret and no stack. */
  toJSON(): QuancunErrorJson {
    const { name, code, message, messageZh, hint, money, actor, stop, retry, details } = this;
    const json = { name, code, message, messageZh, hint, money, actor, stop, retry, details };
    return this.sent === undefined ? json : { ...json, sent: this.sent };
  }

  /**
   * Rebuilds an error from its JSON, for instance one that a server answered. Texts, money state
   * and hint are those that came with it, whether this version knows the code or not. What is
   * missing, as from an older server, is the careful choice: money in doubt, the hint not to repeat
   * anything, the administrator's turn, stop, never again.
   * 由 JSON 还原错误对象；保留随附的文本与资金状态（未知错误码亦然）；缺少的字段取最稳妥的值。
   * @throws JSON_INVALID when the value names no code
   */
  static fromJSON(json: unknown): QuancunError {
    const said = fieldsOf(json);
    if (typeof said.code !== 'string' || !CODE_FORM.test(said.code)) {
      // Carried by everybody who has an error: the row of JSON that is wrong would be too dear.
      const message = 'The JSON names no error code';
      const texts = { message, messageZh: '该 JSON 缺少错误码' };
      throw new QuancunError(rowOf({ code: 'JSON_INVALID', ...texts, money: 'untouched' }));
    }
    const { sent, details } = said;
    return new QuancunError(rowOf({ ...said, code: said.code }), {
      details: redactDetails(fieldsOf(details), 'of a stranger'),
      ...(sent === 'no' || sent === 'maybe' || sent === 'yes' ? { sent } : {}),
    });
  }
}

/**
 * The address of a code's page. 错误码说明页的地址。
 * @example addressOf('CARD_LOST').endsWith('/errors/CARD_LOST.html'); // true
 */
export function addressOf(code: ErrorCode): string {
  return `${homepage}errors/${code}.html`;
}

/**
 * Whether a thrown value is a QuancunError, of this copy of the package or another.
 * 判断是否为 QuancunError（可跨 ESM/CJS 副本）。
 * @example
 * import { parseYuan } from 'quancun/money';
 * try {
 *   parseYuan('1e3');
 * } catch (error) {
 *   if (isQuancunError(error, 'AMOUNT_INVALID')) console.log(error.money); // untouched
 * }
 */
export function isQuancunError(value: unknown, code?: ErrorCode): value is QuancunError {
  if (!(value instanceof Error) || value.name !== 'QuancunError') return false;
  return code === undefined || (value as QuancunError).code === code;
}

/**
 * What a row says of these details.
 * @example
 * import { ERROR_TABLE } from 'quancun/error-table';
 * textsOf(ERROR_TABLE.AMOUNT_INVALID, { text: '1e3' }).code; // 'AMOUNT_INVALID'
 */
export function textsOf(
  row: ErrorRow,
  details: Readonly<Record<string, unknown>> = {},
): ErrorTexts {
  const { code, hint, actor, stop, retry } = row;
  const next = { actor, stop, retry };
  if ('isFilled' in row) return { code, message: row.en, messageZh: row.zh, hint, ...next };
  const said = (lang: keyof Hint, text = row[lang]): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => wordOf(lang, name, details, row.words));
  const advice = (lang: keyof Hint): string => (stop ? STOP[lang] : '') + said(lang, hint[lang]);
  return {
    code,
    message: said('en'),
    messageZh: said('zh'),
    hint: { en: advice('en'), zh: advice('zh') },
    ...next,
  };
}

/**
 * The row of an error that was thrown: what it says, with its details filled in. One of another
 * copy of the package, or of somebody who only took the name, may lack what ours have.
 */
export function rowOfError(error: QuancunError): ErrorRow {
  const { code, message, messageZh, hint, money, actor, stop, retry } = error;
  return rowOf({ code, message, messageZh, hint, money, actor, stop, retry });
}

/**
 * The same error, with what a layer above knows better.
 * @example
 * declare const error: QuancunError; // of the layer below, which cannot know what was at stake
 * throw restated(error, { money: 'in-doubt' });
 */
export function restated(error: QuancunError, changes: Restatement): QuancunError {
  const { details, sent, cause } = error;
  const known = { details, cause, ...(sent === undefined ? {} : { sent }) };
  const row = rowOfError(error);
  const { hint = row.hint, retry = row.retry, ...rest } = changes;
  const advice = (lang: keyof Hint): string =>
    (changes.hint && row.stop && !hint[lang].startsWith(STOP[lang]) ? STOP[lang] : '') + hint[lang];
  const said = { ...row, retry, hint: { en: advice('en'), zh: advice('zh') } };
  return new QuancunError(said, { ...known, ...rest });
}

/**
 * States that something cannot happen. When it does, the error is INTERNAL: money in doubt.
 * 断言不可能发生的情况。
 */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new QuancunError(INTERNAL, { details: { what } });
}

/** What stands in place of `{name}`: the detail, in the words and units of people. */
function wordOf(
  lang: keyof Hint,
  name: string,
  details: Readonly<Record<string, unknown>>,
  words: Words = {},
): string {
  const key = name.replace(/Yuan$/, 'Fen').replace(/Seconds$/, 'Ms');
  if (!Object.prototype.hasOwnProperty.call(details, key)) return `{${name}}`;
  const value = details[key];
  if (key !== name && typeof value === 'number') {
    return key.endsWith('Fen') ? (value / 100).toFixed(2) : String(Math.round(value / 100) / 10);
  }
  if (typeof value === 'string') return words[name]?.[value]?.[lang] ?? value;
  const both = fieldsOf(value)[lang];
  return typeof both === 'string' ? both : JSON.stringify(value);
}

/** Longer than any text of ours; what a stranger sends is cut there. */
const MAX_TEXT_CHARS = 500;
const MAX_CODE_CHARS = 64;
/** The advice that is safe whatever the code means. */
const UNEXPLAINED: Hint = {
  en: 'No advice came with this code: take no money again, repeat nothing, look the order up.',
  zh: '该错误码未附建议：请勿重复收款或操作，请查询订单。',
};

/** What every hint begins with where a person has to stop: the same words each time. */
const STOP: Hint = { en: 'Stop. Contact the administrator. ', zh: '停止操作，联系管理员。' };
const ACTORS: readonly unknown[] = ['customer', 'operator', 'administrator'];
const RETRIES: readonly unknown[] = ['safe', 'once', 'after', 'never'];

/** A row whose texts came from elsewhere: what looks like a brace in them is none of ours. */
interface CarriedRow extends ErrorRow {
  readonly isFilled: true;
}

/** A row of what somebody said: their own texts, bounded and without card numbers. */
function rowOf(said: Readonly<Record<string, unknown>> & { readonly code: string }): CarriedRow {
  const text = (value: unknown, otherwise: string): string =>
    typeof value === 'string' && value !== ''
      ? redactText(value).slice(0, MAX_TEXT_CHARS)
      : otherwise;
  const code = redactText(said.code).slice(0, MAX_CODE_CHARS);
  // A problem of another's gateway (RFC 9457) has a title and a detail.
  const en = text(said.message, text(said.title, code));
  const hint = fieldsOf(said.hint);
  const hintEn = text(hint.en, text(said.detail, UNEXPLAINED.en));
  return {
    code,
    en,
    zh: text(said.messageZh, en),
    hint: { en: hintEn, zh: text(hint.zh, hintEn === UNEXPLAINED.en ? UNEXPLAINED.zh : hintEn) },
    money: said.money === 'untouched' || said.money === 'moved' ? said.money : 'in-doubt',
    actor: ACTORS.includes(said.actor) ? (said.actor as Actor) : 'administrator',
    stop: said.stop !== false,
    retry: RETRIES.includes(said.retry) ? (said.retry as Retry) : 'never',
    isFilled: true,
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
