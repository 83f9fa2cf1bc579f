/**
 * Receipt and held slip, line for line. A receipt is none of an invoice, and says so; a held slip
 * is for the customer who has paid and goes home, so that nobody takes money for it again.
 */
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from '../load/index.js';
import { formatYuan } from '../money.js';
import { plateColourName } from '../plate.js';
import {
  expectPrintable,
  type HeldSlip,
  type Receipt,
  type SlipFacts,
  type SlipLanguage,
} from './facts.js';
import {
  pairLines,
  RULE,
  type SlipLine,
  type SlipStyle,
  type SlipText,
  textLines,
} from './lines.js';

const TITLE: SlipStyle = { align: 'centre', weight: 'bold' };
const MIDDLE: SlipStyle = { align: 'centre' };
const WARNING: SlipStyle = { align: 'centre', weight: 'bold', size: 'double' };

/**
 * The lines of a receipt.
 * 充值凭证（非发票），32 列。
 * @throws ARGUMENT_INVALID for facts that no paper can say, such as half a fen
 * @example
 * const lines = layOutReceipt({
 *   ...{ outlet: '自营一厅', terminal: '000440101001', orderId: 'A1', plate: '甘A12345' },
 *   ...{ plateColour: 0, cardNumber: '6201220000001234', amountFen: 10000, method: '现金' },
 *   ...{ paymentNumber: '0001', atMs: 0, proof: { tac: '1A2B3C4D', onlineAtc: 7 } },
 * });
 * lines[0]; // { text: '充值凭证（非发票）', align: 'centre', weight: 'bold' }
 */
export function layOutReceipt(receipt: Receipt, language: SlipLanguage = 'zh'): SlipLine[] {
  expectPrintable(receipt);
  const { row, say } = speaking(language);
  const { amountFen, balanceBeforeFen, balanceAfterFen, proof, invoice } = receipt;
  return [
    ...say('充值凭证（非发票）', 'Receipt (no invoice)', TITLE),
    ...copyOf(receipt, language),
    RULE,
    ...whereOf(receipt, language),
    ...row('订单号', 'Order', receipt.orderId),
    ...whoseOf(receipt, language),
    RULE,
    ...row('充值前余额', 'Balance before', yuan(balanceBeforeFen)),
    ...row('充值金额', 'Amount', yuan(amountFen)),
    ...row('充值后余额', 'Balance after', yuan(balanceAfterFen)),
    ...paymentOf(receipt, language),
    RULE,
    ...row('交易认证码（TAC）', 'TAC', proof?.tac),
    ...row('联机交易序号', 'Online counter', proof && String(proof.onlineAtc)),
    ...row('发票开具', 'Invoice', invoice),
    ...row('客服电话', 'Service', receipt.serviceNumber),
  ];
}

/**
 * The lines of a held slip.
 * 已付款待圈存凭证：请勿消费，请勿再次充值，任一网点均可完成圈存；附订单二维码。
 * @throws ARGUMENT_INVALID as a receipt
 * @example
 * const lines = layOutHeldSlip({
 *   ...{ outlet: '自营一厅', terminal: '000440101001', orderId: 'A1', plate: '甘A12345' },
 *   ...{ plateColour: 0, cardNumber: '6201220000001234', amountFen: 10000, method: '现金' },
 *   ...{ paymentNumber: '0001', atMs: 0 },
 * });
 * lines[lines.length - 1]; // { qr: 'A1' }
 */
export function layOutHeldSlip(held: HeldSlip, language: SlipLanguage = 'zh'): SlipLine[] {
  expectPrintable(held);
  const { row, say } = speaking(language);
  return [
    ...say('已付款 待圈存', 'Paid, not yet loaded', WARNING),
    ...copyOf(held, language),
    RULE,
    ...row('充值金额', 'Amount', yuan(held.amountFen)),
    ...row('订单号', 'Order', held.orderId),
    RULE,
    ...textLines('请勿消费，', WARNING),
    ...say('请勿再次充值', 'Do not use the card. Do not pay again.', WARNING),
    ...say('任一网点均可完成圈存', 'Any outlet finishes the load.', MIDDLE),
    RULE,
    ...whereOf(held, language),
    ...whoseOf(held, language),
    ...paymentOf(held, language),
    ...row('客服电话', 'Service', held.serviceNumber),
    { qr: held.orderId },
  ];
}

/** Chinese, and English under it where it is wanted. */
function speaking(language: SlipLanguage) {
  const english = language === 'zh-en';
  return {
    /** Nothing where there is no value. */
    row: (zh: string, en: string, value: string | undefined): SlipText[] =>
      value === undefined || value === '' ? [] : pairLines(english ? `${zh} ${en}` : zh, value),
    say: (zh: string, en: string, style: SlipStyle): SlipText[] => [
      ...textLines(zh, style),
      ...(english ? textLines(en, MIDDLE) : []),
    ],
  };
}

function copyOf({ copy = 0 }: SlipFacts, language: SlipLanguage): SlipText[] {
  if (copy < 1) return [];
  return speaking(language).say(`补打第 ${String(copy)} 次`, `Reprint ${String(copy)}`, TITLE);
}

function whereOf({ outlet, terminal, operator }: SlipFacts, language: SlipLanguage): SlipText[] {
  const { row } = speaking(language);
  return [
    ...row('网点', 'Outlet', outlet),
    ...row('终端', 'Terminal', terminal),
    ...row('操作员', 'Operator', operator),
  ];
}

function whoseOf(
  { plate, plateColour, cardNumber }: SlipFacts,
  language: SlipLanguage,
): SlipText[] {
  const { row } = speaking(language);
  const colour = plateColourName(plateColour)?.zh ?? '';
  return [
    ...row('车牌', 'Plate', (plate ?? '') === '' ? '' : `${plate} ${colour}`),
    ...row('卡号末四位', 'Card, last four', cardNumber.slice(-4)),
  ];
}

function paymentOf({ method, paymentNumber, atMs }: SlipFacts, language: SlipLanguage): SlipText[] {
  const { row } = speaking(language);
  const { date, time } = hostTime(atMs, CHINA_UTC_OFFSET_MINUTES);
  const at = `${date}${time}`.replace(/(.{4})(..)(..)(..)(..)(..)/, '$1-$2-$3 $4:$5:$6');
  return [
    ...row('付款方式', 'Paid by', method),
    ...row('付款流水号', 'Payment', paymentNumber),
    ...row('时间', 'Time (China)', at),
  ];
}

function yuan(amountFen: number | undefined): string | undefined {
  return amountFen === undefined ? undefined : `${formatYuan(amountFen)} 元`;
}
