/** The child process of a token: the program that a host writes, over koffi. */
import { answerAsToken, koffiCryptoki } from 'quancun/server/hsm/pkcs11';

answerAsToken(async (module) => {
  const { default: koffi } = await import('koffi');
  return koffiCryptoki(koffi, module);
});
