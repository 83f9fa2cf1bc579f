/**
 * The one redactor: errors, logs and traces all pass through here, so that no key, PIN, MAC2 or
 * whole card number can leave in any of them.
 */

/**
 * Names whose values never leave the process, whatever they hold: `tacKey`, `apikey`, `pin_code`,
 * `key2`. A word that only ends so is hidden with them: that costs a log nothing.
 */
const SECRET_NAME =
  /(key|pin|mac2|secret|password|token|authorization)s?($|[^a-z\d])|(^|_)(key|pin)\d/;
/** Names with such a word that say which key or PIN, not what it is. */
const PUBLIC_NAME = /^(idempotency_?key|key_(index|version|ids?|use)|pin_(form|tries))$/;
/** Our own words about what should have been given, such as an AID; never what was given. */
const OWN_WORDS = 'expected';
/**
 * Runs of 12 digits or more are taken for card or account numbers, in groups of four too: only the
 * last four stay. A journal's file has the number of its first line behind its name, in 12 digits
 * that begin as no card's do: whoever reads which file is broken must find it.
 */
const LONG_DIGITS = /(\.000\d{9}(?!\d))|\d{8,}(?=\d{4})/g;
const GROUPED_DIGITS = /(?:\d{4}[ -]){2,}(?=\d{1,4})/g;
/** The smallest number that could be one: larger than any time in milliseconds or amount in fen. */
const LONG_NUMBER = 1e13;
const MAX_NAME_CHARS = 64;

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
 * Masks every run of twelve digits or more in a text, but the number in a journal file's name.
 * 将文本中 12 位及以上的连续数字脱敏（日志文件名中的编号除外）。
 */
export function redactText(text: string): string {
  return text
    .replace(GROUPED_DIGITS, '…')
    .replace(LONG_DIGITS, (_found, fileNumber?: string) => fileNumber ?? '…');
}

/**
 * Makes a copy of error or log details that is safe to leave the process: secrets are replaced by
 * name, long numbers masked, bytes replaced by their length, depth bounded.
 * 生成可安全输出的明细副本：按名称隐藏机密，长数字脱敏，字节串只保留长度。
 * @param whose `of a stranger`: nothing in them is taken for our own words
 */
export function redactDetails(
  details: Readonly<Record<string, unknown>>,
  whose: 'ours' | 'of a stranger' = 'ours',
  depth = 0,
): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    const ours = whose === 'ours' && name === OWN_WORDS && typeof value === 'string';
    safe[redactText(name).slice(0, MAX_NAME_CHARS)] = isSecretName(name)
      ? REDACTED
      : ours
        ? value
        : redactValue(value, whose, depth);
  }
  return safe;
}

function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z\d])(?=[A-Z])/g, '$1_').toLowerCase();
  return SECRET_NAME.test(words) && !PUBLIC_NAME.test(words);
}

function redactValue(value: unknown, whose: 'ours' | 'of a stranger', depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') {
    return Math.abs(value) >= LONG_NUMBER ? redactText(String(value)) : value;
  }
  if (typeof value === 'boolean' || value === null) return value;
  if (value === undefined) return null;
  if (value instanceof Uint8Array) return `[${String(value.length)} bytes]`;
  if (depth >= 4) return '[…]';
  if (Array.isArray(value)) {
    return value.slice(0, 32).map((item) => redactValue(item, whose, depth + 1));
  }
  if (typeof value === 'object') {
    return redactDetails(value as Record<string, unknown>, whose, depth + 1);
  }
  return `[${typeof value}]`;
}
