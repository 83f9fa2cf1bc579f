/** How to call what takes bytes in bytes, gbk, record and crypto. */
import CryptoJS from 'crypto-js';
import * as bytes from '../../../src/bytes.js';
import { cryptoJsCipher } from '../../../src/crypto/crypto-js.js';
import * as crypto from '../../../src/crypto/index.js';
import { decodeGbkByTable } from '../../../src/gbk-table.js';
import { decodeGbk, gbkDecoderOf } from '../../../src/gbk.js';
import * as record from '../../../src/record.js';
import type { ByteCall, ByteRows, Give } from '../byte-law.js';

const { desCipher, sm4Cipher } = crypto;
const KEY = '00112233445566778899AABBCCDDEEFF';
const DATA = '0123456789ABCDEF0123456789ABCDEF';
const EIGHT = '6201000000000001';

/** It answers nothing, and must not: the bytes would be the caller's own. */
const checkLength: (...given: Parameters<typeof bytes.expectLength>) => unknown =
  bytes.expectLength;

export const BYTES_ROWS: ByteRows = {
  toHex: [(give) => bytes.toHex(give(DATA))],
  copyOf: [
    (give) => bytes.copyOf(give(DATA)),
    (give) => bytes.copyOf(give(DATA), 2, -1),
    (give) => bytes.copyOf(give(DATA), 0),
  ],
  concat: [(give) => bytes.concat(give(DATA)), (give) => bytes.concat(give(DATA), give(KEY))],
  equalConstantTime: [(give) => bytes.equalConstantTime(give(DATA), give(DATA))],
  readUint: [(give) => bytes.readUint(give(DATA), 3, 6)],
  decodeBcd: [(give) => bytes.decodeBcd(give(DATA))],
  expectLength: [(give) => checkLength('data', give(DATA), 16)],
};

export const GBK_ROWS: ByteRows = {
  decodeGbk: [(give) => decodeGbk(give('B8CA413132333435'))],
  gbkDecoderOf: [(give) => gbkDecoderOf(globalThis)?.(give('B8CA413132333435'))],
};
export const GBK_TABLE_ROWS: ByteRows = {
  decodeGbkByTable: [(give) => decodeGbkByTable(give('B8CA413132333435'))],
};

export const RECORD_ROWS: ByteRows = {
  defineRecord: [
    (give) => {
      const { hexField, gbkField } = record;
      const codec = record.defineRecord('pair', { hex: hexField(4), text: gbkField(4) });
      const decoded = codec.decode(give('01020304B8CA4100'));
      return [decoded, () => codec.encode(decoded)];
    },
  ],
  uintField: [(give) => record.uintField(4).decode(give('01020304'))],
  hexField: [(give) => record.hexField(4).decode(give('01020304'))],
  bcdField: [(give) => record.bcdField(4).decode(give('20260101'))],
  gbkField: [
    (give) => record.gbkField(4).decode(give('B8CA4100')),
    // A decoder of the caller's that scrubs what it was given.
    (give) =>
      record.gbkField(4).decode(give('B8CA4100'), (bytes) => String(bytes.fill(0xee).length)),
  ],
  asciiField: [(give) => record.asciiField(4).decode(give('41424300'))],
  dateField: [(give) => record.dateField.decode(give('20260101'))],
};

/** A call under each cipher, with its key raw and expanded. */
function perCipher(call: (cipher: crypto.Cipher, key: crypto.KeyInput, give: Give) => unknown) {
  return [desCipher, sm4Cipher, cryptoJsCipher(CryptoJS)].flatMap((cipher): ByteCall[] => [
    (give) => call(cipher, give(KEY), give),
    (give) => {
      const key = crypto.expandKey(cipher, give(KEY));
      return [call(cipher, key, give), () => call(cipher, key, give)];
    },
  ]);
}

/** Raw keys only. */
function perName(call: (cipher: crypto.Cipher, give: Give) => unknown): ByteCall[] {
  return [desCipher, sm4Cipher].map((cipher) => (give) => call(cipher, give));
}

/** Everything that an expanded key does. */
function uses(key: crypto.BlockKey): () => unknown {
  return () => {
    const out = new Uint8Array(2 * key.blockSizeBytes);
    key.encryptBlock(out, 0, out, 0);
    key.decryptBlock(out, 0, out, key.blockSizeBytes);
    key.leftHalf?.encryptBlock(out, 0, out, 0);
    const chain = new Uint8Array(key.blockSizeBytes);
    key.encryptChain?.(out, 0, out.length, chain);
    return [out, chain];
  };
}

