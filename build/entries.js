/**
 * The subpaths of the package: the one list that the build, the size limits, the API report, the
 * reference and the test of package.json's `exports` read.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} Entry
 * @property {string} subpath as in `exports`
 * @property {string} source its file under src
 * @property {string} name its files under dist, without extension
 * @property {'any' | 'node'} host `node` where the entry needs Node's own modules
 */

/** @type {readonly Entry[]} */
export const ENTRIES = [
  entry('.', 'src/index.ts'),
  entry('./bytes', 'src/bytes.ts'),
  entry('./gbk', 'src/gbk.ts'),
  entry('./gbk-table', 'src/gbk-table.ts'),
  entry('./money', 'src/money.ts'),
  entry('./record', 'src/record.ts'),
  entry('./errors', 'src/errors.ts'),
  entry('./error-table', 'src/error-table.ts'),
  entry('./prompts', 'src/prompts/index.ts'),
  entry('./explain', 'src/explain/index.ts'),
  entry('./apdu', 'src/apdu/index.ts'),
  entry('./crypto', 'src/crypto/index.ts'),
  entry('./crypto/crypto-js', 'src/crypto/crypto-js.ts'),
  entry('./purse', 'src/purse/index.ts'),
  entry('./etc', 'src/etc/index.ts'),
  entry('./load', 'src/load/index.ts'),
  entry('./transport', 'src/transport/index.ts'),
  entry('./transport/simulator', 'src/transport/drivers/simulator.ts'),
  entry('./transport/ble-box', 'src/transport/drivers/ble-box/index.ts'),
  entry('./transport/remote', 'src/remote/index.ts'),
  entry('./transport/tcp', 'src/transport/drivers/tcp.ts', 'node'),
  entry('./transport/nfc', 'src/transport/drivers/nfc.ts'),
  entry('./transport/wechat', 'src/transport/drivers/wechat.ts'),
  entry('./transport/harmony', 'src/transport/drivers/harmony.ts'),
  entry('./transport/web-smart-card', 'src/transport/drivers/web-smart-card.ts'),
  entry('./transport/pcsc', 'src/transport/drivers/pcsc.ts'),
  entry('./terminal', 'src/terminal/index.ts'),
  entry('./slip', 'src/slip/index.ts'),
  entry('./simulator', 'src/simulator/index.ts'),
  entry('./server', 'src/server/index.ts'),
  entry('./server/sqlite', 'src/server/ledger/sqlite.ts'),
  entry('./server/postgres', 'src/server/ledger/postgres.ts'),
  entry('./server/files', 'src/server/files.ts', 'node'),
  entry('./server/http', 'src/server/http/index.ts'),
  entry('./server/payment/wechat', 'src/server/payment/wechat/index.ts', 'node'),
  entry('./server/payment/alipay', 'src/server/payment/alipay/index.ts', 'node'),
  entry('./server/hsm/pkcs11', 'src/server/hsm/pkcs11/index.ts', 'node'),
  entry('./testing', 'src/testing/index.ts'),
  entry('./testing/providers', 'src/testing/providers/index.ts', 'node'),
];

/** The command line: built by itself, for Node alone, and without types. */
export const CLI = { source: 'src/cli/main.ts', name: 'cli/main' };

/** The child process of `serve` in which an HSM's module is loaded. */
export const CLI_TOKEN = { source: 'src/cli/serve/token.ts', name: 'cli/token' };

/** The entries whose source is there, with all that it imports. */
export const presentEntries = ENTRIES.filter(({ source }) => isWhole(source));

/** Whether a source and all that it imports is there. */
export const hasCli = isWhole(CLI.source);

/** What `exports` in package.json must say of an entry. @param {Entry} entry */
export function exportsOf({ name }) {
  return {
    import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
    require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
  };
}

/**
 * @param {string} subpath
 * @param {string} source
 * @param {'any' | 'node'} [host]
 * @returns {Entry}
 */
function entry(subpath, source, host = 'any') {
  return { subpath, source, name: subpath === '.' ? 'index' : subpath.slice(2), host };
}

/** @param {string} source @param {Set<string>} [seen] @returns {boolean} */
function isWhole(source, seen = new Set()) {
  if (seen.has(source)) return true;
  seen.add(source);
  if (!existsSync(join(ROOT, source))) return false;
  const imports = readFileSync(join(ROOT, source), 'utf8').matchAll(/ from '(\.[^']*)\.js'/g);
  return [...imports].every(([, path]) => isWhole(`${join(dirname(source), path ?? '')}.ts`, seen));
}
