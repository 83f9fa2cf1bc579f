/** The authority as a terminal sees it. What is said to it and answered is in messages/. */
import type {
  BeginPaymentRequest,
  CardReport,
  CheckCardRequest,
  ConfirmPaymentRequest,
  CreateOrderRequest,
  EndPaymentRequest,
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
  /** What the server knows of a card: before any money, and before any order. */
  checkCard(request: CheckCardRequest): Promise<CardReport>;
  /** @throws ORDER_OPEN while another order of the card is unsettled, and the check codes. */
  createOrder(request: CreateOrderRequest): Promise<OrderView>;
  /**
   * Money is about to be taken: from now on nobody else takes it, until it was submitted or this
   * terminal says that nothing was taken. The card's answer shows that it is here, and that it
   * would take the load. Asked again, it is the same.
   * @throws ORDER_OPEN, PAYMENT_BEING_TAKEN by another terminal, MAC1_INVALID, BALANCE_LIMIT, and
   *   whatever else would stop the load
   */
  beginPayment(request: BeginPaymentRequest): Promise<OrderView>;
  /**
   * Nothing was taken; the order waits for its payment as before. Where the payment has come
   * meanwhile, its order is answered as it stands.
   * @throws PAYMENT_BEING_TAKEN by another terminal
   */
  endPayment(request: EndPaymentRequest): Promise<OrderView>;
  confirmPayment(request: ConfirmPaymentRequest): Promise<OrderView>;
  /** Takes evidence, says what to do next. */
  next(report: VisitReport): Promise<Step>;
  /** The card's unsettled order, if there is one. */
  findUnsettled(cardNumber: string): Promise<OrderView | undefined>;
  getOrder(orderId: string): Promise<OrderView | undefined>;
}
