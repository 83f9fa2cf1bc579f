/** A payment as the books can take it: one they must refuse nobody could ever submit. */
import { type Hint, QuancunError } from '../errors.js';
import { ARGUMENT_INVALID } from '../json/errors.js';

/** A payment that was taken. */
export interface TakenPayment {
  /** `cash`, `pos`, or the name of the payment provider. */
  readonly provider: string;
  readonly transactionId: string;
  readonly amountFen: number;
  /**
   * When it was taken, the same whenever the receipt is shown again. Without it a payment counts as
   * an old one, while the authority waits for a journal that may know it.
   */
  readonly paidAtMs?: number;
}

/** What is known of a payment before it is taken. */
export type ExpectedPayment = Pick<TakenPayment, 'provider'> &
  Partial<Pick<TakenPayment, 'transactionId'>>;

/** What a book can take. */
const MAX_FEN = 0xffffffff;
/** As providers are written; whoever types one in capitals means the same. */
const PROVIDER = /^[a-z][a-z\d-]{0,31}$/;
/** Unseen on a slip, and in no book: control characters, and halves of characters. */
// eslint-disable-next-line no-control-regex -- they are what it takes out
const UNSEEN = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])/g;
const HALF = /(^|[^\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The payment, its fields alone, as they are compared: blanks at the ends and what nobody sees are
 * no part of a number, and a provider has no capitals.
 * @throws ARGUMENT_INVALID, which names what is wrong
 */
export function expectPayment(given: unknown): TakenPayment {
  const { amountFen, paidAtMs, ...who } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const provider = expectProvider(who.provider);
  const transactionId = expectNumber(who.transactionId);
  if (!isWhole(amountFen) || amountFen < 1 || amountFen > MAX_FEN) {
    throw wrong('amountFen', {
      en: 'it must be a whole number of fen from 1 to 4294967295',
      zh: '应为 1 至 4294967295 的整数（分）',
    });
  }
  if (paidAtMs === undefined) return { provider, transactionId, amountFen };
  if (!isWhole(paidAtMs) || paidAtMs < 0) {
    throw wrong('paidAtMs', { en: 'it must be a time in milliseconds', zh: '应为毫秒时间' });
  }
  return { provider, transactionId, amountFen, paidAtMs };
}

/** Who will take it, and its number where that is known before. @throws ARGUMENT_INVALID */
export function expectExpected(given: ExpectedPayment): ExpectedPayment {
  const provider = expectProvider(given.provider);
  const { transactionId } = given;
  if (transactionId === undefined) return { provider };
  return { provider, transactionId: expectNumber(transactionId) };
}

function expectProvider(given: unknown): string {
  const provider = typeof given === 'string' ? given.trim().toLowerCase() : '';
  if (PROVIDER.test(provider)) return provider;
  throw wrong('provider', {
    en: 'it must be 1 to 32 letters a-z, digits and hyphens, a letter first',
    zh: '应为 1 至 32 位小写字母、数字或连字符，以字母开头',
  });
}

function expectNumber(given: unknown): string {
  const text = typeof given === 'string' ? given : '';
  const number = text.replace(UNSEEN, '').replace(HALF, '$1').trim();
  if (number !== '' && number.length <= 64) return number;
  throw wrong('transactionId', {
    en: 'it must be a text of 1 to 64 characters',
    zh: '应为 1 至 64 个字符的文本',
  });
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function wrong(field: string, problem: Hint): QuancunError {
  return new QuancunError(ARGUMENT_INVALID, { details: { what: `payment.${field}`, problem } });
}