/** The blocks of a caller are changed where it says, and nowhere else. */
function blockCalls(cipher: crypto.Cipher): ByteCall[] {
  return [
    (give) => uses(cipher.expandKey(give(KEY))),
    (give) => {
      const key = cipher.expandKey(give(KEY));
      const input = give(DATA);
      const out = new Uint8Array(16);
      key.encryptBlock(input, 0, out, 0);
      const back = new Uint8Array(16);
      key.decryptBlock(input, 0, back, 0);
      const chain = new Uint8Array(key.blockSizeBytes);
      key.encryptChain?.(input, 0, 16, chain);
      return [out, back, chain];
    },
  ];
}

export const CRYPTO_ROWS: ByteRows = {
  computeExternalAuthentication: perCipher((cipher, key, give) =>
    crypto.computeExternalAuthentication(cipher, key, give(EIGHT)),
  ),
  keyCheckValue: perCipher((cipher, key) => crypto.keyCheckValue(cipher, key)),
  cipherByName: [
    ...blockCalls(crypto.cipherByName('3des')),
    ...blockCalls(crypto.cipherByName('sm4')),
  ],
  desCipher: [...blockCalls(desCipher), (give) => uses(desCipher.expandKey(give(EIGHT)))],
  sm4Cipher: blockCalls(sm4Cipher),
  diversify: perCipher((cipher, key, give) => crypto.diversify(cipher, key, give(EIGHT))),
  diversifyPath: [
    ...perCipher((cipher, key, give) =>
      crypto.diversifyPath(cipher, key, [give(EIGHT), give(EIGHT)]),
    ),
    ...perName((cipher, give) => crypto.diversifyPath(cipher, give(KEY), [])),
  ],
  foldKey: [(give) => crypto.foldKey(give(KEY))],
  issuerFactor: [
    (give) => crypto.issuerFactor(give('B8CACBE0')),
    (give) => crypto.issuerFactor(give('B8CACBE0B8CACBE0')),
  ],
  withComplement: [(give) => crypto.withComplement(give(EIGHT))],
  decryptEcb: perCipher((cipher, key, give) => crypto.decryptEcb(cipher, key, give(DATA))),
  encryptEcb: perCipher((cipher, key, give) => crypto.encryptEcb(cipher, key, give(DATA))),
  padChallenge: [
    (give) => crypto.padChallenge(give('01020304'), 8),
    (give) => crypto.padChallenge(give(EIGHT), 8),
  ],
  secureMessagingKey: perName((cipher, give) => {
    const key = crypto.secureMessagingKey(cipher, give(KEY));
    return [
      () => key.mac(new Uint8Array(5), new Uint8Array(4)),
      () => key.encipher(new Uint8Array(16)),
      key.mac(give(DATA), give('01020304')),
      key.encipher(give(DATA)),
      key.encipher(give('0102')),
      key.decipher(give(DATA)),
    ];
  }),
  expandKey: [
    ...perName((cipher, give) => uses(crypto.expandKey(cipher, give(KEY)))),
    (give) => uses(crypto.expandKey(desCipher, give(EIGHT), 8)),
  ],
  isExpanded: [(give) => crypto.isExpanded(give(KEY))],
  computeMac: perCipher((cipher, key, give) => [
    crypto.computeMac(cipher, key, give(DATA)),
    crypto.computeMac(cipher, key, give('01'), give('00'.repeat(cipher.blockSizeBytes))),
  ]),
  computeMac4: perCipher((cipher, key, give) => [
    crypto.computeMac4(cipher, key, give(DATA)),
    crypto.computeMac4(cipher, key, give('01'), give('00'.repeat(cipher.blockSizeBytes))),
  ]),
  pad80: [(give) => crypto.pad80(give(DATA), 8)],
  pad80WhenNeeded: [
    (give) => crypto.pad80WhenNeeded(give(DATA), 8),
    (give) => crypto.pad80WhenNeeded(give('01'), 8),
  ],
};

export const CRYPTO_JS_ROWS: ByteRows = { cryptoJsCipher: blockCalls(cryptoJsCipher(CryptoJS)) };
