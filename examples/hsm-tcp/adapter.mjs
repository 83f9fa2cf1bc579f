/**
 * An adapter for an HSM that takes commands over TCP: questions become commands, answers a yes, a
 * no or four bytes, and everything else an error, for which the authority says HSM_UNAVAILABLE.
 */
import { connect } from 'node:net';
import { fromHex, toHex } from 'quancun/bytes';
import { QuancunError } from 'quancun/errors';
import {
  writeLoadMac1Message,
  writeLoadMac2Message,
  writeLoadSessionMessage,
  writeLoadTacMessage,
} from 'quancun/purse';
import { KEY_UNKNOWN } from 'quancun/server';

/** @typedef {import('quancun/server').Hsm} Hsm */
/** @typedef {import('quancun/server').HsmCall} HsmCall */
/**
 * @typedef {object} SlotSet which slots of the HSM have the keys of an index
 * @property {number} keyIndex
 * @property {'3des' | 'sm4'} cipher
 * @property {'national' | 'provincial' | 'card'} hierarchy
 * @property {string} loadSlot two hex digits
 * @property {string} tacSlot two hex digits
 */

/**
 * An HSM behind a TCP port.
 * @param {{ host: string, port: number, keys: readonly SlotSet[] }} options
 * @returns {Hsm & { close(): void }}
 */
export function tcpHsm({ host, port, keys }) {
  const sets = new Map(keys.map((set) => [set.keyIndex, set]));
  const line = commandLine(host, port);
  /** @param {number} keyIndex */
  const setOf = (keyIndex) => {
    const set = sets.get(keyIndex);
    if (set === undefined) throw new QuancunError(KEY_UNKNOWN, { details: { keyIndex } });
    return set;
  };
  /** @param {import('quancun/server').LoadSession} query */
  const session = (query) => {
    const set = setOf(query.keyIndex);
    const { onlineAtc } = query;
    const in8 = writeLoadSessionMessage({ random: fromHex(query.random), onlineAtc });
    return set.loadSlot + factorsOf(set, query) + toHex(in8);
  };
  return {
    verifyMac1: async (query, call) => {
      const terminal = fromHex(query.terminal);
      const message = framed(writeLoadMac1Message({ ...query, terminal }));
      return yesOrNo(await line.ask(`VM${session(query)}${message}${macOf(query.mac1)}`, call));
    },
    computeMac2: async (query, call) => {
      const terminal = fromHex(query.terminal);
      const message = framed(writeLoadMac2Message({ ...query, terminal }));
      return dataOf(await line.ask(`GM${session(query)}${message}`, call));
    },
    verifyTac: async (query, call) => {
      const set = setOf(query.keyIndex);
      const message = framed(writeLoadTacMessage({ ...query, terminal: fromHex(query.terminal) }));
      const words = `VT${set.tacSlot}${factorsOf(set, query)}${message}${macOf(query.tac)}`;
      return yesOrNo(await line.ask(words, call));
    },
    describeKeys: async (call) => {
      const described = keys.flatMap(({ keyIndex, cipher, loadSlot, tacSlot }) =>
        /** @type {const} */ ([
          ['load', loadSlot],
          ['tac', tacSlot],
        ]).map(async ([use, slot]) => {
          const checkValue = dataOf(await line.ask(`KC${slot}`, call));
          return { keyIndex, use, cipher, checkValue };
        }),
      );
      return Promise.all(described);
    },
    close: line.close,
  };
}

/** @param {SlotSet} set @param {import('quancun/server').KeySelector} of */
function factorsOf({ hierarchy }, { issuerFactor, cardNumber }) {
  // Through bytes: what is no hex never becomes a part of a command.
  const issuer = toHex(fromHex(issuerFactor + issuerFactor));
  const card = toHex(fromHex(cardNumber));
  return { national: `2${issuer}${card}`, provincial: `1${card}`, card: '0' }[hierarchy];
}

/** @param {Uint8Array} message */
function framed(message) {
  return String(message.length).padStart(2, '0') + toHex(message);
}

/** A code of another length is wrong before it is asked about. @param {string} mac */
function macOf(mac) {
  const hex = toHex(fromHex(mac));
  return hex.length === 8 ? hex : '';
}

/** @param {string} said */
function yesOrNo(said) {
  if (said === '00' || said === '01') return said === '00';
  throw new Error(`the HSM said ${said.slice(0, 2)}`);
}

/** @param {string} said */
function dataOf(said) {
  if (!said.startsWith('00')) throw new Error(`the HSM said ${said.slice(0, 2)}`);
  return said.slice(2);
}

/**
 * One connection, many questions at once: each answer repeats its question's number. A question
 * that nobody waits for any more is forgotten; a connection that ends fails those inside, and the
 * next question makes a new one.
 * @param {string} host
 * @param {number} port
 */
function commandLine(host, port) {
  /** @type {import('node:net').Socket | undefined} */
  let socket;
  let last = 0;
  /** @type {Map<string, { resolve(said: string): void, reject(error: Error): void }>} */
  const waiting = new Map();
  const open = () => {
    const one = connect({ host, port, noDelay: true });
    let bytes = Buffer.alloc(0);
    one.on('data', (more) => {
      bytes = Buffer.concat([bytes, more]);
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const end = 2 + bytes.readUInt16BE(0);
        const text = bytes.subarray(2, end).toString('latin1');
        bytes = bytes.subarray(end);
        waiting.get(text.slice(0, 4))?.resolve(text.slice(6));
      }
    });
    one.on('error', () => one.destroy());
    one.on('close', () => {
      if (socket === one) socket = undefined;
      for (const { reject } of [...waiting.values()]) reject(new Error('connection lost'));
    });
    return one;
  };
  return {
    /** @param {string} command @param {HsmCall} [call] @returns {Promise<string>} */
    ask: (command, call) =>
      new Promise((resolve, reject) => {
        last = (last + 1) % 10_000;
        const number = String(last).padStart(4, '0');
        if (waiting.has(number)) throw new Error('ten thousand questions wait');
        /** @type {<T>(end: (value: T) => void) => (value: T) => void} */
        const once = (end) => (value) => {
          waiting.delete(number);
          end(value);
        };
        const failed = once(reject);
        waiting.set(number, { resolve: once(resolve), reject: failed });
        call?.signal.addEventListener('abort', () => failed(new Error('given up')), { once: true });
        const text = Buffer.from(number + command, 'latin1');
        const head = Buffer.alloc(2);
        head.writeUInt16BE(text.length);
        socket ??= open();
        socket.write(Buffer.concat([head, text]));
      }),
    close: () => socket?.destroy(),
  };
}
