/** The slip of an order, out of what the server answers to `printSlip`. */
import type { SlipView } from '../load/index.js';
import type { SlipFacts, SlipLanguage } from './facts.js';
import { layOutHeldSlip, layOutReceipt } from './lay-out.js';
import type { SlipLine } from './lines.js';

/** What a slip says that no order knows. */
export interface SlipWords {
  /** How a provider is called on paper. Default: `cash` is 现金, `pos` 银行卡, others their name. */
  readonly methods?: Readonly<Record<string, string>>;
  /** 操作员, where no person was logged in. */
  readonly operator?: string;
  /** 客服电话. */
  readonly serviceNumber?: string;
  /** On a receipt: where an invoice is to be had. */
  readonly invoice?: string;
}

const METHODS: Readonly<Record<string, string>> = { cash: '现金', pos: '银行卡' };

/**
 * The lines of an order's slip: a receipt where the load is proved, a held slip where it is not.
 * 按服务器应答排版小票：已入卡为充值凭证，未入卡为已付款待圈存凭证。
 *
 * Its time is the payment's, and the order's where the payment's is not known.
 * @example
 * const lines = layOutSlip({
 *   ...{ orderId: 'A1', kind: 'held', copy: 0, printedAtMs: 1, amountFen: 10000, state: 'HELD' },
 *   ...{ outlet: '自营一厅', plate: '甘A12345', plateColour: 0, cardTail: '1234', createdAtMs: 0 },
 * });
 * lines[lines.length - 1]; // { qr: 'A1' }
 */
export function layOutSlip(
  view: SlipView,
  words: SlipWords = {},
  language: SlipLanguage = 'zh',
): SlipLine[] {
  const { balanceBeforeFen, balanceAfterFen, proof } = view;
  const facts = factsOf(view, words);
  if (view.kind === 'held') return layOutHeldSlip(facts, language);
  return layOutReceipt(
    {
      ...facts,
      ...(balanceBeforeFen === undefined ? {} : { balanceBeforeFen }),
      ...(balanceAfterFen === undefined ? {} : { balanceAfterFen }),
      ...(proof === undefined ? {} : { proof }),
      ...(words.invoice === undefined ? {} : { invoice: words.invoice }),
    },
    language,
  );
}

function factsOf(view: SlipView, words: SlipWords): SlipFacts {
  const { orderId, outlet, plate, plateColour, amountFen, copy, payment } = view;
  const operator = view.operator ?? words.operator;
  const { provider = '', transactionId = '', paidAtMs = view.createdAtMs } = payment ?? {};
  return {
    ...{ orderId, outlet, plate, plateColour, amountFen, copy },
    terminal: view.terminal ?? '',
    cardNumber: view.cardTail,
    method: { ...METHODS, ...words.methods }[provider] ?? provider,
    paymentNumber: transactionId,
    atMs: paidAtMs,
    ...(operator === undefined ? {} : { operator }),
    ...(words.serviceNumber === undefined ? {} : { serviceNumber: words.serviceNumber }),
  };
}
