/**
 * The driver for HarmonyOS: the `IsoDepTag` of `@kit.ConnectivityKit`, numbers in and out. Its
 * calls throw `BusinessError` with a number, some at once and some as a rejection.
 */
import type { ErrorRow, Sent } from '../../errors.js';
import { explained, type HostFailure, hostTransport } from '../host-transport.js';
import type { Transport } from '../transport.js';
import { TRANSPORT_DENIED, TRANSPORT_LOST } from '../errors.js';

/** What is used of an `IsoDepTag` (a `TagSession`, API 9 and later). */
export interface HarmonyIsoDep {
  connect(): void;
  isConnected(): boolean;
  /** Ends the connection; the card loses its field or is deselected. */
  resetConnection(): void;
  transmit(data: number[]): Promise<number[]>;
  getMaxTransmitSize(): number;
  setTimeout(timeoutMs: number): void;
  /** Historical bytes of the card, where it has any. */
  getHistoricalBytes?(): number[];
}

/** How to use it. */
export interface HarmonyTransportOptions {
  /** How long a card may take for one answer. Default: 5,000. */
  readonly answerTimeoutMs?: number;
}

const KIND = 'harmony';
const DEFAULT_ANSWER_TIMEOUT_MS = 5_000;
/** No limit that is known; hosts say it this way too. */
const UNKNOWN = 0;

/**
 * Error numbers, and what the card can have seen. 3100201 covers a card that did not answer in time
 * as well as one that was never connected: it is `maybe`.
 */
const ERRORS: Readonly<Record<number, readonly [row: ErrorRow, sent: Sent]>> = {
  201: [TRANSPORT_DENIED, 'no'], // no ohos.permission.NFC_TAG
  401: [TRANSPORT_LOST, 'maybe'], // invalid parameter
  801: [TRANSPORT_DENIED, 'no'], // no NFC in this device
  3100201: [TRANSPORT_LOST, 'maybe'], // the tag's state is abnormal
  3100202: [TRANSPORT_DENIED, 'no'], // the page is not in front
  3100204: [TRANSPORT_LOST, 'maybe'], // input/output failed
  3100205: [TRANSPORT_LOST, 'maybe'], // the tag left the field
};

/**
 * Makes a transport of a HarmonyOS tag, and connects it. A card that left stays lost: connecting
 * again would begin another session with it, and that is what `reset` is for.
 * 鸿蒙 NFC 驱动（TagSession / IsoDepTag）。
 *
 * @throws TRANSPORT_LOST, TRANSPORT_DENIED when connecting and on use, and what
 * {@link hostTransport} refuses
 * @example
 * import { tag } from '@kit.ConnectivityKit';
 * declare const tagInfo: object; // what the system hands to the page
 * const transport = await harmonyTransport(tag.getIsoDep(tagInfo));
 */
export async function harmonyTransport(
  isoDep: HarmonyIsoDep,
  options: HarmonyTransportOptions = {},
): Promise<Transport> {
  const { answerTimeoutMs = DEFAULT_ANSWER_TIMEOUT_MS } = options;
  const connect = (): void => {
    try {
      if (!isoDep.isConnected()) isoDep.connect();
    } catch (error) {
      // Nothing has been sent to a card that is not connected.
      const failure = { ...explain(error), sent: 'no' as const };
      throw explained({ info: { kind: KIND }, explain: () => failure }, error);
    }
    ifKnown(() => isoDep.setTimeout(answerTimeoutMs));
  };
  connect();
  const atr = atrOf(ifKnown(() => isoDep.getHistoricalBytes?.()));
  return hostTransport({
    info: {
      kind: KIND,
      atr,
      contactless: true,
      protocol: 'T=CL',
      maxBatch: 1,
      answerTimeoutMs,
      maxCommandBytes: ifKnown(() => isoDep.getMaxTransmitSize()) ?? UNKNOWN,
    },
    exchange: async (command) => {
      if (!isoDep.isConnected()) throw new Disconnected();
      return isoDep.transmit(Array.from(command));
    },
    explain,
    reset: async () => {
      // A connection that the card has taken with it cannot be ended, and need not be.
      ifKnown(() => {
        isoDep.resetConnection();
      });
      connect();
      return atr;
    },
    close: async () => {
      isoDep.resetConnection();
    },
  });
}

/** What the host may refuse to tell or to set: it carries commands all the same. */
function ifKnown<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** The connection was gone before anything was sent. */
class Disconnected extends Error {}

function explain(error: unknown): HostFailure {
  if (error instanceof Disconnected) return { ...TRANSPORT_LOST, sent: 'no' };
  const hostCode = Number((error as { readonly code?: unknown } | undefined)?.code);
  const [row, sent] = ERRORS[hostCode] ?? [TRANSPORT_LOST, 'maybe'];
  return { ...row, sent, ...(Number.isNaN(hostCode) ? {} : { hostCode }) };
}

/**
 * The ATR that a PC/SC reader would make of a contactless card: 3B 8n 80 01, the n historical
 * bytes, and the xor of all but the first byte (PC/SC part 3, 3.1.3.2.3.1).
 */
function atrOf(told: readonly number[] | undefined): Uint8Array {
  const historical = (told ?? []).slice(0, 15);
  const body = [0x80 | historical.length, 0x80, 0x01, ...historical];
  const check = body.reduce((sum, byte) => sum ^ byte, 0);
  return Uint8Array.from([0x3b, ...body, check]);
}
