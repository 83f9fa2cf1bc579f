/** Writes test keys to a token: `{ module, … }` on standard input, key sets on standard output. */
import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import { koffiCryptoki, writeTestKeys } from 'quancun/server/hsm/pkcs11';

const { module, ...given } = JSON.parse(readFileSync(0, 'utf8'));
const cryptoki = koffiCryptoki(koffi, module);
console.log(JSON.stringify(writeTestKeys({ allowSoftwareKeys: 'test', cryptoki, ...given })));
