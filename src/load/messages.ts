/**
 * What a terminal and the authority say to each other. The terminal keeps no truth: it reports what
 * the card answered and is told the next step, so any terminal can finish what another began.
 * Everything is JSON; bytes are hex. The version field is there from the first day.
 */
import type { ErrorCode, Hint, MoneyState } from '../errors.js';
import type { CreditProof, OrderState } from './order.js';

/** The version of these messages. */
export const PROTOCOL_VERSION = 1;

/**
 * What a terminal saw. Card answers are passed on whole (data ‖ SW1 SW2, hex); the authority does
 * the parsing and the checking.
 * 终端上报的证据。
 */
export type TerminalEvidence =
  /** The card is in the reader: what next? */
  | { readonly kind: 'present' }
  /** INITIALIZE FOR LOAD was sent with this terminal number. */
  | { readonly kind: 'initialized'; readonly terminal: string; readonly response: string }
  /** CREDIT FOR LOAD was answered. */
  | { readonly kind: 'credited'; readonly response: string }
  /** GET TRANSACTION PROVE was answered, once for each ATC asked. */
  | { readonly kind: 'proved'; readonly responses: readonly string[] }
  /** No answer came. Whether the card executed the command is not known. */
  | { readonly kind: 'lost' };

/** One report of a terminal with a card in its reader. */
export interface VisitReport {
  readonly protocol: number;
  readonly orderId: string;
  /** The number read from the card in the reader, not from the order. */
  readonly cardNumber: string;
  readonly evidence: TerminalEvidence;
}

/**
 * What the terminal does next.
 * 终端下一步。
 */
export type Step =
  /** Ask 805A for type 02 with each of these ATCs, before any INIT. */
  | { readonly do: 'prove'; readonly transactionType: number; readonly atcs: readonly number[] }
  /** Verify the PIN, then INITIALIZE FOR LOAD with the terminal's own number. */
  | { readonly do: 'initialize'; readonly keyIndex: number; readonly amountFen: number }
  /** INITIALIZE FOR LOAD with this terminal number; no MAC2 will ever be made for it. */
  | {
      readonly do: 'probe';
      readonly keyIndex: number;
      readonly amountFen: number;
      readonly terminal: string;
    }
  /** CREDIT FOR LOAD, at once and only once. */
  | { readonly do: 'credit'; readonly date: string; readonly time: string; readonly mac2: string }
  | StopStep;

/** The visit is over. */
export interface StopStep {
  readonly do: 'stop';
  readonly state: OrderState;
  /** Why, when the visit did not end in CREDITED. */
  readonly code?: ErrorCode;
  /** What the code says, so that a terminal need not know it. */
  readonly message?: string;
  readonly messageZh?: string;
  readonly hint?: Hint;
  readonly money: MoneyState;
  readonly creditedBy?: CreditProof;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A new order. */
export interface CreateOrderRequest {
  readonly protocol: number;
  /** Chosen by the terminal; the same key gives the same order. At most 64 characters. */
  readonly idempotencyKey: string;
  /** EF 0015 as read, hex: card number, kind, version and validity are taken from it. */
  readonly issueInformation: string;
  readonly amountFen: number;
  readonly outlet: string;
}

/** A payment that the outlet or the payment provider confirms. */
export interface ConfirmPaymentRequest {
  readonly protocol: number;
  readonly orderId: string;
  readonly provider: string;
  readonly transactionId: string;
  readonly amountFen: number;
}

/**
 * A load by another issuer's system, as that issuer's ledger has it. The TAC only checks it:
 * whoever reports it vouches that it came from there.
 */
export interface ForeignRecord {
  readonly atc: number;
  /** Raw four-byte balance after the load. */
  readonly rawBalanceAfter: number;
  readonly amountFen: number;
  /** 12 hex digits. */
  readonly terminal: string;
  readonly date: string;
  readonly time: string;
  /** 8 hex digits. */
  readonly tac: string;
}

/** An order as terminals see it: no keys, no cryptograms. */
export interface OrderView {
  readonly orderId: string;
  readonly cardNumber: string;
  readonly amountFen: number;
  readonly state: OrderState;
  readonly outlet: string;
  readonly createdAtMs: number;
  readonly creditedBy?: CreditProof;
}

/** Which orders to list (充值记录): by card number, or by plate and colour. */
export interface RecordsRequest {
  readonly cardNumber?: string;
  readonly plate?: string;
  readonly plateColour?: number;
  /** Created at or after, and before; at most 30 days apart. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  /** 1 to 100. Default: 20. */
  readonly limit?: number;
}

/** One order as an operator sees it. */
export interface OrderRecord extends OrderView {
  readonly plate: string;
  readonly plateColour: number;
  /** Whether 圈存 with the card in the reader leads on. */
  readonly loadable: boolean;
  /** Why not. */
  readonly why?: ErrorCode;
}

/** A page of orders, newest first. */
export interface RecordsPage {
  readonly records: readonly OrderRecord[];
  /** Cursor of the next page; `null` on the last. */
  readonly next: string | null;
}

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
