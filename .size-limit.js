import { ENTRIES } from './build/entries.js';

/**
 * How large each subpath may be, with everything it brings: minified and compressed with brotli,
 * in kB. A subpath without a row is an error; a row is raised with a reason, or not at all.
 */
/** @type {Readonly<Record<string, number>>} */
const LIMITS_KB = {
  index: 53,
  bytes: 19,
  gbk: 26,
  money: 11,
  record: 34,
  errors: 11,
  apdu: 24,
  crypto: 33,
  'crypto/crypto-js': 12,
  purse: 38,
  etc: 37,
  load: 15,
  transport: 27,
  'transport/simulator': 11,
  'transport/ble-box': 27,
  'transport/remote': 33,
  'transport/tcp': 20,
  terminal: 53,
  'transport/nfc': 12,
  'transport/wechat': 12,
  'transport/harmony': 12,
  'transport/web-smart-card': 12,
  'transport/pcsc': 15,
  simulator: 59,
  'server/sqlite': 24,
  'server/postgres': 24,
  'server/files': 20,
  'server/http': 40,
  server: 65,
  testing: 80,
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
