/** What a thief with the PIN gets from the master keys by themselves: `{ module, … }` on stdin. */
import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import { koffiCryptoki, TokenFault } from 'quancun/server/hsm/pkcs11';

const { module, tokenLabel, pin, labels } = JSON.parse(readFileSync(0, 'utf8'));
const cryptoki = koffiCryptoki(koffi, module);
cryptoki.initialize();
const { slot = -1 } = cryptoki.slots().find(({ label }) => label === tokenLabel) ?? {};
const session = cryptoki.openSession(slot, 4);
cryptoki.login(session, Buffer.from(pin));
/** @param {string} label */
const tryOne = (label) => {
  const [key = -1] = cryptoki.find(session, [[0x03, Buffer.from(label)]]);
  try {
    cryptoki.encrypt(session, key, { mechanism: 0x133, ivBytes: 8, data: Buffer.alloc(8) });
    return 'enciphered';
  } catch (error) {
    if (!(error instanceof TokenFault)) throw error;
    const value = cryptoki.attribute(session, key, 0x11);
    return [error.code, value === undefined ? 'no value' : 'a value'];
  }
};
console.log(JSON.stringify(labels.map(tryOne)));
