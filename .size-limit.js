import { ENTRIES } from './build/entries.js';

/**
 * How large each subpath may be, with everything it brings: minified and compressed with brotli,
 * in kB. A subpath without a row is an error; a row is raised with a reason, or not at all.
 */
/** @type {Readonly<Record<string, number>>} */
const LIMITS_KB = {
  index: 56,
  bytes: 22,
  gbk: 29,
  money: 13,
  record: 36,
  errors: 13,
  'error-table': 14,
  apdu: 27,
  crypto: 36,
  'crypto/crypto-js': 13,
  purse: 41,
  etc: 40,
  load: 17,
  transport: 29,
  'transport/simulator': 13,
  'transport/ble-box': 29,
  'transport/remote': 34,
  'transport/tcp': 22,
  terminal: 56,
  'transport/nfc': 14,
  'transport/wechat': 14,
  'transport/harmony': 14,
  'transport/web-smart-card': 14,
  'transport/pcsc': 14,
  simulator: 61,
  'server/sqlite': 27,
  'server/postgres': 26,
  'server/files': 22,
  // With what makes JSON schemas of the declarations, for its description.
  'server/http': 37,
  server: 70,
  testing: 94,
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
      // Chunks without side effects are left out, as they should be.
      logOverride: { 'ignored-bare-import': 'silent' },
      platform: host === 'node' ? 'node' : 'neutral',
      mainFields: ['module', 'main'],
    }),
  };
});
