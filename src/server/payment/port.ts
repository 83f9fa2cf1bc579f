/**
 * The payment port: what a provider of QR payments must do for us. An adapter translates it to one
 * provider's interface and holds that provider's keys; it keeps no state of its own.
 *
 * Every method may fail without saying whether the provider did its part. So each is harmless to
 * repeat: a QR code is asked for by its number, a refund by its number with the same parameters,
 * a closing closes once, and a query changes nothing. What is not known is thrown, never guessed:
 * no method answers for a provider that did not.
 *
 * Two names run through it. `merchantOrderNumber` (商户订单号, out_trade_no) is one QR code of an
 * order: the order's number, and from the second code on `_2`, `_3` … behind it; at most 32 of
 * `0-9 A-Z a-z _`. `refundNumber` (商户退款单号, out_refund_no, out_request_no) is one refund of a
 * payment: 32 of `0-9 A-Z`.
 */

/** Given to every call. An adapter hands the signal to `fetch`. */
export interface PortCall {
  /** Aborts when the answer is not waited for any more. */
  readonly signal: AbortSignal;
}

/** One QR code, as it was asked for. Every later call about it says the same. */
export interface QrRequest {
  /** Ours, stored before it is used; of a code that was closed it is never used again. */
  readonly merchantOrderNumber: string;
  readonly orderId: string;
  /** What the customer is asked for, in fen of CNY. */
  readonly amountFen: number;
  /** When we first asked for it. */
  readonly openedAtMs: number;
  /** The provider takes no payment for it after this. */
  readonly expiresAtMs: number;
}

/**
 * What became of a request for a QR code: `open` with its text; `paid`, so that nothing is to be
 * shown and the query tells; `closed`, so that the number is spent; `refused` with a reason.
 */
export type QrAnswer =
  | { readonly status: 'open'; readonly qrText: string }
  | { readonly status: 'paid' | 'closed' }
  | { readonly status: 'refused'; readonly reason: PortReason; readonly message?: string };

/** A payment that the provider took. */
export interface ProviderPayment {
  /** The number of the QR code that was paid. */
  readonly merchantOrderNumber: string;
  /** The provider's own number of the payment: 1 to 64 printable ASCII characters, no blank. */
  readonly transactionId: string;
  /** What the code was settled with, coupons of the provider included: this is booked. */
  readonly settledFen: number;
  /** What we asked for, where the provider repeats it. */
  readonly askedFen?: number;
  /** What left the customer's account; less where coupons paid a part. */
  readonly payerFen?: number;
  /** ISO 4217. Default: CNY; another one is shown as a problem, and not booked. */
  readonly currency?: string;
  readonly paidAtMs?: number;
}

/**
 * What a provider knows of a QR code: `open` can be paid; `closed` can never be paid any more;
 * `paid`; `unknown` it knows no such number (some make it known when the code is scanned).
 */
export interface QrState {
  readonly status: 'open' | 'closed' | 'paid' | 'unknown';
  /** Every payment taken for this code, given back or not. */
  readonly payments: readonly ProviderPayment[];
  /** The provider's own clock as it answered, as its `Date` header tells it. */
  readonly asOfMs?: number;
  /** It is `unknown` by a word that nobody signed: such a word ends no code. */
  readonly unsigned?: true;
}

/** A payment to give back, whole. */
export interface RefundRequest {
  /** Ours; under one number the provider pays out once. */
  readonly refundNumber: string;
  readonly merchantOrderNumber: string;
  readonly orderId: string;
  readonly transactionId: string;
  /** What is given back. */
  readonly amountFen: number;
  /** What the payment was settled with: the same, as payments are given back whole. */
  readonly totalFen: number;
  /** When the provider took the payment, where it told so: some give back for so long only. */
  readonly paidAtMs?: number;
}

/** Why a provider did not do as it was asked. */
export const PORT_REASONS = [
  'not-enough', // our account at the provider is short: top it up
  'account-abnormal', // the customer's account cannot take it
  'too-late', // the provider gives nothing back any more
  'too-often', // asked too often: later
  'unknown-payment', // the provider says that it knows no such payment; that has been false
  'parameters', // not as it was asked before, or not as the provider wants it
  'not-allowed', // the merchant may not
  'system', // the provider's own trouble
  'other',
] as const;

