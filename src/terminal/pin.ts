/** Presenting the PIN. A wrong one is never tried again by itself: the third locks the card. */
import { type Status, verify } from '../apdu/index.js';
import { QuancunError } from '../errors.js';
import { encodePin, type PinForm, pinFormOf } from '../etc/index.js';
import { transmitOne, type Transport } from '../transport/index.js';
import { expectOk } from './exchange.js';
import { CARD_REFUSED, PIN_BLOCKED, PIN_WRONG } from './errors.js';

/** The PIN that issuers ship; most deployments never change it. */
export const DEFAULT_PIN = '123456';

/** The card has no PIN: no key, no reference, or no file. Seen in the field, no reason to stop. */
const NO_PIN: readonly number[] = [0x9403, 0x6a88, 0x6a82];
const BLOCKED = 0x6983;

/**
 * VERIFY in the form of the card's version: ASCII digits from 40, BCD bytes before. Some issuers
 * went their own way: their form is said.
 */
export function buildVerifyPin(
  pin: string,
  version: string,
  form: PinForm = pinFormOf(version),
): Uint8Array {
  return buildVerify(encodePin(pin, form));
}

/**
 * What a card has against a PIN other than that it is wrong: most often that it knows none.
 * @throws PIN_WRONG with the tries left, PIN_BLOCKED
 */
function objectionTo(response: Uint8Array): Status | undefined {
  const answer = verify.parse(response);
  if (answer.ok) return undefined;
  const { sw, triesLeft } = answer.status;
  if (sw === BLOCKED || triesLeft === 0) throw new QuancunError(PIN_BLOCKED);
  if (triesLeft !== undefined) throw new QuancunError(PIN_WRONG, { details: { triesLeft } });
  return answer.status;
}

/**
 * Reads the card's answer to the PIN.
 * @throws PIN_WRONG with the tries left, PIN_BLOCKED, CARD_LOCKED, CARD_REFUSED
 */
export function expectPinAccepted(response: Uint8Array): void {
  const status = objectionTo(response);
  if (status === undefined || NO_PIN.includes(status.sw)) return;
  expectOk({ ok: false, status }, CARD_REFUSED);
}

/**
 * Presents a PIN whose bytes are known, to a card of any kind.
 * 校验 PIN（已编码）；卡片无 PIN 时返回其状态字。
 * @returns nothing when it is right; what the card answers where it has no use for one
 * @throws PIN_WRONG with the tries left, PIN_BLOCKED
 */
export async function presentPin(
  transport: Transport,
  pin: Uint8Array,
): Promise<Status | undefined> {
  return objectionTo(await transmitOne(transport, buildVerify(pin)));
}

function buildVerify(pin: Uint8Array): Uint8Array {
  return verify.build({ pinId: 0, pin });
}

/**
 * Presents the PIN in the form of the card's version: six ASCII digits from version 40, three BCD
 * bytes before; or in the form that is said.
 * 校验 PIN（按卡版本选择编码，可指定，不自动重试）。
 * @throws PIN_WRONG with the tries left, PIN_BLOCKED, CARD_LOCKED, CARD_REFUSED
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const { issue } = await readCard(transport);
 * await verifyPin(transport, '123456', issue.version);
 */
export async function verifyPin(
  transport: Transport,
  pin: string,
  version: string,
  form?: PinForm,
): Promise<void> {
  expectPinAccepted(await transmitOne(transport, buildVerifyPin(pin, version, form)));
}
