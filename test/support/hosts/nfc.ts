/**
 * react-native-nfc-manager as it behaves. Both platforms: only a real array is taken, and numbers
 * come back. Android: `transceive fail` for whatever went wrong, a limit on the length, a time-out
 * that `cancelTechnologyRequest` forgets. iOS: classes without text or number, no limit to be
 * asked, and a session that ends after 60 s.
 */
import type { CardLike } from '../../../src/testing/index.js';
import type { NfcHost } from '../../../src/transport/drivers/nfc.js';
import { type Field, fieldOf, later } from './field.js';

/** The library's error classes, as far as a transceive throws them. */
export class NfcErrorBase extends Error {}
export class TagConnectionLost extends NfcErrorBase {}
export class TagNotConnected extends NfcErrorBase {}
export class TagResponseError extends NfcErrorBase {}
export class SessionInvalidated extends NfcErrorBase {}
export class PacketTooLong extends NfcErrorBase {}
export class SecurityViolation extends NfcErrorBase {}

/** The library's `NfcError` namespace. */
export const NfcError = {
  ...{ TagConnectionLost, TagNotConnected, TagResponseError },
  ...{ SessionInvalidated, PacketTooLong, SecurityViolation },
};

/** The library on one platform, with a card at the phone. */
export interface FakeNfc extends NfcHost {
  readonly field: Field;
  readonly timeoutMs: () => number;
  /** iOS: the 60 s are over. */
  endSession(): void;
}

const ANDROID_LIMIT_BYTES = 261;
const ANDROID_DEFAULT_TIMEOUT_MS = 309;
const IOS_LIMIT_BYTES = 4096;

/** Android. */
export function fakeAndroidNfc(card: CardLike): FakeNfc {
  const field = fieldOf(card);
  let requested = true;
  let timeoutMs = ANDROID_DEFAULT_TIMEOUT_MS;
  const transceive = async (bytes: number[]): Promise<number[]> => {
    expectArray(bytes);
    return later(() => {
      if (!requested) throw new NfcErrorBase('no tech request available');
      if (bytes.length > ANDROID_LIMIT_BYTES) throw new NfcErrorBase('transceive fail');
      const result = field.exchange(Uint8Array.from(bytes));
      if (result.kind !== 'answered') throw new NfcErrorBase('transceive fail');
      return Array.from(result.answer);
    });
  };
  return {
    field,
    timeoutMs: () => timeoutMs,
    endSession: () => undefined,
    isoDepHandler: { transceive },
    setTimeout: (wantedMs) => later(() => void (timeoutMs = wantedMs)),
    getMaxTransceiveLength: () => later(() => ANDROID_LIMIT_BYTES),
    cancelTechnologyRequest: () =>
      later(() => {
        requested = false;
        timeoutMs = ANDROID_DEFAULT_TIMEOUT_MS;
      }),
  };
}

/** iOS: the methods of Android are not there at all. */
export function fakeIosNfc(card: CardLike): FakeNfc {
  const field = fieldOf(card);
  let session = true;
  const transceive = async (bytes: number[]): Promise<number[]> => {
    expectArray(bytes);
    return later(() => {
      if (!session) throw new SessionInvalidated();
      if (bytes.length > IOS_LIMIT_BYTES) throw new PacketTooLong();
      const result = field.exchange(Uint8Array.from(bytes));
      if (result.kind === 'gone') throw new TagNotConnected();
      if (result.kind === 'lost') throw new TagConnectionLost();
      const data = Array.from(result.answer.slice(0, -2));
      const [sw1, sw2] = result.answer.slice(-2);
      // The library joins the three without looking.
      return [...data, sw1 as number, sw2 as number].filter((byte) => byte !== undefined);
    });
  };
  return {
    field,
    timeoutMs: () => 0,
    endSession: () => {
      session = false;
    },
    isoDepHandler: { transceive },
    cancelTechnologyRequest: () => later(() => void (session = false)),
  };
}

function expectArray(bytes: unknown): void {
  if (Array.isArray(bytes)) return;
  throw new Error('IsoDepHandler.transceive only takes input as a byte array');
}
