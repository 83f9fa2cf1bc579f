/** The authority as a terminal sees it. What is said to it and answered is in messages/. */
import type {
  ConfirmPaymentRequest,
  CreateOrderRequest,
  OrderView,
  Step,
  VisitReport,
} from '../messages/index.js';

/**
 * The authority as a terminal sees it: in the same process, or behind HTTP. Every method is
 * idempotent, so that a lost reply is answered by asking again.
 * 授权中心（终端视角）。
 */
export interface Authority {
  /** @throws ORDER_OPEN while another order of the card is unsettled, and the check codes. */
  createOrder(request: CreateOrderRequest): Promise<OrderView>;
  confirmPayment(request: ConfirmPaymentRequest): Promise<OrderView>;
  /** Takes evidence, says what to do next. */
  next(report: VisitReport): Promise<Step>;
  /** The card's unsettled order, if there is one. */
  findUnsettled(cardNumber: string): Promise<OrderView | undefined>;
  getOrder(orderId: string): Promise<OrderView | undefined>;
}
