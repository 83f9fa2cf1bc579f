/**
 * The transport: bytes in, bytes out. A driver is one function that makes one of these from a host
 * object; queueing, GET RESPONSE, tracing, replay and faults are wrappers around any of them.
 */

/** What a host can do. Absent means unknown or unlimited. */
export interface TransportInfo {
  /** What kind of driver this is: `simulator`, `tcp`, `pcsc`, `nfc` … */
  readonly kind: string;
  readonly atr?: Uint8Array;
  readonly contactless?: boolean;
  /** The protocol the card speaks below the driver; `T=0` drivers may show 61xx and 6Cxx. */
  readonly protocol?: 'T=0' | 'T=1' | 'T=CL';
  /** How many commands one frame can carry; 1 without `transmitBatch`. */
  readonly maxBatch: number;
  readonly maxCommandBytes?: number;
  /**
   * How long the driver lets a card take for one answer. The library waits a little longer, and no
   * more (`withTimeLimit`); where it is absent, a little more than 3,000.
   */
  readonly answerTimeoutMs?: number;
  /**
   * When the host ends the session by itself, on the clock of `env.now()`: iOS does so after 60 s.
   * The terminal begins nothing that would not be over by then.
   */
  readonly sessionDeadlineMs?: number;
}

/** The part of AbortSignal that is used; hosts without AbortController can hand in their own. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Options of one exchange. */
export interface TransmitOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignalLike;
}

/**
 * A card within reach. Errors are `QuancunError`s that say `sent: 'no' | 'maybe' | 'yes'`: whether
 * the card can have executed the command.
 */
export interface Transport {
  readonly info: TransportInfo;
  /** Sends one command APDU; the answer is data ‖ SW1 SW2. */
  transmit(command: Uint8Array, options?: TransmitOptions): Promise<Uint8Array>;
  /** Sends several in one frame; may stop early, answering those that were executed. */
  transmitBatch?(commands: readonly Uint8Array[], options?: TransmitOptions): Promise<Uint8Array[]>;
  /** Resets the card and answers its ATR. */
  reset?(): Promise<Uint8Array>;
  close(): Promise<void>;
}
