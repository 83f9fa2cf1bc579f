/**
 * The driver for react-native-nfc-manager: `isoDepHandler.transceive(number[])`, the status word at
 * the end on both platforms. Android rejects every input/output failure with one text; iOS has
 * numbers, which the library turns into classes.
 */
import type { ErrorRow, Sent } from '../../errors.js';
import { type HostFailure, hostTransport } from '../host-transport.js';
import { promiseTry } from '../../turns.js';
import type { Transport } from '../transport.js';
import { TRANSPORT_DENIED, TRANSPORT_LOST, TRANSPORT_TOO_LONG } from '../errors.js';

/** What is used of the library's `NfcManager`, once `requestTechnology(NfcTech.IsoDep)` is done. */
export interface NfcHost {
  readonly isoDepHandler: { transceive(bytes: number[]): Promise<number[]> };
  cancelTechnologyRequest?(): Promise<unknown>;
  /** Android only: how long a card may take for one answer. */
  setTimeout?(timeoutMs: number): Promise<unknown>;
  /** Android only. */
  getMaxTransceiveLength?(): Promise<number | undefined>;
}

/** How to use it. */
export interface NfcTransportOptions {
  /**
   * iOS only: when the session began, on the clock of `env.now()`. iOS ends it after 60 s, and a
   * visit that would not fit is not begun. Leave it out on Android.
   */
  readonly iosSessionStartedAtMs?: number;
  /** Android only: how long a card may take for one answer. Default: 5,000. */
  readonly answerTimeoutMs?: number;
  /** The library's `NfcError`: it keeps iOS errors apart in builds that shorten class names. */
  readonly errors?: Readonly<Record<string, unknown>>;
}

/** How long iOS lets one session live. */
const IOS_SESSION_MS = 60_000;
const DEFAULT_ANSWER_TIMEOUT_MS = 5_000;

type Row = readonly [row: ErrorRow, sent: Sent];
const LOST: Row = [TRANSPORT_LOST, 'maybe'];
const NO_TAG: Row = [TRANSPORT_LOST, 'no'];
const DENIED: Row = [TRANSPORT_DENIED, 'no'];
const TOO_LONG: Row = [TRANSPORT_TOO_LONG, 'no'];

/** iOS, by the library's class; the number is CoreNFC's. What is not certain is `maybe`. */
const IOS_ERRORS: Readonly<Record<string, readonly [number, Row]>> = {
  UnsupportedFeature: [1, DENIED],
  SecurityViolation: [2, DENIED],
  RadioDisabled: [6, DENIED],
  TagConnectionLost: [100, LOST],
  RetryExceeded: [101, LOST],
  TagResponseError: [102, LOST],
  SessionInvalidated: [103, LOST],
  TagNotConnected: [104, NO_TAG],
  PacketTooLong: [105, TOO_LONG],
  UserCancel: [200, LOST],
  Timeout: [201, LOST],
  Unexpected: [202, LOST],
  SystemBusy: [203, LOST],
};

/** Android, by text: `transceive fail` is every failure from a lost tag to a slow card. */
const ANDROID_ERRORS: Readonly<Record<string, Row>> = {
  'transceive fail': LOST,
  'no tech request available': NO_TAG,
  'unsupported tag api': DENIED,
  'no nfc support': DENIED,
  cancelled: LOST,
};

/**
 * Makes a transport of react-native-nfc-manager, with the technology already requested.
 * React Native NFC 驱动（Android 与 iOS）。
 *
 * @throws on use TRANSPORT_LOST, TRANSPORT_DENIED, TRANSPORT_TOO_LONG, and what
 * {@link hostTransport} refuses
 * @example
 * import NfcManager, { NfcError, NfcTech } from 'react-native-nfc-manager';
 * import { Platform } from 'react-native';
 * await NfcManager.requestTechnology(NfcTech.IsoDep);
 * const transport = await nfcTransport(NfcManager, {
 *   errors: NfcError,
 *   ...(Platform.OS === 'ios' ? { iosSessionStartedAtMs: Date.now() } : {}),
 * });
 */
export async function nfcTransport(
  host: NfcHost,
  options: NfcTransportOptions = {},
): Promise<Transport> {
  const { iosSessionStartedAtMs, answerTimeoutMs = DEFAULT_ANSWER_TIMEOUT_MS } = options;
  // A host that does not know its limits, or cannot set them, still carries commands.
  await promiseTry(() => host.setTimeout?.(answerTimeoutMs)).catch(() => undefined);
  // 0 where the phone's NFC service has died, and where it does not know.
  const asked = promiseTry(() => host.getMaxTransceiveLength?.());
  const maxCommandBytes = await asked.catch(() => undefined);
  return hostTransport({
    info: {
      kind: 'nfc',
      contactless: true,
      protocol: 'T=CL',
      maxBatch: 1,
      answerTimeoutMs,
      ...(maxCommandBytes === undefined ? {} : { maxCommandBytes }),
      ...(iosSessionStartedAtMs === undefined
        ? {}
        : { sessionDeadlineMs: iosSessionStartedAtMs + IOS_SESSION_MS }),
    },
    // A real array: the library refuses anything else.
    exchange: (command) => host.isoDepHandler.transceive(Array.from(command)),
    explain: (error) => explain(error, options.errors ?? {}),
    close: async () => host.cancelTechnologyRequest?.(),
  });
}

function explain(error: unknown, classes: Readonly<Record<string, unknown>>): HostFailure {
  const text = typeof error === 'string' ? error : error instanceof Error ? error.message : '';
  const [, number] = /^NFCError:(\d+)/.exec(text) ?? [];
  const known = Object.entries(IOS_ERRORS).find(
    ([name, [code]]) => code === Number(number) || isOf(error, name, classes),
  );
  if (known !== undefined) {
    const [, [hostCode, [row, sent]]] = known;
    return { ...row, sent, hostCode };
  }
  const [row, sent] = ANDROID_ERRORS[text] ?? LOST;
  return { ...row, sent, ...(text in ANDROID_ERRORS ? { hostCode: text } : {}) };
}

/** By the class itself where the app handed it in, by its name otherwise. */
function isOf(error: unknown, name: string, classes: Readonly<Record<string, unknown>>): boolean {
  const known = classes[name];
  if (typeof known === 'function') return error instanceof known;
  return error instanceof Error && error.constructor.name === name;
}

export { hermesEnv, hermesFetch, type HermesFetch, type HermesRandom } from './nfc-host.js';
