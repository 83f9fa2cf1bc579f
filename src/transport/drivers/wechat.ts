/**
 * The driver for WeChat mini programs: `IsoDep` of `wx.getNFCAdapter()`, callbacks, ArrayBuffers.
 * Android's answer ends in the status word; iOS gives it apart, in `sw1` and `sw2`, from base
 * library 3.17.5. The answer itself says which, never the name of the platform.
 */
import type { ErrorRow, Sent } from '../../errors.js';
import { explained, type HostFailure, hostTransport, isCommandLimit } from '../host-transport.js';
import type { Transport } from '../transport.js';
import { TRANSPORT_DENIED, TRANSPORT_LOST } from '../errors.js';

/** What WeChat's callbacks get. */
export interface WechatCallbacks<T> {
  readonly success: (result: T) => void;
  readonly fail: (error: unknown) => void;
}

/** An answer: on iOS without its status word, which stands beside it. */
export interface WechatAnswer {
  readonly data: ArrayBuffer;
  readonly sw1?: number;
  readonly sw2?: number;
}

/** What is used of an `IsoDep`, after `onDiscovered` has told of a card. */
export interface WechatIsoDep {
  connect(callbacks: WechatCallbacks<unknown>): void;
  transceive(request: { readonly data: ArrayBuffer } & WechatCallbacks<WechatAnswer>): void;
  close(callbacks: WechatCallbacks<unknown>): void;
  /** Not on iOS. */
  setTimeout?(request: { readonly timeout: number } & WechatCallbacks<unknown>): void;
  /** Not on iOS. */
  getMaxTransceiveLength?(callbacks: WechatCallbacks<{ readonly length: number }>): void;
}

/** How to use it. */
export interface WechatTransportOptions {
  /**
   * iOS only: when discovery was started, on the clock of `env.now()`. iOS ends the session after
   * 60 s, and a visit that would not fit is not begun. Leave it out elsewhere.
   */
  readonly iosSessionStartedAtMs?: number;
  /** Android and HarmonyOS: how long a card may take for one answer. Default: 5,000. */
  readonly answerTimeoutMs?: number;
}

const KIND = 'wechat';
const IOS_SESSION_MS = 60_000;
const DEFAULT_ANSWER_TIMEOUT_MS = 5_000;
const ALREADY_CONNECTED = 13022;
/** The longest short command: what every host carries that does not say. */
const SHORT_COMMAND_BYTES = 261;

/** WeChat's errCodes, and what the card can have seen. What is not certain is `maybe`. */
const ERRORS: Readonly<Record<number, readonly [row: ErrorRow, sent: Sent]>> = {
  13000: [TRANSPORT_DENIED, 'no'], // no NFC in this device
  13001: [TRANSPORT_DENIED, 'no'], // NFC is switched off
  13010: [TRANSPORT_LOST, 'maybe'], // unknown
  13011: [TRANSPORT_LOST, 'maybe'], // invalid parameter
  13013: [TRANSPORT_LOST, 'no'], // no tag discovered
  13014: [TRANSPORT_DENIED, 'no'], // invalid technology
  13015: [TRANSPORT_DENIED, 'no'], // the tag has not this technology
  13016: [TRANSPORT_LOST, 'no'], // connecting failed
  13017: [TRANSPORT_LOST, 'maybe'], // any failure of reading or writing
  13018: [TRANSPORT_LOST, 'no'], // discovery not started
  13019: [TRANSPORT_DENIED, 'no'], // the user has not allowed it
  13023: [TRANSPORT_LOST, 'no'], // not connected
  13024: [TRANSPORT_DENIED, 'no'], // not supported by this technology
};

