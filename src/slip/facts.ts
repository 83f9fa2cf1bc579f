/** What slips say, as data. */
import { type Hint, QuancunError } from '../errors.js';
import { ARGUMENT_INVALID } from '../json/errors.js';

/** In which languages: Chinese alone, or with English under it. */
export type SlipLanguage = 'zh' | 'zh-en';

/** What both slips say. Texts are printed as they are, broken into lines where they are long. */
export interface SlipFacts {
  /** 网点 and 终端: where it was. */
  readonly outlet: string;
  readonly terminal: string;
  /** 操作员. */
  readonly operator?: string;
  readonly orderId: string;
  /** 车牌号码, as the card has it; empty for a card that is bound to no vehicle. */
  readonly plate: string;
  /** 车牌颜色; a code that no table knows has no name and is left out. */
  readonly plateColour: number;
  /** Only its last four characters are printed. */
  readonly cardNumber: string;
  readonly amountFen: number;
  /** 付款方式, as it is to be read: 现金, 银行卡, 微信. */
  readonly method: string;
  /** 付款流水号, as the till or the provider gave it. */
  readonly paymentNumber: string;
  /** When; printed as China's time. */
  readonly atMs: number;
  /** 客服电话. */
  readonly serviceNumber?: string;
  /** 0, the default, is the first print; from 1 on the slip says 补打第 n 次. */
  readonly copy?: number;
}

/**
 * What a receipt says: the load is proved to be on the card.
 * 充值凭证内容。
 */
export interface Receipt extends SlipFacts {
  /** Balance before and after; of a load that was finished later they may be unknown. */
  readonly balanceBeforeFen?: number;
  readonly balanceAfterFen?: number;
  /**
   * The proof: 交易认证码, 8 hex digits, where the card gave it, and 联机交易序号. Absent where two
   * people have said so.
   */
  readonly proof?: { readonly tac?: string; readonly onlineAtc: number };
  /** Where an invoice is to be had: the customer chooses one after recharge or after use. */
  readonly invoice?: string;
}

/**
 * What a held slip says: the customer has paid, and whether it is on the card is not known.
 * 已付款待圈存凭证内容。
 */
export type HeldSlip = SlipFacts;

const FEN: Hint = { en: 'it must be a whole number of fen', zh: '应为整数（分）' };
const WHOLE: Hint = { en: 'it must be a whole number', zh: '应为整数' };
const TEXT: Hint = { en: 'it must be a text', zh: '应为文本' };

const NEEDED = ['orderId', 'cardNumber'];
const TEXTS = [
  ...['outlet', 'terminal', 'operator', 'plate', 'method', 'paymentNumber'],
  ...['serviceNumber', 'invoice'],
];
const AMOUNTS = ['balanceBeforeFen', 'balanceAfterFen'];

/**
 * Facts that can be printed. What is absent is left out of a slip; half a fen, no number, or a
 * thing in place of a text is on no paper that a customer keeps.
 * @throws ARGUMENT_INVALID, which names the fact
 */
export function expectPrintable(facts: HeldSlip | Receipt): void {
  const given = (facts ?? {}) as unknown as Readonly<Record<string, unknown>>;
  const isText = (name: string): boolean => typeof given[name] === 'string';
  const isWhole = (name: string): boolean => Number.isSafeInteger(given[name]);
  const isAbsent = (name: string): boolean => given[name] === undefined;
  expectEach(NEEDED, isText, TEXT);
  expectEach(TEXTS, (name) => isAbsent(name) || isText(name), TEXT);
  expectEach(['amountFen'], isWhole, FEN);
  expectEach(AMOUNTS, (name) => isAbsent(name) || isWhole(name), FEN);
  expectEach(['atMs'], isWhole, WHOLE);
  expectEach(['copy'], (name) => isAbsent(name) || isWhole(name), WHOLE);
}

function expectEach(
  names: readonly string[],
  isGood: (name: string) => boolean,
  problem: Hint,
): void {
  const what = names.find((name) => !isGood(name));
  if (what === undefined) return;
  throw new QuancunError(ARGUMENT_INVALID, { details: { what: `slip.${what}`, problem } });
}
