/** Calls of the token's binding, over a library that takes everything and answers CKR_OK. */
import { type KoffiLike, koffiCryptoki } from '../../../src/server/hsm/pkcs11/index.js';
import type { ByteRows } from '../byte-law.js';

const taking: KoffiLike = {
  load: () => ({ func: () => () => 0 }),
  struct: (name) => name,
  pack: (name) => name,
  pointer: (type) => type,
  inout: (type) => type,
  sizeof: () => 8,
};

/** The binding over koffi: a PIN, a label, data. */
export const TOKEN_ROWS: ByteRows = {
  koffiCryptoki: [
    (give) => koffiCryptoki(taking, 'module').login(1, give('31323334')),
    (give) => koffiCryptoki(taking, 'module').find(1, [[3, give('444C4B')]]),
    (give) =>
      koffiCryptoki(taking, 'module').encrypt(1, 2, {
        ...{ mechanism: 0x133, ivBytes: 8 },
        data: give('0001020304050607'),
      }),
  ],
};
