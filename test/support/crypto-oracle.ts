/**
 * The oracle of the cryptographic tests: DES, 3DES and SM4 out of node:crypto (OpenSSL), and the
 * PBOC forms written down a second time over it. OpenSSL 3 has no single DES, so DES is 3DES with
 * one key three times.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import CryptoJS from 'crypto-js';
import fc from 'fast-check';
import type { Cipher } from '../../src/crypto/cipher.js';
import { cryptoJsCipher } from '../../src/crypto/crypto-js.js';
import { desCipher } from '../../src/crypto/des.js';
import { sm4Cipher } from '../../src/crypto/sm4.js';

type Name = '3des' | 'sm4';

/** The suites under test, each with the oracle's name for it. */
export const suites: readonly { title: string; cipher: Cipher; numRuns: number }[] = [
  { title: '3des on node-forge', cipher: desCipher, numRuns: 200 },
  { title: '3des on crypto-js', cipher: cryptoJsCipher(CryptoJS), numRuns: 20 },
  { title: 'sm4', cipher: sm4Cipher, numRuns: 200 },
];

/** Byte strings of one length. */
export function bytesOf(sizeBytes: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: sizeBytes, maxLength: sizeBytes });
}

/** ECB of whole blocks by OpenSSL. */
export function oracleEcb(name: Name, key: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`${openSslName(name)}-ecb`, openSslKey(name, key), null);
  cipher.setAutoPadding(false);
  return Uint8Array.from(Buffer.concat([cipher.update(data), cipher.final()]));
}

/** The inverse of {@link oracleEcb}. */
export function oracleEcbDecrypt(name: Name, key: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createDecipheriv(`${openSslName(name)}-ecb`, openSslKey(name, key), null);
  cipher.setAutoPadding(false);
  return Uint8Array.from(Buffer.concat([cipher.update(data), cipher.final()]));
}

/** The PBOC MAC by OpenSSL's CBC; the retail form as its standard words it. */
export function oracleMac(
  name: Name,
  key: Uint8Array,
  data: Uint8Array,
  iv?: Uint8Array,
): Uint8Array {
  const size = name === 'sm4' ? 16 : 8;
  const message = [...data, 0x80];
  while (message.length % size !== 0) message.push(0);
  const inner = name === 'sm4' ? key : key.subarray(0, 8);
  const cbc = createCipheriv(
    `${openSslName(name)}-cbc`,
    openSslKey(name, inner),
    iv ?? new Uint8Array(size),
  );
  cbc.setAutoPadding(false);
  const last = Uint8Array.from(cbc.update(Uint8Array.from(message))).slice(-size);
  if (name === 'sm4' || key.length === 8) return last;
  const undone = oracleEcbDecrypt(name, key.subarray(8), last);
  return oracleEcb(name, inner, undone);
}

/** One level of diversification by OpenSSL. */
export function oracleDiversify(name: Name, key: Uint8Array, factor: Uint8Array): Uint8Array {
  return oracleEcb(name, key, Uint8Array.from([...factor, ...factor.map((byte) => 0xff - byte)]));
}

function openSslName(name: Name): string {
  return name === 'sm4' ? 'sm4' : 'des-ede3';
}

function openSslKey(name: Name, key: Uint8Array): Uint8Array {
  if (name === 'sm4') return key;
  const left = key.subarray(0, 8);
  const right = key.length === 8 ? left : key.subarray(8, 16);
  return Buffer.concat([left, right, left]);
}