/**
 * Makes a transport of a mini program's IsoDep, and connects it.
 * 微信小程序 NFC 驱动（IsoDep）；iOS 需基础库 3.17.5 及以上。
 *
 * @throws TRANSPORT_LOST, TRANSPORT_DENIED when connecting; on use the same, TRANSPORT_FRAME where
 * the answer has no status word (iOS before 3.17.5), and what {@link hostTransport} refuses
 * @example
 * declare const wx: { getNFCAdapter(): { getIsoDep(): WechatIsoDep } };
 * const transport = await wechatTransport(wx.getNFCAdapter().getIsoDep());
 */
export async function wechatTransport(
  isoDep: WechatIsoDep,
  options: WechatTransportOptions = {},
): Promise<Transport> {
  const { iosSessionStartedAtMs, answerTimeoutMs = DEFAULT_ANSWER_TIMEOUT_MS } = options;
  await connect(isoDep);
  const { setTimeout: setAnswerTimeout } = isoDep;
  if (setAnswerTimeout !== undefined) {
    const request = { timeout: answerTimeoutMs };
    // A host that cannot set it still carries commands.
    await asked((ends) => setAnswerTimeout.call(isoDep, { ...request, ...ends })).catch(ignore);
  }
  return hostTransport({
    info: {
      kind: KIND,
      contactless: true,
      protocol: 'T=CL',
      maxBatch: 1,
      answerTimeoutMs,
      maxCommandBytes: await maxLength(isoDep),
      ...(iosSessionStartedAtMs === undefined
        ? {}
        : { sessionDeadlineMs: iosSessionStartedAtMs + IOS_SESSION_MS }),
    },
    exchange: async ({ buffer }) => {
      const answer = await asked<WechatAnswer>((ends) =>
        isoDep.transceive({ data: buffer, ...ends }),
      );
      return withStatusWord(answer);
    },
    explain,
    close: () => asked((ends) => isoDep.close(ends)),
  });
}

async function connect(isoDep: WechatIsoDep): Promise<void> {
  try {
    await asked((ends) => isoDep.connect(ends));
  } catch (error) {
    if (errCodeOf(error) === ALREADY_CONNECTED) return;
    const failure = explain(error) ?? TRANSPORT_LOST;
    throw explained({ info: { kind: KIND }, explain: () => ({ ...failure, sent: 'no' }) }, error);
  }
}

async function maxLength(isoDep: WechatIsoDep): Promise<number> {
  const { getMaxTransceiveLength } = isoDep;
  if (getMaxTransceiveLength === undefined) return SHORT_COMMAND_BYTES;
  const ask = asked<{ readonly length?: number }>((ends) =>
    getMaxTransceiveLength.call(isoDep, ends),
  );
  const length = (await ask.catch(ignore))?.length;
  return isCommandLimit(length) ? length : SHORT_COMMAND_BYTES;
}

/** WeChat gives no promises here: whichever callback comes first decides. */
function asked<T = unknown>(ask: (ends: WechatCallbacks<T>) => void): Promise<T> {
  return new Promise((success, fail) => {
    ask({ success, fail });
  });
}

/** iOS: the status word stands beside the data. Elsewhere it is the end of it. */
function withStatusWord({ data, sw1, sw2 }: WechatAnswer): ArrayLike<number> {
  const bytes = new Uint8Array(data);
  if (typeof sw1 !== 'number' || typeof sw2 !== 'number') return bytes;
  return [...bytes, sw1, sw2];
}

function explain(error: unknown): HostFailure | undefined {
  const hostCode = errCodeOf(error);
  if (hostCode === undefined) return undefined;
  const [row, sent] = ERRORS[hostCode] ?? [TRANSPORT_LOST, 'maybe'];
  return { ...row, sent, hostCode };
}

function errCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { errCode } = error as { readonly errCode?: unknown };
  return typeof errCode === 'number' ? errCode : undefined;
}

function ignore(): undefined {
  return undefined;
}

export {
  wechatEnv,
  wechatFetch,
  type WechatRandomHost,
  type WechatRequestHost,
  type WechatTimers,
} from './wechat-host.js';
