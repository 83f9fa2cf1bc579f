/**
 * The payment port: what a provider of QR payments must do for us. An adapter translates it to one
 * provider's interface and holds that provider's keys; it keeps no state of its own.
 *
 * Every method may fail without saying whether the provider did its part. So each is harmless to
 * repeat: a QR code is asked for by order, a refund by its number, and a query changes nothing.
 */

/** What a customer is asked to pay. */
export interface QrRequest {
  /** Our order number: the provider's merchant order number, the same in every repetition. */
  readonly orderId: string;
  readonly amountFen: number;
  /** The provider takes no payment for the order after this. */
  readonly expiresAtMs: number;
}

/** A payment that the provider took. */
export interface ProviderPayment {
  readonly orderId: string;
  /** The provider's own number of the payment, at most 64 characters. */
  readonly transactionId: string;
  /** What the customer paid, whatever was asked. */
  readonly amountFen: number;
}

/** A payment to give back, whole. */
export interface RefundRequest extends ProviderPayment {
  /** Ours; of one payment always the same, so that the provider pays out once. */
  readonly refundNumber: string;
}

/**
 * What became of a refund: `done` the customer has the money, `pending` it is on its way, ask
 * again; `refused` it did not happen, a person must look.
 */
export type RefundOutcome = 'done' | 'pending' | 'refused';

/** A request that came to the callback address, as it came. */
export interface Callback {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a provider is answered when its callback was taken. */
export interface Acknowledgement {
  readonly contentType: string;
  readonly body: string;
}

/**
 * A provider of QR payments.
 * 扫码支付渠道接口。
 */
export interface PaymentPort {
  /** Its name in transaction numbers and addresses: letters, digits and `-`, at most 32. */
  readonly provider: string;
  readonly acknowledgement: Acknowledgement;
  /** The text of the QR code. Asked twice for an order, it is one payment that is asked for. */
  createQr(request: QrRequest): Promise<string>;
  /** Every payment taken for the order, given back or not; none for an order it does not know. */
  findPayments(orderId: string): Promise<readonly ProviderPayment[]>;
  /** Gives a payment back. The same refund number again pays nothing out, and tells how it is. */
  refund(request: RefundRequest): Promise<RefundOutcome>;
  /**
   * Verifies the signature of a callback and reads it; `undefined` when it speaks of something
   * else than a payment taken.
   * @throws PAYMENT_CALLBACK_INVALID
   */
  parseCallback(callback: Callback): Promise<ProviderPayment | undefined>;
}
