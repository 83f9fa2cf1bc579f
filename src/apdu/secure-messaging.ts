/**
 * Secure messaging (line protection, 线路保护): a 4-byte MAC on a command, and where the file asks
 * for it an enciphered body.
 *
 *   MAC       CLA|04 INS P1 P2 (n + 4) data MAC4
 *   both      CLA|04 INS P1 P2 (c + 4) cipher MAC4,  cipher = E(length(1) ‖ data ‖ padding)
 *   MAC4      MAC of CLA INS P1 P2 Lc ‖ data or cipher, Lc counting the MAC; the IV is the answer
 *             to GET CHALLENGE, padded on the right with zeros to a block
 *
 * PBOC 2.0; proved on card traces (vectors of type `secureMessaging`). This room knows no cipher:
 * MAC and encipherment come in as {@link LineKey}.
 */
import { concat, copyOf, equalConstantTime } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { buildCommand, type Command, parseCommand } from './command.js';
import { BYTES_RANGE } from '../core-errors.js';
import {
  COMMAND_MISMATCH,
  RESPONSE_LENGTH,
  RESPONSE_MAC,
  SECURE_MESSAGING_BODY,
} from './errors.js';

/** A maintenance key, as far as secure messaging needs it. `crypto` makes them. */
export interface LineKey {
  /** The 4-byte MAC under the challenge as IV. */
  mac(data: Uint8Array, challenge: Uint8Array): Uint8Array;
  /** Pads with 80 00… only when not whole blocks, then enciphers. */
  encipher(data: Uint8Array): Uint8Array;
  /** The inverse; the padding stays on. */
  decipher(data: Uint8Array): Uint8Array;
}

const SECURE = 0x04;
const MAC_BYTES = 4;

/** A protected command, taken apart. */
export interface ProtectedCommand {
  /** CLA INS P1 P2 Lc. */
  readonly header: Uint8Array;
  /** Data or cipher. */
  readonly body: Uint8Array;
  readonly mac: Uint8Array;
  readonly ne: number;
}

/**
 * Adds a MAC to a command.
 * 给命令附加 MAC（线路保护）。
 * @param challenge what GET CHALLENGE answered just before
 * @throws BYTES_RANGE when the data leaves no room for the MAC
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher, secureMessagingKey } from 'quancun/crypto';
 * const key = secureMessagingKey(desCipher, fromHex('FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'));
 * const command = { cla: 0x04, ins: 0xd6, p1: 0x85, p2: 0, data: fromHex('AA'), ne: 0 };
 * protectWithMac(command, key, fromHex('88BBE4E3')); // 04D6850005AA4ECB37D6
 */
export function protectWithMac(command: Command, key: LineKey, challenge: Uint8Array): Uint8Array {
  return seal(command, command.data, key, challenge);
}

/**
 * Enciphers a command's data and adds a MAC.
 * 加密命令数据并附加 MAC。
 * @throws BYTES_RANGE when the data is longer than 255 bytes or leaves no room
 */
export function protectWithCipher(
  command: Command,
  key: LineKey,
  challenge: Uint8Array,
): Uint8Array {
  return seal(command, encipherBody(command.data, key), key, challenge);
}

/**
 * The enciphered body: length byte, data, padding.
 * 加密数据域：长度 ‖ 明文 ‖ 填充。
 */
export function encipherBody(plain: Uint8Array, key: LineKey): Uint8Array {
  if (plain.length > 0xff) {
    throw new QuancunError(BYTES_RANGE, { details: { field: 'plain', min: 0, max: 0xff } });
  }
  return key.encipher(concat(Uint8Array.of(plain.length), plain));
}

/**
 * The inverse of {@link encipherBody}.
 * 解密数据域。
 * @throws SECURE_MESSAGING_BODY when the length byte does not fit
 */
export function decipherBody(body: Uint8Array, key: LineKey): Uint8Array {
  const plain = key.decipher(body);
  const length = plain[0] ?? 0;
  if (length + 1 > plain.length) throw new QuancunError(SECURE_MESSAGING_BODY);
  return copyOf(plain, 1, 1 + length);
}

/**
 * Takes a protected command apart.
 * 拆分受保护命令。
 * @throws COMMAND_MALFORMED, COMMAND_MISMATCH
 */
export function parseProtected(bytes: Uint8Array): ProtectedCommand {
  const { cla, ins, p1, p2, data, ne } = parseCommand(bytes);
  if ((cla & 0x0f) !== SECURE || data.length < MAC_BYTES || data.length > 0xff) {
    throw new QuancunError(COMMAND_MISMATCH, { details: { name: 'secure messaging' } });
  }
  const end = data.length - MAC_BYTES;
  const header = Uint8Array.of(cla, ins, p1, p2, data.length);
  return { header, body: copyOf(data, 0, end), mac: copyOf(data, end), ne };
}

/**
 * Whether a protected command carries the MAC it should, compared in constant time.
 * 校验受保护命令的 MAC。
 */
export function verifyProtected(
  command: ProtectedCommand,
  key: LineKey,
  challenge: Uint8Array,
): boolean {
  const expected = key.mac(concat(command.header, command.body), challenge);
  return equalConstantTime(expected, command.mac);
}

/**
 * A protected READ answers data ‖ MAC4, the MAC of the data alone under the same IV.
 * 校验受保护读命令的响应。
 * @throws RESPONSE_LENGTH, RESPONSE_MAC (sent: yes)
 */
export function openResponse(data: Uint8Array, key: LineKey, challenge: Uint8Array): Uint8Array {
  const end = data.length - MAC_BYTES;
  if (end < 0) {
    const details = { expected: { en: '4 or more', zh: '至少 4' }, size: data.length };
    throw new QuancunError(RESPONSE_LENGTH, { details, sent: 'yes' });
  }
  const body = copyOf(data, 0, end);
  if (!equalConstantTime(key.mac(body, challenge), data.subarray(end))) {
    throw new QuancunError(RESPONSE_MAC, { sent: 'yes' });
  }
  return body;
}

function seal(command: Command, body: Uint8Array, key: LineKey, challenge: Uint8Array): Uint8Array {
  const cla = (command.cla & 0xf0) | SECURE;
  const size = body.length + MAC_BYTES;
  if (size > 0xff) {
    throw new QuancunError(BYTES_RANGE, { details: { field: 'Lc', min: 0, max: 0xff - 4 } });
  }
  const { ins, p1, p2, ne } = command;
  const header = Uint8Array.of(cla, ins, p1, p2, size);
  const mac = key.mac(concat(header, body), challenge);
  return buildCommand({ cla, ins, p1, p2, data: concat(body, mac), ne });
}
