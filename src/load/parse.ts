/** Requests of whoever speaks to the authority, held to their declarations. */
import {
  CONFIRM_PAYMENT,
  type ConfirmPaymentRequest,
  CREATE_ORDER,
  type CreateOrderRequest,
  expectRequest,
  FOREIGN_RECORD,
  type ForeignRecord,
  VISIT_REPORT,
  type VisitReport,
} from '../messages/index.js';

/**
 * Checks a new order's request.
 * 校验下单请求。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseCreateOrderRequest(json: unknown): CreateOrderRequest {
  return expectRequest(CREATE_ORDER, json);
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
