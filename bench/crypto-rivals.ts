/**
 * The rivals: the same authorisation with node:crypto, node-forge and crypto-js, each as its
 * documentation shows it, one cipher object for each of the six calls.
 */
import { createCipheriv } from 'node:crypto';
import CryptoJS from 'crypto-js';
import forge from 'node-forge';
import { ROOT_KEY, type Task } from './authorisation.js';
import type { Rival } from './rounds.js';

/** node:crypto: six createCipheriv. OpenSSL 3 has no single DES; two-key 3DES with K ‖ K is it. */
export function nodeRival(name: '3des' | 'sm4'): Rival<Task> {
  const [ecb, cbc] = name === '3des' ? ['des-ede-ecb', 'des-ede-cbc'] : ['sm4-ecb', 'sm4-cbc'];
  const size = name === '3des' ? 8 : 16;
  const iv = Buffer.alloc(size);
  const block = (key: Buffer, data: Buffer): Buffer => {
    const cipher = createCipheriv(ecb, key, null);
    cipher.setAutoPadding(false);
    return cipher.update(data);
  };
  const mac = (key: Buffer, data: Buffer): Buffer => {
    const cipher = createCipheriv(cbc, size === 8 ? Buffer.concat([key, key]) : key, iv);
    cipher.setAutoPadding(false);
    const at = data.length - size;
    return cipher.update(data).subarray(at, at + 4);
  };
  return {
    name: `node:crypto, 6 createCipheriv (${ecb.slice(0, -4)})`,
    work({ messages, mac1, tac }): Uint8Array | undefined {
      const cardKey = block(block(ROOT_KEY, messages.issuer), messages.card);
      const session = block(cardKey, messages.session);
      if (!mac(session, messages.mac1).equals(mac1)) return undefined;
      const mac2 = mac(session, messages.mac2);
      return mac(messages.tacKey, messages.tac).equals(tac) ? mac2 : undefined;
    },
  };
}

const ZEROS = '\0'.repeat(8);

/** node-forge: createCipher, start, update, finish; data are binary strings. */
export const forgeRival: Rival<Task> = {
  name: 'node-forge, 6 createCipher',
  work(task): Uint8Array | undefined {
    const { messages } = task;
    const cardKey = forgeTriple(
      forgeTriple(ROOT_KEY.toString('latin1'), latin1(messages.issuer)),
      latin1(messages.card),
    );
    const session = forgeTriple(cardKey, latin1(messages.session));
    if (forgeMac(session, latin1(messages.mac1)) !== latin1(task.mac1)) return undefined;
    const mac2 = forgeMac(session, latin1(messages.mac2));
    const tac = forgeMac(latin1(messages.tacKey), latin1(messages.tac));
    return tac === latin1(task.tac) ? Buffer.from(mac2, 'latin1') : undefined;
  },
};

function forgeTriple(key: string, data: string): string {
  return forgeRun('3DES-ECB', key + key.slice(0, 8), data, {});
}

function forgeMac(key: string, data: string): string {
  return forgeRun('DES-CBC', key, data, { iv: ZEROS }).slice(-8, -4);
}

function forgeRun(
  name: forge.cipher.Algorithm,
  key: string,
  data: string,
  options: { iv?: string },
): string {
  const cipher = forge.cipher.createCipher(name, key);
  cipher.start(options);
  cipher.update(forge.util.createBuffer(data));
  // A padding function that says "done": forge would add a block of its own otherwise.
  (cipher.finish as (pad: () => boolean) => boolean)(() => true);
  return cipher.output.getBytes();
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

const NO_PADDING = { padding: CryptoJS.pad.NoPadding };
const ECB = { ...NO_PADDING, mode: CryptoJS.mode.ECB };
const CBC = { ...NO_PADDING, mode: CryptoJS.mode.CBC, iv: CryptoJS.lib.WordArray.create([0, 0]) };

/** crypto-js: TripleDES.encrypt and DES.encrypt over word arrays. */
export const cryptoJsRival: Rival<Task> = {
  name: 'crypto-js, 6 encrypt',
  work({ messages, mac1, tac }): Uint8Array | undefined {
    const issuerKey = cryptoJsTriple(words(ROOT_KEY), words(messages.issuer));
    const session = cryptoJsTriple(
      cryptoJsTriple(issuerKey, words(messages.card)),
      words(messages.session),
    );
    if (cryptoJsMac(session, words(messages.mac1)) !== words(mac1).words[0]) return undefined;
    const mac2 = cryptoJsMac(session, words(messages.mac2));
    const own = cryptoJsMac(words(messages.tacKey), words(messages.tac));
    if (own !== words(tac).words[0]) return undefined;
    const out = Buffer.alloc(4);
    out.writeInt32BE(mac2 ?? 0);
    return out;
  },
};

function cryptoJsTriple(
  key: CryptoJS.lib.WordArray,
  data: CryptoJS.lib.WordArray,
): CryptoJS.lib.WordArray {
  return CryptoJS.TripleDES.encrypt(data, key, ECB).ciphertext;
}

function cryptoJsMac(
  key: CryptoJS.lib.WordArray,
  data: CryptoJS.lib.WordArray,
): number | undefined {
  return CryptoJS.DES.encrypt(data, key, CBC).ciphertext.words[data.words.length - 2];
}

function words(bytes: Uint8Array): CryptoJS.lib.WordArray {
  const list: number[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += 4) list.push(view.getInt32(at));
  return CryptoJS.lib.WordArray.create(list, bytes.length);
}