/** Why a provider did not do as it was asked. */
export type PortReason = (typeof PORT_REASONS)[number];

/**
 * How a refund stands.
 *
 *   done      the customer has the money
 *   pending   taken, on its way: ask again (PROCESSING)
 *   abnormal  taken, and stuck at the provider, who may still pay it (ABNORMAL)
 *   closed    this number will never pay, by the provider's word: the next one has another number
 *   failed    this number will never pay, and nor will another: to be repaid in another way
 *   refused   it was not taken now, and may be when asked again under the same number
 *   unknown   (of a query) no such number; which proves nothing
 */
export type RefundStatus =
  'done' | 'pending' | 'abnormal' | 'closed' | 'failed' | 'refused' | 'unknown';

/** How a refund stands, and why. */
export interface RefundAnswer {
  readonly status: RefundStatus;
  /**
   * `too-late` and `account-abnormal` of a refund that is `refused` let a person give it back: they
   * are told by the provider's own, signed word alone.
   */
  readonly reason?: PortReason;
  /** In the provider's words, for people: at most 200 characters are kept. */
  readonly message?: string;
}

/** A request that came to the notification address, as it came. */
export interface Callback {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Behind the `?`, not decoded; empty where there is none. */
  readonly query: string;
  /** The bytes as they came: some banks sign GBK. */
  readonly bytes: Uint8Array;
  /** The same, decoded as UTF-8. */
  readonly body: string;
}

/**
 * What a notification speaks of. It rings and is not believed: the provider is asked. One that its
 * query does not confirm is not acknowledged.
 */
export type Notice =
  | {
      readonly about: 'payment';
      readonly merchantOrderNumber: string;
      readonly transactionId: string;
      /** What the code was settled with. */
      readonly settledFen: number;
    }
  | {
      readonly about: 'refund';
      readonly merchantOrderNumber: string;
      readonly refundNumber: string;
    };

/** What a provider is answered when its notification was taken. */
export interface Acknowledgement {
  /** Default: 200. */
  readonly status?: number;
  readonly contentType: string;
  readonly body: string;
}

/** One line of a provider's daily bill. */
export interface StatementLine {
  readonly about: 'payment' | 'refund';
  readonly merchantOrderNumber: string;
  readonly transactionId: string;
  /** Of a refund. */
  readonly refundNumber?: string;
  /** Of a payment what it was settled with, of a refund what was given back; above zero. */
  readonly amountFen: number;
}

/** A provider's bill of one day. */
export interface Statement {
  /** `ready`; `later`: it is not made yet; `empty`: nothing happened on that day. */
  readonly status: 'ready' | 'later' | 'empty';
  readonly lines: readonly StatementLine[];
}

/**
 * A provider of QR payments.
 * 扫码支付渠道接口。
 */
export interface PaymentPort {
  /** Its name in transaction numbers and addresses: `a-z`, then `a-z 0-9 -`, at most 32. */
  readonly provider: string;
  readonly acknowledgement: Acknowledgement;
  /** A code is paid once at most: after that nothing is closed or asked. Default: no. */
  readonly paysOnce?: boolean;
  /** Asked again under a number, it is the same payment that is asked for. */
  createQr(request: QrRequest, call: PortCall): Promise<QrAnswer>;
  /** How a code stands, and all that was taken for it. */
  queryQr(request: QrRequest, call: PortCall): Promise<QrState>;
  /**
   * From now on the code can never be paid. Answering proves nothing: a payment may have won, so a
   * query follows. Of one that is closed, paid or unknown it does nothing.
   */
  closeQr(request: QrRequest, call: PortCall): Promise<void>;
  /** Gives a payment back. The same number again pays nothing out, and tells how it stands. */
  refund(request: RefundRequest, call: PortCall): Promise<RefundAnswer>;
  /** How a refund stands, without asking for it. */
  queryRefund(request: RefundRequest, call: PortCall): Promise<RefundAnswer>;
  /**
   * Verifies the signature of a notification and reads it; `undefined` when it speaks of neither a
   * payment taken nor a refund.
   * @throws PAYMENT_CALLBACK_INVALID
   */
  readCallback(callback: Callback, call: PortCall): Promise<Notice | undefined>;
  /** The bill of a day (`YYYY-MM-DD`, China); absent where the provider has none. */
  fetchStatement?(day: string, call: PortCall): Promise<Statement>;
}
