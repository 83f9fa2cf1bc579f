/** What is told of a ledger that is not as it must be. */

/** Something that is not as it must be. */
export interface VerifyFinding {
  readonly rule: string;
  readonly orderId?: string;
  /** The journal, and the number of its line. */
  readonly path?: string;
  readonly line?: number;
  /** What a sum is instead of zero, in fen. */
  readonly fen?: number;
  readonly what?: string;
}

/** Tells one finding. */
export type Tell = (rule: string, facts?: Omit<VerifyFinding, 'rule'>) => void;
