/**
 * The one door to the keys. A query names a key by index and card, gives the inputs of one
 * formula and gets an answer; no key ever leaves, and no verb encrypts what the caller chooses.
 * Bytes are hex here as in all of the server's records.
 */

/** Which key: index, and the two factors it is diversified by. */
export interface KeySelector {
  /** Key index of INITIALIZE FOR LOAD: 0x01 for 3DES, 0x41 for SM4. */
  readonly keyIndex: number;
  /** First four bytes of the issuer identification, 8 hex digits. */
  readonly issuerFactor: string;
  /** 16 digits. */
  readonly cardNumber: string;
}

/** What makes the session key of a load. */
export interface LoadSession extends KeySelector {
  /** 8 hex digits, chosen by the card. */
  readonly random: string;
  /** Online ATC as the INIT answer shows it. */
  readonly onlineAtc: number;
  readonly transactionType: number;
  readonly amountFen: number;
  /** 12 hex digits. */
  readonly terminal: string;
}

/** Is this MAC1 the card's? */
export interface Mac1Query extends LoadSession {
  /** Raw four-byte balance of the INIT answer, top bit included. */
  readonly rawBalance: number;
  readonly mac1: string;
}

/** The MAC2 of one attempt. */
export interface Mac2Query extends LoadSession {
  readonly date: string;
  readonly time: string;
}

/** Is this TAC the card's for that attempt? */
export interface TacQuery extends KeySelector {
  readonly rawBalanceAfter: number;
  readonly onlineAtc: number;
  readonly transactionType: number;
  readonly amountFen: number;
  readonly terminal: string;
  readonly date: string;
  readonly time: string;
  readonly tac: string;
}

/** A key as an operator may see it: what it is for, and its check value. */
export interface KeyDescription {
  readonly keyIndex: number;
  readonly use: 'load' | 'tac';
  readonly cipher: '3des' | 'sm4';
  /** First three bytes of the encryption of a zero block, hex. */
  readonly checkValue: string;
}

/** How long an answer is waited for, and the word that nobody waits any more. */
export interface HsmCall {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * A hardware security module, or what stands for one. What it throws of its own codes is passed on;
 * anything else, and silence, is HSM_UNAVAILABLE to whoever asked the authority.
 * 加密机接口。
 */
export interface Hsm {
  /** @throws KEY_UNKNOWN */
  verifyMac1(query: Mac1Query, call?: HsmCall): Promise<boolean>;
  /** 8 hex digits. @throws KEY_UNKNOWN */
  computeMac2(query: Mac2Query, call?: HsmCall): Promise<string>;
  /** @throws KEY_UNKNOWN */
  verifyTac(query: TacQuery, call?: HsmCall): Promise<boolean>;
  describeKeys(call?: HsmCall): Promise<readonly KeyDescription[]>;
}
