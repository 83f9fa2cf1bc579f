/** Presenting the PIN. A wrong one is never tried again by itself: the third locks the card. */
import { verify } from '../apdu/index.js';
import { QuancunError } from '../errors.js';
import { encodePin, pinFormOf } from '../etc/index.js';
import type { Transport } from '../transport/index.js';
import { expectOk } from './exchange.js';
import { CARD_REFUSED, PIN_BLOCKED, PIN_WRONG } from './errors.js';

/** The PIN that issuers ship; most deployments never change it. */
export const DEFAULT_PIN = '123456';

/** The card has no PIN: seen in the field, and no reason to stop. */
const NO_PIN_KEY = 0x9403;
const BLOCKED = 0x6983;

/** VERIFY in the form of the card's version: ASCII digits from 40, BCD bytes before. */
export function buildVerifyPin(pin: string, version: string): Uint8Array {
  return verify.build({ pinId: 0, pin: encodePin(pin, pinFormOf(version)) });
}

/**
 * Reads the card's answer to the PIN.
 * @throws PIN_WRONG with the tries left, PIN_BLOCKED, CARD_REFUSED
 */
export function expectPinAccepted(response: Uint8Array): void {
  const answer = verify.parse(response);
  if (answer.ok || answer.status.sw === NO_PIN_KEY) return;
  const { sw, triesLeft } = answer.status;
  if (sw === BLOCKED || triesLeft === 0) throw new QuancunError(PIN_BLOCKED);
  if (triesLeft !== undefined) throw new QuancunError(PIN_WRONG, { details: { triesLeft } });
  expectOk(answer, CARD_REFUSED);
}

/**
 * Presents the PIN in the form of the card's version: six ASCII digits from version 40, three BCD
 * bytes before.
 * 校验 PIN（按卡版本选择编码，不自动重试）。
 * @throws PIN_WRONG with the tries left, PIN_BLOCKED, CARD_REFUSED
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const { issue } = await readCard(transport);
 * await verifyPin(transport, '123456', issue.version);
 */
export async function verifyPin(transport: Transport, pin: string, version: string): Promise<void> {
  expectPinAccepted(await transport.transmit(buildVerifyPin(pin, version)));
}
