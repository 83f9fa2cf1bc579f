/**
 * The one redactor: errors, logs and traces all pass through here, so that no key, PIN, MAC2 or
 * whole card number can leave in any of them.
 */

/** Detail names whose values never leave the process, whatever they hold. */
const SECRET_NAME = /^(.*(key|pin|secret|password)|mac2|token|authorization)$/i;
/** The one name that ends in "key" and is no secret. */
const PUBLIC_NAME = /^idempotencykey$/i;
/** Our own words about what should have been given, such as an AID; never what was given. */
const OWN_WORDS = 'expected';
/** Runs of 12 digits or more are taken for card or account numbers: only the last four stay. */
const LONG_DIGITS = /\d{8,}(?=\d{4})/g;

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/**
 * Masks a card number, keeping the last four digits.
 * 卡号脱敏，仅保留末四位。
 */
export function maskCardNumber(cardNumber: string): string {
  return `…${cardNumber.slice(-4)}`;
}

/**
 * Masks every run of twelve digits or more in a text.
 * 将文本中 12 位及以上的连续数字脱敏。
 */
export function redactText(text: string): string {
  return text.replace(LONG_DIGITS, '…');
}

/**
 * Makes a copy of error or log details that is safe to leave the process: secrets are replaced by
 * name, long numbers masked, bytes replaced by their length, depth bounded.
 * 生成可安全输出的明细副本：按名称隐藏机密，长数字脱敏，字节串只保留长度。
 */
export function redactDetails(
  details: Readonly<Record<string, unknown>>,
  depth = 0,
): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    const secret = SECRET_NAME.test(name) && !PUBLIC_NAME.test(name);
    const ours = name === OWN_WORDS && typeof value === 'string';
    safe[name] = secret ? REDACTED : ours ? value : redactValue(value, depth);
  }
  return safe;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (value === undefined) return null;
  if (value instanceof Uint8Array) return `[${String(value.length)} bytes]`;
  if (depth >= 4) return '[…]';
  if (Array.isArray(value)) return value.slice(0, 32).map((item) => redactValue(item, depth + 1));
  if (typeof value === 'object') return redactDetails({ ...value }, depth + 1);
  return `[${typeof value}]`;
}
