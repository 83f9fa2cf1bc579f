import { ENTRIES } from './build/entries.js';

/**
 * How large each subpath may be, with everything it brings: minified and compressed with brotli,
 * in kB. A subpath without a row is an error; a row is raised with a reason, or not at all.
 */
/** @type {Readonly<Record<string, number>>} */
const LIMITS_KB = {
  index: 51,
  bytes: 18,
  gbk: 24,
  money: 10,
  record: 34,
  errors: 10,
  apdu: 23,
  crypto: 33,
  'crypto/crypto-js': 10,
  purse: 38,
  etc: 37,
  load: 13,
  transport: 25,
  'transport/simulator': 10,
  'transport/ble-box': 27,
  'transport/remote': 33,
  'transport/tcp': 19,
  terminal: 51,
  simulator: 59,
  'server/sqlite': 22,
  'server/postgres': 22,
  'server/files': 18,
  'server/http': 40,
  server: 63,
  testing: 75,
};

export default ENTRIES.map(({ name, host }) => {
  const limitKb = LIMITS_KB[name];
  if (limitKb === undefined) throw new Error(`no size limit for ${name}`);
  return {
    name: `quancun/${name}`,
    path: `dist/${name}.js`,
    limit: `${String(limitKb)} kB`,
    modifyEsbuildConfig: (config) => ({
      ...config,
      platform: host === 'node' ? 'node' : 'neutral',
      mainFields: ['module', 'main'],
    }),
  };
});
