/**
 * The ciphers of the generator: OpenSSL through node:crypto. Whatever DES and 3DES give is computed
 * a second time by crypto-js, and the two must agree: that is what `cross-implementation` means in
 * the files. OpenSSL 3 has no single DES; it is 3DES with one key three times.
 */
import { strict as assert } from 'node:assert';
import { createCipheriv } from 'node:crypto';
import CryptoJS from 'crypto-js';
import { hex, join, pad80 } from './bytes.mjs';

const words = (input) => CryptoJS.enc.Hex.parse(hex(input));

/** Blocks by OpenSSL, unpadded. `mode` is ecb or cbc. */
function openSsl(name, mode, key, data, iv) {
  const cipher = createCipheriv(`${name}-${mode}`, key, mode === 'ecb' ? null : iv);
  cipher.setAutoPadding(false);
  return join(cipher.update(data), cipher.final());
}

function des(mode, key, data, iv = Buffer.alloc(8)) {
  const parts = [0, 8, 16].map((at) => key.subarray(at, at + 8));
  const [first, second = first, third = first] = parts.filter((part) => part.length === 8);
  const triple = join(first, second, key.length === 24 ? third : first);
  const out = openSsl('des-ede3', mode, triple, data, iv);
  const again = CryptoJS.TripleDES.encrypt(words(data), words(triple), {
    mode: mode === 'ecb' ? CryptoJS.mode.ECB : CryptoJS.mode.CBC,
    iv: words(iv),
    padding: CryptoJS.pad.NoPadding,
  }).ciphertext.toString();
  assert.equal(hex(out), again.toUpperCase(), 'OpenSSL and crypto-js agree');
  return out;
}

function desDecrypt(key, block) {
  const plain = CryptoJS.TripleDES.decrypt(
    { ciphertext: words(block) },
    words(join(key, key, key)),
    {
      mode: CryptoJS.mode.ECB,
      padding: CryptoJS.pad.NoPadding,
    },
  );
  const out = Buffer.from(plain.toString(), 'hex');
  assert.equal(hex(des('ecb', key, out)), hex(block), 'OpenSSL turns it back');
  return out;
}

/** Padded data → the last block. 3DES of 16 bytes is the retail form. */
function desMacOfPadded(key, padded, iv) {
  const left = key.subarray(0, 8);
  const last = des('cbc', left, padded, iv).subarray(-8);
  if (key.length === 8) return last;
  return des('ecb', left, desDecrypt(key.subarray(8), last));
}

export const tripleDes = {
  name: '3des',
  block: 8,
  sessionKeyBytes: 8,
  source: { kind: 'cross-implementation', name: 'OpenSSL and crypto-js agree' },
  ecb: (key, data) => des('ecb', key, data),
  cbc: (key, data, iv) => des('cbc', key, data, iv),
  macOfPadded: desMacOfPadded,
  mac: (key, data, iv) => desMacOfPadded(key, pad80(data, 8), iv),
};

export const sm4 = {
  name: 'sm4',
  block: 16,
  sessionKeyBytes: 16,
  source: { kind: 'generated', name: 'quancun, computed with OpenSSL' },
  ecb: (key, data) => openSsl('sm4', 'ecb', key, data),
  cbc: (key, data, iv = Buffer.alloc(16)) => openSsl('sm4', 'cbc', key, data, iv),
  macOfPadded: (key, padded, iv) => sm4.cbc(key, padded, iv).subarray(-16),
  mac: (key, data, iv) => sm4.macOfPadded(key, pad80(data, 16), iv),
};

export const SUITES = [tripleDes, sm4];
