/** Requests of whoever speaks to the authority, held to their declarations. */
import {
  BEGIN_PAYMENT,
  type BeginPaymentRequest,
  CARD_NUMBER,
  CHECK_CARD,
  type CheckCardRequest,
  CONFIRM_PAYMENT,
  type ConfirmPaymentRequest,
  CREATE_ORDER,
  type CreateOrderRequest,
  END_PAYMENT,
  type EndPaymentRequest,
  expectRequest,
  FOREIGN_RECORD,
  type ForeignRecord,
  NOT_TAKEN_WORD,
  type NotTakenWord,
  ORDER_ID,
  REFUND,
  RELEASE_WORD,
  VISIT_REPORT,
  type VisitReport,
} from '../messages/index.js';
import type { ReleaseRequest } from './order.js';

/**
 * Checks a new order's request.
 * 校验下单请求。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseCreateOrderRequest(json: unknown): CreateOrderRequest {
  return expectRequest(CREATE_ORDER, json);
}

/**
 * Checks which card is asked about.
 * 校验卡片检查请求。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseCheckCardRequest(json: unknown): CheckCardRequest {
  return expectRequest(CHECK_CARD, json);
}

/**
 * Checks the begin of a payment.
 * 校验开始收款请求。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseBeginPaymentRequest(json: unknown): BeginPaymentRequest {
  return expectRequest(BEGIN_PAYMENT, json);
}

/**
 * Checks the word that nothing was taken.
 * 校验撤销收款请求。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseEndPaymentRequest(json: unknown): EndPaymentRequest {
  return expectRequest(END_PAYMENT, json);
}

/**
 * Checks who says, beside the terminal, that nothing was taken.
 * 校验主管或支付渠道的未收款说明。
 * @throws MESSAGE_INVALID
 */
export function parseNotTaken(json: unknown): NotTakenWord {
  return expectRequest(NOT_TAKEN_WORD, json);
}

/**
 * Checks a payment's confirmation.
 * 校验支付确认。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseConfirmPaymentRequest(json: unknown): ConfirmPaymentRequest {
  return expectRequest(CONFIRM_PAYMENT, json);
}

/**
 * Checks a foreign record.
 * 校验他方圈存记录。
 * @throws MESSAGE_INVALID
 */
export function parseForeignRecord(json: unknown): ForeignRecord {
  return expectRequest(FOREIGN_RECORD, json);
}

/**
 * Checks a terminal's report.
 * 校验终端上报。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseVisitReport(json: unknown): VisitReport {
  return expectRequest(VISIT_REPORT, json);
}

/**
 * Checks an order's number.
 * 校验订单号。
 * @throws MESSAGE_INVALID
 */
export function parseOrderId(json: unknown): string {
  return expectRequest(ORDER_ID, json);
}

/**
 * Checks a card's number.
 * 校验卡号。
 * @throws MESSAGE_INVALID
 */
export function parseCardNumber(json: unknown): string {
  return expectRequest(CARD_NUMBER, json);
}

/**
 * Checks which payment was given back: of this number, or the order's own.
 * 校验退款流水号。
 * @throws MESSAGE_INVALID
 */
export function parseRefund(transactionId: unknown): { readonly transactionId?: string } {
  return transactionId === undefined ? {} : expectRequest(REFUND, { transactionId });
}

/**
 * Checks one person's word on an order.
 * 校验人工放行请求。
 * @throws MESSAGE_INVALID
 */
export function parseReleaseRequest(json: unknown): ReleaseRequest {
  return expectRequest(RELEASE_WORD, json);
}
