/**
 * The child process in which `serve` holds its token: the one place that loads the package koffi,
 * where somebody installed it.
 */
import { answerAsToken, koffiCryptoki, type KoffiLike } from '../../server/hsm/pkcs11/index.js';

answerAsToken(async (module) => {
  // By a variable name: neither the compiler nor a bundler looks for what is optional.
  const name = 'koffi';
  const loaded = (await import(name)) as { readonly default: KoffiLike };
  return koffiCryptoki(loaded.default, module);
});
