/**
 * An HSM with commands over TCP, in small: what an adapter is tried against. Its protocol is no
 * vendor's, and like most: two bytes of length, then text: a number of four digits that the answer
 * repeats, a command of two letters, fields of fixed length. The answer has the command's second
 * letter one on and two digits: 00 well, 01 the code is wrong, 10 no such key, 15 not understood.
 *
 *   VM slot2 levels1 factor16… session16 length2 message… mac8  verify a MAC under a session key
 *   GM slot2 levels1 factor16… session16 length2 message…       make one
 *   VT slot2 levels1 factor16… length2 message… mac8            verify a TAC
 *   KC slot2                                                    check value
 *
 * Keys are in this program's memory: it is for tests.
 */
import { createServer } from 'node:net';
import { equalConstantTime, fromHex, toHex } from 'quancun/bytes';
import {
  cipherByName,
  computeMac4,
  diversifyPath,
  encryptEcb,
  foldKey,
  keyCheckValue,
  withComplement,
} from 'quancun/crypto';

/** @typedef {{ cipher: '3des' | 'sm4', value: string }} SlotKey */

/**
 * Starts it on a free port of this machine.
 * @param {ReadonlyMap<string, SlotKey>} slots by two hex digits
 * @returns {Promise<import('node:net').Server>}
 */
export function startHsmServer(slots) {
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (more) => {
      bytes = Buffer.concat([bytes, more]);
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const length = bytes.readUInt16BE(0);
        const text = answerTo(slots, bytes.subarray(2, 2 + length).toString('latin1'));
        bytes = bytes.subarray(2 + length);
        const head = Buffer.alloc(2);
        head.writeUInt16BE(text.length);
        socket.write(Buffer.concat([head, Buffer.from(text, 'latin1')]));
      }
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** @param {ReadonlyMap<string, SlotKey>} slots @param {string} text */
function answerTo(slots, text) {
  let at = 0;
  /** @param {number} size */
  const take = (size) => text.slice(at, (at += size));
  const number = take(4);
  const command = take(2);
  const said = number + command.slice(0, 1) + String.fromCharCode(command.charCodeAt(1) + 1);
  const slot = slots.get(take(2));
  if (slot === undefined) return `${said}10`;
  const cipher = cipherByName(slot.cipher);
  try {
    if (command === 'KC') return `${said}00${toHex(keyCheckValue(cipher, fromHex(slot.value)))}`;
    const factors = Array.from({ length: Number(take(1)) }, () => fromHex(take(16)));
    const cardKey = diversifyPath(cipher, fromHex(slot.value), factors);
    let key = slot.cipher === '3des' ? foldKey(cardKey) : cardKey;
    if (command !== 'VT') {
      const session = fromHex(take(16));
      key = encryptEcb(cipher, cardKey, slot.cipher === 'sm4' ? withComplement(session) : session);
    }
    const mac = computeMac4(cipher, key, fromHex(take(2 * Number(take(2)))));
    if (command === 'GM') return `${said}00${toHex(mac)}`;
    return said + (equalConstantTime(mac, fromHex(take(8))) && at === text.length ? '00' : '01');
  } catch {
    return `${said}15`;
  }
}
