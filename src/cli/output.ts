/**
 * What a person or a script sees. Human text by default; with `--json` one JSON object a line on
 * standard output and nothing else. Everything passes the redactor.
 */
import {
  type ErrorRow,
  isQuancunError,
  type MoneyState,
  QuancunError,
  restated,
} from '../errors.js';
import { redactDetails } from '../redact.js';
import { INTERNAL } from '../core-errors.js';
import { OPTION_INVALID } from './errors.js';

/** A text in both languages. */
export interface Texts {
  readonly en: string;
  readonly zh: string;
}

/** Where the command writes. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly colour: boolean;
}

/** What an event says, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** How the command speaks. */
export interface Output {
  readonly json: boolean;
  readonly lang: 'en' | 'zh';
  /** A line for people; silent with `--json`. */
  line(texts: Texts | string): void;
  /** A line that stands out. */
  title(texts: Texts | string): void;
  /** One fact for scripts; silent for people. `shown` was masked already, or asked for whole. */
  event(name: string, fields: Fields, shown?: Fields): void;
  /** The last lines of work that failed: code, message, what to do, what became of the money. */
  failure(error: QuancunError): void;
  /** Picks the language. */
  pick(texts: Texts | string): string;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly lang?: string;
}

const BOLD = '\u001b[1m';
const RED = '\u001b[31m';
const RESET = '\u001b[0m';

/** What became of the card's money. Of a payment it says nothing: what was paid is kept. */
const MONEY: Readonly<Record<MoneyState, Texts>> = {
  untouched: { en: 'card not written', zh: '未写卡' },
  moved: { en: 'money moved', zh: '资金已变动' },
  'in-doubt': { en: 'in doubt whether the card was written', zh: '是否写卡待核实' },
};

/** Makes an output. */
export function createOutput(options: CommonOptions, streams: Streams): Output {
  const json = options.json === true;
  const lang = options.lang === 'zh' ? 'zh' : 'en';
  const pick = (texts: Texts | string): string => (typeof texts === 'string' ? texts : texts[lang]);
  const paint = (code: string, text: string): string =>
    streams.colour ? `${code}${text}${RESET}` : text;
  const write = (fields: Fields): void => {
    streams.out(`${JSON.stringify(fields)}\n`);
  };
  return {
    json,
    lang,
    pick,
    line: (texts) => {
      if (!json) streams.out(`${pick(texts)}\n`);
    },
    title: (texts) => {
      if (!json) streams.out(`\n${paint(BOLD, pick(texts))}\n`);
    },
    event: (event, fields, shown = {}) => {
      if (json) write({ event, ...redactDetails(fields), ...shown });
    },
    failure: (error) => {
      if (json) {
        write({ event: 'error', ...error.toJSON() });
        return;
      }
      const message = lang === 'zh' ? error.messageZh : error.message;
      const money = pick(MONEY[error.money]);
      streams.err(`${paint(RED, message)} (${money})\n`);
      streams.err(`${error.code}: ${error.hint[lang]}\n`);
    },
  };
}

/** Whatever was thrown, as an error with a code. */
export function asQuancunError(thrown: unknown): QuancunError {
  if (isQuancunError(thrown)) return thrown;
  const what = thrown instanceof Error ? thrown.message : 'an unknown failure';
  return new QuancunError(INTERNAL, { details: { what }, cause: thrown });
}

/** The command was called with wrong options: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(readonly error: QuancunError) {
    super(error.message);
  }
}

/** Reads an option's value; what is wrong with it is a wrong option, not failed work. */
export function fromOption<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    throw new UsageError(restated(asQuancunError(thrown), { money: 'untouched' }));
  }
}

/**
 * Does work of which the caller knows what it can have done to the money. The tables know only what
 * an error usually means: a card that is lost while it is read has moved nothing.
 */
export async function withMoney<T>(money: MoneyState, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    throw restated(asQuancunError(thrown), { money });
  }
}

/**
 * An option's value that is not one of those allowed.
 * @param expected in both languages, but where it is a form that has no words in it
 */
export function wrongOption(
  option: string,
  expected: Texts | string,
  row: ErrorRow = OPTION_INVALID,
) {
  return new UsageError(new QuancunError(row, { details: { option, expected } }));
}
