/**
 * The parts of a PC/SC binding that are used, as the npm package `smartcard` has them. Nothing is
 * imported: a host hands its binding's objects in.
 */

/** A card that is connected. Anything with such a `transmit` will do; the rest is used if there. */
export interface PcscCard {
  /** 1: T=0; 2: T=1. */
  readonly protocol?: number;
  readonly atr?: Uint8Array | null;
  /** Sends one command APDU as a plain array; answers data ‖ SW1 SW2. */
  transmit(command: number[]): Promise<Uint8Array>;
  /** Connects again: share mode, protocols, and what is done to the card before. */
  reconnect?(shareMode: number, protocols: number, initialization: number): Promise<unknown>;
  disconnect?(disposition: number): unknown;
}

/** A reader, and what was in it when it was listed. */
export interface PcscReader {
  readonly name: string;
  /** The SCARD_STATE_… bits. */
  readonly state: number;
  readonly atr: Uint8Array | null;
  connect(shareMode: number, protocols: number): Promise<PcscCard>;
}

/** A connection to the PC/SC service: `new Context()` of the binding. */
export interface PcscContext {
  listReaders(): readonly PcscReader[];
  /** Waits until a reader's state is another than it was; resolves after the time all the same. */
  waitForChange(readers: PcscReader[], timeoutMs: number): Promise<unknown>;
  close(): void;
}

/** The numbers of the PC/SC interface, the same on every system. */
export const SCARD = {
  shareExclusive: 1,
  t0: 1,
  t1: 2,
  anyProtocol: 3,
  resetCard: 1,
  present: 0x20,
  mute: 0x200,
} as const;
